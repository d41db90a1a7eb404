"""Many pictures on a page: every one is shown, those that were looked at can be approved together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.identity import Decider
from packshot.app.parts.errors import error_words, plain, shown
from packshot.app.parts.named import capital
from packshot.app.parts.picture_grid import Tile, Tone, picture_grid
from packshot.app.parts.reviewing.desk import RUN
from packshot.app.parts.reviewing.line import Line, channel_words
from packshot.app.parts.reviewing.looking import against_of
from packshot.app.pictures import thumbnail_address
from packshot.app.words import _, ngettext_, said
from packshot.result import ReviewState
from packshot.workflow import ApprovedMany, ReviewQueue, ShownPicture, approve_shown, review_queue, shown_pictures

SIZES: Final = (12, 24)
VIEW: Final = "view"
_AFTER, _VISIT, _SHOWN, _TOLD = "review-bulk-after", "review-bulk-visit", "review-bulk-shown", "review-bulk-told"


def show_bulk(line: Line, who: Decider) -> None:
    """The page, its count, and what can be done with it."""
    _begin_where_the_line_changed(line)
    _show_told()
    size = st.segmented_control(_("Pictures on a page"), SIZES, default=SIZES[0], required=True, key="review-bulk-size")
    queue = review_queue(
        studio().bench, line.query, limit=size or SIZES[0], after=st.session_state.setdefault(_AFTER, 0)
    )
    total = queue.counts.get(ReviewState.IN_REVIEW, 0)
    if not queue.standings:
        _show_end(total)
        return
    st.text(
        ngettext_(
            "{n} picture waits, {shown} shown, oldest first.", "{n} pictures wait, {shown} shown, oldest first.", total
        ).format(n=total, shown=len(queue.standings))
    )
    st.caption(
        _(
            "Every picture that was shown here counts as looked at by you. It can be chosen once it was to be seen. "
            "One that breaks a rule cannot be approved here: open it. Each approval is an entry of its own."
        )
    )
    with shown():
        _show_page(queue, line, who)


def _show_page(queue: ReviewQueue, line: Line, who: Decider) -> None:
    bench = studio().bench
    with st.spinner(_("Looking at the rules…")):
        against = {each.run_id: against_of(each.run_id, line.channel) for each in queue.standings}
    pictures = shown_pictures(bench, queue.standings, {run: found for run, found in against.items() if found})
    _say_what_to_see(pictures)
    free = sum(not each.blocking for each in pictures)
    answer = picture_grid(
        [_tile(each) for each in pictures],
        key=f"review-bulk-{_visit()}",
        label=_("Pictures"),
        select=_("Choose"),
        looked_at=_("{seen} of {all} looked at"),
        all_words=_("Choose all {n} that break no rule").format(n=free) if free else "",
    )
    if answer.opened is not None:
        st.query_params[RUN] = answer.opened
        st.query_params.pop(VIEW, None)
        st.rerun()
    chosen = tuple(run for run in answer.selected if run in against)
    was_shown: dict[str, frozenset[str]] = st.session_state.get(_SHOWN, {})
    with st.container(horizontal=True, key="review-bulk-buttons"):
        words = ngettext_("Approve {n} chosen picture", "Approve {n} chosen pictures", len(chosen))
        approve = st.button(
            words.format(n=len(chosen)),
            type="primary",
            key=f"review-bulk-approve-{_visit()}",
            disabled=not chosen,
            icon=":material/done_all:",
        )
        if queue.after is not None and st.button(
            _("Next page"), key="review-bulk-next", help=_("These stay as they are.")
        ):
            _turn(queue.after)
        if st.session_state[_AFTER] and st.button(_("From the oldest"), key="review-bulk-first"):
            _turn(0)
    if approve and not who.name:
        st.warning(
            _("Not done: write your name first.") if who.is_typed else _("Not done: nobody is named. See above.")
        )
    elif approve:
        done = approve_shown(bench, chosen, was_shown, who.name, line.channel)
        st.session_state[_TOLD] = done
        _turn(st.session_state[_AFTER])
    st.session_state[_SHOWN] = {each.standing.run_id: each.seen for each in pictures}


def _say_what_to_see(pictures: Sequence[ShownPicture]) -> None:
    """What nothing measures in any picture, once for all of them."""
    rules = dict.fromkeys(rule for each in pictures for rule in each.always_to_see)
    if rules:
        named = ", ".join(said(rule) for rule in rules)
        st.info(plain(_("Nothing measures this; look in every picture: {rules}").format(rules=named)))


def _tile(each: ShownPicture) -> Tile:
    note, tone = _note(each)
    return Tile(
        id=each.standing.run_id,
        picture=thumbnail_address(each.standing.picture_digest),
        alt=each.prompt,
        caption=each.prompt,
        note=note,
        tone=tone,
        is_free=not each.blocking,
    )


def _note(each: ShownPicture) -> tuple[str, Tone]:
    """What the rules say of the picture, in a line."""
    if each.blocking:
        rules = ", ".join(capital(said(found.rule)) for found in each.blocking)
        return _("Broken: {rules}").format(rules=rules), "bad"
    if each.to_see:
        rules = ", ".join(capital(said(rule)) for rule in each.to_see)
        return _("Could not be measured: {rules}").format(rules=rules), "open"
    return _("No rule broken"), "good"


def _visit() -> int:
    return int(st.session_state.setdefault(_VISIT, 1))


def _turn(after: int) -> None:
    """Another page, or the same without what was decided. Nothing is chosen on it."""
    st.session_state.update({_AFTER: after, _VISIT: _visit() + 1, _SHOWN: {}})
    st.rerun()


def _begin_where_the_line_changed(line: Line) -> None:
    key = "review-bulk-line"
    if st.session_state.get(key) != line.query:
        st.session_state.update({key: line.query, _AFTER: 0, _VISIT: _visit() + 1, _SHOWN: {}, _TOLD: None})


def _show_told() -> None:
    done: ApprovedMany | None = st.session_state.pop(_TOLD, None)
    if done is None:
        return
    if done.approved:
        count = len(done.approved)
        words = ngettext_("{n} picture approved for {channel}.", "{n} pictures approved for {channel}.", count)
        where = channel_words(done.approved[0].channel)
        st.success(plain(words.format(n=count, channel=where)), icon=":material/check:")
    for error in done.refused.values():
        st.error(error_words(error), icon=":material/block:")


def _show_end(total: int) -> None:
    if not total:
        st.info(_("No picture waits here."))
        return
    st.info(ngettext_("{n} picture was left as it is.", "{n} pictures were left as they are.", total).format(n=total))
    if st.button(_("From the oldest"), key="review-bulk-first"):
        _turn(0)
