"""One picture with the five criteria. Shows what may be known: blind, neither settings nor proposal."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.named import capital, criterion_name
from packshot.app.parts.rating.desk import Desk
from packshot.app.parts.rows import show_rows
from packshot.app.parts.shortcuts import Shortcut, show_scoring
from packshot.app.parts.zoom import ZoomPicture, show_zoom
from packshot.app.pictures import picture_address, source_address
from packshot.app.words import _, said
from packshot.report.wording import moment
from packshot.result import MEANING, Criterion, Rating
from packshot.workflow import NeutralPicture, latest_rating, needed_criteria, same
from packshot.workflow.rate import Scores

LEVELS = ("0", "1", "2")
NOT_JUDGED = "none"


def show_form(desk: Desk, picture: NeutralPicture) -> None:
    """The picture, its scores, and the way on."""
    before = latest_rating(studio().bench, picture.run_id, desk.task.rater, blind=desk.task.blind)
    _show_keys(desk)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _show_picture(desk, picture)
    with right:
        if before is not None:
            _say_before(before)
        levels = {each: _ask(desk, each, before) for each in Criterion}
        with st.expander(_("Reasons (optional)"), expanded=_has_reasons(before), key=f"rate-reasons-{desk.visit}"):
            reasons = {each: _ask_why(desk, each, before) for each in Criterion}
        _show_buttons(desk, {each: (level, reasons[each]) for each, level in levels.items() if level is not None})


def _show_keys(desk: Desk) -> None:
    back = [] if desk.number == 1 else [Shortcut("B", _("back"), f"rate-back-{desk.visit}")]
    show_scoring(
        str(desk.visit),
        [_key(desk, criterion) for criterion in needed_criteria(blind=desk.task.blind)],
        save=f"rate-save-{desk.visit}",
        save_words=_("save and next"),
        others=[*back, Shortcut("S", _("skip"), f"rate-skip-{desk.visit}")],
    )


def _show_picture(desk: Desk, picture: NeutralPicture) -> None:
    """Large, with its source beside it; both are zoomed together."""
    run = studio().bench.store.run(picture.run_id)
    width, height = run.resolved.intent.width, run.resolved.intent.height
    name = _("Picture {number}").format(number=picture.number)
    pictures = [ZoomPicture(picture_address(picture.picture_digest), name, name, width, height)]
    if picture.source_digest is not None:
        source = _("Source, as the model took it")
        pictures.append(ZoomPicture(source_address(run.id), source, source, width, height))
    st.markdown(_("Asked for: {prompt}").format(prompt=plain(picture.prompt)))
    show_zoom(pictures, key="rate-zoom")
    if not desk.task.blind:
        with st.expander(_("Settings"), key="rate-settings"):
            show_rows((capital(said(each.name)), each.values[0]) for each in same([run]))


def _say_before(before: Rating) -> None:
    words = _("You rated this picture before ({moment}). If you save again, both stay, and the newer one counts.")
    st.info(words.format(moment=said(moment(before.created_at))))


def _ask(desk: Desk, criterion: Criterion, before: Rating | None) -> int | None:
    """The score; None where nothing is chosen."""
    is_needed = criterion in needed_criteria(blind=desk.task.blind)
    entry = None if before is None else before.scores.get(criterion)
    fallback = None if is_needed else len(LEVELS)
    chosen = st.radio(
        criterion_name(criterion),
        LEVELS if is_needed else (*LEVELS, NOT_JUDGED),
        index=fallback if entry is None else entry.score,
        format_func=lambda level: level_words(criterion, level),
        key=_key(desk, criterion),
        persist_state="session",
    )
    return int(chosen) if chosen in LEVELS else None


def _ask_why(desk: Desk, criterion: Criterion, before: Rating | None) -> str:
    """The reason, on one line. Apart from the scores, so that Tab goes from criterion to criterion."""
    entry = None if before is None else before.scores.get(criterion)
    reason = st.text_input(
        criterion_name(criterion),
        value="" if entry is None else entry.reason,
        max_chars=500,
        key=f"{_key(desk, criterion)}-reason",
        persist_state="session",
    )
    return reason or ""


def _has_reasons(before: Rating | None) -> bool:
    return before is not None and any(entry.reason for entry in before.scores.values())


def level_words(criterion: Criterion, level: str) -> str:
    """The level and what it means."""
    if level == NOT_JUDGED:
        return _("not judged: it cannot be seen in the picture")
    return f"{level} · {_(MEANING[criterion][int(level)])}"


def _show_buttons(desk: Desk, scores: Scores) -> None:
    """One row. What is pressed here is done at once, and the page drawn anew."""
    with st.container(horizontal=True, key="rate-buttons"):
        save = st.button(_("Save and next"), type="primary", key=f"rate-save-{desk.visit}")
        back = st.button(_("Back"), key=f"rate-back-{desk.visit}", disabled=desk.number == 1)
        skip = st.button(_("Skip"), key=f"rate-skip-{desk.visit}")
    if save:
        _save(desk, scores)
    elif back:
        desk.lay_previous()
        st.rerun()
    elif skip:
        desk.lay_next()
        st.rerun()


def _save(desk: Desk, scores: Scores) -> None:
    missing = [criterion_name(each) for each in needed_criteria(blind=desk.task.blind) if each not in scores]
    if missing:
        st.warning(_("Not saved: these criteria have no score yet: {criteria}.").format(criteria=", ".join(missing)))
        return
    with shown():
        desk.save(scores)
        st.rerun()


def _key(desk: Desk, criterion: Criterion) -> str:
    return f"rate-{desk.visit}-{criterion.value}"
