"""How far a job is, in memory: the job's thread writes, pages read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from packshot.engine import Advanced, Event, Finished, Lowered, Preview, Started
from packshot.result import Run, RunState
from packshot.service.view import PictureView
from packshot.workflow import Progress
from packshot.workflow.timekeeping import Timekeeper


@dataclass(frozen=True, slots=True)
class Expected:
    """A picture to come: its spec hash, denoiser calls, and what was said when it was resolved."""

    spec_hash: str
    calls: int
    notes: tuple[str, ...] = ()


class Live:
    """The pictures of a job by number, and what is known of the rest. Pictures of one spec share a run.

    `over_at` is when the job was over, as the database has it, once it is.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._time = Timekeeper({}, clock)
        self._numbers: dict[str, list[int]] = {}
        self._pictures: list[PictureView] = []
        self._progress: Progress | None = None
        self._notes: tuple[str, ...] = ()
        self._left_s: float | None = None
        self.over_at: datetime | None = None

    def expect(self, expected: Sequence[Expected], to_do: frozenset[str]) -> None:
        """These pictures, in order; of those whose spec hash is in `to_do` the time is kept."""
        with self._lock:
            self._time.expect({each.spec_hash: each.calls for each in expected if each.spec_hash in to_do}, 0)
            for number, each in enumerate(expected, 1):
                self._numbers.setdefault(each.spec_hash, []).append(number)
                self._pictures.append(PictureView(number, "waiting", steps=each.calls, notes=each.notes))

    def begun(self, spec_hash: str, run: Run) -> None:
        """A picture has a run, and waits for the engine."""
        with self._lock:
            self._change(spec_hash, state="loading", run_id=run.id)

    def observe(self, spec_hash: str, event: Event) -> None:
        """Something happened to a picture."""
        with self._lock:
            self._time.observe(spec_hash, event)
            self._left_s = self._time.left_s
            if isinstance(event, Started):
                self._change(spec_hash, state="denoising", steps=event.steps, step=0)
            elif isinstance(event, Advanced):
                state = "decoding" if event.step == event.steps else "denoising"
                self._change(spec_hash, state=state, step=event.step, steps=event.steps)
            elif isinstance(event, Preview):
                self._change(spec_hash, preview=event.pixels)
            elif isinstance(event, Lowered):
                self._change(spec_hash, state="loading", step=0, notes=event.resolved.origin.notes)
            elif isinstance(event, Finished):
                self._change(spec_hash, state="measuring")

    def ended(self, spec_hash: str, run: Run, *, already: bool = False) -> None:
        """A picture is made and measured, was there before (`already`), or failed."""
        with self._lock:
            self._time.ended(spec_hash, run)
            self._left_s = self._time.left_s
            made = run.state is RunState.SUCCEEDED
            state = "done" if made else "failed"
            self._change(spec_hash, state=state, run_id=run.id, failure=run.failure, preview=None, already=already)

    def stopped(self) -> None:
        """What is not over will not be made."""
        with self._lock:
            over = ("done", "failed", "measuring")
            self._pictures = [each if each.state in over else replace(each, state="stopped") for each in self._pictures]
            self._left_s = None

    def tell(self, progress: Progress) -> None:
        """Where an experiment stands."""
        with self._lock:
            self._progress, self._left_s = progress, progress.left_s

    def note(self, notes: Sequence[str]) -> None:
        """What was said beforehand, each note once."""
        with self._lock:
            self._notes = tuple(dict.fromkeys((*self._notes, *notes)))

    @property
    def run_ids(self) -> tuple[str | None, ...]:
        """The runs of the pictures, in order."""
        with self._lock:
            return tuple(each.run_id for each in self._pictures)

    def seen(self, ahead: int) -> dict[str, Any]:
        """Fields of a `View`; while `ahead` others come first, nothing is loaded yet."""
        with self._lock:
            pictures = tuple(
                replace(each, state="waiting") if ahead and each.state == "loading" else each for each in self._pictures
            )
            return {
                "ahead": ahead,
                "pictures": pictures,
                "left_s": self._left_s,
                "progress": self._progress,
                "notes": self._notes,
            }

    def _change(self, spec_hash: str, **changes: Any) -> None:
        for number in self._numbers.get(spec_hash, ()):
            self._pictures[number - 1] = replace(self._pictures[number - 1], **changes)
