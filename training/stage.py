"""A timed, resumable stretch of training. Knows nothing about what is trained.

A stage ends when its minutes of training are used up; time spent before an interruption counts. What it saves is
written beside the old file and renamed, so that a kill at any moment leaves a whole checkpoint.
"""

import math
import time
from pathlib import Path
from typing import Any

import torch


class Stage:
    """Keeps a stage's time, its checkpoint and its progress line."""

    def __init__(self, name: str, work: Path, minutes: float, save_every_s: float = 120.0, quiet: bool = False) -> None:
        self.name, self.path, self.budget_s = name, work / f"{name}.pt", minutes * 60.0
        self.step, self.spent_s, self.save_every_s = 0, 0.0, save_every_s
        self._last = self._printed = self._saved = time.monotonic()
        self._loss, self._quiet = math.nan, quiet

    def resume(self) -> dict[str, Any] | None:
        """The state of the last checkpoint, or None at the start."""
        if not self.path.exists():
            return None
        kept: dict[str, Any] = torch.load(self.path, map_location="cpu", weights_only=True)
        self.step, self.spent_s = kept["step"], kept["spent_s"]
        state: dict[str, Any] = kept["state"]
        return state

    @property
    def fraction(self) -> float:
        """Share of the time budget that is used up, 0..1."""
        return min(self.spent_s / self.budget_s, 1.0) if self.budget_s else 1.0

    @property
    def over(self) -> bool:
        """Whether the time budget is used up."""
        return self.spent_s >= self.budget_s

    def cosine(self, peak: float, warm_steps: int = 200, floor: float = 0.02) -> float:
        """Learning rate now: linear over the first steps, then half a cosine over the time budget."""
        warm = min(1.0, (self.step + 1) / warm_steps)
        return peak * warm * (floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * self.fraction)))

    def tick(self, loss: float) -> bool:
        """Counts one step; true when it is time to save."""
        now = time.monotonic()
        self.spent_s += now - self._last
        self._last = now
        self.step += 1
        self._loss = loss if math.isnan(self._loss) else 0.98 * self._loss + 0.02 * loss
        if not self._quiet and (now - self._printed > 20.0 or self.over):
            left = max(self.budget_s - self.spent_s, 0.0) / 60.0
            print(f"{self.name}: step {self.step}, loss {self._loss:.4f}, {left:.1f} min left", flush=True)
            self._printed = now
        if now - self._saved > self.save_every_s or self.over:
            self._saved = now
            return True
        return False

    def pause(self) -> None:
        """Time since the last tick does not count (saving, exporting, looking at samples)."""
        self._last = time.monotonic()

    def save(self, state: dict[str, Any]) -> None:
        """Writes the checkpoint; the time it takes does not count."""
        fresh = self.path.with_suffix(".new")
        kept = {"step": self.step, "spent_s": self.spent_s, "loss": self._loss, "state": state}
        torch.save(kept, fresh)
        fresh.replace(self.path)
        self.pause()


def history(work: Path, names: tuple[str, ...]) -> list[dict[str, float | int | str]]:
    """What the stages of a work folder took: minutes, steps, and the loss at the end, for the model's record."""
    rows: list[dict[str, float | int | str]] = []
    for name in names:
        path = work / f"{name}.pt"
        if path.exists():
            kept = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
            row: dict[str, float | int | str] = {
                "stage": name,
                "minutes": round(kept["spent_s"] / 60.0, 1),
                "steps": kept["step"],
            }
            if not math.isnan(kept.get("loss", math.nan)):
                row["loss"] = round(kept["loss"], 4)
            rows.append(row)
    return rows
