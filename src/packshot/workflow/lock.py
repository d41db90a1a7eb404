"""Product locks of many photos: a folder, a file at a time or several at once, each on its own.

One photo is a spec like any other (`make_picture` with `Spec(lock=…)`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from packshot.engine import SharedEngine
from packshot.errors import EngineError, OutputError, PackshotError, SourceError, UsageError
from packshot.result import Run, RunState
from packshot.spec import Background, Mode, Spec
from packshot.workflow.at_once import photos_at_once
from packshot.workflow.export import export_picture
from packshot.workflow.make import run_order
from packshot.workflow.ordering import order_of
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp")
UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
STEM_MAX: Final = 90
"""Letters of a photo's name in that of its picture."""


@dataclass(frozen=True, slots=True)
class LockedFile:
    """What came of one photo: a run with its picture's path, or the error. `notes` say what a person should know."""

    photo: Path
    run: Run | None = None
    path: Path | None = None
    already: bool = False
    notes: tuple[str, ...] = ()
    error: PackshotError | None = None


OnLocked = Callable[[LockedFile, int, int], None]
"""Hears of each photo as it ends, how many have, and of how many."""


def ignore(_file: LockedFile, _done: int, _total: int) -> None:
    """For callers that watch nothing."""


def lock_folder(
    bench: Workbench, folder: Path, spec: Spec, out: Path, *, fresh: bool = False, on_locked: OnLocked = ignore
) -> list[LockedFile]:
    """Lock the product of every photo in a folder; pictures go to `out` under the photos' names, as PNG.

    `spec` says how, without a source; where its mask is a folder, masks are looked for there by the photos' names. What
    one photo fails with stands in its entry. Called again it goes on with what is missing. On white several photos are
    at work at once. Raises SourceError (no folder, no photos), OutputError and UsageError; Ctrl-C raises Interrupted.
    """
    photos = _photos(folder)
    targets = dict(zip(photos, _targets(photos, out), strict=True))
    _check_out(out)
    masks = _masks(spec)
    shared = SharedEngine(bench.engine)
    workers = ThreadPoolExecutor(max_workers=_at_once(bench, spec), thread_name_prefix="lock")
    waiting: list[Future[LockedFile]] = []
    try:
        for photo in photos:
            asked = _of_photo(spec, photo, masks)
            waiting.append(workers.submit(_lock_file, bench, shared, photo, asked, targets[photo], fresh))
        ended: dict[Path, LockedFile] = {}
        for future in as_completed(waiting):
            file = future.result()
            ended[file.photo] = file
            on_locked(file, len(ended), len(photos))
        return [ended[photo] for photo in photos]
    finally:
        for future in waiting:
            future.cancel()
        workers.shutdown(wait=True)
        shared.close()


def _lock_file(
    bench: Workbench, shared: SharedEngine, photo: Path, spec: Spec, target: Path, fresh: bool
) -> LockedFile:
    """One photo, in a worker's thread. What a person can do something about is an entry, whatever it is."""
    try:
        order = order_of(bench, spec, KnownSources(bench))
        notes = order.resolved.origin.notes
        run, already = run_order(_with_one_caller(bench, shared), order, fresh=fresh)
        if run.state is not RunState.SUCCEEDED:
            failure = run.failure
            code, words = (failure.code, failure.message) if failure else ("engine.failed", "no picture came of it")
            error = EngineError(code, words, hint=failure.hint if failure else None)
            return LockedFile(photo, run, notes=notes, error=error)
        return LockedFile(photo, run, export_picture(bench, run, target, displace=True), already, notes)
    except PackshotError as error:
        return LockedFile(photo, error=error)


def _with_one_caller(bench: Workbench, shared: SharedEngine) -> Workbench:
    caller = shared.caller()
    return replace(bench, engine=lambda: caller)


def _photos(folder: Path) -> list[Path]:
    """The photos right in a folder, by name."""
    if not folder.is_dir():
        raise SourceError("source.missing", f"no folder at {folder}", expected="a folder of photos", got=str(folder))
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS and path.is_file())
    if not found:
        raise SourceError(
            "source.missing",
            f"{folder} holds no photos",
            expected="PNG, JPEG or WebP files",
            got="none",
        )
    return found


def _targets(photos: Sequence[Path], out: Path) -> Iterator[Path]:
    """A safe name for each; where several photos would have the same, with their endings in it."""
    stems = [UNSAFE.sub("-", photo.stem)[:STEM_MAX].strip(".") or "photo" for photo in photos]
    taken: set[str] = set()
    for photo, stem in zip(photos, stems, strict=True):
        name = stem if stems.count(stem) == 1 else f"{stem}-{photo.suffix[1:].lower()}"
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.lower())
        yield out / f"{name}.png"


def _check_out(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "output.unwritable", f"{out} cannot be made: {error.strerror}", hint="name another folder by --out"
        ) from error


def _masks(spec: Spec) -> dict[str, Path] | None:
    """The masks of a folder by the photos' stems, None where none was named."""
    mask = spec.lock.mask if spec.lock is not None else None
    if mask is None:
        return None
    folder = Path(mask).expanduser()
    if not folder.is_dir():
        raise UsageError(
            "spec.lock",
            "one mask does not fit the photos of a folder",
            expected="a folder of masks with the photos' names",
            got=mask,
        )
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in ENDINGS}


def _of_photo(spec: Spec, photo: Path, masks: dict[str, Path] | None) -> Spec:
    lock = spec.lock
    if lock is not None and masks is not None:
        mask = masks.get(photo.stem)
        lock = lock.model_copy(update={"mask": None if mask is None else str(mask)})
    return spec.model_copy(update={"source": str(photo), "mode": Mode.LOCK, "lock": lock})


def _at_once(bench: Workbench, spec: Spec) -> int:
    """A model's denoiser takes all cores."""
    white = spec.lock is not None and spec.lock.background is Background.WHITE
    return photos_at_once(bench.settings.threads) if white else 1
