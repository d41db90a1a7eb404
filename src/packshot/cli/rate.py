"""`packshot rate`: a person's scores for one picture, or blind for all pictures of an experiment."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, say
from packshot.cli.parameters import AsJson
from packshot.cli.rubric import ask_scores, check_someone_is_there, read_scores, total_words
from packshot.errors import RecordError

if TYPE_CHECKING:
    from packshot.workflow import ImportedRatings, RatingSession, Workbench


@app.command(
    epilog="""Examples:\n
    packshot rate outputs/lab/baseline.png --by "Ada" --scores 2,1,2,1,2\n
    packshot rate 01J9 --by Ada --scores 2,1,1,0,2 --reason "artifacts: a third strap"\n
    packshot rate lab --blind --by Ada\n
    The five scores are adherence, realism, artifacts, usability, reproducibility; each 0, 1 or 2."""
)
def rate(
    context: typer.Context,
    reference: Annotated[
        str,
        typer.Argument(metavar="RUN", help="A run's id (or the start of one), a picture file; blind: an experiment."),
    ],
    by: Annotated[str, typer.Option("--by", help="Who rates.", prompt="Your name")],
    scores: Annotated[
        str | None,
        typer.Option(help="Five scores, separated by commas.", show_default="asked for one by one"),
    ] = None,
    reason: Annotated[list[str] | None, typer.Option(help="CRITERION: reason; may be given several times.")] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Rate an experiment's pictures without seeing settings or proposal.")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(min=0, help="Of the blind order.", show_default="from experiment and name"),
    ] = None,
    scores_file: Annotated[
        Path | None, typer.Option(help="Blind scores by number, as CSV, instead of being asked.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score a picture by the rubric: five criteria of 0 to 2, total of 10."""
    if blind:
        _refuse("--blind", {"--scores": scores, "--reason": reason}, "--scores-file")
        _blind(context, reference, by, seed, scores_file, as_json)
        return
    _refuse("one picture", {"--seed": seed, "--scores-file": scores_file}, "--blind")
    from packshot.workflow import find_run
    from packshot.workflow import rate as keep

    with workbench(context, create=False) as bench:
        find_run(bench, reference)  # before a person answers ten questions
        if scores is not None:
            given = read_scores(scores, reason or [])
        else:
            check_someone_is_there(as_json, "--scores 2,1,2,1,2")
            given = ask_scores() or {}
        rating = keep(bench, reference, by, given)
        if as_json:
            print_json("rating", rating.model_dump(mode="json") | {"total": rating.total})
        else:
            say(f"{total_words(rating)} by {rating.rater} for run {rating.run_id}")


def _refuse(what: str, unfitting: dict[str, object], instead: str) -> None:
    given = [option for option, value in unfitting.items() if value]
    if given:
        raise RecordError("record.rating", f"{what} takes no {' and no '.join(given)}", hint=f"use {instead}")


def _blind(
    context: typer.Context, experiment: str, by: str, seed: int | None, scores_file: Path | None, as_json: bool
) -> None:
    from packshot.workflow import open_session, rate_from_table

    with workbench(context, create=False) as bench:
        session = open_session(bench, experiment, by, seed)
        if scores_file is not None:
            print_imported(rate_from_table(bench, scores_file, experiment, by, seed), session.seed, as_json)
            return
        if session.open:
            check_someone_is_there(as_json, "--scores-file FILE.csv, or packshot ratings sheet")
        done = len(session.done) + _ask_all(bench, session)
        if as_json:
            print_json("rating-session", {"experiment": experiment, "seed": session.seed, "rated": done})
            return
        say(f"{done} of {len(session.pictures)} pictures are rated (order of seed {session.seed})")
        if done < len(session.pictures):
            say("the same call goes on where you stopped")


def _ask_all(bench: Workbench, session: RatingSession) -> int:
    """One picture after the other, until all are rated or the person stops; returns how many were rated."""
    from packshot.workflow import needed_criteria, write_neutral
    from packshot.workflow import rate as keep

    with tempfile.TemporaryDirectory(prefix="packshot-") as folder:
        for count, picture in enumerate(session.open):
            files = write_neutral(bench, picture, Path(folder))
            say(f"\npicture {len(session.done) + count + 1} of {len(session.pictures)}: {files.picture}")
            say(f"prompt: {picture.prompt}")
            if files.source is not None:
                say(f"source: {files.source}")
            given = ask_scores(needed_criteria(blind=True), may_stop=True)
            if given is None:
                return count
            keep(bench, picture.run_id, session.rater, given, blind=True)
    return len(session.open)


def print_imported(done: ImportedRatings, seed: int | None, as_json: bool) -> None:
    """What a table of ratings gave."""
    if as_json:
        data = {
            "seed": seed,
            "kept": [rating.model_dump(mode="json") | {"total": rating.total} for rating in done.ratings],
            "known": done.known,
            "left_open": done.left_open,
        }
        print_json("ratings-import", data)
        return
    say(f"{len(done.ratings)} ratings kept, {done.known} were there already, {done.left_open} rows without scores")
