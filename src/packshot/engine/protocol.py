"""The engine as everybody above sees it: orders go in, events come out, one unit of work at a time.

Knows nothing about torch. `submit` is cheap; `step` does one unit of work (begin a run, or one denoiser call for all
that are running and at most one decoding) and says what happened, so that a caller can show progress, cancel, pause,
or stop between any two steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from packshot.resolve import Order
from packshot.result import Failure, Pixels, Provenance, Timings
from packshot.spec import ResolvedSpec

Ticket = int
"""Names a submitted order within its engine."""


@dataclass(frozen=True, slots=True)
class Started:
    """The weights are there, the prompt is encoded, the noise is drawn. `steps` denoiser calls will follow."""

    ticket: Ticket
    steps: int


@dataclass(frozen=True, slots=True)
class Advanced:
    """Denoiser call `step` of `steps` is done."""

    ticket: Ticket
    step: int
    steps: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What the picture is becoming after `step` denoiser calls: a rough guess, small (h, w, 3)."""

    ticket: Ticket
    step: int
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class Paused:
    """Keeps what it has, computes nothing, and gives its slot to others."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Resumed:
    """Waits for a slot again, by the age of its ticket."""

    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Lowered:
    """Memory did not hold the slots: the order begins, or begins again, as `resolved` says, with half of them."""

    ticket: Ticket
    resolved: ResolvedSpec


@dataclass(frozen=True, slots=True)
class Finished:
    """A picture (H, W, 3), how it was made, and what it cost."""

    ticket: Ticket
    pixels: Pixels
    provenance: Provenance
    timings: Timings


@dataclass(frozen=True, slots=True)
class Failed:
    """No picture, and why. Other orders are not touched."""

    ticket: Ticket
    failure: Failure


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Given up on request."""

    ticket: Ticket


Event = Started | Advanced | Preview | Paused | Resumed | Lowered | Finished | Failed | Cancelled


class Engine(Protocol):
    """Turns resolved specs into results."""

    def submit(self, order: Order, *, preview_every: int = 0) -> Ticket:
        """Put an order in the queue. `preview_every` denoiser calls a `Preview` is given; 0 gives none."""

    def step(self) -> list[Event]:
        """Do one unit of work; an empty list where nothing waits."""

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up: queued, running or paused."""

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside, queued or running, until it is resumed. Its picture will be the same."""

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in the queue."""

    @property
    def busy(self) -> bool:
        """Whether a step would do anything: paused orders wait for `resume`."""


@runtime_checkable
class SpreadEngine(Engine, Protocol):
    """An engine that hands its orders on to several: it says itself how many it can use."""

    def capacity(self, order: Order) -> int:
        """How many orders like this one to have in flight, so that nothing of it waits for the next."""
