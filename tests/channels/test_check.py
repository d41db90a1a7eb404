"""Each rule on pictures whose truth is known, on both sides of its limit."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import ndimage

from packshot.channels import Channel, check_picture, find_channel, read_channel
from packshot.result import Check, Pixels
from packshot.wiring import data_folder
from tests.channels.pictures import BLUE, decoded, encoded, rectangle
from tests.product.drawings import disc, draw

FOLDER = data_folder() / "channels"
AMAZON = find_channel("amazon-main", FOLDER)
GOOGLE = find_channel("google-merchant", FOLDER)


def channel_of(rule: str) -> Channel:
    head = "schema: packshot.channel/1\nname: shop\ntitle: t\nsource: s\nread: 2026-11-23\nrules:\n"
    return read_channel(head + "  - {name: rule, " + rule + "}\n", "shop.yaml")


def only(rule: str, pixels: Pixels, file_format: str = "PNG", file_bytes: int = 1000, **facts: object) -> Check:
    (check,) = check_picture(pixels, file_format, file_bytes, channel_of(rule), **facts)  # type: ignore[arg-type]
    return check


def by_name(channel: Channel, pixels: Pixels, file_format: str = "PNG", **facts: object) -> dict[str, Check]:
    checks = check_picture(pixels, file_format, 1000, channel, **facts)  # type: ignore[arg-type]
    return {check.rule: check for check in checks}


def plain(width: int, height: int) -> Pixels:
    return np.zeros((height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("which", "limit", "width", "height", "verdict"),
    [
        ("longest", "min_px: 500", 500, 20, "pass"),
        ("longest", "min_px: 500", 499, 20, "fail"),
        ("shortest", "min_px: 500", 900, 500, "pass"),
        ("shortest", "min_px: 500", 900, 499, "fail"),
        ("width", "min_px: 500", 499, 900, "fail"),
        ("height", "min_px: 500", 499, 900, "pass"),
        ("longest", "max_px: 600", 600, 20, "pass"),
        ("longest", "max_px: 600", 20, 601, "fail"),
    ],
)
def test_sides(which: str, limit: str, width: int, height: int, verdict: str) -> None:
    assert only(f"measure: side, which: {which}, {limit}", plain(width, height)).verdict == verdict


@pytest.mark.parametrize(("width", "verdict"), [(1000, "pass"), (1001, "fail")])
def test_megapixels(width: int, verdict: str) -> None:
    assert only("measure: megapixels, max_megapixels: 0.2", plain(width, 200)).verdict == verdict


@pytest.mark.parametrize(
    ("width", "height", "verdict"),
    [(762, 1100, "pass"), (1801, 2600, "pass"), (1000, 1440, "pass"), (1000, 1450, "fail"), (1440, 1000, "fail")],
)
def test_zalandos_own_sizes_have_its_aspect_ratio(width: int, height: int, verdict: str) -> None:
    rule = "measure: aspect_ratio, width: 1, height: 1.44, tolerance_percent: 0.5"
    assert only(rule, plain(width, height)).verdict == verdict
    assert "tolerance_percent=0.5" in repr(find_channel("zalando", FOLDER).rules)


@pytest.mark.parametrize(("file_format", "verdict"), [("JPEG", "pass"), ("png", "pass"), ("WEBP", "fail")])
def test_formats(file_format: str, verdict: str) -> None:
    check = only("measure: format, allowed: [JPEG, PNG]", plain(20, 20), file_format)
    assert (check.verdict, check.expected) == (verdict, "JPEG or PNG")


@pytest.mark.parametrize(("file_bytes", "verdict"), [(16_000_000, "pass"), (16_000_001, "fail")])
def test_file_sizes_to_the_byte(file_bytes: int, verdict: str) -> None:
    assert only("measure: file_size, max_megabytes: 16", plain(20, 20), file_bytes=file_bytes).verdict == verdict


@pytest.mark.parametrize(("labelled", "verdict"), [(True, "pass"), (False, "fail"), (None, "not checked")])
def test_the_ai_label_is_never_assumed(labelled: bool | None, verdict: str) -> None:
    assert only("measure: ai_label", plain(20, 20), ai_labelled=labelled).verdict == verdict


@pytest.mark.parametrize(
    ("true_percent", "verdict"), [(70, "fail"), (74, "fail"), (76, "pass"), (89, "pass"), (91, "fail")]
)
@pytest.mark.parametrize(("width", "height"), [(500, 500), (600, 900)])
def test_fill_by_the_longer_side_of_the_box(width: int, height: int, true_percent: float, verdict: str) -> None:
    pixels = rectangle(width, height, true_percent)
    check = only("measure: fill, min_percent: 75, max_percent: 90", pixels)
    assert check.verdict == verdict
    assert check.got is not None
    assert float(check.got.removesuffix(" %")) == pytest.approx(true_percent, abs=0.8)


def test_fill_of_a_wide_product_is_measured_across() -> None:
    pixels = np.ascontiguousarray(rectangle(400, 400, 80, share=0.3).transpose(1, 0, 2))
    assert only("measure: fill, min_percent: 75", pixels).verdict == "pass"
    assert only("measure: fill, min_percent: 85", pixels).verdict == "fail"


WHITE_RULE = "measure: background, colour: white"


@pytest.mark.parametrize("quality", [75, 95])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_exact_white_passes_as_png_and_as_jpeg(quality: int, subsampling: int) -> None:
    pixels = draw(disc(640), (255, 255, 255), BLUE, blur=1.0)
    assert only(WHITE_RULE, pixels).verdict == "pass"
    jpeg = decoded(encoded(pixels, "JPEG", quality=quality, subsampling=subsampling))
    assert only(WHITE_RULE, jpeg, "JPEG").verdict == "pass"
    assert only(WHITE_RULE, jpeg, "PNG").verdict == "fail", "ringing is excused in a JPEG alone"


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_one_pixel_that_is_not_white_is_found_and_placed(file_format: str) -> None:
    pixels = rectangle(400, 400, 60)
    assert only(WHITE_RULE, pixels, file_format).verdict == "pass"
    pixels[7, 9] = (255, 255, 254)
    check = only(WHITE_RULE, pixels, file_format)
    assert check.verdict == "fail"
    assert check.got == "1 pixels not white"
    assert "(9, 7, 10, 8)" in check.sentence


@pytest.mark.parametrize("ground", [(254, 254, 254), (250, 250, 250), (230, 230, 232), (250, 212, 64)])
@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_a_ground_that_is_not_white_fails(ground: tuple[int, int, int], file_format: str) -> None:
    assert only(WHITE_RULE, rectangle(400, 400, 60, ground=ground), file_format).verdict == "fail"


@pytest.mark.parametrize("file_format", ["PNG", "JPEG"])
def test_a_soft_shadow_is_not_white(file_format: str) -> None:
    pixels = draw(disc(512), (255, 255, 255), BLUE, shadow=0.5)
    assert only(WHITE_RULE, pixels, file_format).verdict == "fail"


@pytest.mark.parametrize("size", [400, 640])
def test_a_shadow_close_to_the_product_is_more_than_a_jpeg_rings(size: int) -> None:
    pixels = rectangle(size, size, 60)
    distance = ndimage.distance_transform_edt((pixels == 255).all(axis=-1))
    shadow = 19 / (1 + np.exp((distance - 14) / 3)) * ((distance > 0) & (distance < 20))
    pixels[distance > 0] = (255.5 - shadow[distance > 0]).astype(np.uint8)[:, None]
    check = only(WHITE_RULE, pixels, "JPEG")
    assert check.verdict == "fail"
    assert "compression" in check.sentence


def noise() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)


def test_without_a_product_nothing_is_claimed_about_it() -> None:
    white = np.full((300, 300, 3), 255, dtype=np.uint8)
    for pixels in (white, noise()):
        check = only("measure: fill, min_percent: 1", pixels)
        assert (check.verdict, check.got) == ("not checked", None)
        assert "confidence" in check.sentence
    assert only(WHITE_RULE, white).verdict == "not checked"


def test_a_border_that_is_not_white_fails_without_a_mask() -> None:
    assert only(WHITE_RULE, noise()).verdict == "fail"


def test_what_nobody_measures_is_said_and_never_passed() -> None:
    checks = by_name(AMAZON, rectangle(1800, 1800, 88))
    unmeasured = ("no text", "no logo", "no watermark", "no border", "no props")
    for name in unmeasured:
        assert (checks[name].verdict, checks[name].got) == ("not checked", None)
        assert "person" in checks[name].sentence
    assert all(check.verdict == "pass" for name, check in checks.items() if name not in unmeasured)
    assert list(checks) == [rule.name for rule in AMAZON.rules]


def test_advice_never_fails() -> None:
    checks = by_name(AMAZON, rectangle(600, 600, 88))
    assert checks["longest side"].verdict == "pass"
    assert checks["zoom"].verdict == "advice"
    assert "zoom" in checks["zoom"].sentence
    assert checks["advised size"].verdict == "advice"


@pytest.mark.parametrize(
    ("on", "verdict"), [(date(2027, 1, 30), "advice"), (date(2027, 1, 31), "fail"), (None, "fail")]
)
def test_a_rule_begins_on_its_day(on: date | None, verdict: str) -> None:
    check = by_name(GOOGLE, rectangle(300, 300, 80), on=on)["shortest side from 2027"]
    assert check.verdict == verdict
    assert ("Required from 2027-01-31" in check.sentence) == (verdict == "advice")


def test_checking_changes_no_pixel() -> None:
    pixels = rectangle(300, 300, 80)
    before = pixels.copy()
    check_picture(pixels, "PNG", 1000, AMAZON)
    assert np.array_equal(pixels, before)
