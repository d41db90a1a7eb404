"""The channel files that are shipped, and what happens to files with mistakes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from packshot.channels import Channel, find_channel, list_channels, read_channel
from packshot.errors import ChannelError
from packshot.wiring import data_folder

FOLDER = data_folder() / "channels"
GOOD = """schema: packshot.channel/1
name: shop
title: A shop
source: https://example.org
read: 2026-11-23
rules:
  - {name: longest side, measure: side, which: longest, min_px: 500}
"""


def test_the_shipped_channels_say_where_and_when_they_were_read() -> None:
    found = {channel.name: channel for channel in list_channels(FOLDER)}
    assert sorted(found) == ["amazon-main", "ebay", "etsy", "google-merchant", "shopify", "zalando"]
    assert all(channel.read <= date.today() and channel.source for channel in found.values())
    assert {name for name, channel in found.items() if channel.weakness is None} == {"zalando"}


def facts(channel: Channel) -> set[tuple[object, ...]]:
    """Every number and name of a channel's measured rules, by what they measure."""
    plain = {"name", "note", "measure"}
    return {
        (rule.measure, *(value for key, value in rule.model_dump(mode="json").items() if key not in plain and value))
        if rule.measure != "format"
        else (rule.measure, rule.level, *rule.allowed)
        for rule in channel.rules
        if rule.measure != "unmeasured"
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "amazon-main",
            {
                ("background", "must", "white"),
                ("fill", "must", 85.0),
                ("side", "must", "longest", 500, 10000),
                ("side", "advised", "longest", 1000),
                ("side", "advised", "longest", 1600, 2000),
                ("format", "must", "JPEG", "PNG", "TIFF"),
            },
        ),
        (
            "google-merchant",
            {
                ("side", "must", "shortest", 100),
                ("side", "advised", "shortest", 250),
                ("side", "must", "2027-01-31", "shortest", 500),
                ("side", "advised", "shortest", 1500),
                ("megapixels", "must", 64.0),
                ("file_size", "must", 16.0),
                ("fill", "must", 75.0, 90.0),
                ("ai_label", "must"),
            },
        ),
        (
            "ebay",
            {("side", "must", "longest", 500), ("side", "advised", "longest", 1000), ("file_size", "must", 12.0)},
        ),
        (
            "shopify",
            {("side", "must", "longest", 4472), ("megapixels", "must", 20.0), ("side", "advised", "shortest", 2048)},
        ),
        (
            "zalando",
            {
                ("aspect_ratio", "must", 1.0, 1.44, 0.5),
                ("side", "must", "width", 762),
                ("side", "must", "height", 1100),
                ("side", "advised", "width", 1801),
                ("side", "advised", "height", 2600),
                ("format", "must", "JPEG"),
                ("file_size", "must", 20.0),
                ("background", "must", "white"),
            },
        ),
        ("etsy", {("side", "must", "shortest", 2000), ("file_size", "must", 10.0)}),
    ],
)
def test_the_numbers_are_those_of_the_sources(name: str, expected: set[tuple[object, ...]]) -> None:
    assert facts(find_channel(name, FOLDER)) == expected


@pytest.mark.parametrize(
    ("name", "unmeasured"),
    [
        ("amazon-main", {"no text", "no logo", "no watermark", "no border", "no props"}),
        ("google-merchant", {"no watermark", "no border", "no overlay"}),
        ("ebay", {"no text", "no border", "no watermark", "JPEG quality"}),
    ],
)
def test_what_nobody_measures_is_a_rule_all_the_same(name: str, unmeasured: set[str]) -> None:
    channel = find_channel(name, FOLDER)
    assert {rule.name for rule in channel.rules if rule.measure == "unmeasured"} == unmeasured


@pytest.mark.parametrize(
    ("asked", "hint"), [("amazon", "amazon-main"), ("zalndo", "zalando"), ("qqq", "channels list")]
)
def test_an_unknown_channel_names_the_nearest(asked: str, hint: str) -> None:
    with pytest.raises(ChannelError) as caught:
        find_channel(asked, FOLDER)
    assert (caught.value.code, caught.value.exit_code) == ("channel.unknown", 2)
    assert hint in str(caught.value.hint)
    assert "zalando" in str(caught.value.expected)


def test_no_path_leaves_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "shop.yaml").write_text(GOOD)
    for name in ("../shop", str(tmp_path / "shop"), "", "*"):
        with pytest.raises(ChannelError) as caught:
            find_channel(name, tmp_path / "in")
        assert caught.value.code == "channel.unknown"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("min_px: 500", "min_px: many", "line 7"),
        ("min_px: 500", "min_px: 500, max_px: 400", "more than the most"),
        (", min_px: 500", "", "neither a least nor a most"),
        ("measure: side", "measure: taste", "line 7"),
        ("min_px: 500", "min_px: 500, colour: white", "line 7"),
        ("read: 2026-11-23", "read: yesterday", "line 5"),
        ("source: https://example.org\n", "", "source"),
        ("packshot.channel/1", "packshot.channel/9", "line 1"),
        ("rules:\n", "rules: []\nothers:\n", "line 6"),
        ("title: A shop", "title: [", "not YAML"),
        ("title: A shop", "title: A shop\ntitle: B", "stands twice"),
    ],
)
def test_a_mistake_in_a_file_is_pointed_at(old: str, new: str, words: str) -> None:
    assert read_channel(GOOD, "shop.yaml").rules
    with pytest.raises(ChannelError) as caught:
        read_channel(GOOD.replace(old, new), "shop.yaml")
    assert caught.value.code == "channel.invalid"
    assert words in str(caught.value)
    assert "shop.yaml" in str(caught.value)


def test_two_rules_of_one_name_and_an_empty_file_are_mistakes() -> None:
    for text in (GOOD + GOOD.splitlines()[-1] + "\n", "", "- 1"):
        with pytest.raises(ChannelError) as caught:
            read_channel(text, "shop.yaml")
        assert caught.value.code == "channel.invalid"


def test_a_file_is_named_like_its_channel(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(GOOD)
    with pytest.raises(ChannelError) as caught:
        find_channel("other", tmp_path)
    assert (caught.value.expected, caught.value.got) == ("other", "shop")
