"""What a lock promises, as it was measured on the finished picture, with the mask that it speaks of."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.parts.thumbnail import show_thumbnail
from packshot.app.words import _, said
from packshot.result import LockMeasure, Run
from packshot.spec import LockOrigin, LockPin

MASK_PX = 140


def show_promise(run: Run) -> None:
    """Nothing where no product was locked, or there is no picture."""
    pin, origin = run.resolved.intent.lock, run.resolved.origin.lock
    measured = run.result.provenance.lock if run.result is not None else None
    if pin is None or measured is None:
        return
    words, mask = st.columns([3, 1], vertical_alignment="center")
    with words:
        _show_measured(measured, pin)
        if origin is not None:
            _show_origin(origin)
    if studio().bench.store.pictures.has(pin.mask):
        with mask, st.container(width=MASK_PX):
            show_thumbnail(pin.mask, _("The recorded mask: white where the product is"))


def _show_measured(measured: LockMeasure, pin: LockPin) -> None:
    inside = _(
        "Inside its mask, {margin} px from the edge, the product differs from the photo by {n} of 255 ({pixels}"
        " pixels)."
    ).format(margin=pin.erosion_px, n=measured.core_difference, pixels=measured.core_pixels)
    edge = _(
        "At the edge it is mixed with the ground as the recorded mask says: by up to {n} of 255 ({pixels} pixels)."
    ).format(n=measured.edge_difference, pixels=measured.edge_pixels)
    show = st.success if measured.core_difference == 0 else st.error
    show(f"{inside}\n\n{edge}", icon=":material/lock:")


def _show_origin(origin: LockOrigin) -> None:
    sure = _("Confidence {n} of 1").format(n=said(f"{origin.confidence:.2f}"))
    st.caption(f"{sure} · {plain(origin.method)}")
    if origin.accepted:
        doubts = "; ".join(plain(said(doubt)) for doubt in origin.doubts)
        st.warning(_("The mask was doubtful, and a person took it: {doubts}").format(doubts=doubts))
