"""Likeness of a product to its source: what changes it, and what does not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from packshot.evaluation import NO_INSTRUMENTS, FoundText, Instruments, identity_evidence, tells_product
from packshot.evaluation.identity import UNITS
from packshot.evaluation.lamp import lamp_between
from packshot.product import linear_from_srgb
from packshot.report import open_language
from packshot.result import Evidence, Pixels
from packshot.review import IdentityGate
from tests.product.drawings import GROUNDS, disc, draw

BLUE, RED = (30, 60, 160), (190, 40, 30)


def product(
    colour: tuple[int, int, int] = BLUE, ground: str = "white", radius: float = 0.3, relief: float = 25.0
) -> Pixels:
    mask = disc(radius=radius)
    picture = draw(mask, GROUNDS[ground], colour).astype(float)
    ribs = relief * np.sin(np.arange(256) / 6)[None, :, None]
    return np.clip(np.where(mask[..., None], picture + ribs, picture), 0, 255).astype(np.uint8)


def relit(pixels: Pixels, gain: float, warmth: float = 0.0) -> Pixels:
    light = linear_from_srgb(pixels) * gain * (1.0 + warmth * np.array([1.0, 0.0, -1.0]))
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.clip(light, 0, 1) ** (1 / 2.4) - 0.055)
    return (np.clip(encoded, 0, 1) * 255 + 0.5).astype(np.uint8)


def noisy(pixels: Pixels, sigma: float = 4.0) -> Pixels:
    noise = np.random.default_rng(0).normal(0, sigma, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def with_patch(pixels: Pixels, size: int = 22) -> Pixels:
    changed = pixels.copy()
    changed[118 : 118 + size, 100 : 100 + size] = (240, 200, 40)
    return changed


def without_part(pixels: Pixels) -> Pixels:
    changed = pixels.copy()
    changed[:95] = 255
    return changed


def values(picture: Pixels, source: Pixels | None) -> dict[str, float | None]:
    found = identity_evidence(picture, source, NO_INSTRUMENTS)
    assert [entry.name for entry in found] == list(UNITS)
    return {entry.name.removeprefix("identity_"): entry.value for entry in found}  # type: ignore[misc]


def verdict(picture: Pixels, source: Pixels) -> str:
    return IdentityGate().judge(identity_evidence(picture, source, NO_INSTRUMENTS)).verdict


def test_an_equal_picture_is_equal() -> None:
    found = values(product(), product())
    assert found == {
        "shape": 1.0,
        "colour": 0.0,
        "surface": 0.0,
        "structure": 1.0,
        "text": None,
        "new_text": None,
    }


@pytest.mark.parametrize(
    "picture",
    [
        noisy(product()),
        relit(product(), 0.75, 0.1),
        relit(product(), 1.15, -0.1),
        product(ground="grey"),
        ndimage.gaussian_filter(product(), (1, 1, 0)),
        product(radius=0.302),
    ],
    ids=["noise", "dimmer and warmer", "brighter and cooler", "another ground", "softer", "a hair larger"],
)
def test_the_same_product_passes(picture: Pixels) -> None:
    assert verdict(picture, product()) == "pass"


@pytest.mark.parametrize(
    ("picture", "measure"),
    [
        (product(RED), "colour"),
        (product((60, 60, 60)), "colour"),
        (product(radius=0.2), "shape"),
        (with_patch(product()), "structure"),
        (without_part(product()), "structure"),
    ],
    ids=["another colour", "grey", "smaller", "a mark", "a part missing"],
)
def test_another_product_does_not(picture: Pixels, measure: str) -> None:
    judged = IdentityGate().judge(identity_evidence(picture, product(), NO_INSTRUMENTS))
    assert judged.verdict == "fail"
    assert f"identity: {measure}" in [check.rule for check in judged.against]


def test_a_pattern_that_is_turned_is_another_where_it_is_not_faint() -> None:
    strong, faint = product(relief=90.0), product(relief=10.0)
    turned = [np.ascontiguousarray(each.transpose(1, 0, 2)) for each in (strong, faint)]
    judged = IdentityGate().judge(identity_evidence(turned[0], strong, NO_INSTRUMENTS))
    assert "identity: structure" in [check.rule for check in judged.against]
    assert verdict(turned[1], faint) == "pass", "a limit that docs/identity.md states"


def test_large_pictures_are_compared_smaller_with_like_results() -> None:
    large = [np.repeat(np.repeat(each, 3, 0), 3, 1) for each in (with_patch(product()), product())]
    small, big = values(with_patch(product()), product()), values(large[0], large[1])
    for name, tolerance in (("shape", 0.02), ("colour", 0.3), ("surface", 4.0), ("structure", 0.1)):
        assert big[name] == pytest.approx(small[name], abs=tolerance)


def test_the_lamp_is_found_and_keeps_to_its_bounds() -> None:
    light = linear_from_srgb(product())[100:150, 100:150].reshape(-1, 3)
    lamp = lamp_between(light, np.clip(light * np.array([0.8 * 1.1, 0.8, 0.8 * 0.9]), 0, 1))
    assert lamp.gains == pytest.approx((0.88, 0.8, 0.72), rel=0.03)
    other = lamp_between(light, linear_from_srgb(product(RED))[100:150, 100:150].reshape(-1, 3))
    assert max(other.gains) / min(other.gains) <= 1.2 * 1.2 + 1e-9


def test_what_cannot_be_measured_says_why() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
    assert tells_product(noise) is not None
    assert tells_product(product()) is None
    assert set(values(product(), noise).values()) == {None}
    assert set(values(product(), None).values()) == {None}
    assert set(values(product(), product()[:200]).values()) == {None}
    assert verdict(noise, product()) == "fail"
    assert verdict(product(), noise) == "not checked"


class Reads:
    """Reads one text from dark pictures, another from light ones."""

    name = "a reader"

    def __init__(self, picture: str, source: str) -> None:
        self._texts = {True: picture, False: source}

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        text = self._texts[bool(pixels[0, 0, 0] == 254)]
        return (FoundText(text, 0.9, (0, 0, 10, 10)),) if text else ()


@pytest.mark.parametrize(
    ("picture", "source", "rules"),
    [
        ("ACME", "ACME", []),
        ("", "ACME", ["identity: text"]),
        ("OTHER", "ACME", ["identity: text", "identity: new text"]),
        ("OTHER", "", ["identity: new text"]),
        ("", "", []),
    ],
)
def test_text_is_kept_and_none_is_new(picture: str, source: str, rules: list[str]) -> None:
    pixels = product()
    pixels[0, 0] = 254
    found = identity_evidence(pixels, product(), Instruments(reader=Reads(picture, source)))
    judged = IdentityGate().judge(found)
    assert [check.rule for check in judged.against] == rules
    french = open_language("fr")
    for entry in (*found, *_told(judged.against)):
        assert french.knows(entry.sentence), entry.sentence


def _told(checks: object) -> list[Evidence]:
    return [
        Evidence(name=check.rule, value=None, unit=None, sentence=f"{check.sentence} Expected: {check.expected}.")
        for check in checks  # type: ignore[attr-defined]
    ]
