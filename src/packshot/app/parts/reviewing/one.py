"""One picture after the other: the picture, what speaks against it, the decision, and all that is known of it."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.identity import Decider
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.facts import show_configuration, show_evidence, show_scores
from packshot.app.parts.named import capital, review_name
from packshot.app.parts.reviewing.checks import show_blocking, show_checks
from packshot.app.parts.reviewing.deciding import show_deciding, show_keys, show_last
from packshot.app.parts.reviewing.desk import RUN, Desk, open_desk
from packshot.app.parts.reviewing.history import show_history
from packshot.app.parts.reviewing.line import Line, channel_words
from packshot.app.parts.reviewing.looking import against_of
from packshot.app.parts.reviewing.picture import show_picture
from packshot.app.words import _, ngettext_, said
from packshot.report.wording import moment
from packshot.result import Decision, Entry, Release, ReviewState
from packshot.workflow import ReviewSheet, find_run, review_queue, review_sheet


def show_one(line: Line, who: Decider) -> None:
    """What lies on the desk, or that nothing waits."""
    desk = open_desk(line.query)
    if RUN in st.query_params and st.button(_("To what waits"), key="review-to-queue", icon=":material/arrow_back:"):
        desk.lay_next()
        st.rerun()
    if desk.run_id is None:
        show_last(desk)
        _show_end(desk, line)
        return
    with shown():
        run = find_run(studio().bench, desk.run_id)
        with st.spinner(_("Looking at the rules…")):
            against = against_of(run.id, line.channel)
        sheet = review_sheet(studio().bench, run.id, line.channel, against)
        _show_sheet(desk, line, sheet, who)
        desk.seen = sheet.seen


def _show_sheet(desk: Desk, line: Line, sheet: ReviewSheet, who: Decider) -> None:
    show_keys(desk, sheet)
    show_last(desk)
    _say_where(desk, line, sheet)
    has_source = sheet.details.source is not None
    left, right = st.columns([5, 3] if has_source else [11, 9], gap="medium")
    with left:
        show_picture(sheet.details.run, has_source=has_source, visit=desk.visit)
    with right:
        _say_meanwhile(desk, sheet)
        show_blocking(sheet)
        if sheet.against is not None:
            show_checks(sheet.against.checks)
        _show_proposed(sheet)
        show_deciding(desk, sheet, who)
    _show_known(sheet)


def _say_where(desk: Desk, line: Line, sheet: ReviewSheet) -> None:
    """How many wait, and where this one stands."""
    state = capital(review_name(sheet.state))
    words = [f"**{plain(state)}** · {plain(channel_words(line.channel))}"]
    newest = _newest(sheet)
    if newest is not None:
        words.append(
            plain(_("since {moment}, by {person}").format(moment=said(moment(newest.created_at)), person=newest.by))
        )
    left = review_queue(studio().bench, line.query, limit=1).counts.get(ReviewState.IN_REVIEW, 0)
    words.append(plain(ngettext_("{n} picture waits here", "{n} pictures wait here", left).format(n=left)))
    st.markdown(" · ".join(words))


def _newest(sheet: ReviewSheet) -> Entry | None:
    spoken = [entry for entry in sheet.entries if entry.channel in (sheet.channel, None)]
    return spoken[-1] if spoken and sheet.state is not ReviewState.DRAFT else None


def _say_meanwhile(desk: Desk, sheet: ReviewSheet) -> None:
    """Somebody else decided while the picture lay here. What was typed stays; another decision can still be added."""
    came = [entry for entry in sheet.entries if desk.seen is not None and entry.id not in desk.seen]
    decided = [entry for entry in came if isinstance(entry, Release) or entry.decision is not Decision.SUBMIT]
    if decided or (desk.number is not None and sheet.state is not ReviewState.IN_REVIEW):
        newest = decided[-1] if decided else _newest(sheet)
        person = "" if newest is None else newest.by
        st.warning(
            _(
                "{person} decided on this picture meanwhile; the history below says what. Nothing is lost: decide all "
                "the same, which adds an entry that then holds, or skip."
            ).format(person=plain(person))
        )


def _show_proposed(sheet: ReviewSheet) -> None:
    """One line of what the evidence gives; its reasons stand below."""
    proposal = sheet.details.proposal
    if proposal is not None and proposal.evaluated:
        words = _("proposed {points} of {most}").format(points=proposal.points, most=2 * proposal.evaluated)
        st.caption(capital(words))


def _show_known(sheet: ReviewSheet) -> None:
    names = [_("History"), _("Evidence"), _("Scores"), _("Configuration")]
    history, evidence, scores, configuration = st.tabs(names, key="review-known")
    with history:
        show_history(sheet.entries)
    with evidence:
        show_evidence(sheet.details, measuring=False)
    with scores:
        show_scores(sheet.details, measuring=False)
    with configuration:
        show_configuration(sheet.details.run, key="review")


def _show_end(desk: Desk, line: Line) -> None:
    """Nothing lies there: what was skipped, what is filtered out, or how pictures come here."""
    left = review_queue(studio().bench, line.query, limit=1).counts.get(ReviewState.IN_REVIEW, 0)
    if left:
        st.info(ngettext_("{left} picture was skipped.", "{left} pictures were skipped.", left).format(left=left))
        if st.button(_("Go on with what was skipped"), type="primary", key="review-left"):
            desk.begin_again()
            st.rerun()
        return
    where = plain(channel_words(line.channel))
    if line.is_narrowed:
        st.info(_("No picture that fits the filters waits here: {channel}.").format(channel=where))
        return
    st.info(
        _("No picture waits here: {channel}. Hand in an experiment, or a picture where it is shown.").format(
            channel=where
        )
    )
