"""Does each row of the trail follow the one before it? Pure: rows in, findings out."""

from __future__ import annotations

from collections.abc import Iterator

from packshot.result import GENESIS, Link, link_digest
from packshot.store.verify import RESTORE, Finding


class Chain:
    """Follows a trail row by row. One fault gives one finding: what comes after a bad row is judged by what that says.

    `head` is the newest row's digest, `length` how many rows there were.
    """

    def __init__(self) -> None:
        self.head = GENESIS
        self.length = 0
        self._number = 0
        self._places = {GENESIS: 0}

    def follow(self, link: Link) -> Iterator[Finding]:
        """The faults of the next row, in order of number."""
        if link.number < 1:
            yield fault("inserted", f"entry {link.number} was put in: numbers begin at 1")
        gap = link.number > self._number + 1
        if gap:
            yield fault("missing", f"{_span(self._number + 1, link.number - 1)} removed")
        if link_digest(link.previous, link.number, link.kind, link.entry) != link.digest:
            yield fault("changed", f"{named(link)} was changed: its digest does not derive")
        elif link.previous != self.head and not gap:
            yield self._misplaced(link)
        self.head, self._number, self.length = link.digest, link.number, self.length + 1
        self._places.setdefault(link.digest, link.number)

    def has(self, digest: str) -> bool:
        """Whether a row so far has that digest; the empty trail's is that of 64 zeros."""
        return digest in self._places

    def _misplaced(self, link: Link) -> Finding:
        place = self._places.get(link.previous)
        if place is not None:
            what = f"{_span(place + 1, self._number)} put in: {named(link)} follows entry {place}"
            return fault("inserted", what)
        what = f"{named(link)} does not follow entry {self._number}: that one was replaced, or one between was removed"
        return fault("replaced", what)


def fault(code: str, what: str, remedy: str = RESTORE) -> Finding:
    """An error of the trail."""
    return Finding(severity="error", code=f"trail.{code}", what=what, remedy=remedy)


def named(link: Link) -> str:
    """The row in words."""
    return f"entry {link.number} ({link.kind} of run {link.run_id})"


def _span(first: int, last: int) -> str:
    return f"entry {first} was" if first == last else f"entries {first} to {last} were"
