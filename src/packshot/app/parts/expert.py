"""The settings that few people change: how it is computed, LoRAs, and what is refused."""

from __future__ import annotations

from typing import Any

import streamlit as st

from packshot.app.parts.asked_state import KEEP, key, value
from packshot.app.words import _
from packshot.settings import AUTO, MEMORIES, PRECISIONS, RUNTIMES, SLOTS


def show_expert() -> None:
    """Closed at first."""
    with st.expander(_("Expert"), key="asked-expert"):
        left, right = st.columns(2)
        with left:
            _words("runtime", _("Runtime"), RUNTIMES, _("What computes."))
            _words("memory", _("Memory"), MEMORIES, _("Less memory takes longer."))
        with right:
            _words("precision", _("Precision"), PRECISIONS, _("How exactly it computes."))
            _slots()
        _loras()
        st.checkbox(
            _("Accept that the end of a long prompt is not read"), key=key("truncation"), persist_state="session"
        )
        st.checkbox(_("Refuse words that the model does not know"), key=key("strict"), persist_state="session")


def expert_fields() -> dict[str, Any]:
    """Fields of `packshot.spec.Spec`; what is automatic is None."""
    lines = [line.strip() for line in str(value("loras")).splitlines()]
    chosen = {name: value(name) for name in ("runtime", "precision", "memory")}
    return {
        **{name: None if word == AUTO else word for name, word in chosen.items()},
        "slots": value("slots") or None,
        "loras": tuple(line for line in lines if line) or None,
        "allow_truncation": value("truncation"),
        "strict": value("strict"),
    }


def _words(name: str, label: str, words: tuple[str, ...], explained: str) -> None:
    names = {AUTO: _("automatic"), **{word: word for word in words}}
    st.selectbox(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key(name),
        help=explained,
        **KEEP,
    )


def _slots() -> None:
    names = {0: _("automatic"), **{number: str(number) for number in SLOTS}}
    st.selectbox(
        _("Slots"),
        list(names),
        format_func=names.__getitem__,
        key=key("slots"),
        help=_("How many pictures share a computation. A recorded picture is made again with the slots it had."),
        **KEEP,
    )


def _loras() -> None:
    st.text_area(
        _("LoRAs"),
        key=key("loras"),
        height=68,
        placeholder="brand.safetensors:0.8",
        help=_("One a line: a file of this machine or its digest, and after a colon how strongly it acts."),
        **KEEP,
    )
