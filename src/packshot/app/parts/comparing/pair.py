"""Two of the pictures: a slider between them, and where and how much they differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.before_after import show_before_after
from packshot.app.parts.comparing.side import Side
from packshot.app.parts.errors import shown
from packshot.app.parts.named import evidence_value
from packshot.app.parts.rows import show_rows
from packshot.app.words import _
from packshot.workflow import (
    CIVIDIS,
    Compared,
    DifferenceMap,
    DifferenceNumbers,
    difference_map,
    difference_numbers,
    pixels_of,
)

WIDTH = 704
"""Of the map in pixels, where there is room: the slider's."""


def show_pair(sides: Sequence[Side]) -> None:
    """The slider and the difference map of two pictures, side by side where there is room."""
    left, right = _chosen_pair(sides)
    if left == right:
        st.info(_("Choose two different pictures."))
        return
    slider, difference = st.columns(2, gap="medium")
    with slider:
        st.subheader(_("Slider"))
        show_before_after(left.as_zoom(short=True), right.as_zoom(short=True), key="compare-slider")
    with difference:
        st.subheader(_("Difference"))
        with shown():
            _show_difference(left, right)


def _chosen_pair(sides: Sequence[Side]) -> tuple[Side, Side]:
    """The first two, a source first; of three and more the person chooses."""
    ordered = sorted(sides, key=lambda side: not side.picture.is_source)
    if len(sides) == 2:
        return ordered[0], ordered[1]
    by_letter = {side.letter: side for side in sides}
    columns = st.columns(2)
    chosen = [
        column.selectbox(
            label,
            list(by_letter),
            index=list(by_letter).index(side.letter),
            format_func=lambda letter: by_letter[letter].caption,
            key=f"compare-pair-{place}-{len(sides)}",
        )
        for column, label, side, place in zip(columns, (_("Left"), _("Right")), ordered[:2], "lr", strict=True)
    ]
    return by_letter[chosen[0]], by_letter[chosen[1]]


def _show_difference(left: Side, right: Side) -> None:
    if left.picture.size != right.picture.size:
        sizes = ["{}×{} px".format(*side.picture.size) for side in (left, right)]
        st.info(
            _("The pictures have different sizes ({one} and {other}), so no pixel of one belongs to one of the other.")
            .format(one=sizes[0], other=sizes[1])
        )  # fmt: skip
        return
    keys = left.picture.pixels_key, right.picture.pixels_key
    with st.spinner(_("Comparing the pixels …")):
        seen, numbers = _differences(*keys, left.picture, right.picture)
    if numbers.largest == 0:
        st.success(_("The pictures are equal, pixel by pixel."))
        return
    words = _("Difference map of {one} and {other}: dark where they are alike, yellow where they differ most")
    st.image(
        seen.pixels, width=min(704, max(320, seen.pixels.shape[1])), alt=words.format(one=left.name, other=right.name)
    )
    _show_scale(seen)
    _show_numbers(seen, numbers)


@st.cache_data(max_entries=32, show_spinner=False)
def _differences(
    left_key: str, right_key: str, _left: Compared, _right: Compared
) -> tuple[DifferenceMap, DifferenceNumbers]:
    """By what identifies the pixels: computed once for all sessions."""
    one, other = (pixels_of(studio().bench, picture) for picture in (_left, _right))
    return difference_map(one, other), difference_numbers(one, other)


def _show_scale(seen: DifferenceMap) -> None:
    most = evidence_value(seen.scale_max, "ΔE00")
    st.html(
        f'<div style="height:.8rem;border-radius:3px;background:linear-gradient(90deg,{",".join(CIVIDIS)})"></div>'
        '<div style="display:flex;justify-content:space-between;font-size:.875rem">'
        f"<span>0</span><span>{_('{most} and more').format(most=most)}</span></div>",
        width=WIDTH,
    )


def _show_numbers(seen: DifferenceMap, numbers: DifferenceNumbers) -> None:
    rows = [(_("Pixels that differ at all"), evidence_value(100 * numbers.changed, "%"))]
    if numbers.psnr_db is not None:
        rows.append((_("Peak signal-to-noise ratio (PSNR)"), evidence_value(numbers.psnr_db, "dB")))
    if numbers.ssim is not None:
        rows.append((_("Structural similarity (SSIM), 1 for equal"), evidence_value(numbers.ssim, None)))
    rows.append((_("Largest colour difference"), evidence_value(seen.largest, "ΔE00")))
    show_rows(rows)
    st.caption(_("ΔE00 is the colour difference CIEDE2000: about 1 is the smallest that an eye sees."))
