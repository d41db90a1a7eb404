"""How long the rest will take, from what was measured so far in this process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """What is left: pictures to begin, and denoiser calls, those of the running picture included."""

    pictures: int
    calls: int


@dataclass(slots=True)
class Pace:
    """Running means of one denoiser call and of what a picture costs besides. Loading is counted once, apart."""

    calls: int = 0
    call_s: float = 0.0
    pictures: int = 0
    besides_s: float = 0.0

    def observe_calls(self, calls: int, seconds: float) -> None:
        """`calls` denoiser calls took `seconds`."""
        self.calls += calls
        self.call_s += seconds

    def observe_picture(self, besides_s: float) -> None:
        """One picture took `besides_s` outside its denoiser calls (encoding, decoding, storing)."""
        self.pictures += 1
        self.besides_s += besides_s

    def left_s(self, work: Work) -> float | None:
        """Seconds left, or None before the first call was measured."""
        if not self.calls:
            return None
        besides = self.besides_s / self.pictures if self.pictures else 0.0
        return work.calls * self.call_s / self.calls + work.pictures * besides
