"""Each way by which a product is found, and what is refused."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy import ndimage

from packshot.errors import SourceError
from packshot.product import Mask, find_cutout, finding
from packshot.result import Pixels
from tests.product.drawings import GROUNDS, disc, draw, overlap

BLUE, BROWN = (30, 60, 160), (180, 90, 30)


def checks(size: int = 256) -> Pixels:
    """A checked cloth."""
    y, x = np.mgrid[:size, :size] // 16
    shades = np.array([(235, 230, 220), (150, 160, 150)], np.uint8)
    noise = np.random.default_rng(0).integers(-6, 7, (size, size, 1))
    return np.clip(shades[(x + y) % 2].astype(int) + noise, 0, 255).astype(np.uint8)


def on_checks(mask: Mask) -> Pixels:
    picture = checks(mask.shape[0])
    picture[mask] = BLUE
    return picture


def test_a_plain_ground_needs_no_other_way() -> None:
    mask = disc()
    found = find_cutout(draw(mask, GROUNDS["white"], BLUE, shadow=0.4, blur=0.6))
    assert found.method == "plain-background/2+learned/2"
    assert overlap(found.mask, mask) > 0.97
    assert not found.is_doubtful
    assert found.doubts == ()


def test_its_edge_is_soft_and_its_inside_is_whole() -> None:
    mask = disc()
    alpha = find_cutout(draw(mask, GROUNDS["white"], BLUE, blur=0.8)).alpha
    edge = ndimage.binary_dilation(mask, iterations=2) & ~ndimage.binary_erosion(mask, iterations=2)
    assert ((alpha > 0) & (alpha < 255) & edge).sum() > 100
    assert (alpha[ndimage.binary_erosion(mask, iterations=6)] == 255).all()
    assert (alpha[~ndimage.binary_dilation(mask, iterations=6)] == 0).all()


def test_a_large_picture_has_an_edge_as_fine() -> None:
    mask = disc(1024)
    found = find_cutout(draw(mask, GROUNDS["grey"], BLUE, blur=0.7))
    assert overlap(found.mask, mask) > 0.99


def test_a_checked_ground_is_cut_through_by_graph() -> None:
    mask = disc(radius=0.25)
    found = find_cutout(on_checks(mask))
    assert found.method == "learned/2+grabcut/4"
    assert overlap(found.mask, mask) > 0.9
    assert "the ground is not plain" in found.doubts


def test_noise_is_doubted() -> None:
    scene = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    assert find_cutout(scene).is_doubtful


def test_one_colour_holds_nothing() -> None:
    found = find_cutout(np.full((64, 64, 3), 200, np.uint8))
    assert found.box is None
    assert found.is_doubtful
    assert "nothing was told apart from the ground" in found.doubts


def test_a_window_that_the_network_fills_is_doubted() -> None:
    ring = draw(disc(600, radius=0.35) & ~disc(600, radius=0.15), GROUNDS["white"], BROWN, blur=0.8)
    found = find_cutout(ring)
    assert found.is_doubtful
    assert any("as pale as the ground" in doubt for doubt in found.doubts)


def test_the_sharp_one_of_several_is_taken() -> None:
    behind, front = disc(384, (0.3, 0.4), 0.2), disc(384, (0.55, 0.6), 0.2)
    soft = draw(behind, GROUNDS["white"], BROWN, blur=3.0)
    soft[front] = BLUE
    found = find_cutout(soft)
    assert overlap(found.mask, front) > 0.9


def test_where_the_network_sees_all_of_several_things_it_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    behind, front = disc(384, (0.3, 0.4), 0.2), disc(384, (0.55, 0.6), 0.2)
    soft = draw(behind, GROUNDS["white"], BROWN, blur=3.0)
    soft[front] = BLUE
    both = cv2.resize((behind | front).astype(np.float32), (96, 96), interpolation=cv2.INTER_AREA)
    monkeypatch.setattr(finding, "coverage", lambda _pixels: both)
    found = find_cutout(soft)
    assert found.method.endswith("+front/2")
    assert overlap(found.mask, front) > 0.9
    assert found.is_doubtful
    assert any("several things" in doubt for doubt in found.doubts)


def test_a_given_mask_is_taken_as_it_is() -> None:
    given = (disc() * 255).astype(np.uint8)
    given[0, 0] = 77
    found = find_cutout(checks(), given=given)
    assert found.method == "given-mask/1"
    assert np.array_equal(found.alpha, given)
    assert found.confidence == 1.0


def test_a_given_mask_may_be_coloured_or_transparent() -> None:
    given = (disc() * 255).astype(np.uint8)
    opaque = np.full((256, 256, 1), 255, np.uint8)
    as_grey = np.repeat(given[..., None], 3, axis=2)
    as_alpha = np.dstack([np.zeros((256, 256, 3), np.uint8), given])
    for one in (given[..., None], as_grey, np.dstack([as_grey, opaque]), as_alpha, np.dstack([as_grey, given])):
        assert np.array_equal(find_cutout(checks(), given=one).alpha, given)


@pytest.mark.parametrize(
    ("given", "got"),
    [
        (np.zeros((10, 20), np.uint8), "20×10 px"),
        (np.zeros((256, 256), np.uint8), "no pixel is product"),
        (np.full((256, 256), 255, np.uint8), "every pixel is product"),
        (np.zeros((256, 256), np.float32), "float32 (256, 256)"),
    ],
)
def test_a_given_mask_that_does_not_fit_is_refused(given: np.ndarray, got: str) -> None:
    with pytest.raises(SourceError) as caught:
        find_cutout(checks(), given=given)
    assert caught.value.code == "source.mask"
    assert caught.value.got == got


def test_the_photos_own_transparency_is_taken() -> None:
    alpha = (disc() * 255).astype(np.uint8)
    found = find_cutout(checks(), alpha=alpha)
    assert found.method == "alpha-channel/1"
    assert np.array_equal(found.alpha, alpha)


@pytest.mark.parametrize("level", [0, 255, 200])
def test_a_transparency_that_tells_nothing_is_not_used(level: int) -> None:
    picture = draw(disc(), GROUNDS["white"], BLUE)
    found = find_cutout(picture, alpha=np.full((256, 256), level, np.uint8))
    assert found.method == "plain-background/2+learned/2"


@pytest.mark.parametrize("ground", ["plain", "checks"])
def test_a_rectangle_chooses_one_of_two(ground: str) -> None:
    left, right = disc(centre=(0.27, 0.5), radius=0.15), disc(centre=(0.73, 0.5), radius=0.15)
    picture = draw(left | right, GROUNDS["white"], BLUE) if ground == "plain" else on_checks(left | right)
    found = find_cutout(picture, rectangle=(140, 80, 236, 176))
    assert found.method.endswith("+rectangle")
    assert overlap(found.mask, right) > 0.9
    assert not found.alpha[:, :140].any()


@pytest.mark.parametrize(
    "rectangle", [(-1, 0, 50, 50), (0, 0, 257, 50), (50, 50, 50, 90), (90, 10, 20, 60), (10, 10, 14, 60)]
)
def test_a_rectangle_outside_is_refused(rectangle: tuple[int, int, int, int]) -> None:
    with pytest.raises(SourceError) as caught:
        find_cutout(checks(), rectangle=rectangle)
    assert caught.value.code == "source.rectangle"


class _Halves:
    """Takes the left half for product; unsure of as much as it is told."""

    name = "matting:halves"

    def __init__(self, level: int) -> None:
        self._level = level

    def alpha(self, pixels: Pixels) -> np.ndarray:
        alpha = np.zeros(pixels.shape[:2], np.uint8)
        alpha[:, : pixels.shape[1] // 2] = self._level
        return alpha


def test_a_named_model_is_asked_even_on_plain_ground() -> None:
    found = find_cutout(draw(disc(), GROUNDS["white"], BLUE), matting=_Halves(255))
    assert found.method == "matting:halves"
    assert found.box == (0, 0, 128, 256)
    assert not found.is_doubtful


def test_an_undecided_model_is_doubted() -> None:
    found = find_cutout(checks(), matting=_Halves(140))
    assert found.is_doubtful
    assert any("undecided" in doubt for doubt in found.doubts)


@pytest.mark.parametrize("ground", ["plain", "checks"])
def test_the_same_photo_gives_the_same_bytes(ground: str) -> None:
    import cv2

    picture = draw(disc(), GROUNDS["red"], BLUE, noise=2.0) if ground == "plain" else on_checks(disc(radius=0.25))
    one = find_cutout(picture)
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        cv2.setRNGSeed(7)
        two = find_cutout(picture.copy())
    finally:
        cv2.setNumThreads(threads)
    assert one.alpha.tobytes() == two.alpha.tobytes()
    assert one.confidence == two.confidence


@pytest.mark.parametrize("shape", [(16, 16), (16, 40), (33, 500)])
def test_small_and_narrow_pictures_do_not_break(shape: tuple[int, int]) -> None:
    noisy = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
    assert find_cutout(noisy).alpha.shape == shape
