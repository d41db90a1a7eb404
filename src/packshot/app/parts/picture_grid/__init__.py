"""A grid of small pictures to open or to choose from, by mouse, finger or keyboard. Knows no runs and no filters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import streamlit as st

FOLDER: Final = Path(__file__).parent

Tone = Literal["", "good", "bad", "open"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile by its `id`. `picture` is the address of a small picture, described by `alt`; where it is None,
    `reason` stands in its place. `caption` and `detail` are a line each, cut where they are too long; `note` is one
    that is never cut, `good`, `bad` or `open` by its tone. One that is not `is_free` cannot be marked. `beside` is the
    address of a second picture, shown left of the first one and described by `beside_alt`."""

    id: str
    picture: str | None
    alt: str
    caption: str
    detail: str = ""
    reason: str = ""
    note: str = ""
    tone: Tone = ""
    is_free: bool = True
    beside: str | None = None
    beside_alt: str = ""


@dataclass(frozen=True, slots=True)
class GridAnswer:
    """`opened` is the tile that was opened just now; `selected` are all that are marked, on other pages too."""

    opened: str | None
    selected: tuple[str, ...]


def picture_grid(
    tiles: Sequence[Tile],
    *,
    key: str,
    label: str,
    select: str | None = None,
    selected: Sequence[str] = (),
    looked_at: str = "",
    all_words: str = "",
) -> GridAnswer:
    """Shows the tiles. `label` names the grid to readers of the page.

    `select` names the marks ("Choose"); without it nothing can be marked. `selected` are those marked at first; after
    that the answer of the last run holds. With `looked_at` ("{seen} of {all} looked at") the tiles are larger, and one
    can be marked only after its picture came and was on the screen. `all_words` name a button that marks all that can
    be.
    """
    state = st.session_state.get(key) or {}
    marked = list(state.get("selected") or selected)
    answer = _component()(
        key=key,
        data={
            "tiles": [asdict(tile) for tile in tiles],
            "label": label,
            "select": select or "",
            "selected": marked,
            "looked_at": looked_at,
            "all": all_words,
        },
        default={"selected": marked},
        on_selected_change=lambda: None,
        on_opened_change=lambda: None,
    )
    return GridAnswer(opened=answer.opened, selected=tuple(answer.selected or ()))


def _component() -> st.components.v2.types.ComponentRenderer:
    """Declared with each run: the same name and text are the same component."""
    html, css, js = ((FOLDER / f"grid.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component("packshot_picture_grid", html=html, css=css, js=js)
