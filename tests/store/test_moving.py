"""A workspace moved to PostgreSQL and S3 and back: equal row for row, resumable, and never over something else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from packshot.errors import StoreError, WorkspaceError
from packshot.metadata import SourceLabels
from packshot.result import Decision, Job, JobKind
from packshot.store import LEASE, Moved, SqlStore, Step, move, open_store
from packshot.store.moving import table_digest
from packshot.store.tables import METADATA
from tests.store.examples import START, Clock, picture, resolved_spec
from tests.store.test_records import make
from tests.store.test_team import answers, filled
from tests.store.test_trail import add, review


class Ends:
    """The stores of a way there and back."""

    def __init__(self, folder: Path, clock: Clock, database: str, bucket: str) -> None:
        def opened(name: str, **place: str) -> SqlStore:
            return open_store(folder / name, now=clock, owner=name, busy_timeout_s=60.0, **place)

        self.clock = clock
        self.files = opened("files")
        self.team = opened("team", database=database, pictures=bucket)
        self.back = opened("back")
        self.steps: list[Step] = []

    def move(self, source: SqlStore, target: SqlStore) -> Moved:
        return move(source.ends, target.ends, self.clock(), self.steps.append)

    def close(self) -> None:
        for store in (self.files, self.team, self.back):
            store.close()


@pytest.fixture
def ends(tmp_path: Path, clock: Clock, database: str, bucket: str) -> Iterator[Ends]:
    found = Ends(tmp_path, clock, database, bucket)
    yield found
    found.close()


def digests(store: SqlStore) -> dict[str, tuple[int, str]]:
    with store._database.read() as connection:
        return {table.name: table_digest(connection, table) for table in METADATA.sorted_tables}


def test_there_and_back_everything_is_equal(ends: Ends) -> None:
    filled(ends.files)
    source = ends.files.keep_source(picture(50), SourceLabels(c2pa=True), b"the file with a manifest")
    secret = ends.files.secret("addresses")
    before = digests(ends.files)
    there = ends.move(ends.files, ends.team)
    assert digests(ends.files) == digests(ends.team) == before
    assert ends.team.secret("addresses") == secret
    assert there.rows == {name: count for name, (count, _) in before.items()}
    assert (there.pictures, there.copied_pictures, there.originals) == (7, 7, 1)
    assert {step.what for step in ends.steps if step.done == step.total} >= {"pictures", "originals", "run", "trail"}
    back = ends.move(ends.team, ends.back)
    assert digests(ends.back) == before
    assert (back.digests, back.head) == (there.digests, there.head)
    for one, other in zip(answers(ends.files), answers(ends.back), strict=True):
        assert one == other
    for store in (ends.team, ends.back):
        assert store.verify().clean
        assert store.audit([there.head]).clean
        assert store.source_file(source) == b"the file with a manifest"
        assert np.array_equal(store.pictures.get(source), picture(50))
    again = ends.move(ends.files, ends.team)
    assert (again.copied_rows, again.copied_pictures) == (0, 0)


def test_a_move_that_was_stopped_goes_on(ends: Ends) -> None:
    runs = [make(ends.files, seed) for seed in range(3)]
    add(ends.files, review(runs[0], 1, Decision.SUBMIT))

    def stop(step: Step) -> None:
        if step.what == "run":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(ends.files.ends, ends.team.ends, ends.clock(), stop)
    assert ends.team.verify().clean, "rows have their pictures at any moment"
    done = ends.move(ends.files, ends.team)
    assert (done.copied_pictures, done.rows["run"], done.rows["trail"]) == (0, 3, 1)
    assert done.copied_rows < sum(done.rows.values())
    assert digests(ends.files) == digests(ends.team)


def test_what_holds_something_else_is_left_as_it_is(ends: Ends) -> None:
    make(ends.files, 1)
    make(ends.team, 2)
    before = digests(ends.team)
    with pytest.raises(WorkspaceError) as caught:
        ends.move(ends.files, ends.team)
    assert caught.value.code == "workspace.other"
    assert digests(ends.team) == before
    ends.move(ends.files, ends.back)
    changed = ends.back.runs()[0]
    ends.back.set_points(changed.id, 3, 5)
    with pytest.raises(WorkspaceError, match="something else"):
        ends.move(ends.files, ends.back)


def test_nobody_may_be_at_work_in_it(ends: Ends) -> None:
    ends.files.begin(resolved_spec(1))
    with pytest.raises(WorkspaceError) as caught:
        ends.move(ends.files, ends.team)
    assert (caught.value.code, caught.value.got) == ("workspace.busy", "files")
    ends.clock.forward(LEASE.total_seconds() + 1)
    ends.move(ends.files, ends.team)
    waiting = Job(id="0" * 26, kind="pictures", state="queued", title="t", request={}, created_at=START, due_at=START)
    ends.files.add_job(waiting)
    ends.files.take_jobs([JobKind.PICTURES], limit=1)
    with pytest.raises(WorkspaceError, match="at work"):
        ends.move(ends.files, ends.back)
    ends.files.put_back_job(waiting.id)
    ends.move(ends.files, ends.back)


def test_a_damaged_picture_does_not_travel(ends: Ends) -> None:
    run = make(ends.files, 1)
    assert run.result is not None
    path = ends.files.pictures.path(run.result.picture_digest)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(StoreError, match="cannot be read"):
        ends.move(ends.files, ends.team)
    assert ends.team.count_runs() == 0
