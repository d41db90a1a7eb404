"""The renderer: the same seed gives the same picture, and the truth that comes with it is true."""

from dataclasses import replace

import numpy as np
import pytest

from training.render import BACKGROUND_COLOURS, KINDS, draw, kernels, random_scene, rays, render, studio

SIZE = 128


@pytest.mark.parametrize("kind", ["mug", "running shoes"])
def test_a_scene_gives_the_same_bytes_twice_and_another_seed_others(kind: str) -> None:
    first, again = render(random_scene(3, kind), SIZE), render(random_scene(3, kind), SIZE)
    assert (first.picture == again.picture).all()
    assert (first.mask == again.mask).all()
    assert (first.picture != render(random_scene(4, kind), SIZE).picture).any()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_fills_the_frame_as_asked_and_is_not_cut(kind: str) -> None:
    scene = random_scene(11, kind)
    mask = render(scene, SIZE).mask
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    assert longer / SIZE == pytest.approx(scene.camera.fill, abs=0.035)
    assert not np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]]).any()


def test_white_paper_is_255_at_the_border_and_still_carries_a_shadow() -> None:
    made = render(replace(random_scene(5, "bottle"), background_colour="white"), SIZE)
    edge = np.ones((SIZE, SIZE), dtype=np.bool_)
    edge[1:-1, 1:-1] = False
    assert (made.picture[edge] == 255).all()
    assert made.picture[~made.mask].min() < 200


def test_outside_the_mask_far_from_the_product_lies_only_paper() -> None:
    for name, colour in BACKGROUND_COLOURS.items():
        made = render(replace(random_scene(6, "mug"), background_colour=name), 64)
        corner = made.picture[:4, :4].reshape(-1, 3).mean(0)
        assert np.abs(corner - np.array(colour) * 255).max() < 14, name


def test_the_mask_is_where_changing_the_paper_changes_least() -> None:
    scene = random_scene(7, "handbag")
    light = render(replace(scene, background_colour="white"), SIZE)
    dark = render(replace(scene, background_colour="black"), SIZE)
    assert (light.mask == dark.mask).all()
    change = np.abs(light.picture.astype(int) - dark.picture.astype(int)).mean(2)
    assert change[light.mask].mean() < 0.35 * change[~light.mask].mean()


def test_the_product_takes_the_colour_it_was_given() -> None:
    scene = replace(random_scene(8, "mug"), material="matte")
    red = render(replace(scene, product_colour="red"), 64)
    blue = render(replace(scene, product_colour="blue"), 64)
    assert red.picture[red.mask][:, 0].mean() > red.picture[red.mask][:, 2].mean() + 60
    assert blue.picture[blue.mask][:, 2].mean() > blue.picture[blue.mask][:, 0].mean() + 60


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_depth_is_finite_on_the_mask_only_and_about_the_camera_s_distance(kind: str) -> None:
    made = render(random_scene(12, kind), 64)
    assert made.depth.dtype == np.float32
    assert (np.isfinite(made.depth) == made.mask).all()
    reach = float(np.linalg.norm(KINDS[kind].half_size)) + 0.1
    assert np.abs(made.depth[made.mask] - rays.FAR).max() < reach


def test_shadow_is_the_light_that_white_paper_lacks() -> None:
    made = render(replace(random_scene(13, "bottle"), background_colour="white"), SIZE)
    assert made.shadow.dtype == np.float32
    assert made.shadow.min() >= 0.0
    assert 0.3 < made.shadow.max() <= 1.0
    assert not made.shadow[made.mask].any()
    assert not made.shadow[0].any()
    near = np.lib.stride_tricks.sliding_window_view(np.pad(made.mask, 2), (5, 5)).any((2, 3))
    expected = studio.to_srgb(1.0 - made.shadow[~near].astype(np.float64)) * 255.0
    assert np.abs(made.picture[~near] - expected[:, None]).max() < 0.6


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_rays_that_start_where_a_cone_ended_meet_what_rays_from_the_camera_meet(kind: str) -> None:
    body = rays.Body(KINDS[kind], 0.5)
    view = rays.look(body.kind, KINDS[kind].yaw_deg, KINDS[kind].pitch_deg)
    u, v = draw.middles(96, 96)
    direction, start = view.directions(u, v), np.empty(u.size)
    kernels.of_cell(rays.cones(body, view, 12), u, v, start)
    quick, _ = rays.trace(body, view.eye, direction, start)
    whole, _ = rays.trace(body, view.eye, direction, np.zeros(u.size))
    assert (np.abs(quick - whole) > 0.02).sum() <= 0.005 * (whole < kernels.MISS).sum()


def test_the_tone_curve_is_the_standard_s_to_a_hundredth_of_a_grey_level() -> None:
    light = np.linspace(0.0, 1.0, 100_003)
    curve = np.interp(light, np.linspace(0.0, 1.0, studio.CURVE.size), studio.CURVE)
    assert np.abs(curve - studio.to_srgb(light)).max() * 255.0 < 0.01
