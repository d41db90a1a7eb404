"""Nothing is recorded as released that was not approved, whatever file is held out; and what was, is in the trail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from packshot.errors import PackshotError, ReleaseError
from packshot.result import EditKind, Pixels, ReviewState, Run
from packshot.review import Blocked
from packshot.workflow import (
    Released,
    Workbench,
    may_release,
    record_release,
    review_picture,
    state_of,
    trail_of,
)
from tests.channels.pictures import rectangle
from tests.metadata.released import xmp
from tests.workflow.test_review import APPROVE, GOOD, REJECT, SMALL, SUBMIT, make

TALL = rectangle(1100, 1584, 88)


@pytest.fixture
def run(bench: Workbench) -> Run:
    """A picture that is approved for eBay."""
    made = make(bench, GOOD)
    review_picture(bench, made.id, APPROVE, "Ada", channel="ebay")
    return made


def file_of(pixels: Pixels, path: Path, *, code: str = "trainedAlgorithmicMedia", **options: Any) -> Path:
    """A file as any program may make it, with a label; without one where `code` is empty."""
    packet = xmp(code) if code else ""
    if path.suffix == ".png":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", packet)
        options["pnginfo"] = chunks
    else:
        options["xmp"] = packet.encode()
    Image.fromarray(pixels).save(path, **options)
    return path


def record(bench: Workbench, run: Run, file: Path, channel: str = "ebay", **options: Any) -> Released:
    return record_release(bench, run.id, channel, "Bob", file, EditKind.GENERATED, **options)


def refused(release: Callable[[], Any]) -> PackshotError:
    with pytest.raises(ReleaseError) as caught:
        release()
    assert (caught.value.code, caught.value.exit_code) == ("release.refused", 3)
    return caught.value


@pytest.mark.parametrize(
    ("name", "options"),
    [("mug.png", {}), ("mug.jpg", {"quality": 95, "subsampling": 0}), ("mug.webp", {"quality": 95})],
)
def test_an_approved_picture_is_released_and_recorded(
    bench: Workbench, run: Run, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    assert may_release(bench, run.id, "ebay").allowed
    file = file_of(GOOD, tmp_path / name, **options)
    released = record(bench, run, file)
    kept = trail_of(bench, run.id)
    assert kept.releases == (released.release,)
    assert released.release.file_digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert released.release.approval == kept.reviews[-1].id
    assert (released.release.by, released.release.file_name) == ("Bob", name)
    assert kept.states["ebay"] is ReviewState.RELEASED
    found = bench.store.audit([released.head])
    assert (found.clean, found.head, found.releases) == (True, released.head, 1)


def test_what_is_not_approved_for_the_channel_stays(bench: Workbench, run: Run, tmp_path: Path) -> None:
    file = file_of(GOOD, tmp_path / "mug.png")
    assert not may_release(bench, run.id, "shopify").allowed
    refused(lambda: record(bench, run, file, "shopify"))
    other = make(bench, np.ascontiguousarray(GOOD[:, ::-1]), seed=2)
    for decision, reason in ((None, ""), (SUBMIT, ""), (REJECT, "no")):
        if decision is not None:
            review_picture(bench, other.id, decision, "Ada", reason, "ebay")
        assert not may_release(bench, other.id, "ebay").allowed
        refused(lambda: record(bench, other, file_of(GOOD[:, ::-1], tmp_path / "other.png")))
    review_picture(bench, other.id, APPROVE, "Ada")
    refused(lambda: record(bench, other, file_of(GOOD[:, ::-1], tmp_path / "other.png")))
    assert trail_of(bench, other.id).releases == ()


@pytest.mark.parametrize("channel", ["ebay", None])
def test_a_later_rejection_takes_it_back(bench: Workbench, run: Run, tmp_path: Path, channel: str | None) -> None:
    file = file_of(GOOD, tmp_path / "mug.png")
    record(bench, run, file)
    if channel is None:
        review_picture(bench, run.id, SUBMIT, "Eve")
    review_picture(bench, run.id, REJECT, "Eve", "a third strap", channel)
    assert "a third strap" in str(refused(lambda: record(bench, run, file)))
    assert len(trail_of(bench, run.id).releases) == 1
    assert state_of(bench, run.id, "ebay") is ReviewState.REJECTED


def test_a_rejection_while_the_file_is_looked_at_is_heard(bench: Workbench, run: Run, tmp_path: Path) -> None:
    def meanwhile(run: Run, channel: str) -> list[Blocked]:
        review_picture(bench, run.id, REJECT, "Eve", "in time", channel)
        return []

    file = file_of(GOOD, tmp_path / "mug.png")
    assert "in time" in str(refused(lambda: record(replace(bench, blockers=(meanwhile,)), run, file)))


def marked(pixels: Pixels, box: tuple[slice, slice], value: int) -> Pixels:
    changed = pixels.copy()
    changed[box] = value
    return changed


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("one pixel.png", lambda pixels: marked(pixels, (slice(0, 1), slice(0, 1)), 254)),
        ("mark.jpg", lambda pixels: marked(pixels, (slice(4, 24), slice(4, 24)), 0)),
        ("mark.webp", lambda pixels: marked(pixels, (slice(4, 24), slice(4, 24)), 0)),
        ("scaled.jpg", lambda pixels: np.asarray(Image.fromarray(pixels).resize((620, 620)))),
        ("darker.jpg", lambda pixels: (pixels * 0.9).astype(np.uint8)),
    ],
)
def test_a_file_that_shows_something_else_is_refused(
    bench: Workbench, run: Run, tmp_path: Path, name: str, change: Callable[[Pixels], Pixels]
) -> None:
    file = file_of(change(GOOD), tmp_path / name)
    error = refused(lambda: record(bench, run, file, name="mug.jpg"))
    assert "other pixels" in error.message
    assert trail_of(bench, run.id).releases == ()


def test_a_file_that_breaks_a_rule_is_refused_where_the_approval_did_not_override_it(
    bench: Workbench, tmp_path: Path
) -> None:
    small = make(bench, SMALL)
    file = file_of(SMALL, tmp_path / "mug.png")
    review_picture(bench, small.id, APPROVE, "Ada", "meant so", "ebay", override=True)
    assert may_release(bench, small.id, "ebay").overridden
    assert record(bench, small, file).release.approval
    tall = make(bench, TALL, seed=3)
    review_picture(bench, tall.id, APPROVE, "Ada", channel="zalando")
    assert may_release(bench, tall.id, "zalando").allowed, "the format is not known before there is a file"
    error = refused(lambda: record(bench, tall, file_of(TALL, tmp_path / "mug.png"), "zalando"))
    assert "format" in error.message
    record(bench, tall, file_of(TALL, tmp_path / "mug.jpg", quality=95, subsampling=0), "zalando")


def test_a_blocker_closes_the_gate_after_the_approval(bench: Workbench, run: Run, tmp_path: Path) -> None:
    guarded = replace(bench, blockers=(lambda _run, _channel: [Blocked("policy", "A brand is named.")],))
    assert may_release(guarded, run.id, "ebay").reasons == ("policy: A brand is named.",)
    refused(lambda: record(guarded, run, file_of(GOOD, tmp_path / "mug.png")))


def test_a_master_that_was_changed_in_the_workspace_stays(bench: Workbench, run: Run, tmp_path: Path) -> None:
    assert run.result is not None
    forged = marked(GOOD, (slice(0, 60), slice(0, 60)), 0)
    file_of(forged, bench.store.pictures.path(run.result.picture_digest))
    for release in (
        lambda: may_release(bench, run.id, "ebay"),
        lambda: record(bench, run, file_of(forged, tmp_path / "mug.png")),
    ):
        with pytest.raises(PackshotError) as caught:
            release()
        assert caught.value.code == "record.review"


@pytest.mark.parametrize("name", ["mug.png", "mug.jpg", "mug.webp"])
@pytest.mark.parametrize(
    "code", ["", "digitalCapture", "algorithmicallyEnhanced", "compositeWithTrainedAlgorithmicMedia"]
)
def test_a_file_that_does_not_say_what_it_is_stays(
    bench: Workbench, run: Run, tmp_path: Path, name: str, code: str
) -> None:
    file = file_of(GOOD, tmp_path / name, code=code)
    assert "does not say how" in refused(lambda: record(bench, run, file)).message
    assert trail_of(bench, run.id).releases == ()


@pytest.mark.parametrize("edit", [EditKind.LOCKED, EditKind.RETOUCHED])
def test_another_kind_of_edit_is_not_believed(bench: Workbench, run: Run, tmp_path: Path, edit: EditKind) -> None:
    file = file_of(GOOD, tmp_path / "mug.png")
    refused(lambda: record_release(bench, run.id, "ebay", "Bob", file, edit))


@pytest.mark.parametrize(("field", "value"), [("by", " "), ("name", "../mug.png"), ("name", "a b.png")])
def test_a_release_has_a_person_and_a_safe_name(
    bench: Workbench, run: Run, tmp_path: Path, field: str, value: str
) -> None:
    file = file_of(GOOD, tmp_path / "mug.png")
    by, name = (value, "mug.png") if field == "by" else ("Bob", value)
    with pytest.raises(PackshotError) as caught:
        record_release(bench, run.id, "ebay", by, file, EditKind.GENERATED, name=name)
    assert caught.value.code == "record.review"
    with pytest.raises(PackshotError) as caught:
        record(bench, run, tmp_path / "nothing.png")
    assert caught.value.code == "source.missing"
    assert trail_of(bench, run.id).releases == ()
