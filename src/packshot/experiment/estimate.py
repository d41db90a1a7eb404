"""How long work will take: what is left of this call, and what a plan will take by what was measured before."""

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


@dataclass(frozen=True, slots=True)
class Measured:
    """What runs of one kind took: a denoiser call's share (the median), what a picture costs besides, and loading.

    `pictures` is how many runs were measured; 0 where the numbers are those of `packshot doctor --bench`, which
    measures denoiser calls alone: then nothing is known of the rest.
    """

    call_s: float
    besides_s: float | None
    load_s: float | None
    pictures: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is to be made of one kind (`what`: model, size, runtime), and how long it takes; None: not measured yet."""

    what: str
    work: Work
    measured: Measured | None
    seconds: float | None


def estimated(what: str, work: Work, measured: Measured | None) -> Estimate:
    """The time of the work at the pace that was measured. What was not measured is left out, not guessed."""
    if measured is None:
        return Estimate(what, work, None, None)
    pictures_s = work.pictures * (measured.besides_s or 0.0)
    loading_s = (measured.load_s or 0.0) if work.pictures else 0.0
    return Estimate(what, work, measured, work.calls * measured.call_s + pictures_s + loading_s)
