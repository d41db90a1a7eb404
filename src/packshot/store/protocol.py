"""What the rest of Packshot needs of a store. One class fits it; databases and places of pictures differ beneath it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from packshot.metadata import SourceLabels
from packshot.result import (
    AccessToken,
    Cell,
    Entry,
    Evidence,
    Experiment,
    ExperimentSummary,
    Facets,
    Failure,
    Found,
    Job,
    JobKind,
    JobState,
    Link,
    MeasuredCell,
    Once,
    Pixels,
    ProductRow,
    Rating,
    Result,
    ReviewState,
    Run,
    RunQuery,
    RunState,
    Standing,
    StandingQuery,
    Verdict,
)
from packshot.spec import ResolvedSpec
from packshot.store.audit import Audit
from packshot.store.claims import Begun
from packshot.store.evidence import Propose
from packshot.store.jobs import Taken
from packshot.store.kept import PictureStore
from packshot.store.lookups import Kind, Took
from packshot.store.trail import Decide
from packshot.store.verify import Verification


class Store(Protocol):
    """Everything that is kept. Every method is one transaction; all may raise StoreError.

    A `run_id` is a whole id, a `reference` any unique prefix of one. Unknown ones raise RecordError.
    """

    @property
    def owner(self) -> str:
        """Who claims: this process, or one of its workers."""

    @property
    def pictures(self) -> PictureStore:
        """The pictures."""

    def begin(self, resolved: ResolvedSpec, *, fresh: bool = False, replay_of: str | None = None) -> Begun:
        """Claims the work, or says that it is done or that another process is at it.

        `fresh` computes again what is done. `replay_of` is the id of the run, or the name of the file, that is
        repeated. The claim holds for `LEASE` after the last heartbeat.
        """

    def heartbeat(self, run_id: str) -> None:
        """Renews our lease. Raises StoreError where another took the run over."""

    def restate(self, run_id: str, resolved: ResolvedSpec) -> Run:
        """Our run goes on, or begins again, with another execution. Raises StoreError where the lease is not ours."""

    def finish(self, run_id: str, pixels: Pixels, result: Result) -> Run:
        """Succeeded: keeps the picture (H, W, 3), then the row. Raises StoreError where the lease is not ours."""

    def fail(self, run_id: str, failure: Failure) -> Run:
        """Failed. Raises StoreError where the lease is not ours."""

    def cancel(self, run_id: str) -> Run:
        """Cancelled by the person. Raises StoreError where it is finished or another process is at it."""

    def release(self, run_id: str) -> Run:
        """Back to waiting, without lease (Ctrl-C). A run that is not ours stays as it is."""

    def keep_source(self, pixels: Pixels, labels: SourceLabels | None = None, original: bytes | None = None) -> str:
        """Keeps a source picture (H, W, 3) and returns its digest.

        `labels` are what its file says of itself, None where nobody looked; they are added to what is known, and never
        take anything back. `original` is the file, where it is to be kept.
        """

    def source_labels(self, digest: str) -> SourceLabels | None:
        """What the files of a source said, by the digest of its pixels; None where nobody looked."""

    def source_file(self, digest: str) -> bytes | None:
        """The file of a source as it came, where it was kept. Raises StoreError where it is not whole any more."""

    def set_verdict(self, run_id: str, verdict: Verdict) -> Run:
        """Notes what a replay measured. The points of its original are unknown again."""

    def run(self, reference: str) -> Run:
        """The run of any unique prefix of its id. Raises RecordError."""

    def runs(
        self, *, limit: int = 50, offset: int = 0, state: RunState | None = None, experiment: str | None = None
    ) -> list[Run]:
        """Runs, newest first."""

    def count_runs(self, *, state: RunState | None = None, experiment: str | None = None) -> int:
        """How many runs there are."""

    def done(self, spec_hash: str) -> Run | None:
        """The newest run of that hash that succeeded and is no replay."""

    def makers(self, picture_digest: str) -> list[Run]:
        """The runs that made a picture, newest first."""

    def replays_of(self, run_id: str) -> list[Run]:
        """The replays of a run, newest first."""

    def save_experiment(self, name: str, plan: dict[str, Any], cells: Iterable[Cell]) -> None:
        """Makes an experiment or gives it a new plan; cells with an unchanged spec hash keep their run.

        Cells may be made while they are taken. Those without a spec hash wait for `resolve_cells`.
        """

    def resolve_cells(self, experiment: str, hashes: Mapping[str, str]) -> None:
        """Gives cells, by name, the spec hashes that they were waiting for."""

    def link_cell(self, experiment: str, cell_name: str, run_id: str) -> None:
        """Points a cell to the run of its spec hash."""

    def link_cells(self, experiment: str, runs: Mapping[str, str]) -> None:
        """Points cells, by name, to runs of their spec hashes."""

    def summaries(self) -> list[ExperimentSummary]:
        """All experiments in numbers, newest first, however many cells they have."""

    def summary(self, experiment: str) -> ExperimentSummary:
        """An experiment in numbers. Raises RecordError."""

    def plan(self, experiment: str) -> dict[str, Any]:
        """An experiment's plan, a JSON value. Raises RecordError."""

    def cells(
        self, experiment: str, *, limit: int = 50, offset: int = 0, state: RunState | None = None
    ) -> list[tuple[Cell, Run | None]]:
        """An experiment's cells in order, each with its run; with `state`, those whose run is in it.

        Raises RecordError.
        """

    def run_of_cell(self, experiment: str, cell: str) -> Run | None:
        """The run that a cell points to; None where there is none."""

    def cells_of_run(self, run_id: str) -> list[tuple[str, str]]:
        """Experiment and cell, by name, that point to a run."""

    def products_of_run(self, run_id: str) -> list[tuple[str, str, str | None]]:
        """Experiment, cell and product of the cells that point to a run, those of the newest experiment first.

        Behind them catalogue, SKU and SKU of the rows of catalogues whose picture it made.
        """

    def done_among(self, hashes: Collection[str]) -> dict[str, str]:
        """Of these spec hashes, those that are done: the id of the newest run that succeeded and is no replay."""

    def failed_among(self, hashes: Collection[str]) -> dict[str, Run]:
        """Of these spec hashes, those with a run that failed and is no replay: the newest one."""

    def measured_among(self, run_ids: Collection[str]) -> set[str]:
        """Of these runs, those with evidence."""

    def newest_of_kind(self, kind: Kind, limit: int = 20) -> list[Took]:
        """What the newest successful runs of a kind took."""

    def experiment(self, name: str) -> Experiment:
        """The experiment with its cells in order. Raises RecordError."""

    def measured(self, experiment: str) -> list[MeasuredCell]:
        """The cells in order, each with its run, evidence and ratings, in a few queries. Raises RecordError."""

    def each_measured(self, experiment: str) -> Iterator[MeasuredCell]:
        """The same one after the other, so that memory does not grow with their number. Raises RecordError."""

    def experiments(self) -> list[Experiment]:
        """All experiments, newest first."""

    def add_rating(self, rating: Rating) -> None:
        """Appends a person's rating. Raises RecordError where the run has no picture."""

    def ratings(self, run_id: str) -> list[Rating]:
        """A run's ratings, oldest first."""

    def experiment_ratings(self, experiment: str) -> list[Rating]:
        """All ratings of an experiment's runs, oldest first. Raises RecordError."""

    def append(self, run_id: str, decide: Decide) -> list[Link]:
        """Adds to the audit trail what `decide` makes of the run's entries: nothing is added meanwhile by others.

        Raises RecordError where the run has no picture, or another one than an entry names, StoreError where an earlier
        entry was changed, and whatever `decide` raises: then nothing is added.
        """

    def entries(self, run_id: str) -> list[Entry]:
        """What was decided and released of a run, in the order it was appended. Raises StoreError on a changed row."""

    def standings(self, query: StandingQuery, *, limit: int, after: int = 0) -> list[Standing]:
        """Pictures in a state of review, those that stand there longest first, behind the trail's row `after`.

        A page holds a few more than `limit` where its last row changed several lines. Raises RecordError.
        """

    def count_standings(self, query: StandingQuery) -> dict[ReviewState, int]:
        """How many pictures stand where. Raises RecordError."""

    def links(self) -> Iterator[Link]:
        """The whole audit trail as it stands in the database, in order, one snapshot."""

    def audit(self, heads: Collection[str] = (), *, pictures: bool = True) -> Audit:
        """Derives the trail's digests again; `heads` are digests that it must have. Changes nothing."""

    def set_evidence(self, run_id: str, entries: Sequence[Evidence], propose: Propose | None = None) -> None:
        """Replaces a run's evidence; names must be unique.

        The run's points are what `propose` makes of it and of its replays' verdicts, unknown where that is None.
        """

    def evidence(self, run_id: str) -> list[Evidence]:
        """A run's evidence, in order."""

    def worker(self, name: str) -> Store:
        """The same store for one of several workers of this process, who do not take each other's claims."""

    def save_product_row(self, row: ProductRow) -> None:
        """Keeps what came of a product of a catalogue, in place of what came of it before."""

    def product_row(self, catalogue: str, sku: str) -> ProductRow | None:
        """What came of a product; None where nothing was tried."""

    def add_job(self, job: Job, once: Once | None = None, *, most: int | None = None) -> Job:
        """Keeps a new job, which waits for whoever takes it; or gives the one that was made under the same name before.

        Raises ServiceError: service.key where the name was given to another request, service.full where `most` jobs
        wait or run already.
        """

    def known_job(self, once: Once) -> Job | None:
        """The job that was made under this name. Raises ServiceError (service.key) as `add_job` does."""

    def job(self, job_id: str) -> Job:
        """The job of that id. Raises RecordError."""

    def jobs(self, *, person: str | None = None, states: Collection[JobState] = (), limit: int = 20) -> list[Job]:
        """Jobs, newest first; of a person, or in some states."""

    def count_jobs(self, states: Collection[JobState], *, most: int) -> int:
        """How many jobs are in these states; `most` where there are more."""

    def jobs_ahead(self, job_id: str) -> int:
        """How many jobs wait that will be taken before this one; 0 where it does not wait. Raises RecordError."""

    def take_jobs(
        self, kinds: Collection[JobKind], *, limit: int, without: Collection[str] = (), alone: bool = False
    ) -> Taken:
        """The next jobs of these kinds, by their place in the queue: from now on they run, under our lease.

        Our own are among them, never one `without`. A suspect job (`Job.is_suspect`) is taken by itself, and only by
        who is `alone`: at nothing else; for others the queue ends before it.
        """

    def recover_jobs(self) -> list[Job]:
        """Jobs whose process is dead, or whose lease ran out, wait again; a death is counted. Our own stay as they are.

        Given back are those that are over with it: asked to stop, or given up (job.deadly).
        """

    def renew_jobs(self, ids: Collection[str]) -> None:
        """Renews the leases of those of these jobs that are still ours."""

    def jobs_to_stop(self) -> list[str]:
        """Ours that somebody asked to stop, in whichever process."""

    def over_among(self, ids: Collection[str]) -> list[str]:
        """Those of these jobs that neither wait nor run."""

    def change_job(self, job_id: str, **changes: Any) -> Job:
        """Changes fields of our job: run_ids, experiment, deaths. Another's stays as it is."""

    def end_job(self, job_id: str, state: JobState, failure: Failure | None = None) -> Job:
        """Our job is over: done, failed or stopped. Another's stays as it is."""

    def put_back_job(self, job_id: str, due_at: datetime | None = None) -> Job:
        """Our job waits again, at its old place or this one, for whoever takes it. Another's stays as it is."""

    def stop_job(self, job_id: str) -> Job:
        """A job that waits is stopped; of one that runs, whoever is at it is asked to stop it. Raises RecordError."""

    def go_on_with_job(self, job_id: str, due_at: datetime) -> Job:
        """A job that is over waits again, at this place; one that is not stays as it is. Raises RecordError."""

    def search(self, query: RunQuery, *, limit: int, offset: int = 0) -> list[Found]:
        """Runs that fit, without replays, newest first (by id, so that pages have neither gaps nor repeats).

        Raises RecordError `record.search` on a text of too many words.
        """

    def count(self, query: RunQuery) -> int:
        """How many runs `search` would give without a limit. Raises RecordError as it does."""

    def facets(self) -> Facets:
        """What there is to filter by, with how many runs each would leave."""

    def set_points(self, run_id: str, points: int, criteria: int) -> None:
        """Notes what the proposed rubric gives a run: points, over how many criteria. Raises RecordError."""

    def unscored(self, limit: int) -> list[str]:
        """Some runs that have evidence and no points, newest first: from an older version, or a killed process."""

    def add_token(self, token: AccessToken) -> None:
        """Keeps a new token. Raises UsageError (settings.token) where a valid one has its name."""

    def tokens(self) -> list[AccessToken]:
        """All tokens, also those that were revoked, oldest first."""

    def revoke_token(self, reference: str) -> AccessToken:
        """The token of that name or id is none any more. Raises UsageError (settings.token)."""

    def secret(self, name: str) -> bytes:
        """32 random bytes of that name, made by whoever asks first, and the same for all who use this database."""

    def verify(self) -> Verification:
        """Derives every digest and hash again. Changes nothing."""

    def close(self) -> None:
        """Gives files and connections back."""
