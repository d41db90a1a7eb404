"""Choosing what is compared. The address has it (`?runs=`), so that a reload and a link keep it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.comparing.side import Side, lettered, shortened
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.picture_grid import Tile, picture_grid
from packshot.app.pictures import thumbnail_address
from packshot.app.places import page_file
from packshot.app.words import _
from packshot.result import Found, RunQuery, RunState
from packshot.workflow import COMPARED_MAX, SOURCE_ENDING, Compared, compared

OFFERED = 200
"""The newest pictures, among which words find one; the gallery has the rest."""

NEWEST = 12
"""Shown as small pictures."""


def chosen_sides() -> tuple[Side, ...]:
    """What the address names, lettered; what cannot be compared is said and left out."""
    asked = list(dict.fromkeys(each.strip() for each in st.query_params.get("runs", "").split(",") if each.strip()))
    if len(asked) > COMPARED_MAX:
        st.warning(_("At most {most} pictures are compared; the first ones are shown.").format(most=COMPARED_MAX))
    found: dict[str, Compared] = {}
    for reference in asked[:COMPARED_MAX]:
        with shown():
            picture = compared(studio().bench, reference)
            found.setdefault(picture.reference, picture)
    return lettered(list(found.values()))


def show_adding(sides: Sequence[Side]) -> None:
    """One more picture, found by words of its prompt, or in the gallery."""
    present = tuple(side.picture.reference for side in sides)
    if len(present) >= COMPARED_MAX:
        return
    offered = {
        found.run_id: found
        for found in studio().bench.store.search(RunQuery(state=RunState.SUCCEEDED), limit=OFFERED)
        if found.run_id not in present
    }
    st.selectbox(
        _("Add a picture"),
        list(offered),
        index=None,
        format_func=lambda run_id: _line(offered[run_id]),
        placeholder=_("Type words of its prompt, or choose"),
        key="compare-add",
        on_change=_add,
        args=(present,),
    )
    with st.expander(_("Newest pictures"), expanded=len(sides) < 2, key="compare-newest"):
        _show_newest(list(offered.values())[:NEWEST], present)
    st.page_link(page_file("gallery"), label=_("Choose in the gallery"), icon=":material/photo_library:")


def _show_newest(newest: Sequence[Found], present: tuple[str, ...]) -> None:
    """Small pictures; the one that is opened is added."""
    tiles = [_tile(found) for found in newest]
    answer = picture_grid(tiles, key="compare-grid", label=_("Newest pictures: open one to add it"))
    if answer.opened is not None and answer.opened not in present:
        _choose((*present, answer.opened))
        st.rerun()


def show_chosen(sides: Sequence[Side]) -> None:
    """Each picture with what can be done with it."""
    present = tuple(side.picture.reference for side in sides)
    for side in sides:
        with st.container(horizontal=True, vertical_alignment="center", key=f"compare-{side.letter}"):
            st.markdown(plain(side.caption), width="stretch")
            _offer_source(side, present)
            st.button(
                _("Remove {letter}").format(letter=side.letter),
                key=f"compare-remove-{side.letter}",
                icon=":material/close:",
                on_click=_choose,
                args=(tuple(each for each in present if each != side.picture.reference),),
            )


def _offer_source(side: Side, present: tuple[str, ...]) -> None:
    run = side.picture.run
    source = run.id + SOURCE_ENDING
    if run.resolved.intent.source is None or source in present or len(present) >= COMPARED_MAX:
        return
    st.button(
        _("Compare {letter} with its source").format(letter=side.letter),
        key=f"compare-source-{side.letter}",
        icon=":material/image:",
        on_click=_choose,
        args=((source, *present) if len(present) == 1 else (*present, source),),
    )


def _add(present: tuple[str, ...]) -> None:
    added = st.session_state["compare-add"]
    if added is not None:
        _choose((*present, added))
    st.session_state["compare-add"] = None


def _choose(references: tuple[str, ...]) -> None:
    if references:
        st.query_params["runs"] = ",".join(references)
    else:
        st.query_params.pop("runs", None)


def _tile(found: Found) -> Tile:
    address = thumbnail_address(found.picture_digest or "")
    return Tile(found.run_id, address, found.prompt, found.prompt, _("seed {seed}").format(seed=found.seed))


def _line(found: Found) -> str:
    return _("{prompt} · seed {seed} · {width}×{height} px").format(
        prompt=shortened(found.prompt), seed=found.seed, width=found.width, height=found.height
    )
