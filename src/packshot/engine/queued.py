"""The part of an engine that serves one order after the other: who waits, who is paused, who gave up.

Knows nothing of how a picture is made. An engine that serves several orders at once has `admission` instead.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from packshot.engine.protocol import Cancelled, Event, Paused, Resumed, Ticket

Entry = TypeVar("Entry")


class QueuedEngine(Generic[Entry]):
    """Entries by ticket, oldest first; tickets are numbered in the order of submission."""

    def __init__(self) -> None:
        self._queue: dict[Ticket, Entry] = {}
        self._paused: dict[Ticket, Entry] = {}
        self._tickets = 0

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return bool(self._queue)

    def cancel(self, ticket: Ticket) -> list[Event]:
        """Give an order up."""
        return [Cancelled(ticket)] if self._taken(self._queue, ticket) or self._taken(self._paused, ticket) else []

    def pause(self, ticket: Ticket) -> list[Event]:
        """Set an order aside, with what it has reached."""
        found = self._taken(self._queue, ticket)
        self._paused.update(found)
        return [Paused(ticket)] if found else []

    def resume(self, ticket: Ticket) -> list[Event]:
        """Put a paused order back in its place by age."""
        found = self._taken(self._paused, ticket)
        self._queue.update(found)
        return [Resumed(ticket)] if found else []

    def _put(self, entry: Entry) -> Ticket:
        self._tickets += 1
        self._queue[self._tickets] = entry
        return self._tickets

    def _oldest(self) -> Ticket:
        """Of the orders that wait: there is one."""
        return min(self._queue)

    @staticmethod
    def _taken(among: dict[Ticket, Entry], ticket: Ticket) -> dict[Ticket, Entry]:
        """The ticket's entry, no longer there; nothing where it was not."""
        return {ticket: among.pop(ticket)} if ticket in among else {}
