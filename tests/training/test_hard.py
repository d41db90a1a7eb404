"""The hard pictures: the truth that comes with each of them is true."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from training.render import Hard, Render, hard, layers, lettering, random_scene, render, swap, textures

SIZE = 96
MAKERS: dict[str, Callable[[int, int], Hard]] = {
    "texture": hard.on_texture,
    "clutter": hard.on_clutter,
    "text": hard.with_text,
    "cut": hard.cut,
    "swap": swap.swapped,
}


def change(made: Hard) -> np.ndarray:
    """How far each pixel is from the plain render's, in grey levels."""
    return np.abs(made.picture.astype(int) - made.render.picture.astype(int)).max(2)


def well_inside(mask: np.ndarray) -> np.ndarray:
    return ndimage.binary_erosion(mask, iterations=2)


@pytest.mark.parametrize("what", sorted(MAKERS))
def test_a_seed_gives_the_same_picture_twice_and_another_seed_another(what: str) -> None:
    first, again, other = MAKERS[what](3, SIZE), MAKERS[what](3, SIZE), MAKERS[what](4, SIZE)
    assert first.what == what
    assert first.picture.shape == (SIZE, SIZE, 3)
    assert first.picture.dtype == np.uint8
    assert (first.picture == again.picture).all()
    assert (first.mask == again.mask).all()
    assert first.truth == again.truth
    assert (first.picture != other.picture).any()


@pytest.mark.parametrize("what", ["texture", "clutter", "text"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_product_and_its_mask_stay_and_the_rest_changes(what: str, seed: int) -> None:
    made = MAKERS[what](seed, SIZE)
    plain = render(made.render.scene, SIZE)
    assert (made.render.picture == plain.picture).all()
    assert (made.mask == plain.mask).all()
    if what != "text":
        assert np.median(change(made)[well_inside(made.mask)]) <= 1
        assert (change(made)[well_inside(made.mask)] > 24).mean() < 0.03
        assert (change(made)[~made.mask] > 8).mean() > (0.5 if what == "texture" else 0.03)


@pytest.mark.parametrize("pattern", sorted(textures.PATTERNS))
def test_a_pattern_is_textured_and_darker_where_the_shadow_falls(pattern: str) -> None:
    made = hard.on_texture(20, SIZE, pattern)
    assert made.truth.pattern == pattern
    empty = textures.textured(pattern, layers.view_of(made.render.scene), SIZE, 20)
    assert empty.shape == (SIZE, SIZE, 3)
    assert empty.std((0, 1)).max() > 0.01
    dark = (made.render.shadow > 0.3) & ~ndimage.binary_dilation(made.mask, iterations=2)
    shown = layers.linear(made.picture)
    assert dark.any()
    assert shown[dark].mean() < 0.85 * empty[dark].mean()


def test_the_floor_of_a_room_is_where_the_camera_sees_it() -> None:
    view = layers.view_of(random_scene(2, "mug"))
    u, v, _ = layers.project(view, np.zeros(3))
    seen = textures.room(view, 200)
    row, column = int(v * 200), int(u * 200)
    assert abs(seen.across[row, column]) < 0.03
    assert abs(seen.along[row, column]) < 0.1
    assert not seen.wall[row, column]


def test_clutter_names_what_stands_about() -> None:
    made = hard.on_clutter(5, SIZE)
    assert 2 <= len(made.truth.kinds) <= 3
    assert made.render.scene.kind not in made.truth.kinds


@pytest.mark.parametrize("on_product", [True, False])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_text_s_box_holds_exactly_the_pixels_that_changed(seed: int, on_product: bool) -> None:
    made = hard.with_text(seed, 128, on_product)
    x, y, width, height = made.truth.box
    changed = change(made) > 0
    rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
    assert (columns[0], rows[0]) == (x, y)
    assert (columns[-1] - x + 1, rows[-1] - y + 1) == (width, height)
    assert made.truth.text in lettering.WORDS
    assert made.truth.on_product is on_product
    assert (made.mask[changed] == on_product).all()
    assert made.truth.font_px >= 10
    assert height >= 6


@pytest.mark.parametrize("seed", range(8))
def test_a_cut_product_touches_the_sides_it_says_and_no_others(seed: int) -> None:
    made = hard.cut(seed, SIZE)
    edges = {"left": made.mask[:, 0], "right": made.mask[:, -1], "top": made.mask[0], "bottom": made.mask[-1]}
    assert {side for side, edge in edges.items() if edge.any()} == set(made.truth.sides)
    axis = 0 if made.truth.sides[0] in ("left", "right") else 1
    left = made.mask.any(axis).sum() / made.render.mask.any(axis).sum()
    assert 0.15 <= made.truth.outside <= 0.40
    assert 1.0 - left == pytest.approx(made.truth.outside, abs=0.05)


def of_scene(seed: int, what: str) -> tuple[Hard[swap.Swap], Render]:
    """A swap that is a change of the scene, and the render of the source's scene with that change only."""
    made = swap.swapped(seed, SIZE, what)
    field = swap.FIELDS[what]
    value: object = float(made.truth.after) if what == "proportions" else made.truth.after
    return made, render(replace(made.render.scene, **{field: value}), SIZE)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", sorted(swap.FIELDS))
def test_a_swap_changes_only_the_field_it_names(what: str) -> None:
    made, expected = of_scene(6, what)
    assert made.truth.change == what
    assert made.truth.before != made.truth.after
    assert made.truth.same_product is (what == "background")
    assert (made.picture == expected.picture).all()
    assert (made.mask == expected.mask).all()


@pytest.mark.parametrize("what", ["product colour", "accent colour"])
def test_a_new_colour_stays_inside_the_mask(what: str) -> None:
    made = swap.swapped(7, SIZE, what)
    assert (made.mask == made.render.mask).all()
    assert (change(made)[made.mask] > 24).mean() > 0.03
    assert not change(made)[~ndimage.binary_dilation(made.mask)].any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_missing_part_leaves_the_rest_as_it_was(seed: int) -> None:
    made = swap.swapped(seed, SIZE, "part")
    gone = made.render.mask & ~made.mask
    assert not (made.mask & ~made.render.mask)[~ndimage.binary_dilation(made.render.mask)].any()
    assert 0.02 < gone.sum() / made.render.mask.sum() < 0.3
    assert change(made)[well_inside(made.mask)].mean() < 2.0
    assert change(made)[~ndimage.binary_dilation(gone, iterations=3)].mean() < 2.0
    assert change(made)[gone].mean() > 20.0


@pytest.mark.parametrize("what", swap.CONTROLS)
def test_a_control_leaves_the_product_in_its_place(what: str) -> None:
    made = swap.swapped(8, SIZE, what)
    assert made.truth.same_product
    assert (made.mask == made.render.mask).all()
    assert (change(made)[~made.mask] > 8).mean() > 0.5


def test_random_swaps_are_of_every_sort() -> None:
    seen = {swap.swapped(seed, 32).truth.change for seed in range(40)}
    assert seen == {*swap.PRODUCT_CHANGES, *swap.CONTROLS}


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_a_product_at_a_side_is_cut_or_close_as_asked(side: str) -> None:
    scene = random_scene(11)
    for outside, touches in ((0.1, True), (-0.05, False)):
        mask = hard.at_side(scene, side, outside, SIZE).mask
        edges = {"left": mask[:, 0], "right": mask[:, -1], "top": mask[0], "bottom": mask[-1]}
        assert [name for name, edge in edges.items() if edge.any()] == ([side] if touches else [])
    gap = {"left": mask.any(0), "right": mask.any(0)[::-1], "top": mask.any(1), "bottom": mask.any(1)[::-1]}[side]
    assert np.flatnonzero(gap)[0] / SIZE == pytest.approx(0.05, abs=0.03)


def test_a_ground_of_any_colour_is_shown_as_it_is_and_the_product_stays() -> None:
    scene = replace(random_scene(3), background_colour="white")
    made = hard.on_ground(scene, layers.linear(np.array([120, 200, 180])), SIZE)
    plain = render(made.scene, SIZE)
    assert np.abs(made.picture[0, 0].astype(int) - (120, 200, 180)).max() <= 1
    assert np.median(np.abs(made.picture.astype(int) - plain.picture).max(2)[well_inside(made.mask)]) <= 2
