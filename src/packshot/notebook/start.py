"""The three ways in: run a plan, open an experiment that is there, make one picture."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from packshot.errors import PlanError, SpecError
from packshot.experiment import Plan, find_plan, read_plan, replicated
from packshot.notebook.access import access_to
from packshot.notebook.opened import OpenedExperiment
from packshot.notebook.picture import Picture, failure_of, read_picture
from packshot.result import RunState
from packshot.spec import Spec
from packshot.workflow import Progress, make_picture, run_experiment

LINE: Final = re.compile(r", line (\d+)")
"""Nobody wrote the lines of a mapping: the place is shown instead."""

AnyPlan = str | Path | Mapping[str, Any] | Plan


def run_plan(
    plan: AnyPlan,
    *,
    model: str | None = None,
    seeds: Any = None,
    source: str | Path | None = None,
    workspace: str | Path | None = None,
    progress: bool = True,
    engine: str = "local",
) -> OpenedExperiment:
    """Run a plan, or what is missing of it, and open the experiment.

    `plan` is a built-in plan's name, a YAML file, a mapping with the keys of one, or a Plan. `seeds` replicates it.
    Notes on what was asked for, and cells that failed, are warnings. Raises what `run_experiment` raises.
    """
    access = access_to(workspace, engine)
    with access.bench(create=True) as bench:
        found = _plan(plan, bench.plans)
        done = run_experiment(
            bench,
            found if seeds is None else replicated(found, _plain(seeds)),
            model=model,
            source=None if source is None else str(source),
            on_notes=_warn_of,
            on_progress=_say if progress else lambda _progress: None,
        )
    for cell, run in done.failed.items():
        warnings.warn(f"{cell} has no picture: {failure_of(run).message}", stacklevel=2)
    return OpenedExperiment(done.name, access)


def open_experiment(name: str, *, workspace: str | Path | None = None, engine: str = "local") -> OpenedExperiment:
    """An experiment that was run before. `engine` is what replays use.

    Raises RecordError where the workspace has no such experiment, WorkspaceError where there is no workspace.
    """
    return OpenedExperiment(name, access_to(workspace, engine))


def generate(
    prompt: str,
    *,
    workspace: str | Path | None = None,
    out: str | Path | None = None,
    fresh: bool = False,
    engine: str = "local",
    **settings: Any,
) -> Picture:
    """Make one picture, unless it was made before (`fresh` makes it anew). `settings` are those of `packshot.Spec`.

    Each call loads the model; for many pictures run a plan, or keep `packshot.open_workbench` open. Notes are warnings.
    Raises SpecError and whatever else refuses, and EngineError where no picture came of it.
    """
    access = access_to(workspace, engine)
    spec = _spec(prompt, settings)
    with access.bench(create=True) as bench:
        made = make_picture(bench, spec, fresh=fresh, out=None if out is None else Path(out).expanduser())
        for note in made.order.resolved.origin.notes:
            warnings.warn(note, stacklevel=2)
        if made.run.state is not RunState.SUCCEEDED:
            raise failure_of(made.run)
        return read_picture(bench, access, made.run, made.path)


def _spec(prompt: str, settings: Mapping[str, Any]) -> Spec:
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in settings.items()}
    try:
        return Spec(prompt=prompt, **plain)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SpecError(
                "spec.invalid", f"no setting named {name}", expected=", ".join(Spec.model_fields), got=name
            ) from error
        raise SpecError(
            "spec.invalid", f"impossible {name}", expected=first["msg"], got=repr(first["input"])
        ) from error


def _plan(plan: AnyPlan, packaged: Path) -> Plan:
    if isinstance(plan, Plan):
        return plan
    if not isinstance(plan, Mapping):
        return find_plan(str(plan), packaged)
    try:
        text = yaml.safe_dump(_plain(plan), sort_keys=False, allow_unicode=True)
    except yaml.YAMLError as error:
        raise PlanError(
            "plan.invalid",
            "the plan holds something that no plan can say",
            expected="text, numbers, lists, mappings",
            got=str(error)[:200],
        ) from error
    try:
        return read_plan(text, "the plan")
    except PlanError as error:
        error.message = LINE.sub(lambda found: f", at `{text.splitlines()[int(found[1]) - 1].strip()}`", error.message)
        raise


def _plain(value: Any) -> Any:
    """Paths as text and NumPy's numbers as numbers: what a notebook computes a plan from."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, Path):
        return str(value)
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def _warn_of(notes: Mapping[str, tuple[str, ...]]) -> None:
    for note, cells in notes.items():
        where = ", ".join(cells) if len(cells) <= 3 else f"{len(cells)} cells from {cells[0]}"
        warnings.warn(f"{note} ({where})", stacklevel=4)


def _say(progress: Progress) -> None:
    """A line for each cell that ended."""
    if progress.run is not None:
        sys.stderr.write(f"{progress.done:>3}/{progress.total}  {progress.cell}  {progress.state}\n")
