"""What a source's files said stays with its pixels, is only ever added to, and a file with a manifest is kept."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from packshot.errors import StoreError
from packshot.metadata import SourceLabels, SourceType
from packshot.store import SqlStore
from tests.store.conftest import Opener
from tests.store.examples import picture
from tests.store.test_records import make

WEAK, STRONG = SourceLabels(SourceType.COMPOSITE_SYNTHETIC, c2pa=True), SourceLabels(SourceType.TRAINED)


def test_nobody_looked_is_not_unlabelled(store: SqlStore) -> None:
    digest = store.keep_source(picture(5))
    assert store.source_labels(digest) is None
    store.keep_source(picture(5), SourceLabels())
    assert store.source_labels(digest) == SourceLabels()


def test_what_the_files_said_adds_up_and_is_never_taken_back(store: SqlStore) -> None:
    digest = store.keep_source(picture(5), WEAK)
    for labels in (SourceLabels(), None, STRONG, SourceLabels(), WEAK):
        store.keep_source(picture(5), labels)
    assert store.source_labels(digest) == SourceLabels(SourceType.TRAINED, c2pa=True)
    assert store.source_labels(store.keep_source(picture(6), SourceLabels())) == SourceLabels()


@pytest.mark.files_only
def test_a_file_with_a_manifest_is_kept_and_verified(store: SqlStore, workspace: Path) -> None:
    digest = store.keep_source(picture(5), WEAK, b"the file")
    store.keep_source(picture(5), WEAK, b"another file")
    assert store.source_file(digest) == b"the file"
    assert store.source_file(store.keep_source(picture(6), SourceLabels())) is None
    assert store.verify().clean
    name = hashlib.sha256(b"the file").hexdigest()
    (workspace / "originals" / name[:2] / name).write_bytes(b"forged")
    with pytest.raises(StoreError):
        store.source_file(digest)
    assert [finding.code for finding in store.verify().findings] == ["source.file"]
    store.keep_source(picture(5), WEAK, b"the file")
    assert store.source_file(digest) == b"the file", "the same file brought in again mends it"


@pytest.mark.files_only
def test_a_code_that_nobody_wrote_counts_as_ais(store: SqlStore, workspace: Path) -> None:
    digest = store.keep_source(picture(5), SourceLabels())
    with closing(sqlite3.connect(workspace / "packshot.db", isolation_level=None)) as other:
        other.execute("UPDATE source SET ai = 'something'")
    assert store.source_labels(digest) == SourceLabels(SourceType.TRAINED)


def test_the_runs_that_made_a_picture_are_found(opener: Opener) -> None:
    store = opener()
    run = make(store, 1)
    assert run.result is not None
    assert store.makers(run.result.picture_digest) == [run]
    assert store.makers("0" * 64) == []
