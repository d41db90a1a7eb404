"""What is approved goes out: by SKU, made anew, recorded, listed; once, and never over anything."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import Interrupted, OutputError, PackshotError, UsageError
from packshot.metadata import SourceType, read_released
from packshot.result import EditKind, ReviewState
from packshot.workflow import ReleaseProgress, Workbench, release_pictures, review_picture, state_of, trail_of
from tests.channels.pictures import rectangle
from tests.store.examples import resolved_spec, result_of
from tests.workflow.releases import (
    GOOD,
    approved,
    everything,
    experiment,
    listed,
    noise,
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


def test_an_approved_picture_goes_out(bench: Workbench, out: Path) -> None:
    run = approved(bench)
    done = release(bench, out, run, skus={run.id: "MUG-17"})
    (row,) = done.released
    assert (done.complete, done.already, done.held_back, done.strangers, done.notes) == (True, (), (), (), ())
    assert pictures(out) == [row.file] == ["MUG-17.jpg"]
    content = (out / "MUG-17.jpg").read_bytes()
    assert row.file_digest == hashlib.sha256(content).hexdigest()
    (kept,) = trail_of(bench, run.id).releases
    assert (kept.file_name, kept.file_digest, kept.by, kept.edit) == ("MUG-17.jpg", row.file_digest, "Bob", "generated")
    assert (row.approval, row.head) == (kept.approval, bench.store.audit().head)
    assert state_of(bench, run.id, "ebay") is ReviewState.RELEASED
    fields = read_released(out / "MUG-17.jpg").fields
    assert fields is not None
    assert (fields.sku, fields.channel, fields.run_id, fields.spec_hash) == ("MUG-17", "ebay", run.id, run.spec_hash)
    assert (fields.edit, fields.source_type) == (EditKind.GENERATED, SourceType.TRAINED)
    assert run.result is not None
    assert fields.picture_digest == row.picture_digest == run.result.picture_digest


def test_the_manifest_lists_what_is_there_and_is_added_to(bench: Workbench, out: Path) -> None:
    first, second = approved(bench, 1), approved(bench, 2)
    one = release(bench, out, first, skus={first.id: "=cmd"}).released
    two = release(bench, out, second, skus={second.id: "MUG"}).released
    rows = [row.model_dump(mode="json") for row in one + two]
    assert listed(out) == rows
    table = list(csv.DictReader(io.StringIO((out / "release-manifest.csv").read_text(encoding="utf-8-sig"))))
    assert [row["file"] for row in table] == [row["file"] for row in rows]
    assert [row["sku"] for row in table] == ["'=cmd", "MUG"], "no spreadsheet computes it"
    assert bench.store.audit([row.head for row in one + two if row.head]).clean


def test_the_same_picture_again_is_said_and_changes_nothing(bench: Workbench, out: Path) -> None:
    run = approved(bench)
    release(bench, out, run, skus={run.id: "MUG"})
    before, head = everything(out), bench.store.audit().head
    done = release(bench, out, run, skus={run.id: "MUG"})
    assert (done.released, [row.file for row in done.already], done.complete) == ((), ["MUG.jpg"], True)
    assert (everything(out), bench.store.audit().head) == (before, head)
    done = release(bench, out, run, file_format="PNG", include_prompt=True)
    assert ([row.file for row in done.already], everything(out)) == (["MUG.jpg"], before)
    elsewhere = release(bench, out.with_name("elsewhere"), run, skus={run.id: "MUG"})
    assert [row.file for row in elsewhere.released] == ["MUG.jpg"]
    assert len(trail_of(bench, run.id).releases) == 2


def test_a_file_that_was_taken_away_is_released_anew(bench: Workbench, out: Path) -> None:
    run = approved(bench)
    release(bench, out, run, skus={run.id: "MUG"})
    (out / "MUG.jpg").unlink()
    done = release(bench, out, run, skus={run.id: "MUG"}, file_format="PNG")
    assert [row.file for row in done.released] == ["MUG.png"]
    release(bench, out.with_name("other"), run, skus={run.id: "MUG"})
    (out / "MUG.png").unlink()
    again = release(bench, out, run, skus={run.id: "MUG"}, file_format="PNG")
    assert [row["file_digest"] for row in listed(out) if row["file"] == "MUG.png"] == [again.released[0].file_digest]


@pytest.mark.parametrize(
    ("name", "form", "lossless"), [("PNG", "PNG", True), ("WEBP", "WEBP", True), ("JPEG", "JPEG", False)]
)
def test_the_format_can_be_named(bench: Workbench, out: Path, name: Any, form: str, lossless: bool) -> None:
    run = approved(bench)
    (row,) = release(bench, out, run, file_format=name).released
    with Image.open(out / row.file) as picture:
        assert picture.format == form
        assert np.array_equal(np.asarray(picture.convert("RGB")), numbered(1)) is lossless


def test_the_channel_says_which_format_is_taken(bench: Workbench, out: Path) -> None:
    run = approved(bench, channel="zalando", pixels=rectangle(1100, 1584, 88))
    assert "PNG" in refused(bench, out, run, channel="zalando", file_format="PNG").message
    assert release(bench, out, run, channel="zalando").released[0].format == "JPEG"


def test_a_channels_bytes_are_kept_by_quality_down_to_the_floor(
    bench: Workbench, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "channels"
    folder.mkdir()
    monkeypatch.setattr(Workbench, "channels", folder)

    def limited(megabytes: float) -> None:
        rule = f"{{name: file size, measure: file_size, max_megabytes: {megabytes}}}"
        head = "schema: packshot.channel/1\nname: small\ntitle: Small\nsource: nowhere\nread: 2026-11-23\n"
        (folder / "small.yaml").write_text(f"{head}rules:\n  - {rule}\n", encoding="utf-8")

    limited(1)
    run = approved(bench, channel="small", pixels=noise(300))
    (whole,) = release(bench, out / "whole", run, channel="small").released
    limited((whole.bytes - 1) / 1e6)
    (row,) = release(bench, out / "less", run, channel="small").released
    assert row.bytes < whole.bytes
    limited(0.01)
    assert "too large" in refused(bench, out / "none", run, channel="small").message


def test_the_prompt_is_told_only_on_request(bench: Workbench, out: Path) -> None:
    run = approved(bench)
    prompt = run.resolved.intent.prompt
    release(bench, out / "plain", run)
    release(bench, out / "asked", run, include_prompt=True, include_a1111=True)
    (plain,), (asked,) = (list((out / name).glob("*.jpg")) for name in ("plain", "asked"))
    for spelled in (prompt.encode(), prompt.encode("utf-16-be")):
        assert not any(spelled in content for content in everything(out / "plain").values() if content)
    found = read_released(plain)
    assert found.fields is not None
    assert found.fields.prompt_hash == hashlib.sha256(prompt.encode()).hexdigest()
    assert (found.a1111, found.exif, found.gps) == (None, False, False)
    told = read_released(asked)
    assert told.fields is not None
    assert told.fields.prompt == prompt
    assert told.a1111 is not None
    assert told.a1111.startswith(prompt)


def test_without_a_prompt_there_is_no_hash_of_one(bench: Workbench, out: Path) -> None:
    """A product on white: the hash of nothing would look like that of some prompt."""
    spec = resolved_spec(1)
    intent = spec.intent.model_copy(update={"prompt": ""})
    run = bench.store.begin(spec.model_copy(update={"intent": intent})).run
    run = bench.store.finish(run.id, numbered(1), result_of(numbered(1)))
    review_picture(bench, run.id, APPROVE, "Ada", channel="ebay")
    (row,) = release(bench, out, run, include_prompt=True).released
    found = read_released(out / row.file)
    assert found.fields is not None
    assert (found.fields.prompt_hash, found.fields.prompt) == (None, None)
    assert b"PromptHash" not in (out / row.file).read_bytes()


def test_the_sku_is_the_product_or_the_cell_or_the_run(bench: Workbench, out: Path) -> None:
    runs = [approved(bench, number) for number in range(1, 6)]
    cells = dict(zip(("baseline_red", "guid4_red", "baseline_blue", "smoke"), runs, strict=False))
    experiment(bench, cells, {"baseline_red": "RED-1", "guid4_red": "RED-1", "baseline_blue": "BLUE-2"})
    done = release(bench, out, all_approved=True)
    assert [(row.run, row.sku) for row in done.released] == list(
        zip([run.id for run in runs], ["RED-1", "RED-1", "BLUE-2", "lab-smoke", runs[4].id], strict=True)
    )
    assert pictures(out) == sorted(["RED-1.jpg", "RED-1-2.jpg", "BLUE-2.jpg", "lab-smoke.jpg", f"{runs[4].id}.jpg"])


def test_a_picture_of_two_products_needs_a_word(bench: Workbench, out: Path) -> None:
    run = approved(bench)
    experiment(bench, {"a": run, "b": run}, {"a": "RED", "b": "BLUE"})
    assert "several products: BLUE, RED" in refused(bench, out, run).message
    assert [row.sku for row in release(bench, out, run, skus={run.id: "RED"}).released] == ["RED"]


def test_of_an_experiment_goes_what_is_approved_and_the_rest_is_told(bench: Workbench, out: Path) -> None:
    good, draft, waiting, gone = approved(bench, 1), make(bench, numbered(2), 2), make(bench, numbered(3), 3), None
    gone = approved(bench, 4)
    review_picture(bench, waiting.id, SUBMIT, "Ada", channel="ebay")
    review_picture(bench, gone.id, REJECT, "Eve", "a third handle")
    other = approved(bench, 5)
    experiment(bench, {"a": good, "b": draft, "c": waiting, "d": gone, "e": good})
    done = release(bench, out, experiment="lab")
    assert [row.run for row in done.released] == [good.id]
    told = {each.run: (each.approved, " ".join(each.reasons)) for each in done.held_back}
    assert set(told) == {draft.id, waiting.id, gone.id}
    assert not any(known for known, _words in told.values())
    assert "nobody approved" in told[draft.id][1]
    assert "wait" in told[waiting.id][1]
    assert "a third handle" in told[gone.id][1]
    assert done.complete
    everywhere = release(bench, out, all_approved=True)
    assert [row.run for row in everywhere.released] == [other.id]
    assert [row.run for row in everywhere.already] == [good.id]
    assert {each.run for each in everywhere.held_back} == {waiting.id, gone.id}


def test_one_that_may_not_go_out_keeps_all_that_were_named(bench: Workbench, out: Path) -> None:
    good, draft, rejected = approved(bench, 1), make(bench, numbered(2), 2), approved(bench, 3)
    review_picture(bench, rejected.id, REJECT, "Eve", "a third handle", "ebay")
    error = refused(bench, out, good, draft, rejected)
    assert draft.id in error.message
    assert rejected.id in error.message
    assert good.id not in error.message
    assert "2 of 3" in error.message
    assert not out.exists()


def test_a_dry_run_says_the_same_and_does_nothing(bench: Workbench, out: Path) -> None:
    good, draft = approved(bench, 1), make(bench, numbered(2), 2)
    experiment(bench, {"a": good, "b": draft})
    head = bench.store.audit().head
    dry = release(bench, out, experiment="lab", dry_run=True)
    assert (out.exists(), bench.store.audit().head, dry.manifest) == (False, head, None)
    done = release(bench, out, experiment="lab")
    same = {"head": None, "released_at": None}
    assert [row.model_copy(update=same) for row in dry.released] == [
        row.model_copy(update=same) for row in done.released
    ]
    assert dry.held_back == done.held_back


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"runs": (), "experiment": "nothing"}, "record.not_found"),
        ({"runs": ("ZZZ",)}, "record.not_found"),
        ({"runs": ()}, "record.review"),
        ({"experiment": "lab"}, "record.review"),
        ({"all_approved": True}, "record.review"),
        ({"channel": "nowhere"}, "channel.unknown"),
        ({"by": " "}, "record.review"),
        ({"skus": {"ZZZ": "a"}}, "record.not_found"),
        ({"key": Path("key.pem")}, "settings.invalid"),
        ({"certificate": Path("chain.pem")}, "settings.invalid"),
    ],
)
def test_what_is_asked_wrongly_is_refused_before_anything(
    bench: Workbench, out: Path, fields: dict[str, Any], code: str
) -> None:
    run = approved(bench)
    with pytest.raises(PackshotError) as caught:
        release_pictures(bench, replace(request(out, run), **fields))
    assert caught.value.code == code
    assert not out.exists()


def test_a_sku_for_another_run_is_a_mistake(bench: Workbench, out: Path) -> None:
    one, other = approved(bench, 1), approved(bench, 2)
    with pytest.raises(UsageError) as caught:
        release(bench, out, one, skus={other.id: "MUG"})
    assert other.id in caught.value.message
    assert not out.exists()


def test_progress_is_told_for_each(bench: Workbench, out: Path) -> None:
    runs = [approved(bench, 1), make(bench, numbered(2), 2)]
    experiment(bench, {"a": runs[0], "b": runs[1]})
    heard: list[ReleaseProgress] = []
    release_pictures(bench, request(out, experiment="lab"), heard.append)
    assert [(each.number, each.total, each.run, each.state) for each in heard] == [
        (1, 2, runs[0].id, "released"),
        (2, 2, runs[1].id, "held back"),
    ]


def test_ctrl_c_leaves_whole_files_and_their_manifest(bench: Workbench, out: Path) -> None:
    runs = [approved(bench, number) for number in (1, 2, 3)]

    def stop(progress: ReleaseProgress) -> None:
        if progress.number == 2:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        release_pictures(bench, request(out, all_approved=True), stop)
    assert pictures(out) == sorted(row["file"] for row in listed(out))
    assert len(listed(out)) == 2
    done = release(bench, out, all_approved=True)
    assert ([row.run for row in done.released], len(done.already)) == ([runs[2].id], 2)


@pytest.mark.parametrize("moment", ["before the record", "after the record"])
def test_ctrl_c_in_the_middle_of_one_leaves_what_the_trail_says(
    bench: Workbench, out: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    run = approved(bench)
    append = bench.store.append

    def interrupted(*arguments: Any) -> Any:
        if moment == "after the record":
            append(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(bench.store, "append", interrupted)
    with pytest.raises(Interrupted):
        release(bench, out, run)
    monkeypatch.undo()
    recorded = [each.file_name for each in trail_of(bench, run.id).releases]
    assert recorded == ([f"{run.id}.jpg"] if moment == "after the record" else [])
    if recorded:
        assert pictures(out) == recorded == [row["file"] for row in listed(out)]
        assert listed(out)[0]["head"] == bench.store.audit().head
    else:
        assert not out.exists()


def test_the_manifest_of_another_program_is_not_touched(bench: Workbench, out: Path) -> None:
    run = approved(bench)
    out.mkdir()
    for text in ("", "{}", '{"schema": "packshot.release-manifest/2", "data": []}', "[" * 100_000):
        (out / "release-manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(OutputError) as caught:
            release(bench, out, run)
        assert caught.value.code == "output.exists"
        assert everything(out) == {"release-manifest.json": text.encode()}
    assert trail_of(bench, run.id).releases == ()


def test_a_picture_whose_gate_closed_is_told_with_the_file_that_still_lies_there(bench: Workbench, out: Path) -> None:
    run = approved(bench)
    release(bench, out, run, skus={run.id: "MUG"})
    review_picture(bench, run.id, REJECT, "Eve", "a third handle", "ebay")
    error = refused(bench, out, run)
    assert "a third handle" in error.message
    assert "MUG.jpg is still in the folder" in error.message


def test_an_overridden_rule_lets_it_out_and_an_unapproved_picture_never_is(bench: Workbench, out: Path) -> None:
    small = make(bench, rectangle(300, 300, 80))
    review_picture(bench, small.id, APPROVE, "Ada", "meant so", "ebay", override=True)
    assert release(bench, out, small).complete
    assert GOOD.shape == (600, 600, 3)
