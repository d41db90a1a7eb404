"""Where the seconds of each arm's pictures went, summed up while the cells pass by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from packshot.experiment.effect import ArmSeconds
from packshot.experiment.observe import arm_of, change_words
from packshot.experiment.plan_cells import SMOKE_GROUP
from packshot.result import Cell, MeasuredCell

STAGES: Final = ("encode_s", "denoise_s", "decode_s")


@dataclass(slots=True)
class _Sum:
    first: Cell
    pictures: int = 0
    seconds: list[float] = field(default_factory=lambda: [0.0] * len(STAGES))


@dataclass(slots=True)
class Timed:
    """Keeps a sum for each arm. A run under several names is counted once, for the first of them."""

    _arms: dict[str, _Sum] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    def add(self, entry: MeasuredCell) -> None:
        """A cell; without a picture it adds nothing."""
        run = entry.run
        if run is None or run.result is None or not entry.has_picture or run.id in self._known:
            return
        self._known.add(run.id)
        kept = self._arms.setdefault(arm_of(entry.cell), _Sum(entry.cell))
        kept.pictures += 1
        for place, stage in enumerate(STAGES):
            kept.seconds[place] += getattr(run.result.timings, stage)

    def means(self) -> tuple[ArmSeconds, ...]:
        """Every arm with pictures, in the order of the cells, the smoke test last."""
        ordered = sorted(self._arms.items(), key=lambda entry: entry[1].first.group == SMOKE_GROUP)
        return tuple(
            ArmSeconds(arm, change_words(kept.first.change), *(total / kept.pictures for total in kept.seconds))
            for arm, kept in ordered
        )
