"""The store of a workspace: SQL and picture files together. Every method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from packshot.errors import StoreError
from packshot.metadata import SourceLabels
from packshot.result import (
    Evidence,
    Facets,
    Failure,
    Found,
    Pixels,
    Rating,
    Result,
    Run,
    RunQuery,
    RunState,
    Verdict,
    new_ulid,
    picture_digest,
)
from packshot.spec import ResolvedSpec
from packshot.store import (
    claims,
    evidence,
    lookups,
    ratings,
    runs,
    search,
    secrets,
    sources,
    verify,
)
from packshot.store.kept import Originals, PictureStore
from packshot.store.moving import Place
from packshot.store.owner import worker_owner
from packshot.store.protocol import Store
from packshot.store.sql_experiments import SqlExperiments
from packshot.store.sql_queue import SqlQueue
from packshot.store.sql_trail import SqlTrail
from packshot.store.transactions import Transactions


class SqlStore(SqlTrail, SqlQueue, SqlExperiments):
    """`Store` on any database and any place for pictures. What its methods do stands in `packshot.store.protocol`."""

    def __init__(
        self,
        database: Transactions,
        pictures: PictureStore,
        originals: Originals,
        *,
        now: Callable[[], datetime],
        random_bytes: Callable[[int], bytes],
        owner: str,
    ) -> None:
        SqlTrail.__init__(self, database, pictures)
        SqlQueue.__init__(self, database, now=now, owner=owner)
        SqlExperiments.__init__(self, database, now=now)
        self._originals = originals
        self._random_bytes = random_bytes

    @property
    def ends(self) -> Place:
        """Its database, pictures and originals, for moving them."""
        return Place(self._database, self.pictures, self._originals)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives files and connections back."""
        self._database.close()

    def begin(self, resolved: ResolvedSpec, *, fresh: bool = False, replay_of: str | None = None) -> claims.Begun:
        """Claims the work, or says that it is done or busy."""
        with self._database.write() as connection:
            claimant = self._claimant()
            new_id = new_ulid(claimant.now, self._random_bytes)
            return claims.begin(connection, claimant, resolved, new_id=new_id, fresh=fresh, replay_of=replay_of)

    def heartbeat(self, run_id: str) -> None:
        """Renews our lease."""
        with self._database.write() as connection:
            claims.heartbeat(connection, self._claimant(), run_id)

    def restate(self, run_id: str, resolved: ResolvedSpec) -> Run:
        """Another execution of the same intent."""
        with self._database.write() as connection:
            return claims.restate(connection, self._claimant(), run_id, resolved)

    def finish(self, run_id: str, pixels: Pixels, result: Result) -> Run:
        """Succeeded: the picture's file first, then the row that points to it."""
        derived = picture_digest(pixels)
        if (derived, *pixels.shape[:2]) != (result.picture_digest, result.height, result.width):
            raise StoreError(
                "store.failed",
                "the result does not describe the picture that came with it",
                expected=f"{result.picture_digest}, {result.width}×{result.height}",
                got=f"{derived}, {pixels.shape[1]}×{pixels.shape[0]}",
            )
        self.pictures.put(pixels)
        with self._database.write() as connection:
            return claims.finish(connection, self._claimant(), run_id, pixels, result)

    def fail(self, run_id: str, failure: Failure) -> Run:
        """Failed, and why."""
        with self._database.write() as connection:
            return claims.fail(connection, self._claimant(), run_id, failure)

    def cancel(self, run_id: str) -> Run:
        """Cancelled by the person."""
        with self._database.write() as connection:
            return claims.cancel(connection, self._claimant(), run_id)

    def release(self, run_id: str) -> Run:
        """Back to waiting."""
        with self._database.write() as connection:
            return claims.release(connection, self._claimant(), run_id)

    def keep_source(self, pixels: Pixels, labels: SourceLabels | None = None, original: bytes | None = None) -> str:
        """Keeps a source picture (H, W, 3) with what its file says, and returns its digest."""
        digest = self.pictures.put(pixels)
        file = None if original is None else self._originals.put(original)
        with self._database.write() as connection:
            claims.keep_picture(connection, digest, pixels, "source", self._now())
            if labels is not None:
                sources.note(connection, digest, labels, file)
        return digest

    def source_labels(self, digest: str) -> SourceLabels | None:
        """What the files of a source said."""
        with self._database.read() as connection:
            return sources.labels_of(connection, digest)

    def source_file(self, digest: str) -> bytes | None:
        """The file of a source as it came."""
        with self._database.read() as connection:
            file = sources.original_of(connection, digest)
        return None if file is None else self._originals.get(file)

    def set_verdict(self, run_id: str, verdict: Verdict) -> Run:
        """Notes what a replay measured."""
        with self._database.write() as connection:
            return claims.set_verdict(connection, run_id, verdict)

    def run(self, reference: str) -> Run:
        """The run of any unique prefix of its id."""
        with self._database.read() as connection:
            return runs.find_run(connection, reference)

    def runs(
        self, *, limit: int = 50, offset: int = 0, state: RunState | None = None, experiment: str | None = None
    ) -> list[Run]:
        """Runs, newest first."""
        with self._database.read() as connection:
            return runs.list_runs(connection, limit=limit, offset=offset, state=state, experiment=experiment)

    def count_runs(self, *, state: RunState | None = None, experiment: str | None = None) -> int:
        """How many runs there are."""
        with self._database.read() as connection:
            return runs.count_runs(connection, state=state, experiment=experiment)

    def done(self, spec_hash: str) -> Run | None:
        """The newest run of that hash that succeeded and is no replay."""
        with self._database.read() as connection:
            return runs.newest_done(connection, spec_hash)

    def makers(self, picture_digest: str) -> list[Run]:
        """The runs that made a picture, newest first."""
        with self._database.read() as connection:
            return runs.makers(connection, picture_digest)

    def replays_of(self, run_id: str) -> list[Run]:
        """The replays of a run, newest first."""
        with self._database.read() as connection:
            return runs.replays_of(connection, run_id)

    def done_among(self, hashes: Collection[str]) -> dict[str, str]:
        """The newest successful runs of these hashes, by hash."""
        with self._database.read() as connection:
            return lookups.done_among(connection, hashes)

    def failed_among(self, hashes: Collection[str]) -> dict[str, Run]:
        """The newest failed runs of these hashes, by hash."""
        with self._database.read() as connection:
            return lookups.failed_among(connection, hashes)

    def measured_among(self, run_ids: Collection[str]) -> set[str]:
        """Those of these runs that have evidence."""
        with self._database.read() as connection:
            return lookups.measured_among(connection, run_ids)

    def newest_of_kind(self, kind: lookups.Kind, limit: int = 20) -> list[lookups.Took]:
        """What the newest successful runs of a kind took."""
        with self._database.read() as connection:
            return lookups.newest_of_kind(connection, kind, limit)

    def add_rating(self, rating: Rating) -> None:
        """Appends a person's rating."""
        with self._database.write() as connection:
            ratings.add_rating(connection, rating)

    def ratings(self, run_id: str) -> list[Rating]:
        """A run's ratings, oldest first."""
        with self._database.read() as connection:
            return ratings.list_ratings(connection, run_id)

    def experiment_ratings(self, experiment: str) -> list[Rating]:
        """All ratings of an experiment's runs, oldest first."""
        with self._database.read() as connection:
            return ratings.list_experiment_ratings(connection, experiment)

    def set_evidence(self, run_id: str, entries: Sequence[Evidence], propose: evidence.Propose | None = None) -> None:
        """Replaces a run's evidence, and its points."""
        with self._database.write() as connection:
            evidence.set_evidence(connection, run_id, entries, propose)

    def evidence(self, run_id: str) -> list[Evidence]:
        """A run's evidence, in order."""
        with self._database.read() as connection:
            return evidence.list_evidence(connection, run_id)

    def worker(self, name: str) -> SqlStore:
        """The same store for one of several workers of this process."""
        return SqlStore(
            self._database,
            self.pictures,
            self._originals,
            now=self._now,
            random_bytes=self._random_bytes,
            owner=worker_owner(name, self.owner),
        )

    def search(self, query: RunQuery, *, limit: int, offset: int = 0) -> list[Found]:
        """Runs that fit, newest first."""
        with self._database.read() as connection:
            return search.search(connection, query, limit=limit, offset=offset)

    def count(self, query: RunQuery) -> int:
        """How many runs fit."""
        with self._database.read() as connection:
            return search.count(connection, query)

    def facets(self) -> Facets:
        """What there is to filter by."""
        with self._database.read() as connection:
            return search.facets(connection)

    def set_points(self, run_id: str, points: int, criteria: int) -> None:
        """Notes what the proposed rubric gives a run."""
        with self._database.write() as connection:
            search.set_points(connection, run_id, points, criteria)

    def unscored(self, limit: int) -> list[str]:
        """Runs whose evidence nobody has made points of."""
        with self._database.read() as connection:
            return search.unscored(connection, limit)

    def secret(self, name: str) -> bytes:
        """The workspace's random bytes of that name."""
        with self._database.read() as connection:
            found = secrets.find_secret(connection, name)
        if found is not None:
            return found
        with self._database.write() as connection:
            return secrets.make_secret(connection, name, self._random_bytes(secrets.SECRET_BYTES))

    def verify(self) -> verify.Verification:
        """Derives every digest and hash again."""
        with self._database.read() as connection:
            return verify.verify(connection, self.pictures, self._originals, self._now())


if TYPE_CHECKING:

    def _fits(store: SqlStore) -> Store:
        return store
