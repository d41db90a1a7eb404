"""What a page sees of a job: a value, taken in an instant, whatever the engine is at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from packshot.result import Failure, Job, Pixels, Verdict
from packshot.workflow import Progress

PictureState = Literal["waiting", "loading", "denoising", "decoding", "measuring", "done", "failed", "stopped"]
"""waiting → loading (the model) → denoising → decoding → measuring (evidence; the picture is there) → done."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureView:
    """One picture of a job: its number from 1, denoiser call `step` of `steps`, and what it is becoming (h, w, 3).

    `run_id` is there from the moment it begins, its picture in the store from measuring on. `notes` are what was said
    when it was resolved. `already` is true where the picture was there before the job was asked for.
    """

    number: int
    state: PictureState
    step: int = 0
    steps: int = 0
    preview: Pixels | None = None
    run_id: str | None = None
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    already: bool = False

    @property
    def share_done(self) -> float:
        """How much of the denoising is done, 0 to 1."""
        if self.state in ("measuring", "done"):
            return 1.0
        return self.step / self.steps if self.steps else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A job, how many pictures of others (of a waiting job: jobs) come before its next one, and how far it is.

    `left_s` is None until something was measured. `progress` is an experiment's; `verdict` a replay's, once it is
    there. Of a job that another process is at, only what the database says is known: no steps and no previews.
    """

    job: Job
    ahead: int = 0
    pictures: tuple[PictureView, ...] = ()
    left_s: float | None = None
    progress: Progress | None = None
    notes: tuple[str, ...] = ()
    verdict: Verdict | None = None
