"""What the gallery is narrowed by. Everything stands in the address, so that a link shows the same.

The widgets' keys are the names in the address; what is chosen is codes, so that another language keeps it.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.parts.named import capital, state_name
from packshot.app.words import _
from packshot.result import Facets, RunQuery, RunState
from packshot.spec import Mode

ANY: Final = ""
SIZES: Final = (24, 48, 96)
EMPTY: Final = {"text": "", "score": 0, "people": 0, "experiment": ANY, "product": ANY, "model": ANY}
"""Every filter by its key, as it is when nothing is asked for."""

CODED: Final = ("state", "mode", "rated")
"""Filters whose choices have words: Streamlit would write those into the address, in the language of the moment."""


def show_filter(facets: Facets) -> RunQuery:
    """The filters, and what they ask for."""
    text = st.text_input(_("Words in the prompt"), key="text", bind="query-params", type="search")
    with st.expander(_("More filters"), expanded=_is_used()):
        columns = st.columns(4)
        with columns[0]:
            experiment = _choice("experiment", _("Experiment"), {name: name for name in facets.experiments})
            product = _choice("product", _("Product"), {name: name for name in facets.products})
        with columns[1]:
            model = _choice("model", _("Model"), {name: name for name in facets.models})
            state = _coded("state", _("State"), {str(each): capital(state_name(each)) for each in RunState})
        with columns[2]:
            mode = _coded(
                "mode", _("Made from"), {str(Mode.TEXT_TO_IMAGE): _("Words"), str(Mode.IMAGE_TO_IMAGE): _("A picture")}
            )
            rated = _coded("rated", _("Rated by people"), {"yes": _("Rated"), "no": _("Not rated")})
        with columns[3]:
            points = st.slider(_("Proposed points at least"), 0, 10, key="score", bind="query-params")
            people = st.slider(_("People's total at least"), 0, 10, key="people", bind="query-params")
        st.button(_("Clear all filters"), on_click=clear, key="clear-filters")
    return RunQuery(
        text=text or "",
        experiment=experiment or None,
        product=product or None,
        model=model or None,
        state=RunState(state) if state else None,
        mode=Mode(mode) if mode else None,
        rated={"yes": True, "no": False}.get(rated),
        least_points=points or None,
        least_total=float(people) or None,
    )


def clear() -> None:
    """Takes every filter away; a callback, since it must happen before the widgets."""
    st.session_state.update(EMPTY)
    st.session_state.update(dict.fromkeys(map(_own_key, CODED), ANY))


def _choice(key: str, label: str, names: dict[str, str]) -> str:
    shown = {ANY: _("All")} | names
    return st.selectbox(label, list(shown), format_func=shown.__getitem__, key=key, bind="query-params") or ANY


def _coded(key: str, label: str, names: dict[str, str]) -> str:
    """A choice whose code stands in the address, whatever the language."""
    shown, own = {ANY: _("All")} | names, _own_key(key)
    if own not in st.session_state:
        asked = st.query_params.get(key, ANY)
        st.session_state[own] = asked if asked in shown else ANY
    chosen = str(st.selectbox(label, list(shown), format_func=shown.__getitem__, key=own) or ANY)
    if chosen:
        st.query_params[key] = chosen
    else:
        st.query_params.pop(key, None)
    return chosen


def _own_key(key: str) -> str:
    return f"filter-{key}"


def _is_used() -> bool:
    return any(st.query_params.get(key, ANY) for key in (*EMPTY, *CODED) if key != "text")
