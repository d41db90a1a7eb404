"""The reason and the buttons. What is pressed is done at once, and the next picture laid."""

from __future__ import annotations

import streamlit as st

from packshot.app.identity import Decider
from packshot.app.parts.errors import shown
from packshot.app.parts.reviewing.desk import RUN, Desk
from packshot.app.parts.shortcuts import Shortcut, show_shortcuts
from packshot.app.pictures import picture_address
from packshot.app.words import _
from packshot.result import Decision, ReviewState
from packshot.workflow import ReviewSheet

REASON_LONGEST = 2000


def show_keys(desk: Desk, sheet: ReviewSheet) -> None:
    """The line of shortcuts. An approval over rules that fail has none: it is meant to take a moment."""
    result = sheet.details.run.result
    reason = _key(desk, "reason")
    shortcuts = [
        Shortcut("A", _("approve"), _key(desk, "approve"), waits_for_picture=True),
        Shortcut("R", _("reject, after the reason"), _key(desk, "reject"), needs=reason, waits_for_picture=True),
        Shortcut("S", _("skip"), _key(desk, "skip")),
    ]
    if sheet.blocking:
        shortcuts = shortcuts[1:]
    if desk.done is not None:
        shortcuts.append(Shortcut("B", _("back to the last"), "review-back"))
    show_shortcuts(str(desk.visit), shortcuts, picture="" if result is None else picture_address(result.picture_digest))


def show_deciding(desk: Desk, sheet: ReviewSheet, who: Decider) -> None:
    """Reason, approve, reject, skip; for a draft also the handing in."""
    is_blocked = bool(sheet.blocking)
    is_closed = not (who.name or who.is_typed)
    reason = st.text_input(
        _("Reason"),
        key=_key(desk, "reason"),
        max_chars=REASON_LONGEST,
        persist_state="session",
        help=_("Needed to reject, and to approve although rules are broken. It is kept for good."),
        placeholder=_("needed to reject") if not is_blocked else _("needed to reject or to override"),
    )
    with st.container(horizontal=True, key="review-buttons"):
        approve = not is_blocked and st.button(
            _("Approve"), type="primary", key=_key(desk, "approve"), icon=":material/check:", disabled=is_closed
        )
        reject = st.button(_("Reject"), key=_key(desk, "reject"), icon=":material/close:", disabled=is_closed)
        skip = st.button(_("Skip"), key=_key(desk, "skip"), icon=":material/skip_next:")
        override = is_blocked and st.button(
            _("Approve all the same"),
            key=_key(desk, "override"),
            icon=":material/gavel:",
            disabled=is_closed,
            help=_("The entry is marked for good with the rules that were overridden, and needs a reason."),
        )
        submit = sheet.state is ReviewState.DRAFT and st.button(
            _("Hand in for review"), key=_key(desk, "submit"), icon=":material/outbox:", disabled=is_closed
        )
    written = (reason or "").strip()
    if skip:
        desk.skip()
        st.rerun()
    elif submit:
        _decide(desk, sheet, Decision.SUBMIT, who, "")
    elif approve:
        _decide(desk, sheet, Decision.APPROVE, who, written)
    elif override:
        _decide(desk, sheet, Decision.APPROVE, who, written, override=True)
    elif reject:
        _decide(desk, sheet, Decision.REJECT, who, written)


def _decide(
    desk: Desk, sheet: ReviewSheet, decision: Decision, who: Decider, reason: str, *, override: bool = False
) -> None:
    if not who.name:
        st.warning(_not_named(who))
    elif not reason and (override or decision is Decision.REJECT):
        st.warning(_("Not done: write the reason first."))
    else:
        with shown():
            desk.decide(sheet, decision, who.name, reason, override=override)
            st.rerun()


def _not_named(who: Decider) -> str:
    return _("Not done: write your name first.") if who.is_typed else _("Not done: nobody is named. See above.")


def show_last(desk: Desk) -> None:
    """What was decided last, and the way back to it: another decision is added, and the newest holds."""
    if desk.done is None or desk.done.run_id == desk.run_id:
        return
    words = {
        Decision.APPROVE: _("Approved: {prompt}"),
        Decision.REJECT: _("Rejected: {prompt}"),
        Decision.SUBMIT: _("Handed in: {prompt}"),
    }[desk.done.decision]
    with st.container(horizontal=True, vertical_alignment="center", key="review-last"):
        st.text(words.format(prompt=_short(desk.done.prompt)), width="stretch")
        if st.button(_("Back to it"), key="review-back", icon=":material/undo:"):
            st.query_params[RUN] = desk.done.run_id
            st.rerun()


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _key(desk: Desk, name: str) -> str:
    return f"review-{name}-{desk.visit}"
