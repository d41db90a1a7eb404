"""What is known of a run, in tabs: configuration, evidence, scores, replays."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.parts.again import show_verdict
from packshot.app.parts.failure import failure_words
from packshot.app.parts.named import capital, criterion_name, evidence_name, evidence_value, state_name
from packshot.app.parts.rows import show_rows, show_table
from packshot.app.words import _, ngettext_, said
from packshot.report.wording import moment
from packshot.result import Criterion, ProposedScore, Rating, Run
from packshot.workflow import Details
from packshot.workflow.configuration import configuration_of
from packshot.workflow.recipe import recipe_of

NONE: Final = "none"
NOTHING: Final = "nothing"
OURS: Final = frozenset(
    {
        "mode", "fit", "precision asked for", "end of the prompt", "memory mode", "precision", "denormal numbers",
        "deterministic", "note", "found otherwise", "safety checker", "most memory", "steps", "guidance", "strength",
    }
)  # fmt: skip
"""Rows of the record whose values are numbers or words of ours."""


def show_facts(details: Details, *, key: str, measuring: bool) -> None:
    """All tabs. `measuring` says that evidence is still to come."""
    names = [_("Configuration"), _("Evidence"), _("Scores"), _("Replays")]
    configuration, evidence, scores, replays = st.tabs(names, key=f"{key}-facts")
    with configuration:
        show_configuration(details.run, key=key)
    with evidence:
        show_evidence(details, measuring=measuring)
    with scores:
        show_scores(details, measuring=measuring)
    with replays:
        show_replays(details)


def show_configuration(run: Run, *, key: str) -> None:
    """The same picture as command, Python and JSON to copy, and every row of the record, which is long."""
    recipe = recipe_of(run)
    st.subheader(_("The same picture elsewhere"), anchor=False)
    command, python, whole = st.tabs([_("Command"), _("Python"), _("JSON")], key=f"{key}-recipe")
    command.code(recipe.command, "bash", wrap_lines=True)
    python.code(recipe.python, "python", wrap_lines=True)
    whole.code(recipe.json, "json", wrap_lines=True, height=360)
    st.subheader(_("The record"), anchor=False)
    show_rows((capital(_(label)), _recorded(label, text)) for label, text in configuration_of(run))


def show_evidence(details: Details, *, measuring: bool) -> None:
    """Every entry: what, how much, and what that means."""
    if not details.evidence:
        _nothing_measured(measuring)
        return
    show_rows(
        (
            _("{name}: {value}").format(name=evidence_name(entry.name), value=evidence_value(entry.value, entry.unit)),
            said(entry.sentence),
        )
        for entry in details.evidence
    )


def show_scores(details: Details, *, measuring: bool) -> None:
    """The proposal, with people's scores in columns of their own."""
    if details.proposal is None and not details.ratings:
        _nothing_measured(measuring)
        return
    proposed = details.proposal.scores if details.proposal else {}
    rows = [
        [
            criterion_name(criterion),
            _points(proposed.get(criterion)),
            *(_given(rating, criterion) for rating in details.ratings),
        ]
        for criterion in Criterion
    ]
    heads = [_("Criterion"), _("Proposed"), *(_rater(rating) for rating in details.ratings)]
    show_table(_("Scores"), heads, rows)
    if details.proposal is not None:
        st.caption(_evaluated(details.proposal.evaluated))
    st.subheader(_("Reasons"), anchor=False)
    show_rows(
        [(criterion_name(each), said(score.reason)) for each, score in proposed.items()] + _reasons(details.ratings)
    )


def show_replays(details: Details) -> None:
    """Every time that the picture was made again, newest first."""
    if not details.replays:
        st.text(_("It was not made again yet. “Make again” does so and measures whether the picture is the same."))
    for run in details.replays:
        st.caption(said(moment(run.finished_at or run.created_at)))
        if run.verdict is not None:
            show_verdict(run.verdict)
        elif run.failure is not None:
            st.error(failure_words(run.failure))
        else:
            st.text(capital(state_name(run.state)))


def _recorded(label: str, text: str) -> str:
    """Values that are words of ours in the person's language; names, digests and people's words as they stand."""
    if text == NONE:
        return said(NOTHING if label.endswith("asked for") else NONE)
    return said(text) if label in OURS else text


def _nothing_measured(measuring: bool) -> None:
    st.text(_("Being measured…") if measuring else _("Nothing was measured of this run."))


def _points(score: ProposedScore | None) -> str:
    return _("not evaluated") if score is None or score.score is None else _of_two(score.score)


def _given(rating: Rating, criterion: Criterion) -> str:
    found = rating.scores.get(criterion)
    return _("not given") if found is None else _of_two(found.score)


def _of_two(score: int) -> str:
    return _("{score} of 2").format(score=score)


def _rater(rating: Rating) -> str:
    return _("{person} (blind)").format(person=rating.rater) if rating.blind else rating.rater


def _evaluated(number: int) -> str:
    return ngettext_("{n} of 5 criteria evaluated", "{n} of 5 criteria evaluated", number).format(n=number)


def _reasons(ratings: tuple[Rating, ...]) -> list[tuple[str, str]]:
    return [
        (_("{person} on {criterion}").format(person=rating.rater, criterion=criterion_name(criterion)), score.reason)
        for rating in ratings
        for criterion, score in rating.scores.items()
        if score.reason
    ]
