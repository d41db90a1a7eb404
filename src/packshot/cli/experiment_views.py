"""How plans and experiments look: as tables for people, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from packshot.cli.output import error_console, print_note, say, seconds, table

if TYPE_CHECKING:
    from packshot.experiment import Estimate, Plan
    from packshot.result import Cell, ExperimentSummary, Run
    from packshot.workflow import ExperimentDone, Forecast, Replaying

FAILED_SHOWN = 20
CELLS_IN_JSON = 500
"""Beyond, `packshot experiment show` pages."""


def print_notes(notes: Mapping[str, tuple[str, ...]]) -> None:
    """Each note once, before the work begins, with the cells that it speaks of."""
    for note, cells in notes.items():
        where = ", ".join(cells) if len(cells) <= 3 else f"{len(cells)} cells from {cells[0]}"
        print_note(f"{note} ({where})")


def notes_json(notes: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    """Notes with their cells."""
    return [{"note": note, "cells": list(cells)} for note, cells in notes.items()]


def done_json(done: ExperimentDone) -> dict[str, Any]:
    """What an experiment left; its cells where they are not too many."""
    count = sum(done.states.values())
    data: dict[str, Any] = {
        "name": done.name,
        "folder": str(done.folder),
        "report": str(done.report.html),
        "made": done.made,
        "states": done.states,
        "notes": notes_json(done.notes),
    }
    if count <= CELLS_IN_JSON:
        data["cells"] = {
            name: {
                "run": run.id,
                "state": str(run.state),
                "picture": str(done.pictures[name]) if name in done.pictures else None,
                "digest": run.result.picture_digest if run.result else None,
                "failure": run.failure.model_dump(mode="json") if run.failure else None,
            }
            for name, run in done.runs.items()
        }
    return data


def print_replaying(made: Replaying) -> None:
    """A line for each picture that was made again."""
    verdict = made.replay.verdict if made.replay is not None else None
    found = "replayed before" if made.replay is None else "the replay failed" if verdict is None else verdict.sameness
    error_console().print(f"{made.done:>3}/{made.total}  {made.cell:<28} made again: {found}", markup=False)


def print_done(done: ExperimentDone) -> None:
    """What an experiment left, and the first of what failed."""
    say(f"{done.states.get('succeeded', 0)} pictures in {done.folder} ({done.made} made now)")
    for position, (name, failed) in enumerate(done.failed.items()):
        if position == FAILED_SHOWN:
            say(f"… {len(done.failed)} failed:  packshot experiment show {done.name} --state failed")
            break
        say(f"failed: {name}: {failed.failure.message if failed.failure else failed.state}")
    say(f"report: {done.report.html}")


def forecast_json(found: Forecast) -> dict[str, Any]:
    """What a plan would do."""
    return {
        "name": found.name,
        "cells": found.cells,
        "arms": found.arms,
        "seeds": found.seeds,
        "products": found.products,
        "states": found.states,
        "runs": found.runs,
        "first": [
            {
                "name": entry.cell.name,
                "arm": entry.cell.arm,
                "seed": entry.cell.seed,
                "product": entry.cell.product,
                "against": entry.cell.against,
                "change": entry.cell.model_dump(mode="json")["change"],
                "spec_hash": entry.spec_hash,
                "state": entry.state,
            }
            for entry in found.first
        ],
        "estimate": {
            "seconds": found.seconds,
            "cost": found.cost,
            "price_per_hour": found.price_per_hour,
            "currency": found.currency or None,
            "parts": [_estimate_json(estimate) for estimate in found.estimates],
        },
        "notes": notes_json(found.notes),
    }


def _estimate_json(estimate: Estimate) -> dict[str, Any]:
    measured = estimate.measured
    return {
        "what": estimate.what,
        "pictures": estimate.work.pictures,
        "calls": estimate.work.calls,
        "seconds": estimate.seconds,
        "call_s": measured.call_s if measured else None,
        "besides_s": measured.besides_s if measured else None,
        "measured": None if measured is None else f"{measured.pictures} runs" if measured.pictures else "bench",
    }


def print_forecast(found: Forecast) -> None:
    """What a plan would do: its first cells, what is there, and how long the rest takes."""
    rows = [
        [entry.cell.name, _change(entry.cell.change), entry.cell.against or "", str(entry.cell.seed), entry.state]
        for entry in found.first
    ]
    table(["cell", "changed", "against", "seed", "state"], rows)
    if found.cells > len(rows):
        say(f"… {len(rows)} of {found.cells} cells")
    blocks = [f"{found.arms} arms", f"{found.seeds} seeds" if found.seeds > 1 else ""]
    blocks += [f"{found.products} products" if found.products else ""]
    say("")
    say(f"{found.name}: {found.cells} cells ({' × '.join(filter(None, blocks))})")
    say(", ".join(f"{count} {state}" for state, count in found.states.items() if count) + f": {_to_make(found)}")
    for estimate in found.estimates:
        say(f"{estimate.work.pictures} × {estimate.what}: {_estimate(estimate)}")
    if found.seconds is not None and found.runs:
        cost = f", {found.cost:.2f} {found.currency}".rstrip() if found.cost is not None else ""
        say(f"in all about {seconds(found.seconds)}{cost}")


def _to_make(found: Forecast) -> str:
    return f"{found.runs} runs to make" if found.runs else "nothing to make"


def _estimate(estimate: Estimate) -> str:
    measured = estimate.measured
    if measured is None or estimate.seconds is None:
        return "not measured yet"
    call = f"{estimate.work.calls} calls of {1000 * measured.call_s:.0f} ms"
    if measured.besides_s is None:
        return f"about {seconds(estimate.seconds)} ({call}, by `doctor --bench`; encoding and decoding not measured)"
    runs = f"{measured.pictures} run{'s' if measured.pictures > 1 else ''}"
    return f"about {seconds(estimate.seconds)} ({call} and {measured.besides_s:.1f} s a picture besides, from {runs})"


def lists_json(plans: list[Plan], experiments: list[ExperimentSummary]) -> dict[str, Any]:
    """Built-in plans, and what is in the workspace."""
    return {
        "plans": [{"name": plan.name, "title": plan.title, "question": plan.question} for plan in plans],
        "experiments": [
            {
                "name": entry.name,
                "created_at": entry.created_at.isoformat(),
                "cells": entry.cells,
                "with_run": entry.with_run,
                "states": entry.states,
            }
            for entry in experiments
        ],
    }


def print_lists(plans: list[Plan], experiments: list[ExperimentSummary]) -> None:
    """Built-in plans with their questions, and what is in the workspace."""
    say("Built-in plans")
    table(["name", "question"], [[plan.name, plan.question] for plan in plans])
    say("")
    say("Experiments here" if experiments else "No experiment here yet:  packshot experiment run lab")
    if experiments:
        table(
            ["name", "started", "cells", "made", "failed", "missing"],
            [
                [
                    entry.name,
                    f"{entry.created_at:%Y-%m-%d %H:%M}",
                    str(entry.cells),
                    *(str(entry.states.get(state, 0)) for state in ("succeeded", "failed", "missing")),
                ]
                for entry in experiments
            ],
        )


def print_cells(summary: ExperimentSummary, cells: list[tuple[Cell, Run | None]], offset: int, of: int) -> None:
    """A page of an experiment's cells."""
    rows = []
    for cell, run in cells:
        took = f"{run.result.timings.total_s:.1f} s" if run and run.result else ""
        why = f" ({run.failure.code})" if run and run.failure else ""
        state = f"{run.state}{why}" if run else "missing"
        rows.append([cell.name, cell.group, _change(cell.change), state, took, cell.run_id or ""])
    table(["cell", "group", "changed", "state", "took", "run"], rows)
    if len(cells) < summary.cells:
        end = offset + len(cells)
        more = f"; --offset {end} goes on" if end < of else ""
        say(f"cells {offset + 1} to {end} of {of}{more}" if cells else f"no cell from {offset} on, of {of}")
        say(", ".join(f"{count} {state}" for state, count in summary.states.items()))


def _change(change: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in change.items()) or "—"
