"""The pictures of a job side by side: what each is becoming, and what it became. One picture stands large."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st
from PIL import Image

from packshot.app.access import studio
from packshot.app.parts.failure import failure_words
from packshot.app.parts.result import show_result
from packshot.app.parts.thumbnail import show_blank, show_thumbnail
from packshot.app.words import _
from packshot.result import Pixels
from packshot.service import PictureState, PictureView, View

LARGE_PX, SMALL_PX = 512, 256
COLUMN_PX: Final = 170
QUERY: Final = "picture"


def show_live_tiles(view: View) -> None:
    """Each picture with its step, and what can be seen of it."""
    if len(view.pictures) == 1:
        with st.container(width=LARGE_PX):
            _show_live(view.pictures[0], LARGE_PX)
        return
    with st.grid("auto", min_column_width=COLUMN_PX):
        for picture in view.pictures:
            with st.container(gap="xsmall"):
                _show_live(picture, SMALL_PX)


def show_made_tiles(view: View) -> None:
    """Each picture to be opened, and the one that is open as a whole."""
    with st.grid("auto", min_column_width=COLUMN_PX):
        for picture in view.pictures:
            with st.container(gap="xsmall"):
                _show_made(picture)
    opened = next((each for each in view.pictures if str(each.number) == st.query_params.get(QUERY)), None)
    if opened is not None and opened.run_id is not None:
        st.subheader(_("Picture {n}").format(n=opened.number), anchor=False)
        show_result(opened.run_id, key="made")


def state_words(picture: PictureView) -> str:
    """The state of one picture."""
    names: dict[PictureState, str] = {
        "waiting": _("waiting"),
        "loading": _("loading the model"),
        "denoising": _("step {step} of {steps}").format(step=picture.step, steps=picture.steps),
        "decoding": _("decoding"),
        "measuring": _("measuring what is seen"),
        "done": _("made"),
        "failed": _("failed"),
        "stopped": _("stopped"),
    }
    return names[picture.state]


def enlarged(preview: Pixels, side_px: int) -> Pixels:
    """A preview (h, w, 3) with its longer side at `side_px`, smooth between its pixels."""
    scale = side_px / max(preview.shape[:2])
    size = (max(1, round(preview.shape[1] * scale)), max(1, round(preview.shape[0] * scale)))
    return np.asarray(Image.fromarray(preview).resize(size, Image.Resampling.BICUBIC))


def _show_live(picture: PictureView, side_px: int) -> None:
    digest = _digest(picture.run_id) if picture.state in ("measuring", "done") else None
    alt = _("Picture {n}: {state}").format(n=picture.number, state=state_words(picture))
    if digest is not None:
        show_thumbnail(digest, alt)
    elif picture.preview is not None:
        pixels = enlarged(picture.preview, side_px)
        st.image(pixels, width="stretch", output_format="JPEG", alt=alt)
    else:
        show_blank()
    st.progress(picture.share_done, text=alt)


def _show_made(picture: PictureView) -> None:
    digest = _digest(picture.run_id)
    name = _("Picture {n}").format(n=picture.number)
    if digest is not None:
        show_thumbnail(digest, name)
    elif picture.failure is not None:
        st.error(failure_words(picture.failure), icon=":material/error:")
    else:
        show_blank()
        st.caption(_("Picture {n}: {state}").format(n=picture.number, state=state_words(picture)))
    if picture.run_id is None:
        return
    words = _("Open picture {n}").format(n=picture.number)
    if st.button(words, key=f"job-open-{picture.number}", width="stretch"):
        st.query_params[QUERY] = str(picture.number)


def _digest(run_id: str | None) -> str | None:
    """The picture of a run, None before there is one."""
    run = studio().bench.store.run(run_id) if run_id is not None else None
    return run.result.picture_digest if run is not None and run.result is not None else None
