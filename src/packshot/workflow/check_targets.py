"""Which pictures shall be checked: files, folders of files, or those that an experiment made. Nothing is read yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from packshot.errors import ChannelError, SourceError
from packshot.result import RunState
from packshot.workflow.evaluate_folder import PICTURES
from packshot.workflow.workbench import Workbench

PAGE = 500


@dataclass(frozen=True, slots=True)
class CheckTarget:
    """A file by its `path`, or the picture of a run by its `run_id`. `name` is what to call it."""

    name: str
    path: Path | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class CheckTargets:
    """The pictures in order, each once. `single` says that one file was named, and no folder."""

    pictures: tuple[CheckTarget, ...]
    single: bool
    left_alone: tuple[str, ...] = ()


def check_targets(bench: Workbench, paths: Sequence[Path], experiment: str | None = None) -> CheckTargets:
    """Folders are not entered further than their own files; what is no picture by its ending is left alone.

    Raises ChannelError (channel.pictures) where it is not clear which, SourceError for a path that is not there or a
    folder without a picture, and RecordError for an experiment that is not there.
    """
    if bool(paths) == (experiment is not None):
        raise ChannelError(
            "channel.pictures",
            "not clear which pictures",
            expected="pictures or folders by name, or --experiment NAME",
            got="both" if paths else "neither",
        )
    if experiment is not None:
        return CheckTargets(_of_experiment(bench, experiment), single=False)
    found: dict[Path, CheckTarget] = {}
    left_alone: list[str] = []
    for path in paths:
        if path.is_dir():
            files, others = _of_folder(path)
            found.update({file.absolute(): CheckTarget(shown(file.name), file) for file in files})
            left_alone += others
        else:
            found[path.absolute()] = CheckTarget(shown(path.name), _there(path))
    return CheckTargets(tuple(found.values()), len(paths) == 1 and not paths[0].is_dir(), tuple(left_alone))


def _there(path: Path) -> Path:
    if not path.exists():
        raise SourceError(
            "source.missing", f"no picture at {path}", expected="a PNG, JPEG, WebP or TIFF file", got="no such file"
        )
    return path


def _of_folder(folder: Path) -> tuple[list[Path], list[str]]:
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    files = [entry for entry in entries if entry.suffix.lower() in PICTURES and not entry.is_dir()]
    if not files:
        raise SourceError(
            "source.missing", f"no picture in {folder}", expected="PNG, JPEG, WebP or TIFF files", got="none"
        )
    return files, [shown(entry.name) + ("/" if entry.is_dir() else "") for entry in entries if entry not in files]


def _of_experiment(bench: Workbench, name: str) -> tuple[CheckTarget, ...]:
    """Every picture once, under the names of its cells."""
    bench.store.summary(name)
    cells: dict[str, list[str]] = {}
    offset = 0
    while page := bench.store.cells(name, limit=PAGE, offset=offset, state=RunState.SUCCEEDED):
        for cell, run in page:
            if run is not None:
                cells.setdefault(run.id, []).append(cell.name)
        offset += len(page)
    if not cells:
        raise SourceError("source.missing", f"experiment {name} has no picture", expected="a run that succeeded")
    return tuple(CheckTarget(names[0], run_id=run_id) for run_id, names in cells.items())


def shown(name: str) -> str:
    """A file's name as it can be printed."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
