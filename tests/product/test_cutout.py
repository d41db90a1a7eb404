"""The value that a mask becomes, and its soft edge."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.product import CORE_PX, Cutout, soft_edge
from tests.product.drawings import disc, overlap


def test_the_box_and_the_core_of_a_square() -> None:
    alpha = np.zeros((40, 50), np.uint8)
    alpha[10:30, 5:45] = 255
    found = Cutout(alpha, 1.0, "given-mask/1")
    assert found.box == (5, 10, 45, 30)
    core = found.core()
    assert core[10 + CORE_PX : 30 - CORE_PX, 20].all()
    assert core[:, 20].sum() == 20 - 2 * CORE_PX
    assert found.core(0).sum() == found.mask.sum()


def test_the_frame_is_no_edge_of_the_core() -> None:
    alpha = np.full((20, 20), 255, np.uint8)
    alpha[:, 10:] = 0
    assert Cutout(alpha, 1.0, "given-mask/1").core(3)[0, 0]


def test_no_half_covered_pixel_is_in_the_core() -> None:
    alpha = np.full((20, 20), 255, np.uint8)
    alpha[10, 10] = 254
    assert not Cutout(alpha, 1.0, "given-mask/1").core(1)[9:12, 10].any()


def test_an_empty_cutout_has_no_box_and_a_low_confidence_is_doubtful() -> None:
    assert Cutout(np.zeros((8, 8), np.uint8), 0.0, "x").box is None
    assert Cutout(np.zeros((8, 8), np.uint8), 0.49, "x").is_doubtful
    assert not Cutout(np.zeros((8, 8), np.uint8), 0.5, "x").is_doubtful


def test_the_alpha_is_frozen() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Cutout(np.zeros((8, 8), np.uint8), 1.0, "x").alpha[0, 0] = 1


def _mixed(size: int = 240) -> tuple[np.ndarray, np.ndarray]:
    """A picture of a disc whose edge pixels mix both colours in linear light, and its true share."""
    fine = disc(size * 4)
    share = fine.reshape(size, 4, size, 4).mean(axis=(1, 3))
    light = share[..., None] * 0.05 + (1.0 - share[..., None]) * 0.9
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.broadcast_to(np.rint(encoded * 255), (size, size, 3)).astype(np.uint8), share


def test_a_soft_edge_is_the_share_in_linear_light() -> None:
    picture, share = _mixed()
    rough = disc(240, radius=0.307)
    alpha = soft_edge(picture, rough, 4) / 255.0
    assert np.abs(alpha - share).max() < 0.15
    assert np.abs(alpha - share)[(share > 0) & (share < 1)].mean() < 0.05


def test_a_mask_that_is_a_little_off_comes_to_the_edge() -> None:
    picture, share = _mixed()
    for radius in (0.29, 0.31):
        alpha = soft_edge(picture, disc(240, radius=radius), 5)
        assert overlap(alpha >= 128, share >= 0.5) > 0.995


def test_where_both_sides_look_alike_the_mask_stays() -> None:
    rough = disc(240)
    alpha = soft_edge(np.full((240, 240, 3), 128, np.uint8), rough, 4)
    assert overlap(alpha >= 128, rough) > 0.99


@pytest.mark.parametrize("fill", [False, True])
def test_nothing_and_everything_have_no_edge(fill: bool) -> None:
    alpha = soft_edge(np.full((50, 60, 3), 90, np.uint8), np.full((50, 60), fill), 3)
    assert (alpha == (255 if fill else 0)).all()
