"""What checks and repairs say is said in French too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from packshot.channels import Channel, CheckedPicture, check_master, judge_picture, list_channels, repair_pixels
from packshot.channels.limits import limits_of
from packshot.channels.repair_file import fit_file
from packshot.report import open_language
from packshot.result import Pixels
from packshot.wiring import data_folder
from packshot.workflow.repair_trial import reason_in
from tests.channels.pictures import rectangle
from tests.channels.test_repair import photo
from tests.product.drawings import disc, draw

CHANNELS = list_channels(data_folder() / "channels")
DAY = date(2026, 12, 1)
REPAIRED = {"amazon-main", "google-merchant", "zalando"}
"""The others have rules of size alone."""


def pictures() -> Iterator[tuple[str, Pixels]]:
    noise = np.random.default_rng(0).integers(0, 256, (25, 25, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    yield "good", rectangle(700, 700, 88)
    yield "small", rectangle(90, 60, 40)
    yield "on paper", photo()[0]
    yield "noise", noise
    yield "cut", np.ascontiguousarray(rectangle(600, 600, 60)[200:])
    yield "window", draw(disc(420, radius=0.35) & ~disc(420, radius=0.15), (238, 239, 241), (190, 40, 35), blur=0.8)
    speck = rectangle(600, 600, 60)
    speck[3, 3] = 254
    yield "speck", speck


@pytest.mark.parametrize(("name", "pixels"), list(pictures()), ids=[name for name, _ in pictures()])
def test_every_sentence_has_its_french(name: str, pixels: Pixels) -> None:
    picture = CheckedPicture(pixels, "WEBP", 17_000_000, False)
    french = open_language("fr")
    said = {text for channel in CHANNELS for text in texts(picture, channel)}
    wrong = [text for text in said if not french.knows(text) or re.search(r"\b(the|is|of|was|not)\b", french.say(text))]
    assert wrong == []


def texts(picture: CheckedPicture, channel: Channel) -> Iterator[str]:
    checks = judge_picture(picture, channel, DAY)
    for check in (*checks, *check_master(picture.pixels[:40, :40], channel)):
        yield from (check.rule, check.sentence, check.expected, reason_in(check.sentence))
    yield f"a repair was tried and did not hold: {reason_in(checks[0].sentence)}"
    for enlarge_max in (1.0, 1.1, 3.0) if channel.name in REPAIRED else ():
        done = repair_pixels(picture, checks, channel, on=DAY, enlarge_max=enlarge_max)
        yield from (*done.steps, *done.said, *(left.reason for left in done.left))
    limits = limits_of(channel, DAY)
    for kind in ("JPEG", "PNG"):
        for most in (90, 0):
            file = fit_file(kind, limits, lambda form, most=most: b"x" * (30_000_000 if form.quality > most else 9))
            yield from (file.step, file.too_large or "")
