"""`packshot review` and `packshot reviews`: people's decisions on pictures. Nothing here releases one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_error, print_json, say, table
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.errors import PackshotError
    from packshot.result import Decision, Release, Review, ReviewState, StandingQuery
    from packshot.workflow import ReviewQueue, Trail, Workbench

REFERENCE = "A run's id (or the start of one), or a picture file."


@app.command(
    epilog="""Examples:\n
    packshot review outputs/lab/baseline.png --approve --by Ada --channel shopify\n
    packshot review 01J9 --reject --by Ada --reason "a third strap"\n
    packshot review 01J9 --approve --by Ada --channel ebay --override --reason "small, and meant so"\n
    packshot review --experiment lab --submit --by Ada --channel shopify"""
)
def review(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    references: Annotated[
        list[str] | None, typer.Argument(metavar="[RUN…]", help=f"{REFERENCE} Each is decided on its own.")
    ] = None,
    submit: Annotated[bool, typer.Option("--submit", help="Hand a draft to review.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Approve exactly these pixels.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Reject them; needs a reason.")] = False,
    reason: Annotated[str, typer.Option(help="Why.", show_default="none")] = "",
    channel: Annotated[
        str | None, typer.Option(help="For this place to sell.", show_default="the picture in general")
    ] = None,
    override: Annotated[
        bool, typer.Option("--override", help="Approve although rules fail; needs a reason, and is marked.")
    ] = False,
    experiment: Annotated[
        str | None, typer.Option(help="With --submit: all pictures of this experiment that are drafts.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Approve or reject pictures by name; every decision is kept. Nothing is released by it."""
    from packshot.errors import RecordError
    from packshot.result import Decision
    from packshot.workflow import submit_experiment

    flags = {Decision.SUBMIT: submit, Decision.APPROVE: approve, Decision.REJECT: reject}
    chosen = [decision for decision, given in flags.items() if given]
    if len(chosen) != 1:
        got = ", ".join(f"--{decision}" for decision in chosen) or "none"
        raise RecordError(
            "record.review", "not one decision", expected="one of --submit, --approve and --reject", got=got
        )
    if bool(references) == (experiment is not None) or (experiment is not None and not submit):
        raise RecordError(
            "record.review",
            "not clear which pictures",
            expected="runs by name, or --experiment NAME with --submit",
            got=f"{len(references or [])} runs, experiment {experiment or 'none'}, --{chosen[0]}",
            hint="whoever approves or rejects names each picture",
        )
    with workbench(context) as bench:
        if experiment is not None:
            handed_in = list(submit_experiment(bench, experiment, by, channel))
            _show_many(handed_in, {}, as_json=as_json)
        else:
            _decide(bench, references or [], chosen[0], by, reason, channel, override, as_json=as_json)


def _decide(
    bench: Workbench,
    references: list[str],
    decision: Decision,
    by: str,
    reason: str,
    channel: str | None,
    override: bool,
    *,
    as_json: bool,
) -> None:
    from packshot.errors import UsageError
    from packshot.workflow import review_picture, state_of

    if len(references) == 1:
        entry = review_picture(bench, references[0], decision, by, reason, channel, override=override)
        _show_one(entry, state_of(bench, entry.run_id, channel), as_json=as_json)
        return
    kept: list[Review] = []
    refused: dict[str, PackshotError] = {}
    for reference in references:
        try:
            kept.append(review_picture(bench, reference, decision, by, reason, channel, override=override))
        except UsageError as error:
            refused[reference] = error
    _show_many(kept, refused, as_json=as_json)
    if refused:
        raise typer.Exit(2)


def _show_one(entry: Review, state: ReviewState, *, as_json: bool) -> None:
    if as_json:
        print_json("review", entry.model_dump(mode="json") | {"state": str(state)})
        return
    where = f" for {entry.channel}" if entry.channel else ""
    say(f"run {entry.run_id} is {state}{where}: picture {entry.picture_digest[:12]}, by {entry.by}")
    if entry.overrides:
        say(f"  overridden: {', '.join(entry.overrides)}")


def _show_many(kept: list[Review], refused: dict[str, PackshotError], *, as_json: bool) -> None:
    if as_json:
        failures = [{"reference": reference, "error": error.as_dict()} for reference, error in refused.items()]
        print_json("decisions", {"reviews": [e.model_dump(mode="json") for e in kept], "refused": failures})
        return
    for entry in kept:
        where = f" for {entry.channel}" if entry.channel else ""
        say(f"{entry.decision} run {entry.run_id}{where}: picture {entry.picture_digest[:12]}, by {entry.by}")
    for reference, error in refused.items():
        say(f"{reference}: refused")
        print_error(error, as_json=False)
    say(f"{len(kept)} done, {len(refused)} refused")


@app.command(
    epilog="""Examples:\n
    packshot reviews 01J9 --json\n
    packshot reviews --state approved --channel shopify"""
)
def reviews(
    context: typer.Context,
    reference: Annotated[str | None, typer.Argument(metavar="[RUN]", help=REFERENCE)] = None,
    state: Annotated[str, typer.Option(help="in_review, approved, rejected or released.")] = "in_review",
    channel: Annotated[str | None, typer.Option(help="Only for this place to sell.")] = None,
    experiment: Annotated[str | None, typer.Option(help="Only this experiment's.")] = None,
    product: Annotated[str | None, typer.Option(help="Only this product's, by its name in an experiment.")] = None,
    model: Annotated[str | None, typer.Option(help="Only what this model made.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    after: Annotated[int, typer.Option(min=0, help="Go on behind this number of an earlier page.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show what was decided on a run's picture, oldest first; without RUN, the pictures that wait for a person."""
    from packshot.workflow import review_queue, trail_of

    with workbench(context) as bench:
        if reference is not None:
            _show_trail(trail_of(bench, reference), as_json=as_json)
            return
        query = _query(bench, state, channel, experiment).model_copy(update={"product": product, "model": model})
        _show_queue(review_queue(bench, query, limit=limit, after=after), as_json=as_json)


def _query(bench: Workbench, state: str, channel: str | None, experiment: str | None) -> StandingQuery:
    from packshot.channels import find_channel
    from packshot.errors import RecordError
    from packshot.result import ReviewState, StandingQuery

    listed = [known for known in ReviewState if known is not ReviewState.DRAFT]
    if state not in listed:
        raise RecordError("record.review", "no such state is listed", expected=", ".join(listed), got=state)
    if channel is not None:
        find_channel(channel, bench.channels)
    return StandingQuery(state=ReviewState(state), channel=channel, experiment=experiment)


def _show_queue(queue: ReviewQueue, *, as_json: bool) -> None:
    if as_json:
        data = {
            "counts": queue.counts,
            "pictures": [standing.model_dump(mode="json") for standing in queue.standings],
            "after": queue.after,
        }
        print_json("queue", data)
        return
    rows = [
        [s.run_id, s.channel or "in general", str(s.state), s.picture_digest[:12], f"{s.since:%Y-%m-%d %H:%M}", s.by]
        for s in queue.standings
    ]
    if rows:
        table(["run", "channel", "state", "picture", "since (UTC)", "by"], rows)
    say(", ".join(f"{count} {state}" for state, count in queue.counts.items()) or "nothing was handed to review yet")
    if queue.after is not None:
        say(f"more: --after {queue.after}")


def _show_trail(trail: Trail, *, as_json: bool) -> None:
    from packshot.result import Review

    if as_json:
        data = {
            "run": trail.run.id,
            "states": [{"channel": channel, "state": str(state)} for channel, state in trail.states.items()],
            "reviews": [entry.model_dump(mode="json") for entry in trail.reviews],
            "releases": [entry.model_dump(mode="json") for entry in trail.releases],
        }
        print_json("reviews", data)
        return
    for channel, state in trail.states.items():
        say(f"{channel or 'in general'}: {state}")
    rows = [_reviewed(entry) if isinstance(entry, Review) else _released(entry) for entry in trail.entries]
    if rows:
        table(["when (UTC)", "by", "decision", "channel", "picture", "reason"], rows)


def _reviewed(entry: Review) -> list[str]:
    words = entry.reason + (f" (overridden: {', '.join(entry.overrides)})" if entry.overrides else "")
    when, picture = f"{entry.created_at:%Y-%m-%d %H:%M}", entry.picture_digest[:12]
    return [when, entry.by, str(entry.decision), entry.channel or "", picture, words]


def _released(entry: Release) -> list[str]:
    when, picture = f"{entry.created_at:%Y-%m-%d %H:%M}", entry.picture_digest[:12]
    return [when, entry.by, "release", entry.channel, picture, f"{entry.file_name} ({entry.edit})"]
