"""For which place to sell, and which pictures. The address has it, so that a link or a reload shows the same."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.parts.in_address import after, before, own_key
from packshot.app.words import _
from packshot.channels import list_channels
from packshot.errors import PackshotError
from packshot.result import Facets, ReviewState, StandingQuery
from packshot.workflow import line_of, waiting

GENERAL: Final = "in general"
"""Stands for no channel: no channel's name has a space."""

ALL: Final = ""
CHANNEL_PX: Final = 340
FILTERS: Final = ("experiment", "product", "model")


@dataclass(frozen=True, slots=True)
class Line:
    """A channel (None: in general) and the pictures that wait there. `others`: how many wait elsewhere."""

    channel: str | None
    query: StandingQuery
    others: Mapping[str | None, int]

    @property
    def is_narrowed(self) -> bool:
        """Whether pictures may wait that are filtered out."""
        return any((self.query.experiment, self.query.product, self.query.model))


def show_line() -> Line:
    """The choice of the channel, and the filters."""
    bench = studio().bench
    titles = {channel.name: channel.title for channel in list_channels(bench.channels)}
    names = [*titles, GENERAL]
    counts = {name: waiting(bench, _channel(name)) for name in names}
    chosen = _show_channel(names, titles, counts)
    with st.popover(_filter_words(), icon=":material/filter_list:", key="review-filters"):
        _show_filters(bench.store.facets())
    channel = _channel(chosen)
    asked = {name: st.query_params.get(name) or None for name in FILTERS}
    query = StandingQuery(state=ReviewState.IN_REVIEW, channel=channel, in_general=channel is None, **asked)
    others = {_channel(name): number for name, number in counts.items() if number and name != chosen}
    return Line(channel, query, others)


def channel_words(channel: str | None) -> str:
    """The channel's name, or that it is about none."""
    return _("in general") if channel is None else channel


def clear() -> None:
    """Takes the filters away; a callback, since it must happen before the widgets."""
    st.session_state.update({own_key(name): ALL for name in FILTERS})


def _show_channel(names: list[str], titles: Mapping[str, str], counts: Mapping[str, int]) -> str:
    def known(text: str) -> str:
        if text not in names:
            raise ValueError(text)
        return text

    labels = {name: titles.get(name) or _("In general: no place named") for name in names}
    key = before("channel", known, _first(names, counts))
    chosen = st.selectbox(
        _("Place to sell"),
        names,
        format_func=labels.__getitem__,
        key=key,
        width=CHANNEL_PX,
    )
    return after("channel", chosen or names[0], ALL)


def _first(names: list[str], counts: Mapping[str, int]) -> str:
    """Where nothing was chosen: the line of the picture in the address, else where most waits."""
    run_id = st.query_params.get("run")
    if run_id:
        with suppress(PackshotError):
            channel = line_of(studio().bench, run_id)
            if channel is not None and channel in names:
                return channel
    return max(names, key=lambda name: counts[name])


def _channel(name: str) -> str | None:
    return None if name == GENERAL else name


def _filter_words() -> str:
    used = sum(1 for name in FILTERS if st.query_params.get(name))
    return _("Filters ({n})").format(n=used) if used else _("Filters")


def _show_filters(facets: Facets) -> None:
    choices = {
        "experiment": (_("Experiment"), facets.experiments),
        "product": (_("Product"), facets.products),
        "model": (_("Model"), facets.models),
    }
    for name, (label, found) in choices.items():
        labels = {ALL: _("All")} | {each: each for each in found}

        def known(text: str, labels: dict[str, str] = labels) -> str:
            if text not in labels:
                raise ValueError(text)
            return text

        key = before(name, known, ALL)
        after(name, st.selectbox(label, list(labels), format_func=labels.__getitem__, key=key) or ALL, ALL)
    st.button(_("Clear all filters"), key="review-clear", on_click=clear)


def show_others(line: Line) -> None:
    """Where else something waits."""
    if line.others:
        named = ", ".join(f"{plain(channel_words(channel))} {number}" for channel, number in line.others.items())
        st.caption(_("Pictures wait elsewhere too: {channels}").format(channels=named))
