"""`packshot review` and `packshot reviews`: people's decisions on pictures. Nothing here releases one."""

from __future__ import annotations

from typing import Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, say, table
from packshot.cli.parameters import AsJson

Reference = Annotated[str, typer.Argument(metavar="RUN", help="A run's id (or the start of one), or a picture file.")]


@app.command(
    epilog="""Examples:\n
    packshot review outputs/lab/baseline.png --approve --by Ada --channel shopify\n
    packshot review 01J9 --reject --by Ada --reason "a third strap"\n
    packshot review 01J9 --submit --by Ada"""
)
def review(
    context: typer.Context,
    reference: Reference,
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    submit: Annotated[bool, typer.Option("--submit", help="Hand a draft to review.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Approve exactly these pixels.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="Reject them; needs a reason.")] = False,
    reason: Annotated[str, typer.Option(help="Why.", show_default="none")] = "",
    channel: Annotated[
        str | None, typer.Option(help="For this place to sell.", show_default="the picture in general")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Approve or reject a picture by name; every decision is kept. Nothing is released by it."""
    from packshot.errors import RecordError
    from packshot.result import Decision
    from packshot.workflow import review_picture, state_of

    flags = {Decision.SUBMIT: submit, Decision.APPROVE: approve, Decision.REJECT: reject}
    chosen = [decision for decision, given in flags.items() if given]
    if len(chosen) != 1:
        got = ", ".join(f"--{decision}" for decision in chosen) or "none"
        raise RecordError(
            "record.review", "not one decision", expected="one of --submit, --approve and --reject", got=got
        )
    with workbench(context) as bench:
        entry = review_picture(bench, reference, chosen[0], by, reason, channel)
        state = state_of(bench, entry.run_id, channel)
        if as_json:
            print_json("review", entry.model_dump(mode="json") | {"state": str(state)})
        else:
            where = f" for {channel}" if channel else ""
            say(f"run {entry.run_id} is {state}{where}: picture {entry.picture_digest[:12]}, by {entry.by}")


@app.command(epilog="Example:  packshot reviews 01J9 --json")
def reviews(context: typer.Context, reference: Reference, as_json: AsJson = False) -> None:
    """Show every decision on a run's picture, oldest first, and where it stands."""
    from packshot.workflow import trail_of

    with workbench(context) as bench:
        trail = trail_of(bench, reference)
    if as_json:
        data = {
            "run": trail.run.id,
            "states": [{"channel": channel, "state": str(state)} for channel, state in trail.states.items()],
            "reviews": [entry.model_dump(mode="json") for entry in trail.reviews],
        }
        print_json("reviews", data)
        return
    for channel, state in trail.states.items():
        say(f"{channel or 'in general'}: {state}")
    rows = [
        [f"{e.created_at:%Y-%m-%d %H:%M}", e.by, str(e.decision), e.channel or "", e.picture_digest[:12], e.reason]
        for e in trail.reviews
    ]
    if rows:
        table(["when (UTC)", "by", "decision", "channel", "picture", "reason"], rows)
