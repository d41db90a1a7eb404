"""The product before anything is made of it: seen, by a rectangle, by a mask of one's own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.engine.compositor import CompositorEngine
from packshot.errors import PackshotError
from packshot.result import Sameness
from packshot.spec import Background, Lock, Rectangle
from packshot.workflow import (
    Workbench,
    configuration_of,
    counted_up,
    keep_mask,
    keep_upload,
    locked_size,
    make_picture,
    own_place,
    place_of_width,
    product_found,
    replay,
)
from tests.workflow.test_lock import SIDE, WHITE, photo_of, white

DRAWN = Rectangle.model_validate("100x100+30+22")


@pytest.fixture
def compositor(open_bench: Callable[..., Any]) -> Any:
    with open_bench(CompositorEngine()) as opened:
        yield opened


@pytest.fixture
def kept(compositor: Workbench, tmp_path: Path) -> str:
    """The digest of a photo in the workspace."""
    path = photo_of(tmp_path / "mug.png")
    return keep_upload(compositor, path.read_bytes(), path.name).digest


def png(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_what_is_seen_is_what_is_locked(compositor: Workbench, kept: str) -> None:
    found = product_found(compositor, kept, Lock())
    assert found.size == (SIDE, SIDE)
    assert found.box is not None
    run = make_picture(compositor, white(Path(kept))).run
    pin, origin = run.resolved.intent.lock, run.resolved.origin.lock
    assert pin is not None
    assert origin is not None
    assert (origin.method, origin.doubts, origin.rectangle) == (found.method, found.doubts, None)
    assert "rectangle" not in run.resolved.model_dump(mode="json")["origin"]["lock"], "as before there were any"
    size = locked_size(compositor, Background.WHITE, found.size, None, None)
    assert size == (SIDE, SIDE)
    assert own_place(found, size) == pin.placement
    assert place_of_width(found, pin.placement.width, 1, 2).height == pin.placement.height


def test_a_rectangle_is_recorded_and_found_again_elsewhere(
    compositor: Workbench, tmp_path: Path, open_bench: Callable[..., Any]
) -> None:
    photo = photo_of(tmp_path / "mug.png")
    lock = Lock(background=Background.WHITE, rectangle=DRAWN)
    made = make_picture(compositor, white(photo, lock=lock), out=tmp_path / "white.png")
    rows = dict(configuration_of(made.run))
    assert "within 100x100+30+22" in rows["mask found by"]
    with open_bench(CompositorEngine(), workspace=tmp_path / "other") as other:
        found = replay(other, str(tmp_path / "white.png"), source=photo)
        assert found.verdict is not None
        assert found.verdict.sameness is Sameness.IDENTICAL


def test_a_mask_and_a_rectangle_are_one_too_many(compositor: Workbench, kept: str) -> None:
    mask = keep_mask(compositor, png(np.eye(SIDE, dtype=np.uint8) * 255), "mask.png", kept)
    with pytest.raises(PackshotError) as caught:
        product_found(compositor, kept, Lock(mask=mask, rectangle=DRAWN))
    assert caught.value.code == "spec.lock"


@pytest.mark.parametrize("given", [np.zeros((SIDE, SIDE), np.uint8), np.eye(SIDE - 1, dtype=np.uint8) * 255])
def test_a_mask_that_does_not_do_is_not_kept(compositor: Workbench, kept: str, given: Any) -> None:
    before = set(compositor.store.pictures.digests())
    with pytest.raises(PackshotError) as caught:
        keep_mask(compositor, png(given), "mask.png", kept)
    assert caught.value.code == "source.mask"
    assert set(compositor.store.pictures.digests()) == before


def test_white_is_one_picture_without_a_seed(tmp_path: Path) -> None:
    spec = white(tmp_path / "mug.png", lock=WHITE)
    assert counted_up(spec, 3) == [spec]
