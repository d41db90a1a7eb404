"""Pictures that a notebook shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from packshot.errors import EngineError
from packshot.metadata import PictureRecord, encode_png, write_png
from packshot.notebook.access import Access
from packshot.result import Evidence, Pixels, Run, Verdict
from packshot.workflow import Workbench, picture_of, replay
from packshot.workflow.export import check_target


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A contact sheet: `pixels` (H, W, 3)."""

    pixels: Pixels

    def __repr__(self) -> str:
        height, width, _ = self.pixels.shape
        return f"<contact sheet: {width}×{height}>"

    def save(self, path: str | Path) -> Path:
        """Write it as PNG. A file with other pixels is never overwritten. Raises OutputError."""
        target = Path(path).expanduser()
        check_target(target)
        write_png(target, self.pixels, None)
        return target

    def _repr_png_(self) -> bytes:
        return encode_png(self.pixels)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture that was made: `pixels` (H, W, 3), its whole record, and what was measured of it.

    `path` is the file that it was exported to, where it was.
    """

    pixels: Pixels
    record: PictureRecord
    evidence: tuple[Evidence, ...]
    path: Path | None = None
    _access: Access | None = field(default=None, repr=False)

    def save(self, path: str | Path) -> Path:
        """Write it as PNG with its record. A file with other pixels is never overwritten. Raises OutputError."""
        target = Path(path).expanduser()
        check_target(target)
        write_png(target, self.pixels, self.record)
        return target

    def replay(self) -> Verdict:
        """Make it again under its recorded circumstances, and measure how close that came.

        Raises what `packshot.replay` raises, and EngineError where the replay has no picture.
        """
        if self._access is None:
            raise AssertionError("a picture of a notebook knows its workspace")
        with self._access.bench() as bench:
            done = replay(bench, self.record.run_id)
        if done.verdict is None:
            raise failure_of(done.run)
        return done.verdict

    def __repr__(self) -> str:
        intent = self.record.resolved.intent
        height, width = self.pixels.shape[:2]
        return f"<picture of run {self.record.run_id}: {width}×{height}, seed {intent.seed}, {intent.prompt[:60]!r}>"

    def _repr_png_(self) -> bytes:
        return encode_png(self.pixels, self.record)


def read_picture(bench: Workbench, access: Access, run: Run, path: Path | None = None) -> Picture:
    """A run's picture out of the store. Raises RecordError for a run without one."""
    record, pixels = picture_of(bench, run)
    return Picture(pixels, record, tuple(bench.store.evidence(run.id)), path, access)


def failure_of(run: Run) -> EngineError:
    """Why a run has no picture, as the error that a caller can catch."""
    if run.failure is None:
        return EngineError("engine.failed", f"run {run.id} has no picture", got=str(run.state))
    return EngineError(run.failure.code, run.failure.message, hint=run.failure.hint)
