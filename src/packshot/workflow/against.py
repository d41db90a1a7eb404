"""What stands against selling a run's picture in a place: the channel's rules on its pixels, and the blockers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from packshot.channels import check_master, find_channel
from packshot.errors import RecordError
from packshot.product import Alpha, place
from packshot.result import Check, Run
from packshot.review import Blocked
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Against:
    """Every rule of the channel with its verdict, and what else blocks."""

    checks: tuple[Check, ...]
    blocked: tuple[Blocked, ...]


def stands_against(bench: Workbench, run: Run, channel: str) -> Against:
    """As of today. The product of a lock is told by the lock's own mask: nothing is looked for again.

    Raises ChannelError, StoreError (the picture), and RecordError where the run has no picture.
    """
    rules = find_channel(channel, bench.channels)
    if run.result is None:
        raise RecordError("record.unfinished", f"run {run.id} has no picture to review", got=str(run.state))
    pixels = bench.store.pictures.get(run.result.picture_digest)
    checks = check_master(pixels, rules, on=bench.now().date(), given=_locked(bench, run))
    return Against(tuple(checks), objections(bench, run, channel))


def objections(bench: Workbench, run: Run, channel: str) -> tuple[Blocked, ...]:
    """What the blockers say, in their order."""
    return tuple(found for blocker in bench.blockers for found in blocker(run, channel))


def _locked(bench: Workbench, run: Run) -> Alpha | None:
    """The mask (H, W) of a run's product lock where it stands in the picture; None of any other run."""
    intent = run.resolved.intent
    if intent.lock is None or not bench.store.pictures.has(intent.lock.mask):
        return None
    mask = bench.store.pictures.get(intent.lock.mask)
    size = (intent.width, intent.height)
    placed = place(mask, np.ascontiguousarray(mask[..., 0]), intent.lock.placement, size, intent.lock.erosion_px)
    return placed.over_all(placed.alpha)
