"""Who computes what: a run is claimed with a lease, kept by a heartbeat, and finished, failed, released or taken over.

Every function takes the connection of a *write* transaction and locks what it reads in order to write, so that it
cannot change meanwhile (SQLite's write transactions are alone anyway). An invariant of the table: per spec hash at most
one run that is no replay is running under a live lease, except that one owner may claim its own run again (a process
that lost its thread goes on with its own row).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, insert, select, update

from packshot.errors import StoreError
from packshot.result import Failure, Pixels, Result, Run, RunState, Verdict
from packshot.spec import ResolvedSpec
from packshot.store.alone import alone
from packshot.store.dialects import insert_or
from packshot.store.owner import owner_is_dead
from packshot.store.rows import resolved_json, run_of, searched_columns
from packshot.store.runs import newest_done, require_run
from packshot.store.tables import PICTURE, RUN

LEASE = timedelta(seconds=60)
"""How long a claim holds without a heartbeat."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What `begin` gave: *claimed*, compute it; *done*, it was computed; *busy*, another process computes it now."""

    run: Run
    outcome: Literal["claimed", "done", "busy"]


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims, and when."""

    owner: str
    now: datetime

    def lease(self) -> dict[str, Any]:
        """The columns of a lease that starts now."""
        return {"lease_owner": self.owner, "lease_until": self.now + LEASE}

    def may_take(self, row: RowMapping) -> bool:
        """Whether a waiting or running row is free for this claimant."""
        holder = row["lease_owner"]
        return holder in (None, self.owner) or is_lapsed(row, self.now)


def is_lapsed(row: RowMapping, now: datetime) -> bool:
    """Whether a row's lease ran out, or its owner is a dead process of this host."""
    return row["lease_owner"] is None or row["lease_until"] <= now or owner_is_dead(row["lease_owner"])


def begin(
    connection: Connection,
    claimant: Claimant,
    resolved: ResolvedSpec,
    *,
    new_id: str,
    fresh: bool,
    replay_of: str | None,
) -> Begun:
    """Claims the work of a resolved spec, or says who did or does it.

    A replay looks only at unfinished replays of the same run or file; it is never *done* by another.
    """
    spec_hash = resolved.hash
    alone(connection, "spec", spec_hash)
    open_rows = _open_rows(connection, spec_hash, replay_of)
    held = _held_now(connection, spec_hash, replay_of, open_rows)
    # last, for a run that is finished in between would be neither open nor done
    if not fresh and replay_of is None and (done := newest_done(connection, spec_hash)) is not None:
        return Begun(done, "done")
    if held is not None:
        return Begun(run_of(held), "busy")
    for row in open_rows:
        if not claimant.may_take(row):
            return Begun(run_of(row), "busy")
    claim = {
        "resolved": resolved_json(resolved),
        **searched_columns(resolved),
        "state": RunState.RUNNING,
        "started_at": claimant.now,
        **claimant.lease(),
    }
    if open_rows:
        run_id = open_rows[0]["id"]
        connection.execute(update(RUN).where(RUN.c.id == run_id).values(**claim, attempts=RUN.c.attempts + 1))
    else:
        run_id = new_id
        first = {
            "id": run_id,
            "spec_hash": spec_hash,
            "created_at": claimant.now,
            "attempts": 1,
            "replay_of": replay_of,
        }
        connection.execute(insert(RUN).values(**first, **claim))
    return Begun(require_run(connection, run_id), "claimed")


def heartbeat(connection: Connection, claimant: Claimant, run_id: str) -> None:
    """Renews the lease. Raises StoreError where it is no longer ours."""
    _change_own(connection, claimant, run_id, {"lease_until": claimant.now + LEASE})


def restate(connection: Connection, claimant: Claimant, run_id: str, resolved: ResolvedSpec) -> Run:
    """Our run goes on with another execution. Raises StoreError on another intent, or where the lease is not ours."""
    row = _row(connection, run_id)
    if row["spec_hash"] != resolved.hash:
        raise StoreError(
            "store.failed",
            f"run {run_id} is of another intent",
            expected=row["spec_hash"],
            got=resolved.hash,
        )
    _change_own(connection, claimant, run_id, {"resolved": resolved_json(resolved), **searched_columns(resolved)})
    return require_run(connection, run_id)


def finish(connection: Connection, claimant: Claimant, run_id: str, pixels: Pixels, result: Result) -> Run:
    """Succeeded. The picture's file must be on the disk already. Raises StoreError where the lease is not ours."""
    keep_picture(connection, result.picture_digest, pixels, "result", claimant.now)
    values = {"picture_digest": result.picture_digest, "result": result.model_dump(mode="json"), "failure": None}
    return _end_own(connection, claimant, run_id, RunState.SUCCEEDED, values)


def fail(connection: Connection, claimant: Claimant, run_id: str, failure: Failure) -> Run:
    """Failed, and why. Raises StoreError where the lease is not ours."""
    return _end_own(connection, claimant, run_id, RunState.FAILED, {"failure": failure.model_dump(mode="json")})


def cancel(connection: Connection, claimant: Claimant, run_id: str) -> Run:
    """Cancelled: ours, a waiting one, or one whose owner is gone. Raises StoreError on a finished or foreign one."""
    row = _row(connection, run_id, lock=True)
    if row["state"] not in (RunState.QUEUED, RunState.RUNNING) or not claimant.may_take(row):
        raise _not_ours(run_id, row)
    values = {"state": RunState.CANCELLED, "finished_at": claimant.now, "lease_owner": None, "lease_until": None}
    connection.execute(update(RUN).where(RUN.c.id == run_id).values(**values))
    return require_run(connection, run_id)


def release(connection: Connection, claimant: Claimant, run_id: str) -> Run:
    """Back to waiting, if the lease is ours; else nothing changes: whoever has the run now goes on with it."""
    values = {"state": RunState.QUEUED, "started_at": None, "lease_owner": None, "lease_until": None}
    connection.execute(update(RUN).where(_own(claimant, run_id)).values(**values))
    return require_run(connection, run_id)


def set_verdict(connection: Connection, run_id: str, verdict: Verdict) -> Run:
    """Notes what a replay measured; what was proposed for its original holds no longer. Raises RecordError."""
    replayed = require_run(connection, run_id).replay_of
    connection.execute(update(RUN).where(RUN.c.id == run_id).values(verdict=verdict.model_dump(mode="json")))
    connection.execute(update(RUN).where(RUN.c.id == replayed).values(points=None, criteria=None))
    return require_run(connection, run_id)


def keep_picture(connection: Connection, digest: str, pixels: Pixels, kind: str, now: datetime) -> None:
    """The row of a picture whose file is on the disk; pixels (H, W, 3). A row that is there stays as it is."""
    height, width = pixels.shape[:2]
    row = {"digest": digest, "width": width, "height": height, "kind": kind, "created_at": now}
    connection.execute(insert_or(connection, PICTURE).values(**row).on_conflict_do_nothing())


def _open_rows(connection: Connection, spec_hash: str, replay_of: str | None) -> list[RowMapping]:
    """Locked, without waiting: a row that another transaction holds is not among them."""
    wanted = _open(spec_hash, replay_of).with_for_update(skip_locked=True)
    return list(connection.execute(wanted).mappings())


def _held_now(
    connection: Connection, spec_hash: str, replay_of: str | None, ours: list[RowMapping]
) -> RowMapping | None:
    """An open row that another transaction changes at this moment (PostgreSQL): somebody is at it."""
    known = {row["id"] for row in ours}
    found = connection.execute(_open(spec_hash, replay_of)).mappings()
    return next((row for row in found if row["id"] not in known), None)


def _open(spec_hash: str, replay_of: str | None) -> Select[Any]:
    return (
        select(RUN)
        .where(
            RUN.c.spec_hash == spec_hash,
            RUN.c.state.in_((RunState.QUEUED, RunState.RUNNING)),
            RUN.c.replay_of.is_(None) if replay_of is None else RUN.c.replay_of == replay_of,
        )
        .order_by(RUN.c.created_at, RUN.c.id)
    )


def _own(claimant: Claimant, run_id: str) -> Any:
    return (RUN.c.id == run_id) & (RUN.c.state == RunState.RUNNING) & (RUN.c.lease_owner == claimant.owner)


def _end_own(connection: Connection, claimant: Claimant, run_id: str, state: RunState, values: dict[str, Any]) -> Run:
    end = {"state": state, "finished_at": claimant.now, "lease_owner": None, "lease_until": None}
    _change_own(connection, claimant, run_id, end | values)
    return require_run(connection, run_id)


def _change_own(connection: Connection, claimant: Claimant, run_id: str, values: dict[str, Any]) -> None:
    if connection.execute(update(RUN).where(_own(claimant, run_id)).values(**values)).rowcount != 1:
        raise _not_ours(run_id, _row(connection, run_id))


def _row(connection: Connection, run_id: str, *, lock: bool = False) -> RowMapping:
    require_run(connection, run_id)
    wanted = select(RUN).where(RUN.c.id == run_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).mappings().one()


def _not_ours(run_id: str, row: RowMapping) -> StoreError:
    return StoreError(
        "store.failed",
        f"run {run_id} is no longer ours to change",
        expected="a running run under our own lease",
        got=f"{row['state']}, held by {row['lease_owner'] or 'nobody'}",
        hint="another process took it over after its lease ran out; its result counts",
    )
