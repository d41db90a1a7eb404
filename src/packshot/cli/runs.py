"""`packshot runs …`, `replay`: what was made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.file_view import file_fields, file_json, print_fields
from packshot.cli.output import print_failure, print_json, print_note, say, seconds, table
from packshot.cli.parameters import AsJson, read_state
from packshot.cli.progress import picture_progress
from packshot.cli.rubric import total_words

if TYPE_CHECKING:
    from packshot.metadata import PictureRecord
    from packshot.workflow import Replay

group = typer.Typer(help="Look at what was made.", no_args_is_help=True)
app.add_typer(group, name="runs")


@group.command(name="list", epilog="Example:  packshot runs list --state failed --json")
def list_(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 20,
    state: Annotated[str | None, typer.Option(help="queued, running, succeeded, failed or cancelled.")] = None,
    experiment: Annotated[str | None, typer.Option(help="Only this experiment's.")] = None,
    as_json: AsJson = False,
) -> None:
    """List runs, newest first."""
    chosen = read_state(state)
    with workbench(context, create=False) as bench:
        runs = bench.store.runs(limit=limit, state=chosen, experiment=experiment)
        total = bench.store.count_runs(state=chosen, experiment=experiment)
        if as_json:
            print_json("runs", {"total": total, "runs": [run.model_dump(mode="json", by_alias=True) for run in runs]})
            return
        rows = []
        for run in runs:
            intent = run.resolved.intent
            how = f"{intent.scheduler.name} {intent.steps_taken}/{intent.steps} g{intent.guidance:g} s{intent.seed}"
            how += f" strength {intent.strength:g}" if intent.strength is not None else ""
            prompt = intent.prompt if len(intent.prompt) <= 48 else intent.prompt[:47] + "…"
            state_shown = str(run.state) + (f" ({run.verdict.sameness} replay)" if run.verdict else "")
            rows.append(
                [run.id, f"{run.created_at:%Y-%m-%d %H:%M}", state_shown, run.resolved.origin.model, how, prompt]
            )
        table(["run", "when (UTC)", "state", "model", "how", "prompt"], rows)
        say(f"{len(runs)} of {total}")


@group.command(epilog="Example:  packshot runs show 01J9 --json")
def show(
    context: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="RUN", help="A run's id, the start of one, or a picture file.")],
    trust: Annotated[
        Path | None, typer.Option(help="Certificates (PEM) of CAs whose C2PA signatures are trusted.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show everything about a run; of a file, released ones too, its label, XMP and C2PA state as well."""
    from packshot.workflow import find_run, inspect_file

    path = Path(reference).expanduser()
    seen = inspect_file(path, trust) if path.is_file() else None
    with workbench(context, create=False) as bench:
        if seen is not None and not as_json:
            say("File")
            print_fields(file_fields(seen))
            say("")
        run = find_run(bench, reference) if seen is None or seen.run_id is None else bench.store.run(seen.run_id)
        evidence = bench.store.evidence(run.id)
        ratings = bench.store.ratings(run.id)
        if as_json:
            data = run.model_dump(mode="json", by_alias=True)
            data["evidence"] = [entry.model_dump(mode="json") for entry in evidence]
            data["ratings"] = [rating.model_dump(mode="json") | {"total": rating.total} for rating in ratings]
            if seen is not None:
                data["file"] = file_json(seen)
            print_json("run", data)
            return
        print_fields({"run": run.id, "state": str(run.state), "spec hash": run.spec_hash})
        if run.failure is not None:
            print_fields({"failure": f"{run.failure.code}: {run.failure.message}"})
        say("\nIntent")
        print_fields(run.resolved.intent.as_json())
        say("\nExecution")
        print_fields(run.resolved.execution.model_dump(mode="json"))
        if run.result is not None:
            say("\nResult")
            print_fields({"picture": run.result.picture_digest, "size": f"{run.result.width}×{run.result.height}"})
            print_fields({name: f"{value:.3f}" for name, value in run.result.timings.model_dump().items()})
            say("\nProvenance")
            print_fields(run.result.provenance.model_dump(mode="json"))
        for note in run.resolved.origin.notes:
            say(f"note: {note}")
        if run.verdict is not None:
            say(f"\nReplay of {run.replay_of}: {run.verdict.sameness}")
        for entry in evidence:
            say(f"evidence: {entry.sentence}")
        for rating in ratings:
            say(f"rated {total_words(rating)} by {rating.rater}")


@app.command(
    epilog="""Examples:\n
    packshot replay outputs/lab/baseline.png\n
    packshot replay 01J9 --source photo.jpg --lora brand.safetensors"""
)
def replay(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's id (or the start of one), or a picture file.")
    ],
    source: Annotated[Path | None, typer.Option(help="Where the source picture is now.")] = None,
    model: Annotated[str | None, typer.Option(help="Where the weights are now.")] = None,
    lora: Annotated[
        list[Path] | None, typer.Option(help="Where a LoRA of the run is now; may be given several times.")
    ] = None,
    mask: Annotated[Path | None, typer.Option(help="Where the mask of a product lock is now.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a recorded picture again and say: identical, close or different (exit 0 if identical, else 3)."""
    from packshot.workflow import replay as run_replay

    def on_found(record: PictureRecord) -> None:
        if not as_json:
            took = record.timings.picture_s
            where = f"{record.provenance.device_name}, {record.provenance.threads} threads"
            say(f"replaying {record.run_id}: took {seconds(took)} on {where}")

    with workbench(context) as bench:
        with picture_progress(as_json) as on_event:
            done = run_replay(
                bench,
                reference,
                source=source,
                model=model,
                loras=lora or (),
                mask=mask,
                on_found=on_found,
                on_event=on_event,
            )
        for note in () if as_json else done.notes:
            print_note(note)
        _print_verdict(done, as_json)
    if done.verdict is None:
        if done.run.failure is not None:
            print_failure(done.run.failure, as_json=as_json)
        raise typer.Exit(1)
    if done.verdict.sameness != "identical":
        raise typer.Exit(3)


def _print_verdict(done: Replay, as_json: bool) -> None:
    if as_json:
        measured = done.verdict.model_dump(mode="json") if done.verdict else None
        failure = done.run.failure.model_dump(mode="json") if done.run.failure else None
        made = {"run": done.run.id, "replay_of": done.run.replay_of, "verdict": measured, "failure": failure}
        print_json("replay", made | {"notes": list(done.notes)})
        return
    if done.verdict is None:
        return
    verdict = done.verdict
    say(f"{verdict.sameness}: {_measured(verdict.psnr_db, verdict.max_difference)}")
    for cause in verdict.causes:
        say(f"  {cause}")


def _measured(psnr_db: float | None, max_difference: int | None) -> str:
    if max_difference == 0:
        return "the same bytes of pixels"
    if psnr_db is None:
        return "not comparable"
    return f"PSNR {psnr_db:.1f} dB, largest difference {max_difference} of 255"
