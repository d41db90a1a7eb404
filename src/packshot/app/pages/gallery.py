"""Gallery: every picture of the workspace, newest first; one of them as a whole where the address names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import shown
from packshot.app.parts.gallery_filter import asked_query, clear, show_filter
from packshot.app.parts.in_address import after, asked, before
from packshot.app.parts.named import capital, setting_words, state_name
from packshot.app.parts.picture_grid import Tile, picture_grid
from packshot.app.parts.result import show_result
from packshot.app.pictures import thumbnail_address
from packshot.app.places import go, page_file
from packshot.app.words import _, language, ngettext_
from packshot.errors import CODES
from packshot.result import Found, RunQuery
from packshot.workflow import Difference, gallery_page, neighbours, told_apart

GRID: Final = "gallery-grid"
SIZES: Final = (24, 48, 96)


def show_gallery() -> None:
    """Filters, count, grid, pages."""
    store = studio().bench.store
    facets = store.facets()
    if not facets.states:
        _empty()
        return
    query = show_filter(facets)
    total = store.count(query)
    if not total:
        st.info(_("No picture fits these filters."))
        st.button(_("Show all pictures"), on_click=clear, key="gallery-all")
        return
    head, grid, foot = st.container(horizontal=True, vertical_alignment="bottom"), st.container(), st.container()
    with foot:
        key = before("size", _read_size, SIZES[0])
        chosen = st.segmented_control(_("Pictures on a page"), SIZES, required=True, key=key)
        size = after("size", chosen or SIZES[0], SIZES[0])
        pages = max(1, -(-total // size))
        key = before("page", _read_page, 1)
        st.session_state[key] = min(st.session_state[key], pages)
        page = after("page", st.pagination(pages, key=key) if pages > 1 else 1, 1)
    with grid:
        _show_grid(query, page, size)
    with head:
        _show_count(total, page, pages)
        _show_chosen()


def show_one(run_id: str) -> None:
    """The run, with the ways back and on."""
    page, size = asked("page", _read_page, 1), asked("size", _read_size, SIZES[0])
    near = neighbours(studio().bench, asked_query(), page, size, run_id)
    with st.container(horizontal=True):
        if st.button(_("Back to the gallery"), key="gallery-back", icon=":material/arrow_back:"):
            _open(None, page)
        if st.button(_("Newer"), key="gallery-newer", disabled=near.newer is None, icon=":material/chevron_left:"):
            _open(*near.newer or (None, page))
        if st.button(_("Older"), key="gallery-older", disabled=near.older is None, icon=":material/chevron_right:"):
            _open(*near.older or (None, page))
    show_result(run_id, key="gallery")


def _open(run_id: str | None, page: int) -> None:
    """Shows a run, or the gallery at that page. What is filtered by stays in the address."""
    if page > 1:
        st.query_params["page"] = str(page)
    else:
        st.query_params.pop("page", None)
    if run_id is None:
        st.query_params.pop("run", None)
    else:
        st.query_params["run"] = run_id
    st.rerun()


def _read_size(text: str) -> int:
    if int(text) not in SIZES:
        raise ValueError(text)
    return int(text)


def _read_page(text: str) -> int:
    return max(int(text), 1)


def _show_grid(query: RunQuery, page: int, size: int) -> None:
    found = gallery_page(studio().bench, query, page, size).found
    apart = told_apart(found)
    tiles = [_tile(each, apart.get(each.run_id)) for each in found]
    answer = picture_grid(tiles, key=GRID, label=_("Pictures"), select=_("Choose"))
    if answer.opened is not None:
        st.query_params["run"] = answer.opened
        st.rerun()


def _show_count(total: int, page: int, pages: int) -> None:
    count = f"{total:,}".replace(",", "\u202f" if language() == "fr" else ",")
    words = ngettext_("{n} picture", "{n} pictures", total).format(n=count)
    where = _("page {page} of {pages}").format(page=page, pages=pages)
    st.text(f"{words}, {where}" if pages > 1 else words)


def _show_chosen() -> None:
    """What may be done with several at once."""
    chosen = (st.session_state.get(GRID) or {}).get("selected") or []
    if not chosen:
        return
    if st.button(_("Compare {n} chosen").format(n=len(chosen)), key="gallery-compare-chosen", disabled=len(chosen) < 2):
        go("compare", runs=",".join(chosen))
    if st.button(_("Rate {n} chosen").format(n=len(chosen)), key="gallery-rate-chosen"):
        go("rate", runs=",".join(chosen))


def _tile(found: Found, apart: Sequence[Difference] | None) -> Tile:
    digest = found.picture_digest
    return Tile(
        id=found.run_id,
        picture=None if digest is None else thumbnail_address(digest),
        alt=found.prompt,
        caption=found.prompt,
        detail=_detail(found, apart),
        reason=_reason(found),
    )


def _detail(found: Found, apart: Sequence[Difference] | None) -> str:
    """What tells it from others of its prompt on the page; the seed, where there are none. Then the scores."""
    if apart is None:
        parts = [_("seed {seed}").format(seed=found.seed)]
    else:
        parts = [setting_words(each.name, each.values[0]) for each in apart]
    if found.total is not None:
        parts.append(_("people {total} of 10").format(total=f"{found.total:.3g}"))
    elif found.points is not None and found.criteria:
        parts.append(_("proposed {points} of {most}").format(points=found.points, most=2 * found.criteria))
    return " · ".join(parts)


def _reason(found: Found) -> str:
    """Why there is no picture."""
    state = capital(state_name(found.state))
    if found.failure_code is None:
        return state
    return _("{state}: {reason}").format(state=state, reason=_(CODES.get(found.failure_code, found.failure_code)))


def _empty() -> None:
    st.info(_("Nothing was made in this workspace yet. Make a first picture, and it appears here."))
    st.page_link(page_file("create"), label=_("Make a picture"), icon=":material/add_photo_alternate:")


st.title(_("Gallery"))
with shown():
    chosen_run = st.query_params.get("run")
    if chosen_run:
        show_one(chosen_run)
    else:
        show_gallery()
