"""The source of image-to-image, shown as the model takes it, or the photo whose product is locked: a picture that is
uploaded, or one of the workspace."""

from __future__ import annotations

import hashlib
import re
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.asked_state import forget_product, put, value
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.recent import show_recent
from packshot.app.words import _, said
from packshot.errors import SourceError
from packshot.metadata import encode_png
from packshot.spec import Fit, Mode
from packshot.workflow import keep_transparency, keep_upload, source_as_taken

QUERY: Final = "source"
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
KINDS: Final = ("jpg", "jpeg", "png", "webp")

_TOLD: Final = "asked-source-told"
"""Of pictures that were uploaded: name and notes by digest."""

_UPLOADS, _SEEN = "asked-uploads", "asked-upload-seen"


def take_source_of_address() -> None:
    """`?source=<digest>` is the source, before the form is shown; and the address names the source that is chosen."""
    asked = st.query_params.get(QUERY)
    with shown():
        if asked and asked != value("source"):
            take(_checked(asked))
    if value("source"):
        st.query_params[QUERY] = value("source")


def take(digest: str) -> None:
    """A known picture becomes the source, and the form starts from it: before it is shown, or in a callback."""
    if value("mode") != Mode.LOCK:
        put("mode", Mode.IMAGE_TO_IMAGE.value)
    _use(digest)


def _use(digest: str) -> None:
    if digest != value("source"):
        forget_product()
    put("source", digest)
    st.query_params[QUERY] = digest


def _checked(digest: str) -> str:
    """An address names pictures by their digests alone, never files. Raises SourceError, and forgets it."""
    if DIGEST.fullmatch(digest) is None:
        del st.query_params[QUERY]
        raise SourceError("source.not_found", "no picture with that digest is known", got=digest[:80])
    return digest


def show_source(size: tuple[int, int] | None, rule: Fit) -> None:
    """Where a source comes from, and how the model will see it at `size` (width, height)."""
    _choose(_("Upload a source picture"))
    digest = value("source")
    if digest:
        with shown():
            _show_taken(digest, size, rule)
        _removal(_("Remove the source"))


def choose_photo() -> None:
    """Where the photo of a locked product comes from."""
    _choose(_("Upload the product’s photo"))
    digest = value("source")
    if digest:
        with st.container(horizontal=True, vertical_alignment="center"):
            name, notes = _told(digest)
            st.markdown(plain(name), width="stretch")
            _removal(_("Remove the photo"))
        for note in notes:
            st.caption(plain(said(note)))


def _choose(label: str) -> None:
    _upload(label)
    with st.expander(_("A picture of this workspace"), key="asked-recent", on_change="rerun") as opened:
        if opened.open:
            show_recent(take)


def _removal(words: str) -> None:
    st.button(words, key="asked-source-remove", icon=":material/close:", on_click=_remove)


def _upload(label: str) -> None:
    """A file that was chosen just now is kept and taken; what cannot be read is told, and the source stays."""
    number = st.session_state.setdefault(_UPLOADS, 0)
    sent = st.file_uploader(
        label,
        KINDS,
        key=f"asked-upload-{number}",
        help=_("JPEG, PNG or WebP, at most 20 MB and 25 megapixels. It stays in this workspace."),
    )
    if sent is None or st.session_state.get(_SEEN) == sent.file_id:
        return
    with shown():
        digest, notes, transparency = _kept(sent.getvalue(), sent.name)
        st.session_state.setdefault(_TOLD, {})[digest] = (sent.name, notes)
        st.session_state[_SEEN] = sent.file_id
        _use(digest)
        if transparency is not None:
            put("mask", transparency)
            put("finding", "mask")


def _kept(data: bytes, name: str) -> tuple[str, tuple[str, ...], str | None]:
    """Digest, notes, and the digest of its own transparency as a mask. A workspace that lost it gets it again."""
    content, workspace = hashlib.sha256(data).hexdigest(), str(studio().bench.settings.workspace.absolute())
    kept = _keep(content, workspace, name, data)
    if not studio().bench.store.pictures.has(kept[0]):
        _keep.clear(content, workspace, name, data)
        kept = _keep(content, workspace, name, data)
    return kept


@st.cache_data(max_entries=32, show_spinner=False)
def _keep(content: str, workspace: str, _name: str, _data: bytes) -> tuple[str, tuple[str, ...], str | None]:
    picture = keep_upload(studio().bench, _data, _name)
    return picture.digest, picture.notes, keep_transparency(studio().bench, picture)


def _remove() -> None:
    """The uploader forgets its file by becoming another one."""
    put("source", None)
    forget_product()
    st.query_params.pop(QUERY, None)
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1


def _told(digest: str) -> tuple[str, tuple[str, ...]]:
    """Name and notes of a picture."""
    told: tuple[str, tuple[str, ...]] = st.session_state.get(_TOLD, {}).get(digest, (digest[:12], ()))
    return told


def _show_taken(digest: str, size: tuple[int, int] | None, rule: Fit) -> None:
    name, notes = _told(digest)
    if size is None:
        st.caption(_("{name}. How the model will see it is known when the model is here.").format(name=plain(name)))
        return
    workspace = str(studio().bench.settings.workspace.absolute())
    taken = _taken(workspace, digest, size, rule.value)
    words = _("{name} as the model takes it, {width} × {height} pixels").format(
        name=plain(name), width=size[0], height=size[1]
    )
    st.image(taken, caption=words, alt=_("The source picture, fitted"), width=min(size[0], 320))
    for note in notes:
        st.caption(plain(said(note)))


@st.cache_data(max_entries=32, show_spinner=False)
def _taken(workspace: str, digest: str, size: tuple[int, int], rule: str) -> bytes:
    """PNG."""
    return encode_png(source_as_taken(studio().bench, digest, size, Fit(rule)))
