"""Nothing that is not approved gets out, whatever somebody does to files, folders, names and the workspace."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import OutputError, ReleaseError
from packshot.metadata import read_record, read_released, write_png
from packshot.result import Run
from packshot.review import Blocked
from packshot.workflow import Workbench, export_picture, release_pictures, review_picture, trail_of
from packshot.workflow import release_one as one
from tests.metadata.released import xmp
from tests.workflow.releases import (
    GOOD,
    approved,
    everything,
    experiment,
    listed,
    numbered,
    pictures,
    refused,
    release,
    request,
)
from tests.workflow.test_review import APPROVE, REJECT, SUBMIT, make


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "shop"


@pytest.fixture
def run(bench: Workbench) -> Run:
    return approved(bench)


def test_what_nobody_approved_for_the_channel_is_refused(bench: Workbench, out: Path) -> None:
    for number, decisions in enumerate(
        (
            [],
            [(SUBMIT, "ebay", "")],
            [(APPROVE, None, "")],
            [(APPROVE, "shopify", "")],
            [(REJECT, "ebay", "no")],
            [(APPROVE, "ebay", ""), (REJECT, "ebay", "no")],
            [(APPROVE, "ebay", ""), (SUBMIT, None, ""), (REJECT, None, "no")],
        ),
        start=1,
    ):
        made = make(bench, numbered(number), seed=number)
        for decision, channel, reason in decisions:
            review_picture(bench, made.id, decision, "Ada", reason, channel)
        refused(bench, out, made)
    assert not out.exists()
    assert release(bench, out, all_approved=True).complete is False
    assert not out.exists()


def test_a_replay_of_an_approved_picture_is_not_approved_by_it(bench: Workbench, out: Path, run: Run) -> None:
    again = bench.store.begin(run.resolved, replay_of=run.id).run
    assert run.result is not None
    bench.store.finish(again.id, numbered(1), run.result)
    refused(bench, out, again)


def test_a_file_that_was_edited_after_the_approval(bench: Workbench, out: Path, run: Run, tmp_path: Path) -> None:
    file = export_picture(bench, run, tmp_path / "mug.png")
    record, pixels = read_record(file)
    changed = pixels.copy()
    changed[0, 0] = 0
    file.unlink()
    write_png(file, changed, record)
    assert "edited" in refused(bench, out, str(file)).message
    file.unlink()
    assert release(bench, out, str(export_picture(bench, run, file))).complete


@pytest.mark.parametrize("kind", ["other pixels", "another approved picture", "gone", "no picture"])
def test_a_stored_picture_that_was_replaced(bench: Workbench, out: Path, run: Run, kind: str) -> None:
    other = approved(bench, 2)
    assert run.result is not None
    assert other.result is not None
    path = bench.store.pictures.path(run.result.picture_digest)
    if kind == "gone":
        path.unlink()
    elif kind == "no picture":
        path.write_bytes(b"nothing")
    elif kind == "another approved picture":
        shutil.copyfile(bench.store.pictures.path(other.result.picture_digest), path)
    else:
        Image.fromarray(np.ascontiguousarray(GOOD[::-1])).save(path)
    refused(bench, out, run)
    done = release(bench, out, all_approved=True)
    assert [row.run for row in done.released] == [other.id]
    assert [(each.run, each.approved) for each in done.held_back] == [(run.id, True)]
    assert not done.complete


def test_a_rule_that_fails_now_and_a_blocker_close_the_gate(bench: Workbench, out: Path, run: Run) -> None:
    guarded = replace(bench, blockers=(lambda _run, _channel: [Blocked("policy", "A brand is named.")],))
    assert "A brand is named." in refused(guarded, out, run).message
    done = release(guarded, out, all_approved=True)
    assert [(each.run, each.approved) for each in done.held_back] == [(run.id, True)]
    assert not done.complete
    review_picture(guarded, run.id, APPROVE, "Ada", "it is ours", "ebay", override=True)
    assert release(guarded, out, run).complete


@pytest.mark.parametrize("channel", ["ebay", None])
def test_a_rejection_while_the_file_is_made_is_heard(
    bench: Workbench, out: Path, run: Run, monkeypatch: pytest.MonkeyPatch, channel: str | None
) -> None:
    made = one.write_atomically

    def meanwhile(*arguments: Any, **options: Any) -> None:
        made(*arguments, **options)
        if channel is None:
            review_picture(bench, run.id, SUBMIT, "Eve")
        review_picture(bench, run.id, REJECT, "Eve", "in time", channel)

    monkeypatch.setattr(one, "write_atomically", meanwhile)
    done = release(bench, out, run)
    assert "in time" in done.held_back[0].reasons[0]
    assert not done.complete
    assert not out.exists()
    assert trail_of(bench, run.id).releases == ()


@pytest.mark.parametrize(
    ("packet", "words"), [("", "does not say how"), (xmp("trainedAlgorithmicMedia"), "changed by another program")]
)
def test_a_file_that_is_exchanged_while_it_is_recorded_does_not_get_out(
    bench: Workbench, out: Path, run: Run, monkeypatch: pytest.MonkeyPatch, packet: str, words: str
) -> None:
    """By one that shows the same pixels, with and without a label."""
    made = one.write_atomically

    def exchanged(path: Path, content: bytes, **options: Any) -> None:
        made(path, content, **options)
        Image.fromarray(numbered(1)).save(path, "JPEG", quality=95, subsampling=0, xmp=packet.encode())

    monkeypatch.setattr(one, "write_atomically", exchanged)
    done = release(bench, out, run)
    assert words in done.held_back[0].reasons[0]
    assert not out.exists()


def test_a_file_that_is_exchanged_after_it_was_recorded_does_not_stay(
    bench: Workbench, out: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = one.record_release

    def exchanged(*arguments: Any, **options: Any) -> Any:
        done = recorded(*arguments, **options)
        Image.fromarray(GOOD).save(arguments[4], "JPEG")
        return done

    monkeypatch.setattr(one, "record_release", exchanged)
    done = release(bench, out, run)
    assert "was removed" in done.held_back[0].reasons[0]
    assert not out.exists()
    monkeypatch.undo()
    assert release(bench, out, run).complete, "it is released anew"


def test_a_picture_that_was_copied_into_the_folder_is_told_and_not_listed(
    bench: Workbench, out: Path, run: Run, tmp_path: Path
) -> None:
    draft = make(bench, numbered(9), seed=9)
    out.mkdir()
    export_picture(bench, draft, out / "MUG.png")
    (out / "broken.jpg").write_bytes(b"\xff\xd8nothing")
    (out / "notes.txt").write_text("notes")
    done = release(bench, out, run, skus={run.id: "MUG"})
    assert done.strangers == ("MUG.png", "broken.jpg")
    assert [row["file"] for row in listed(out)] == ["MUG-2.jpg"]
    renamed = out / "renamed.jpg"
    shutil.copyfile(out / "MUG-2.jpg", renamed)
    assert release(bench, out, run).strangers == ("MUG.png", "broken.jpg", "renamed.jpg")


def test_a_label_that_lies_does_not_make_a_file_a_release(bench: Workbench, out: Path, run: Run) -> None:
    """A file of ours whose pixels were changed, with all of its label: no digest of the trail is its own."""
    release(bench, out, run, skus={run.id: "MUG"})
    content = bytearray((out / "MUG.jpg").read_bytes())
    content[-40] ^= 1
    for name in everything(out):
        (out / name).unlink()
    (out / "MUG.jpg").write_bytes(bytes(content))
    done = release(bench, out, run, skus={run.id: "MUG"})
    assert done.strangers == ("MUG.jpg",)
    assert [row["file"] for row in listed(out)] == ["MUG-2.jpg"]


def test_a_released_file_that_was_changed_is_found(bench: Workbench, out: Path, run: Run) -> None:
    release(bench, out, run, skus={run.id: "MUG"})
    file = out / "MUG.jpg"
    for change in (
        lambda: file.write_bytes(file.read_bytes() + b"\0"),
        lambda: Image.fromarray(GOOD).save(file, "JPEG"),
        lambda: (file.unlink(), file.symlink_to(out / "nowhere.jpg")),
        lambda: (file.unlink(), file.mkdir()),
    ):
        change()
        assert "is not the file any more that was released" in refused(bench, out, run).message


def test_links_are_never_written_through(bench: Workbench, out: Path, run: Run, tmp_path: Path) -> None:
    target = tmp_path / "target.jpg"
    target.write_bytes(b"somebody's")
    out.mkdir()
    (out / "MUG.jpg").symlink_to(target)
    (out / "MUG-2.jpg").symlink_to(tmp_path / "nowhere.jpg")
    (out / "release-manifest.csv").symlink_to(target)
    done = release(bench, out, run, skus={run.id: "MUG"})
    assert [row.file for row in done.released] == ["MUG-3.jpg"]
    assert target.read_bytes() == b"somebody's"
    assert not (tmp_path / "nowhere.jpg").exists()
    assert not (out / "MUG-3.jpg").is_symlink()
    (out / "release-manifest.json").unlink()
    (out / "release-manifest.json").symlink_to(target)
    with pytest.raises(OutputError):
        release(bench, out, run)


def test_a_link_to_a_folder_is_the_folder(bench: Workbench, out: Path, run: Run, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    out.symlink_to(real)
    done = release(bench, out, run, skus={run.id: "MUG"})
    assert (done.folder, pictures(real)) == (real, ["MUG.jpg"])


@pytest.mark.parametrize("place", [".", "pictures", "pictures/ab", "new"])
def test_the_workspace_is_no_place_for_releases(
    bench: Workbench, out: Path, run: Run, place: str, tmp_path: Path
) -> None:
    inside = bench.settings.workspace / place
    out.symlink_to(bench.settings.workspace)
    for path in (inside, out / place, bench.settings.workspace / "x" / ".." / place):
        with pytest.raises(OutputError) as caught:
            release(bench, path, run)
        assert caught.value.code == "output.unwritable"
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        release(bench, tmp_path / "file", run)
    assert trail_of(bench, run.id).releases == ()


@pytest.mark.parametrize("sku", ["../x", "/etc/x", "..", "a/../../b", "x\\y", "~", "CON", ".x", "-x", "x" * 100])
def test_no_sku_leads_out_of_the_folder(bench: Workbench, out: Path, run: Run, tmp_path: Path, sku: str) -> None:
    before = set(tmp_path.rglob("*"))
    (row,) = release(bench, out, run, skus={run.id: sku}).released
    assert row.sku == sku
    added = {path for path in tmp_path.rglob("*") if path not in before and "ws" not in path.parts}
    assert {path.parent for path in added if path != out} == {out}
    fields = read_released(out / row.file).fields
    assert fields is not None
    assert fields.sku == sku


def test_names_that_differ_by_case_alone_stay_apart(bench: Workbench, out: Path) -> None:
    runs = [approved(bench, number) for number in range(1, 5)]
    skus = dict(zip([run.id for run in runs], ["Mug", "mug", "MUG", "Mug"], strict=True))
    release(bench, out, *runs[:2], skus={run.id: skus[run.id] for run in runs[:2]})
    release(bench, out, *runs[2:], skus={run.id: skus[run.id] for run in runs[2:]})
    names = pictures(out)
    assert len({name.casefold() for name in names}) == 4
    assert {"Mug.jpg", "Mug-2.jpg"} <= set(names)


def test_a_name_that_appears_meanwhile_is_not_overwritten(
    bench: Workbench, out: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded = one.record_release

    def meanwhile(*arguments: Any, **options: Any) -> Any:
        (out / "MUG.jpg").write_bytes(b"somebody's")
        return recorded(*arguments, **options)

    monkeypatch.setattr(one, "record_release", meanwhile)
    done = release(bench, out, run, skus={run.id: "MUG"})
    assert "appeared" in done.held_back[0].reasons[0]
    assert everything(out) == {"MUG.jpg": b"somebody's"}
    monkeypatch.undo()
    assert [row.file for row in release(bench, out, run, skus={run.id: "MUG"}).released] == ["MUG-2.jpg"]


def test_what_fails_halfway_leaves_nothing(bench: Workbench, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = [approved(bench, number) for number in (1, 2)]
    link, calls = os.link, []

    def full(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) > 2:
            raise ReleaseError("release.refused", "it fails here")
        link(*arguments)

    monkeypatch.setattr(os, "link", full)
    done = release(bench, out, all_approved=True)
    monkeypatch.undo()
    assert len(done.released) == 1
    assert pictures(out) == [done.released[0].file]
    assert release(bench, out, all_approved=True).complete
    assert len(pictures(out)) == len(runs)


def test_many_threads_release_everything_once(bench: Workbench, out: Path, open_bench: Any) -> None:
    runs = [approved(bench, number) for number in range(1, 4)]
    experiment(bench, {str(number): run for number, run in enumerate(runs)}, dict.fromkeys("012", "MUG"))
    failed: list[BaseException] = []

    def work() -> None:
        try:
            with open_bench() as own:
                release_pictures(own, request(out, experiment="lab"))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert pictures(out) == ["MUG-2.jpg", "MUG-3.jpg", "MUG.jpg"]
    assert sorted(row["file"] for row in listed(out)) == pictures(out)
    assert bench.store.audit().releases == 3
