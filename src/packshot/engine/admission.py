"""Who comes next. Imports no torch.

Groups take turns: one batch at a time, and a batch serves one group. When it opens, for the oldest order, it takes of
that group what is there, wherever in the queue. From its first denoiser call on, a slot that becomes free goes to the
oldest order of the group, but only while no other group's order is older still: then the batch runs empty, and the
oldest order's group opens the next one. Others are passed over at an opening only, so nobody waits for ever.
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from packshot.engine.protocol import Ticket
from packshot.resolve import Group, Order, group_of, lowered

if TYPE_CHECKING:
    from packshot.engine.active import ActiveRun


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order without a slot; `begun` where it had one and was paused."""

    ticket: Ticket
    order: Order
    preview_every: int = 0
    begun: ActiveRun | None = None

    @property
    def group(self) -> Group:
        """What it may share a denoiser call with."""
        return group_of(self.order)

    def lowered(self) -> Waiting:
        """From the beginning, with half the slots."""
        return replace(self, order=lowered(self.order), begun=None)


class Queue:
    """Waiting orders by age: tickets are numbered in the order of submission."""

    def __init__(self) -> None:
        self._entries: list[Waiting] = []

    def __bool__(self) -> bool:
        return bool(self._entries)

    def put(self, entry: Waiting) -> None:
        """In its place by age."""
        bisect.insort(self._entries, entry, key=lambda waiting: waiting.ticket)

    def remove(self, ticket: Ticket) -> Waiting | None:
        """Take an order out, whatever its turn."""
        found = next((entry for entry in self._entries if entry.ticket == ticket), None)
        if found is not None:
            self._entries.remove(found)
        return found

    def group(self) -> Group | None:
        """The group of the oldest order: the next to have a batch."""
        return self._entries[0].group if self._entries else None

    def take(self, group: Group, *, opening: bool) -> Waiting | None:
        """The next order for a free slot in a batch of `group`, None where there is none or another group is due."""
        if not self._entries or (not opening and self.group() != group):
            return None
        found = next((entry for entry in self._entries if entry.group == group), None)
        if found is not None:
            self._entries.remove(found)
        return found

    def take_all(self, group: Group) -> list[Waiting]:
        """Every order of a group, oldest first."""
        found = [entry for entry in self._entries if entry.group == group]
        self._entries = [entry for entry in self._entries if entry.group != group]
        return found
