"""What stands against selling a run's picture in a place: the channel's rules on its pixels, and the blockers."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.channels import check_master, find_channel
from packshot.errors import RecordError
from packshot.result import Check, Run
from packshot.review import Blocked
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Against:
    """Every rule of the channel with its verdict, and what else blocks."""

    checks: tuple[Check, ...]
    blocked: tuple[Blocked, ...]


def stands_against(bench: Workbench, run: Run, channel: str) -> Against:
    """As of today. Raises ChannelError, StoreError (the picture), and RecordError where the run has no picture."""
    rules = find_channel(channel, bench.channels)
    if run.result is None:
        raise RecordError("record.unfinished", f"run {run.id} has no picture to review", got=str(run.state))
    pixels = bench.store.pictures.get(run.result.picture_digest)
    checks = check_master(pixels, rules, on=bench.now().date())
    return Against(tuple(checks), objections(bench, run, channel))


def objections(bench: Workbench, run: Run, channel: str) -> tuple[Blocked, ...]:
    """What the blockers say, in their order."""
    return tuple(found for blocker in bench.blockers for found in blocker(run, channel))
