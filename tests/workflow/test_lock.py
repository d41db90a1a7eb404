"""Product locks as runs: kept, replayed, asked for again, and refused where the photo or the mask does not do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.engine.compositor import CompositorEngine
from packshot.errors import PackshotError
from packshot.metadata import read_record
from packshot.resolve import resolve
from packshot.result import EditKind, RunState, Sameness, edit_of, picture_digest
from packshot.spec import Background, Lock, Placement, Shadow, Spec
from packshot.workflow import LockedFile, Workbench, configuration_of, lock_folder, make_picture, recipe_of, replay
from packshot.workflow.sources import KnownSources
from tests.product.drawings import GROUNDS, disc, draw

WHITE = Lock(background=Background.WHITE)
SIDE = 160


def photo_of(path: Path, *, ground: str = "grey", product: tuple[int, int, int] = (180, 30, 40), seed: int = 0) -> Path:
    mask = disc(SIDE, centre=(0.5, 0.45), radius=0.25)
    pixels = draw(mask, GROUNDS[ground], product, shadow=0.2, blur=0.7)
    grain = np.random.default_rng(seed).integers(-2, 3, pixels.shape)
    Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return photo_of(tmp_path / "a mug.png")


@pytest.fixture
def compositor(open_bench: Callable[..., Any]) -> Any:
    with open_bench(CompositorEngine()) as opened:
        yield opened


def white(photo: Path, **fields: Any) -> Spec:
    lock = fields.pop("lock", WHITE)
    return Spec(prompt="", lock=lock, source=str(photo), **fields)


def test_a_product_on_white_is_a_run_like_any_other(compositor: Workbench, photo: Path, tmp_path: Path) -> None:
    made = make_picture(compositor, white(photo), out=tmp_path / "white.png")
    assert made.run.state is RunState.SUCCEEDED, made.run.failure
    assert made.run.result is not None
    lock = made.run.result.provenance.lock
    assert lock is not None
    assert lock.core_difference == 0
    assert lock.core_pixels > 3000
    record, pixels = read_record(tmp_path / "white.png")
    assert record.resolved == made.run.resolved
    assert record.provenance.lock == lock
    pin = record.resolved.intent.lock
    assert pin is not None
    assert compositor.store.pictures.has(pin.mask), "the mask is kept"
    alpha = compositor.store.pictures.get(pin.mask)[..., 0]
    source = np.asarray(Image.open(photo))
    assert (pixels[alpha == 255] == source[alpha == 255]).all(), "every wholly covered pixel is the photo's"
    assert (pixels[0] == 255).all()
    assert make_picture(compositor, white(photo)).already
    assert edit_of(made.run) is EditKind.RETOUCHED
    names = {entry.name: entry.value for entry in compositor.store.evidence(made.run.id)}
    assert names["lock_difference"] == 0.0
    assert isinstance(names["mask_confidence"], float)


def test_it_replays_identically_also_elsewhere(
    compositor: Workbench, photo: Path, tmp_path: Path, open_bench: Callable[..., Any]
) -> None:
    made = make_picture(compositor, white(photo), out=tmp_path / "white.png")
    again = replay(compositor, made.run.id)
    assert again.verdict is not None
    assert again.verdict.sameness is Sameness.IDENTICAL
    with open_bench(CompositorEngine(), workspace=tmp_path / "other") as other:
        found = replay(other, str(tmp_path / "white.png"), source=photo)
        assert found.verdict is not None
        assert found.verdict.sameness is Sameness.IDENTICAL, "the mask was found in the photo again"


def test_a_mask_that_was_given_is_asked_for_elsewhere(
    compositor: Workbench, photo: Path, tmp_path: Path, settings: Any
) -> None:
    mask = tmp_path / "mask.png"
    Image.fromarray(disc(SIDE, radius=0.2).astype(np.uint8) * 255).save(mask)
    lock = Lock(background=Background.WHITE, mask=str(mask))
    made = make_picture(compositor, white(photo, lock=lock), out=tmp_path / "white.png")
    assert made.run.resolved.origin.lock is not None
    assert made.run.resolved.origin.lock.method == "given-mask/1"
    pin = made.run.resolved.intent.lock
    assert pin is not None
    path = compositor.store.pictures.path(pin.mask)
    path.unlink()
    with pytest.raises(PackshotError) as caught:
        replay(compositor, str(tmp_path / "white.png"))
    assert caught.value.code == "source.not_found"
    done = replay(compositor, str(tmp_path / "white.png"), mask=mask)
    assert done.verdict is not None
    assert done.verdict.sameness is Sameness.IDENTICAL


def test_it_is_asked_for_again_by_its_recipe(compositor: Workbench, photo: Path) -> None:
    lock = Lock(background=Background.WHITE, shadow=Shadow.NONE, placement=Placement.model_validate("40x40+10+20"))
    made = make_picture(compositor, white(photo, lock=lock, width=100, height=80))
    recipe = recipe_of(made.run)
    order = resolve(recipe.spec, compositor.catalogue, compositor.settings, KnownSources(compositor))
    assert order.resolved.intent == made.run.resolved.intent
    assert recipe.command.startswith("packshot lock ")
    assert "--placement 40x40+10+20" in recipe.command
    assert "'placement': '40x40+10+20'" in recipe.python
    rows = dict(configuration_of(made.run))
    assert rows["product's place"] == "40x40+10+20"
    assert rows["lock measured"].startswith("0 of 255")


def test_the_place_is_exact(compositor: Workbench, photo: Path) -> None:
    first = make_picture(compositor, white(photo)).run.resolved.intent
    assert first.lock is not None
    there = first.lock.placement.model_copy(update={"left": 3, "top": 5})
    lock = Lock(background=Background.WHITE, shadow=Shadow.NONE, placement=there)
    made = make_picture(compositor, white(photo, lock=lock))
    assert made.run.result is not None
    pixels = compositor.store.pictures.get(made.run.result.picture_digest)
    source = np.asarray(Image.open(photo))
    alpha = compositor.store.pictures.get(first.lock.mask)[..., 0]
    dx, dy = 3 - first.lock.placement.left, 5 - first.lock.placement.top
    y, x = np.nonzero(alpha == 255)
    assert (pixels[y + dy, x + dx] == source[y, x]).all()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "placement outside": ({"placement": Placement.model_validate("80x80+100+20")}, "spec.placement"),
    "another shape": ({"placement": Placement.model_validate("80x40+1+1")}, "spec.placement"),
    "enlarged too far": ({"placement": Placement.model_validate("160x160+0+0"), "mask": "small"}, "spec.placement"),
    "mask of another size": ({"mask": "other size"}, "source.mask"),
    "mask of nothing": ({"mask": "black"}, "source.mask"),
}


@pytest.mark.parametrize(("fields", "code"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused(
    compositor: Workbench, photo: Path, tmp_path: Path, fields: dict[str, Any], code: str
) -> None:
    masks = {
        "small": disc(SIDE, radius=0.1).astype(np.uint8) * 255,
        "other size": disc(64).astype(np.uint8) * 255,
        "black": np.zeros((SIDE, SIDE), np.uint8),
    }
    if "mask" in fields:
        path = tmp_path / "mask.png"
        Image.fromarray(masks[fields["mask"]]).save(path)
        fields = fields | {"mask": str(path)}
    with pytest.raises(PackshotError) as caught:
        make_picture(compositor, white(photo, lock=Lock(background=Background.WHITE, **fields)))
    assert caught.value.code == code
    assert caught.value.expected


@pytest.mark.parametrize("text", ["80x80", "0x5+1+1", "80x80+1", "80 x 80 + 1 + 1", "-1x5+1+1", "a"])
def test_no_placement_is_refused(text: str) -> None:
    with pytest.raises(PackshotError) as caught:
        Placement.model_validate(text)
    assert caught.value.code == "spec.placement"


def test_words_on_white_are_refused(compositor: Workbench, photo: Path) -> None:
    for fields in ({"prompt": "on a table"}, {"steps": 5}, {"model": "sd15"}, {"strength": 0.5}):
        spec = white(photo).model_copy(update=fields)
        with pytest.raises(PackshotError) as caught:
            make_picture(compositor, spec)
        assert caught.value.code == "spec.lock"


def test_a_photo_without_a_product_is_refused(compositor: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    Image.fromarray(np.full((SIDE, SIDE, 3), 200, np.uint8)).save(path)
    with pytest.raises(PackshotError) as caught:
        make_picture(compositor, white(path))
    assert caught.value.code in ("source.no_product", "source.doubtful")


def test_a_doubtful_mask_needs_a_person(compositor: Workbench, tmp_path: Path) -> None:
    """Noise all over: something is found, and nobody should build on it."""
    path = tmp_path / "clutter.png"
    rng = np.random.default_rng(4)
    small = rng.integers(0, 256, (12, 12, 3), dtype=np.uint8)
    Image.fromarray(small).resize((SIDE, SIDE), Image.Resampling.NEAREST).save(path)
    with pytest.raises(PackshotError) as caught:
        make_picture(compositor, white(path))
    assert caught.value.code == "source.doubtful"
    assert "--accept-doubt" in (caught.value.hint or "")
    made = make_picture(compositor, white(path, lock=Lock(background=Background.WHITE, accept_doubt=True)))
    assert made.run.resolved.origin.lock is not None
    assert made.run.resolved.origin.lock.accepted
    assert any("doubtful" in note for note in made.run.resolved.origin.notes)


def test_without_a_lock_the_record_is_as_before(bench: Workbench) -> None:
    run = make_picture(bench, Spec(prompt="a red mug", steps=2)).run
    assert run.result is not None
    assert "lock" not in run.resolved.intent.as_json()
    assert "lock" not in run.resolved.origin.model_dump()
    assert "lock" not in run.result.provenance.model_dump()
    assert edit_of(run) is EditKind.GENERATED


def test_a_folder_is_locked_file_by_file(compositor: Workbench, tmp_path: Path) -> None:
    folder, out = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for number, ground in enumerate(("white", "grey", "blue")):
        photo_of(folder / f"mug {number}.png", ground=ground, product=(40, 140, 60), seed=number)
    photo_of(folder / "mug 0.webp", ground="grey", product=(20, 30, 120))
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("not a photo")
    heard: list[tuple[LockedFile, int, int]] = []
    files = lock_folder(compositor, folder, Spec(prompt="", lock=WHITE), out, on_locked=lambda *of: heard.append(of))
    assert [file.photo.name for file in files] == ["broken.jpg", "mug 0.png", "mug 0.webp", "mug 1.png", "mug 2.png"]
    assert files[0].error is not None
    assert files[0].error.code == "source.format"
    assert sorted(path.name for path in out.iterdir()) == ["mug-0-png.png", "mug-0-webp.png", "mug-1.png", "mug-2.png"]
    assert [(done, total) for _, done, total in heard] == [(number, 5) for number in range(1, 6)]
    again = lock_folder(compositor, folder, Spec(prompt="", lock=WHITE), out)
    assert [file.already for file in again] == [False, True, True, True, True]
    assert [file.run.id for file in again[1:] if file.run] == [file.run.id for file in files[1:] if file.run]


def test_masks_of_a_folder_are_found_by_name(compositor: Workbench, tmp_path: Path) -> None:
    folder, masks = tmp_path / "photos", tmp_path / "masks"
    folder.mkdir()
    masks.mkdir()
    for name in ("a", "b"):
        photo_of(folder / f"{name}.png")
    Image.fromarray(disc(SIDE, radius=0.1).astype(np.uint8) * 255).save(masks / "a.png")
    lock = Lock(background=Background.WHITE, mask=str(masks))
    files = lock_folder(compositor, folder, Spec(prompt="", lock=lock), tmp_path / "out")
    methods = [file.run.resolved.origin.lock.method for file in files if file.run and file.run.resolved.origin.lock]
    assert methods[0] == "given-mask/1"
    assert methods[1] != "given-mask/1"
    with pytest.raises(PackshotError) as caught:
        lock_folder(
            compositor,
            folder,
            Spec(prompt="", lock=Lock(background=Background.WHITE, mask=str(masks / "a.png"))),
            tmp_path / "out",
        )
    assert caught.value.code == "spec.lock"


def test_a_transparent_photo_brings_its_own_mask(compositor: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "cut out.png"
    rgba = np.zeros((SIDE, SIDE, 4), np.uint8)
    rgba[..., :3] = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3))
    rgba[..., 3] = disc(SIDE, radius=0.3) * np.uint8(255)
    Image.fromarray(rgba).save(path)
    made = make_picture(compositor, white(path, lock=Lock(background=Background.WHITE, shadow=Shadow.NONE)))
    assert made.run.result is not None
    pixels = compositor.store.pictures.get(made.run.result.picture_digest)
    whole = rgba[..., 3] == 255
    assert (pixels[whole] == rgba[..., :3][whole]).all()
    assert (pixels[~whole] == 255).all()
    assert picture_digest(pixels) == made.run.result.picture_digest
    assert replay(compositor, made.run.id).verdict.sameness is Sameness.IDENTICAL


def test_a_scene_is_locked_too(bench: Workbench, photo: Path, tmp_path: Path) -> None:
    """By the fake engine: the product is put back into whatever was made."""
    made = make_picture(bench, Spec(prompt="a marble table", lock=Lock(), source=str(photo), steps=3))
    assert made.run.state is RunState.SUCCEEDED, made.run.failure
    assert made.run.result is not None
    assert made.run.result.provenance.lock is not None
    assert made.run.resolved.intent.strength == 0.6
    assert edit_of(made.run) is EditKind.LOCKED
    recipe = recipe_of(made.run)
    order = resolve(recipe.spec, bench.catalogue, bench.settings, KnownSources(bench))
    assert order.resolved.intent == made.run.resolved.intent
    assert "'a marble table'" in recipe.command
    again = replay(bench, made.run.id)
    assert again.verdict is not None
    assert again.verdict.sameness is Sameness.IDENTICAL
