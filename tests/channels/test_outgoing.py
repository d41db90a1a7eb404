"""What the shipped channels ask of a file, before there is one."""

from __future__ import annotations

from datetime import date

import pytest

from packshot import wiring
from packshot.channels import allowed_formats, find_channel, most_bytes, read_channel

DAY = date(2026, 12, 1)
TEXT = """
schema: packshot.channel/1
name: made-up
title: Made up
source: nowhere
read: 2026-11-23
rules:
  - {name: format, measure: format, allowed: [JPEG, PNG, WEBP]}
  - {name: later format, measure: format, allowed: [PNG, JPEG], since: 2027-01-01}
  - {name: advised format, measure: format, allowed: [WEBP], level: advised}
  - {name: size, measure: file_size, max_megabytes: 2.5}
  - {name: later size, measure: file_size, max_megabytes: 1, since: 2027-01-01}
  - {name: advised size, measure: file_size, max_megabytes: 0.5, level: advised}
"""


@pytest.mark.parametrize(
    ("name", "formats", "most"),
    [
        ("amazon-main", ("JPEG", "PNG", "TIFF"), None),
        ("zalando", ("JPEG",), 20_000_000),
        ("ebay", None, 12_000_000),
        ("shopify", None, None),
    ],
)
def test_of_the_shipped_channels(name: str, formats: tuple[str, ...] | None, most: int | None) -> None:
    channel = find_channel(name, wiring.data_folder() / "channels")
    assert (allowed_formats(channel, DAY), most_bytes(channel, DAY)) == (formats, most)


def test_advice_and_what_is_not_yet_demanded_do_not_count() -> None:
    channel = read_channel(TEXT, "made-up.yaml")
    assert (allowed_formats(channel, DAY), most_bytes(channel, DAY)) == (("JPEG", "PNG", "WEBP"), 2_500_000)
    later = date(2027, 1, 1)
    assert (allowed_formats(channel, later), most_bytes(channel, later)) == (("JPEG", "PNG"), 1_000_000)
