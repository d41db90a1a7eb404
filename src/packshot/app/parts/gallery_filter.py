"""What the gallery is narrowed by. Everything stands in the address, so that a link shows the same.

What is chosen is codes there, so that another language keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime, timedelta
from typing import Final

import streamlit as st

from packshot.app.parts.in_address import after, asked, before, own_key
from packshot.app.parts.named import capital, review_name, state_name
from packshot.app.words import _
from packshot.result import Facets, ReviewState, RunQuery, RunState
from packshot.spec import Mode

ANY: Final = ""
DAY_PX: Final = 220
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2099, 12, 31)
RATED: Final = {"yes": True, "no": False}
EMPTY: Final = {
    "text": "", "score": 0, "people": 0, "experiment": ANY, "product": ANY, "model": ANY, "state": ANY, "mode": ANY,
    "rated": ANY, "review": ANY, "from": None, "to": None,
}  # fmt: skip
"""Every filter by its name in the address, as it is when nothing is asked for."""


def show_filter(facets: Facets) -> RunQuery:
    """The filters, and what they ask for."""
    key = before("text", str, "")
    after("text", st.text_input(_("Words in the prompt"), key=key, type="search", placeholder=_("Search")) or "", "")
    with st.expander(_("More filters"), expanded=_is_used()):
        columns = st.columns(4)
        with columns[0]:
            _choice("experiment", _("Experiment"), {name: name for name in facets.experiments})
            _choice("product", _("Product"), {name: name for name in facets.products})
        with columns[1]:
            _choice("model", _("Model"), {name: name for name in facets.models})
            _choice("state", _("State"), {str(each): capital(state_name(each)) for each in RunState})
        with columns[2]:
            made_from = {
                str(Mode.TEXT_TO_IMAGE): _("Words"),
                str(Mode.IMAGE_TO_IMAGE): _("A picture"),
                str(Mode.LOCK): _("A locked product"),
            }
            _choice("mode", _("Made from"), made_from)
            _choice("rated", _("Rated by people"), {"yes": _("Rated"), "no": _("Not rated")})
            _choice("review", _("Review"), {str(each): capital(review_name(each)) for each in ReviewState})
        with columns[3]:
            _points("score", _("Proposed points at least"))
            _points("people", _("People's total at least"))
        with st.container(horizontal=True, key="gallery-days"):
            _day("from", _("Made on or after (UTC)"))
            _day("to", _("Made on or before (UTC)"))
        st.button(_("Clear all filters"), on_click=clear, key="clear-filters")
    return asked_query()


def asked_query() -> RunQuery:
    """What the address asks for, without the widgets."""
    return RunQuery(
        text=asked("text", str, ""),
        experiment=asked("experiment", str, ANY) or None,
        product=asked("product", str, ANY) or None,
        model=asked("model", str, ANY) or None,
        state=asked("state", RunState, None),
        mode=asked("mode", Mode, None),
        rated=RATED.get(asked("rated", str, ANY)),
        review=asked("review", ReviewState, None),
        least_points=asked("score", _ten, 0) or None,
        least_total=float(asked("people", _ten, 0)) or None,
        since=_midnight(asked("from", _read_day, None)),
        before=_midnight(asked("to", _read_day, None), days=1),
    )


def clear() -> None:
    """Takes every filter away; a callback, since it must happen before the widgets."""
    st.session_state.update({own_key(name): value for name, value in EMPTY.items()})


def _one_of(names: Collection[str]) -> Callable[[str], str]:

    def read(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    return read


def _choice(name: str, label: str, names: dict[str, str]) -> None:
    shown = {ANY: _("All")} | names
    key = before(name, _one_of(shown), ANY)
    after(name, st.selectbox(label, list(shown), format_func=shown.__getitem__, key=key) or ANY, ANY)


def _points(name: str, label: str) -> None:
    key = before(name, _ten, 0)
    after(name, st.slider(label, 0, 10, key=key), 0)


def _day(name: str, label: str) -> None:
    key = before(name, _read_day, None)
    chosen = st.date_input(label, None, FIRST_DAY, LAST_DAY, key=key, format="YYYY-MM-DD", width=DAY_PX)
    after(name, chosen, None)


def _read_day(text: str) -> date | None:
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(text)
    return day


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=days)


def _ten(text: str) -> int:
    return min(max(int(text), 0), 10)


def _is_used() -> bool:
    return any(name in st.query_params for name in EMPTY if name != "text")
