"""Everything that was decided and released of a picture, oldest first."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from packshot.app.parts.named import capital, decision_name
from packshot.app.parts.reviewing.line import channel_words
from packshot.app.parts.rows import show_table
from packshot.app.words import _, said
from packshot.report.wording import moment
from packshot.result import Entry, Release


def show_history(entries: Iterable[Entry]) -> None:
    """A row for each entry of the trail."""
    rows = [_row(entry) for entry in entries]
    if not rows:
        st.text(_("Nothing was decided on this picture yet."))
        return
    show_table(_("History"), [_("When"), _("Who"), _("What"), _("Place to sell"), _("Why")], rows)


def _row(entry: Entry) -> list[str]:
    channel = channel_words(entry.channel)
    when = said(moment(entry.created_at))
    if isinstance(entry, Release):
        return [when, entry.by, capital(_("released")), channel, entry.file_name]
    words = [entry.reason] if entry.reason else []
    if entry.overrides:
        rules = ", ".join(said(rule) for rule in entry.overrides)
        words.append(_("Overridden: {rules}").format(rules=rules))
    return [when, entry.by, capital(decision_name(entry.decision)), channel, " · ".join(words)]
