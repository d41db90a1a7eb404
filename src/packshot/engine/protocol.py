"""The engine as everybody above sees it: orders go in, events come out, one unit of work at a time.

Knows nothing about torch. `submit` is cheap; `step` does one unit of work (admit a run, one denoiser call, one
decoding) and says what happened, so that a caller can show progress, cancel, or stop between any two steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from packshot.resolve import Order
from packshot.result import Failure, Pixels, Provenance, Timings

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


Event = Started | Advanced | Finished | Failed | Cancelled


class Engine(Protocol):
    """Turns resolved specs into results."""

    def submit(self, order: Order) -> Ticket:
        """Put an order in the queue."""

    def step(self) -> list[Event]:
        """Do one unit of work; an empty list where nothing waits."""

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up, queued or running."""

    @property
    def busy(self) -> bool:
        """Whether anything waits or runs."""
