"""What the studio shows before a release, and what it hands out afterwards."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from packshot.errors import ChannelError
from packshot.result import Run, StandingQuery
from packshot.workflow import (
    Candidate,
    Workbench,
    each_approved,
    release_line,
    release_shelf,
    review_picture,
    shelf_zip,
    taken_back,
)
from packshot.workflow.against import Against, stands_against
from tests.workflow.releases import approved, experiment, listed, release
from tests.workflow.test_review import REJECT


def line(bench: Workbench) -> dict[str, Candidate]:
    standings = bench.store.standings(StandingQuery(channel="ebay"), limit=99)

    def against(run: str, channel: str) -> Against:
        return stands_against(bench, bench.store.run(run), channel)

    found = release_line(bench, "ebay", standings, against)
    return {each.standing.run_id: each for each in found}


def zipped(bench: Workbench, **bounds: object) -> list[str]:
    content = b"".join(shelf_zip(bench, "ebay", **bounds))  # type: ignore[arg-type]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


MANIFESTS = ["release-manifest.json", "release-manifest.csv"]


def test_a_candidate_says_who_approved_it_and_where_it_is(bench: Workbench) -> None:
    first, second = approved(bench, 1), approved(bench, 2)
    experiment(bench, {"one": first}, {"one": "MUG-17"})
    found = line(bench)
    assert (found[first.id].by, found[first.id].sku, found[first.id].is_free) == ("Ada", "MUG-17", True)
    assert found[second.id].sku == second.id
    release(bench, release_shelf(bench, "ebay"), first)
    after = line(bench)[first.id]
    assert (after.file, after.is_free, after.reasons) == ("MUG-17.jpg", False, ())
    (release_shelf(bench, "ebay") / "MUG-17.jpg").unlink()
    gone = line(bench)[first.id]
    assert (gone.file, gone.is_free) == (None, True)
    assert gone.released_at == after.released_at is not None
    assert list(each_approved(bench, StandingQuery(channel="ebay"))) == [second.id], "the other one was released"


def test_what_keeps_a_picture_here_is_told(bench: Workbench) -> None:
    rejected, changed, several = (approved(bench, number) for number in (1, 2, 3))
    review_picture(bench, rejected.id, REJECT, "Eve", "a scratch", "ebay")
    assert changed.result is not None
    path = bench.store.pictures.path(changed.result.picture_digest)
    path.chmod(0o644)
    path.write_bytes(b"edited")
    experiment(bench, {"one": several, "two": several}, {"one": "A", "two": "B"})
    found = line(bench)
    assert found[rejected.id].reasons == ("Eve rejected these pixels: a scratch",)
    assert found[changed.id].reasons
    assert not found[changed.id].is_free
    assert (found[several.id].sku, found[several.id].unclear) == (None, "it is a picture of several products: A, B")


def test_of_named_runs_those_go_that_may(bench: Workbench, tmp_path: Path) -> None:
    good, bad = approved(bench, 1), approved(bench, 2)
    review_picture(bench, bad.id, REJECT, "Eve", "a scratch", "ebay")
    done = release(bench, tmp_path / "shop", good, bad, partial=True)
    assert [row.run for row in done.released] == [good.id]
    assert [(each.run, each.reasons) for each in done.held_back] == [
        (bad.id, ("Eve rejected these pixels: a scratch",))
    ]


def test_the_zip_holds_what_was_released_and_is_still_approved(bench: Workbench) -> None:
    shelf = release_shelf(bench, "ebay")
    first = release(bench, shelf, approved(bench, 1), skus={}).released[0]
    second = release(bench, shelf, withdrawn := approved(bench, 2)).released[0]
    (shelf / "stranger.jpg").write_bytes((shelf / first.file).read_bytes())
    assert zipped(bench) == [first.file, second.file, *MANIFESTS]
    assert zipped(bench, since=second.released_at) == [second.file, *MANIFESTS]
    assert zipped(bench, until=first.released_at - timedelta(seconds=1)) == MANIFESTS
    review_picture(bench, withdrawn.id, REJECT, "Eve", "a scratch", "ebay")
    assert zipped(bench) == [first.file, *MANIFESTS], "nobody gets what was taken back"
    assert taken_back(bench, "ebay") == (second.file,)
    (shelf / first.file).write_bytes(b"other")
    assert zipped(bench) == MANIFESTS
    assert len(listed(shelf)) == 2


def test_a_shelf_is_a_known_channels(bench: Workbench) -> None:
    with pytest.raises(ChannelError):
        release_shelf(bench, "../secret")


def test_without_sign_no_certificate_is_asked_for(bench: Workbench, tmp_path: Path) -> None:
    run: Run = approved(bench)
    missing = tmp_path / "none.pem"
    done = release(bench, tmp_path / "shop", run, certificate=missing, key=missing, sign=False)
    assert [row.signed for row in done.released] == [False]
