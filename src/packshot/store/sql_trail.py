"""The audit trail of a workspace in SQL: reviews and releases are only ever added. Knows nothing of making pictures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from packshot.result import Entry, Link, ReviewState, Standing, StandingQuery
from packshot.store import audit, standings, trail
from packshot.store.kept import PictureStore
from packshot.store.transactions import Transactions


class SqlTrail:
    """The methods of `Store` that write and read the trail. `SqlStore` is one, so that both are one workspace."""

    def __init__(self, database: Transactions, pictures: PictureStore) -> None:
        self.pictures = pictures
        self._database = database

    def append(self, run_id: str, decide: trail.Decide) -> list[Link]:
        """Adds to the audit trail what `decide` makes of the run's entries."""
        with self._database.write() as connection:
            return trail.append(connection, run_id, decide)

    def entries(self, run_id: str) -> list[Entry]:
        """What was decided and released of a run, in order."""
        with self._database.read() as connection:
            return trail.list_entries(connection, run_id)

    def standings(self, query: StandingQuery, *, limit: int, after: int = 0) -> list[Standing]:
        """Pictures in a state of review."""
        with self._database.read() as connection:
            return standings.search(connection, query, limit=limit, after=after)

    def count_standings(self, query: StandingQuery) -> dict[ReviewState, int]:
        """How many pictures stand where."""
        with self._database.read() as connection:
            return standings.count(connection, query)

    def links(self) -> Iterator[Link]:
        """The whole audit trail."""
        with self._database.read() as connection:
            yield from trail.each_link(connection)

    def audit(self, heads: Collection[str] = (), *, pictures: bool = True) -> audit.Audit:
        """Derives the trail's digests again."""
        with self._database.read() as connection:
            return audit.audit(connection, self.pictures if pictures else None, heads)
