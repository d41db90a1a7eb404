"""Live progress of one picture and of an experiment: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from packshot.cli.output import error_console, print_note, seconds

if TYPE_CHECKING:
    from packshot.service import Service, View
    from packshot.workflow import LockedFile, OnPicture, Progress

MARKS = {"done": "made", "already": "there already", "failed": "FAILED", "failed before": "failed before"}


@contextmanager
def picture_progress(quiet: bool) -> Iterator[Any]:
    """Gives a function for the engine's events of one picture."""
    if quiet:
        yield lambda _event: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("time left"),
        TimeRemainingColumn(),
        console=error_console(),
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # what is piped stays on stdout
        disable=not error_console().is_terminal,
    )
    with bar:
        task = bar.add_task("loading", total=None)

        def on_event(event: Any) -> None:
            from packshot.engine import Advanced, Lowered, Started

            if isinstance(event, Started):
                bar.reset(task, description="denoising", total=event.steps)
            elif isinstance(event, Lowered):
                error_console().print(f"note: {event.resolved.origin.notes[-1]}", markup=False)
            elif isinstance(event, Advanced):
                bar.update(task, completed=event.step, description="denoising")

        yield on_event


@contextmanager
def experiment_progress(quiet: bool) -> Iterator[Any]:
    """Gives a function for an experiment's progress."""
    if quiet:
        yield lambda _progress: None
        return
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    target = error_console()
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[where]}"),
        console=target,
        transient=True,
        redirect_stdout=sys.stdout.isatty(),  # what is piped stays on stdout
        disable=not target.is_terminal,
    )
    with bar:
        task = bar.add_task("starting", total=None, where="")
        notes: set[str] = set()
        shown = 0

        def on_progress(progress: Progress) -> None:
            nonlocal shown
            if progress.run is not None:
                target.print(_line(progress), markup=False)
            elif progress.note is not None and progress.note not in notes:
                notes.add(progress.note)
                print_note(progress.note)
            elif progress.state == "elsewhere" and progress.done > shown and not target.is_terminal:
                shown = progress.done
                target.print(f"{progress.done:>3}/{progress.total}  {_going_on(progress)}", markup=False)
            step = f"step {progress.step}/{progress.steps} · " if progress.steps else ""
            left = f"{seconds(progress.left_s)} left" if progress.left_s is not None else ""
            bar.update(
                task,
                total=progress.total,
                completed=progress.done,
                description=f"{progress.done}/{progress.total} {progress.cell}",
                where=f"{_going_on(progress)}{step}{left}",
            )

        yield on_progress


@contextmanager
def queue_progress(service: Service, quiet: bool) -> Iterator[Callable[[View], None]]:
    """Gives a function for a job of the queue: one line that changes, and a note where nobody works at it."""
    from packshot.service import UNTAKEN, is_untaken

    target = error_console()
    told: set[str] = set()

    def note(view: View) -> None:
        if not quiet and not told and is_untaken(service, view):
            told.add(view.job.id)
            target.print(f"note: {UNTAKEN}", markup=False)

    if quiet or not target.is_terminal:
        yield note
        return
    with target.status("waiting") as status:

        def on_view(view: View) -> None:
            note(view)
            status.update(_where(view))

        yield on_view


def _where(view: View) -> str:
    """Where a job stands, in a few words."""
    if view.job.is_suspect:
        doing = "waits to be tried" if view.job.state == "queued" else "is tried"
        return f"{view.job.deaths} processes died at it: it {doing} with nothing else at work"
    if view.job.state == "queued":
        return f"waiting, {view.ahead} before it" if view.ahead else "waiting, first in the queue"
    if view.progress is not None:
        return f"{view.progress.done}/{view.progress.total} cells"
    done = sum(picture.state == "done" for picture in view.pictures)
    return f"being made, {done}/{len(view.pictures)} done"


@contextmanager
def folder_progress(quiet: bool) -> Iterator[Any]:
    """Gives a function for the photos of a folder as they end."""
    if quiet:
        yield lambda _file, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    target = error_console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=target, transient=True, disable=not target.is_terminal) as bar:
        task = bar.add_task("photos", total=None)

        def on_locked(file: LockedFile, done: int, total: int) -> None:
            mark = f"FAILED: {file.error.message}" if file.error else "there already" if file.already else "made"
            target.print(f"{done:>5}/{total}  {file.photo.name:<40} {mark}", markup=False)
            bar.update(task, total=total, completed=done)

        yield on_locked


def _going_on(progress: Progress) -> str:
    if progress.state == "elsewhere":
        return f"{progress.running} jobs go on" if progress.running != 1 else "1 job goes on"
    return f"{progress.running} at once · " if progress.running > 1 else ""


def _line(progress: Progress) -> str:
    run = progress.run
    mark = MARKS.get(progress.state, progress.state)
    place = f"{progress.done:>3}/{progress.total}  {progress.cell:<28} {mark}"
    if run is None or run.result is None:
        return f"{place}: {run.failure.message}" if run is not None and run.failure is not None else place
    if progress.state == "already":
        return place
    left = f", {seconds(progress.left_s)} left" if progress.done < progress.total else ""
    return f"{place} in {seconds(run.result.timings.total_s)}{left}"


@contextmanager
def many_pictures(verb: str, total: int, quiet: bool) -> Iterator[OnPicture]:
    """Gives a function for pictures that are taken one after the other: a bar with the time left, where it helps."""
    console = error_console()
    if quiet or total < 2 or not console.is_terminal:
        yield lambda _name, _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Bar(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task(verb, total=total)
        yield lambda name, done, _total: bar.update(task, completed=done, description=f"{verb} {name}")
