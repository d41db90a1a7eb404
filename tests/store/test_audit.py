"""The audit: every way to tamper with the trail behind the triggers is found and named; honest work is never blamed."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PIL import Image

from packshot.errors import StoreError
from packshot.result import GENESIS, Decision, Link, Run, link_digest
from packshot.store import SqlStore
from packshot.store.chain import Chain
from tests.store.conftest import Opener
from tests.store.test_records import make
from tests.store.test_trail import add, raw, release, review
from tests.store.worker import open_now

TRIGGERS = ("trail_no_update", "trail_no_delete", "trail_only_at_the_end")
SELECT = "SELECT number, kind, run_id, entry, previous, digest FROM trail ORDER BY number"


@pytest.fixture
def runs(store: SqlStore) -> list[Run]:
    """Three pictures with seven entries between them, the last one a release."""
    made = [make(store, seed) for seed in range(3)]
    for number, run in enumerate(made):
        add(store, review(run, 10 + number, Decision.SUBMIT), review(run, 20 + number))
    add(store, release(made[0], 30))
    return made


@contextmanager
def behind_the_triggers(workspace: Path) -> Iterator[sqlite3.Connection]:
    with closing(raw(workspace)) as database:
        for name in TRIGGERS:
            database.execute(f"DROP TRIGGER {name}")
        yield database


def codes(store: SqlStore, *heads: str) -> list[str]:
    return [finding.code for finding in store.audit(heads).findings]


def chained(database: sqlite3.Connection, links: list[Link]) -> None:
    """Writes the whole trail anew, as somebody does who knows the format."""
    database.execute("DELETE FROM trail")
    previous = GENESIS
    for number, link in enumerate(links, 1):
        digest = link_digest(previous, number, link.kind, link.entry)
        row = (number, link.kind, link.run_id, link.entry, previous, digest)
        database.execute("INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?)", row)
        previous = digest


def test_an_honest_trail_is_clean(store: SqlStore, runs: list[Run]) -> None:
    found = store.audit()
    assert found.clean
    assert (found.entries, found.releases, found.pictures, found.absent) == (7, 1, 3, 0)
    heads = [GENESIS, *(link.digest for link in store.links())]
    assert found.head == heads[-1]
    assert codes(store, *heads) == [], "what any earlier audit named is still there"


def test_an_empty_trail_is_clean(store: SqlStore) -> None:
    assert store.audit().findings == ()
    assert store.audit().head == GENESIS


@pytest.mark.files_only
@pytest.mark.parametrize(
    "change",
    [
        'entry = replace(entry, \'"by":"Ann"\', \'"by":"Bob"\')',
        "entry = replace(entry, ',', ', ')",
        "entry = CAST(x'ff00fe' AS TEXT)",
        "entry = ''",
        "kind = 'release'",
        "kind = 'gossip'",
        "digest = 'e' || substr(digest, 2, 62) || 'q'",
        "run_id = (SELECT id FROM run ORDER BY id DESC LIMIT 1)",
        "run_id = NULL",
    ],
)
def test_a_changed_row_is_found_and_named(store: SqlStore, runs: list[Run], workspace: Path, change: str) -> None:
    with behind_the_triggers(workspace) as database:
        database.execute(f"UPDATE trail SET {change} WHERE number = 2")
    findings = store.audit().findings
    assert "trail.changed" in [finding.code for finding in findings]
    assert any("entry 2 (" in finding.what for finding in findings)
    if "run_id" not in change:
        with pytest.raises(StoreError, match="entry 2 of the audit trail was changed"):
            store.entries(runs[0].id)


@pytest.mark.files_only
@pytest.mark.parametrize("number", [1, 2, 6])
def test_a_removed_row_is_found_and_named(store: SqlStore, runs: list[Run], workspace: Path, number: int) -> None:
    with behind_the_triggers(workspace) as database:
        database.execute("DELETE FROM trail WHERE number = ?", (number,))
    missing = [finding for finding in store.audit().findings if finding.code == "trail.missing"]
    assert [finding.what for finding in missing] == [f"entry {number} was removed"]


@pytest.mark.files_only
def test_rows_that_were_moved_up_to_hide_a_gap(store: SqlStore, runs: list[Run], workspace: Path) -> None:
    with behind_the_triggers(workspace) as database:
        database.execute("DELETE FROM trail WHERE number = 3")
        database.execute("UPDATE trail SET number = number - 1 WHERE number > 3")
    assert codes(store).count("trail.changed") == 4


@pytest.mark.files_only
def test_a_row_that_was_replaced_with_a_digest_that_derives(store: SqlStore, runs: list[Run], workspace: Path) -> None:
    with behind_the_triggers(workspace) as database:
        number, kind, _run, entry, previous, _digest = database.execute(SELECT).fetchall()[2]
        entry = entry.replace('"reason":"so"', '"reason":"not so"')
        digest = link_digest(previous, number, kind, entry)
        database.execute("UPDATE trail SET entry = ?, digest = ? WHERE number = 3", (entry, digest))
    findings = [finding for finding in store.audit().findings if finding.code == "trail.replaced"]
    assert len(findings) == 1
    assert "entry 4 (" in findings[0].what
    assert "entry 3:" in findings[0].what


def test_a_row_that_was_put_in_is_found_and_named() -> None:
    """Numbers and digests fit; what follows still names the row before."""
    chain, rows, previous = Chain(), [], GENESIS
    for number in (1, 2, 3):
        digest = link_digest(previous, number, "review", "{}")
        rows.append(Link(number, "review", "r", "{}", previous, digest))
        previous = digest
    later = Link(4, "review", "r", "{}", rows[0].digest, link_digest(rows[0].digest, 4, "review", "{}"))
    found = [finding for row in [*rows, later] for finding in chain.follow(row)]
    assert [finding.code for finding in found] == ["trail.inserted"]
    assert found[0].what.startswith("entries 2 to 3 were put in")


@pytest.mark.files_only
@pytest.mark.parametrize("number", [0, -5])
def test_a_row_before_the_first(store: SqlStore, runs: list[Run], workspace: Path, number: int) -> None:
    with behind_the_triggers(workspace) as database:
        _number, kind, run_id, entry, _previous, _digest = database.execute(SELECT).fetchall()[1]
        row = (number, kind, run_id, entry, "a", link_digest("a", number, kind, entry))
        database.execute("INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?)", row)
    assert "trail.inserted" in codes(store)


@pytest.mark.files_only
@pytest.mark.parametrize("kept", [0, 3, 6])
def test_a_tail_that_was_cut_off_is_found_by_a_head(
    store: SqlStore, runs: list[Run], workspace: Path, kept: int
) -> None:
    head = store.audit().head
    with behind_the_triggers(workspace) as database:
        database.execute("DELETE FROM trail WHERE number > ?", (kept,))
    assert "trail.head" in codes(store, head)
    assert "trail.standing" in codes(store), "the queue's table remembers rows that are not there"
    with closing(raw(workspace)) as database:
        database.execute("DELETE FROM standing WHERE number > ?", (kept,))
    assert codes(store, head)[0] == "trail.head"


@pytest.mark.files_only
def test_a_trail_that_was_written_anew_is_found_by_a_head_alone(
    store: SqlStore, runs: list[Run], workspace: Path
) -> None:
    head, links = store.audit().head, list(store.links())
    with behind_the_triggers(workspace) as database:
        forged = [Link(0, ln.kind, ln.run_id, ln.entry.replace('"Ann"', '"Bob"'), "", "") for ln in links]
        chained(database, forged)
    assert codes(store) == []
    assert codes(store, head) == ["trail.head"]


@pytest.mark.files_only
def test_a_release_that_nobody_approved_is_found(store: SqlStore, runs: list[Run], workspace: Path) -> None:
    add(store, release(runs[1], 40), release(runs[1], 41))
    assert codes(store) == [], "what is released may be released again"
    add(store, review(runs[1], 50, Decision.REJECT, channel=None))
    for entry in (release(runs[1], 42), release(runs[2], 43, channel="etsy")):
        add(store, entry)
    unapproved = [finding.what for finding in store.audit().findings if finding.code == "trail.unapproved"]
    assert len(unapproved) == 2
    assert "while the picture was rejected" in unapproved[0]
    assert "while the picture was draft" in unapproved[1]


@pytest.mark.files_only
def test_the_queues_table_is_held_against_the_trail(store: SqlStore, runs: list[Run], workspace: Path) -> None:
    with closing(raw(workspace)) as database:
        database.execute("UPDATE standing SET state = 'approved' WHERE run_id = ?", (runs[0].id,))
        database.execute("DELETE FROM standing WHERE run_id = ?", (runs[1].id,))
    findings = store.audit().findings
    assert [finding.code for finding in findings] == ["trail.standing"] * 2
    assert "is released by entry 7, and listed as approved by entry 7" in findings[0].what
    assert "listed as nowhere" in findings[1].what


@pytest.mark.files_only
def test_a_picture_that_holds_other_pixels_now(store: SqlStore, runs: list[Run]) -> None:
    for run in runs[:2]:
        assert run.result is not None
    Image.new("RGB", (6, 8), "red").save(store.pictures.path(runs[0].result.picture_digest))  # type: ignore[union-attr]
    store.pictures.path(runs[1].result.picture_digest).unlink()  # type: ignore[union-attr]
    found = store.audit()
    assert [finding.code for finding in found.findings] == ["trail.picture"]
    assert (found.pictures, found.absent) == (2, 1)
    assert store.audit(pictures=False).clean


@pytest.mark.files_only
def test_a_run_that_points_to_another_picture_now(store: SqlStore, runs: list[Run], workspace: Path) -> None:
    with closing(raw(workspace)) as database:
        other = "SELECT picture_digest FROM run WHERE id = ?"
        database.execute(f"UPDATE run SET picture_digest = ({other}) WHERE id = ?", (runs[1].id, runs[0].id))
    assert codes(store) == ["trail.run"]


@pytest.mark.files_only
def test_kinds_to_come_are_part_of_the_chain(store: SqlStore, runs: list[Run], workspace: Path) -> None:
    digest = store.audit().head
    with closing(raw(workspace)) as database:
        entry = json.dumps({"x": 1}, separators=(",", ":"))
        row = (8, "gossip", None, entry, digest, link_digest(digest, 8, "gossip", entry))
        database.execute("INSERT INTO trail VALUES (?, ?, ?, ?, ?, ?)", row)
    assert codes(store) == []
    add(store, review(runs[2], 90))
    assert codes(store) == []


APPENDING = """
import sys
from pathlib import Path
from tests.store.test_trail import review
from tests.store.worker import open_now

workspace, first = Path(sys.argv[1]), int(sys.argv[2])
with open_now(workspace) as store:
    run = store.runs()[0]
    print("here", flush=True)
    sys.stdin.readline()
    for number in range(first, first + 40):
        store.append(run.id, lambda before: [review(run, number, reason=str(len(before)))])
"""


@pytest.mark.files_only
def test_two_processes_that_append_at_once_make_one_chain(opener: Opener, workspace: Path) -> None:
    store = opener()
    run = make(store, 1)
    command = [sys.executable, "-c", APPENDING, str(workspace)]
    writers = [
        subprocess.Popen([*command, str(first)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for first in (100, 200)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "here\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    for writer in writers:
        writer.communicate()
    entries = store.entries(run.id)
    assert [entry.reason for entry in entries] == [str(seen) for seen in range(80)], "each saw all before it"  # type: ignore[union-attr]
    assert {int(entry.id) // 100 for entry in entries} == {1, 2}
    with open_now(workspace) as again:
        assert again.audit().findings == ()


@pytest.mark.files_only
def test_a_fork_is_refused_by_the_table_itself(store: SqlStore, runs: list[Run], workspace: Path) -> None:
    with behind_the_triggers(workspace) as database:
        previous = database.execute(SELECT).fetchall()[2][4]
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            database.execute("INSERT INTO trail VALUES (99, 'review', NULL, '{}', ?, 'd')", (previous,))
