"""When nothing is left: scores in numbers, how far people and the proposal agree, and the table to take away."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.parts.named import criterion_name, evidence_value
from packshot.app.parts.rating.desk import Desk
from packshot.app.parts.rows import show_table
from packshot.app.places import go
from packshot.app.words import _, ngettext_, said
from packshot.evaluation.agreement import FEWEST_PICTURES
from packshot.result import PROPOSAL, Agreement, Rating
from packshot.workflow import (
    agreement_of,
    export_ratings,
    means_by_arm,
    needed_criteria,
    ratings_of,
    score_counts,
)

CELLS_MOST = 2000
"""Nobody rates more in one session."""

BOOTSTRAP_SEED = 0
"""The command line's: the same ratings give the same interval."""


def show_ending(desk: Desk) -> None:
    """Thanks, what is left, and what came of it."""
    left = len(desk.session.open)
    if left:
        st.info(ngettext_("{left} picture was skipped.", "{left} pictures were skipped.", left).format(left=left))
        if st.button(_("Go on with what was skipped"), type="primary", key="rate-left"):
            desk.lay_next()
            st.rerun()
    else:
        st.success(_("Everything is rated. Thank you."))
    ratings = _ratings(desk)
    _show_counts([each for each in ratings if each.rater == desk.session.rater])
    if desk.task.experiment is not None:
        _show_settings(desk, desk.task.experiment, ratings)
    _show_agreement(ratings)
    if desk.task.experiment is not None:
        _show_export(desk.task.experiment)
        if st.button(_("Open the experiment"), key="rate-experiment", icon=":material/science:"):
            go("experiment", experiment=desk.task.experiment)


def _ratings(desk: Desk) -> list[Rating]:
    """Everybody's; after a blind session the blind ones alone, which are alike."""
    bench, experiment = studio().bench, desk.task.experiment
    found = (
        ratings_of(bench, desk.session.pictures) if experiment is None else bench.store.experiment_ratings(experiment)
    )
    return [each for each in found if each.blind or not desk.task.blind]


def _show_counts(ratings: Sequence[Rating]) -> None:
    st.subheader(_("Your scores"))
    rows = [[criterion_name(each), *map(str, counts)] for each, counts in score_counts(ratings).items()]
    show_table(_("Your scores"), [_("Criterion"), "0", "1", "2"], rows)


def _show_settings(desk: Desk, experiment: str, ratings: Sequence[Rating]) -> None:
    """What was hidden: which settings the scores were given to."""
    cells = [cell for cell, _run in studio().bench.store.cells(experiment, limit=CELLS_MOST)]
    own = [each for each in ratings if each.rater == desk.session.rater]
    means = means_by_arm(cells, own, needed_criteria(blind=desk.task.blind))
    if means:
        st.subheader(_("What your scores were given to"))
        heads = [_("Arm"), _("Pictures"), _("Mean points")]
        rows = [
            [
                each.arm,
                str(each.pictures),
                _("{points} of {most}").format(points=said(f"{each.points:.1f}"), most=each.most),
            ]
            for each in means
        ]
        show_table(_("What your scores were given to"), heads, rows)


def _show_agreement(ratings: Sequence[Rating]) -> None:
    st.subheader(_("Agreement"))
    found = _agreement(tuple(each.id for each in ratings), list(ratings))
    for entry in found:
        if entry.criterion is None:
            st.markdown(plain(said(entry.sentence)))
    st.caption(_("Weighted kappa is 1 where two agree always, and 0 where no more than chance would have it."))
    with st.expander(_("By criterion"), key="rate-agreement"):
        heads = [_("Who"), _("Criterion"), _("Pictures"), _("The same"), _("Weighted kappa"), _("Interval (95 %)")]
        show_table(_("Agreement by criterion"), heads, [_row(each) for each in found if each.criterion is not None])


@st.cache_data(max_entries=16, show_spinner=False)
def _agreement(rating_ids: tuple[str, ...], _ratings: list[Rating]) -> tuple[Agreement, ...]:
    return agreement_of(studio().bench, _ratings, np.random.default_rng(BOOTSTRAP_SEED))


def _row(entry: Agreement) -> list[str]:
    other = _("the proposal") if entry.other == PROPOSAL else entry.other
    who = _("{one} and {other}").format(one=entry.one, other=other)
    few = entry.pictures < FEWEST_PICTURES
    kappa = _("not enough pictures") if few else _("undefined") if entry.kappa is None else _number(entry.kappa)
    interval = ""
    if entry.low is not None and entry.high is not None:
        interval = _("{low} to {high}").format(low=_number(entry.low), high=_number(entry.high))
    equal = "" if entry.same is None else evidence_value(100 * entry.same, "%")
    name = "" if entry.criterion is None else criterion_name(entry.criterion)
    return [who, name, str(entry.pictures), equal, kappa, interval]


def _number(value: float) -> str:
    return said(f"{value:.2f}".replace("-", "−"))


def _show_export(experiment: str) -> None:
    st.download_button(
        _("Download all ratings (CSV)"),
        partial(_csv, experiment),
        f"{experiment}-ratings.csv",
        "text/csv",
        key="rate-export",
        icon=":material/download:",
        on_click="ignore",
        help=_("A row for each person, picture and criterion, with the proposed score beside it."),
    )


def _csv(experiment: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="packshot-") as folder:
        path = Path(folder) / "ratings.csv"
        export_ratings(studio().bench, experiment, path)
        return path.read_bytes()
