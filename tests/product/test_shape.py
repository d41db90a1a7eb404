"""The quick ways give exactly what SciPy, and the long ways, give."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from packshot.product import linear_from_srgb, on_white, place, put_back, shrunk
from packshot.product.shape import eroded, filled, grown, opened
from packshot.product.shrunk import shrunk_light
from packshot.spec import Placement


@pytest.fixture(params=range(6))
def shape(request: pytest.FixtureRequest) -> np.ndarray:
    """Blobs with holes, some at the frame; of odd sides."""
    noise = np.random.default_rng(request.param).normal(size=(61, 87))
    return np.asarray(scipy.ndimage.gaussian_filter(noise, 1.5) > 0.02 * request.param)


@pytest.mark.parametrize("rounds", [1, 2])
def test_eroded_as_scipy_does(shape: np.ndarray, rounds: int) -> None:
    found = eroded(shape, rounds)
    assert np.array_equal(found, scipy.ndimage.binary_erosion(shape, iterations=rounds, border_value=1))
    assert 0 < found.sum() < shape.sum()


def test_opened_as_scipy_does(shape: np.ndarray) -> None:
    assert np.array_equal(opened(shape), scipy.ndimage.binary_opening(shape))


def test_grown_as_scipy_does(shape: np.ndarray) -> None:
    within = np.random.default_rng(9).random(shape.shape) < 0.6
    found = grown(shape, 2, within)
    assert np.array_equal(found, scipy.ndimage.binary_dilation(shape, iterations=2, mask=within))
    assert found.sum() > shape.sum()


def test_filled_as_scipy_does(shape: np.ndarray) -> None:
    assert np.array_equal(filled(shape), scipy.ndimage.binary_fill_holes(shape))
    assert filled(np.ones((4, 5), np.bool_)).all()
    assert not filled(np.zeros((4, 5), np.bool_)).any()


@pytest.mark.parametrize("factor", [1, 2, 3, 5])
def test_light_is_shrunk_as_all_of_it_would_be(factor: int) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (157, 61, 3), dtype=np.uint8)
    np.testing.assert_allclose(shrunk_light(pixels, factor), shrunk(linear_from_srgb(pixels), factor), atol=1e-12)


@pytest.mark.parametrize("shaded", [True, False])
def test_white_is_a_ground_like_any_other(shaded: bool) -> None:
    rng = np.random.default_rng(4)
    photo = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
    alpha = np.zeros((40, 50), np.uint8)
    alpha[8:30, 10:41] = rng.choice(np.array([1, 90, 200, 255], np.uint8), (22, 31))
    alpha[12:25, 15:35] = 255
    product = place(photo, alpha, Placement.model_validate("25x18+20+30"), (64, 56), 2)
    shadow = rng.integers(0, 256, (56, 64), dtype=np.uint8) if shaded else None
    white = np.full((56, 64, 3), 255, np.uint8)
    assert np.array_equal(on_white(product, shadow), put_back(white, product, shadow))
