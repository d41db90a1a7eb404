"""`check`, `channels list`, `review` and `reviews` as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from tests.channels.pictures import rectangle

Call = Callable[..., Any]
LABEL = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
XMP = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r Iptc4xmpExt:DigitalSourceType="{LABEL}"/></x:xmpmeta>'


@pytest.fixture
def made(call: Call, tiny_sd: Path) -> dict[str, Any]:
    """A picture, made by `generate`."""
    answer = call("generate", "a red mug", "--model", str(tiny_sd), "--steps", "3", "--out", "mug.png", "--json")
    assert answer.code == 0, answer.err
    return dict(answer.data)


def verdicts(answer: Any) -> dict[str, str]:
    return {check["rule"]: check["verdict"] for check in answer.data["checks"]}


def test_a_good_picture_passes_and_says_what_nobody_looked_at(call: Call) -> None:
    Image.fromarray(rectangle(1700, 1700, 88)).save("good.png")
    answer = call("check", "good.png", "--channel", "amazon-main")
    assert answer.code == 0, answer.err
    assert "0 broken, 5 not checked, 11 rules" in answer.out
    assert "no watermark" in answer.out
    assert "third-party" in answer.out
    data = call("check", "good.png", "--channel", "amazon-main", "--json").data
    assert (data["width"], data["format"], data["bytes"]) == (1700, "PNG", Path("good.png").stat().st_size)
    assert (data["failed"], data["not_checked"]) == (0, 5)


def test_a_bad_picture_ends_with_3_and_names_each_rule(call: Call) -> None:
    Image.fromarray(rectangle(450, 300, 50, ground=(240, 240, 240))).save("bad.webp", lossless=True)
    answer = call("check", "bad.webp", "--channel", "amazon-main", "--json")
    assert answer.code == 3
    broken = {rule for rule, verdict in verdicts(answer).items() if verdict == "fail"}
    assert broken == {"background", "fill", "longest side", "format"}
    plain = call("check", "bad.webp", "--channel", "amazon-main")
    assert plain.code == 3
    assert "4 broken" in plain.out


def test_the_format_is_that_of_the_content(call: Call) -> None:
    Image.fromarray(rectangle(1700, 1700, 88)).save("liar.png", "WEBP", lossless=True)
    answer = call("check", "liar.png", "--channel", "amazon-main", "--json")
    assert answer.data["format"] == "WEBP"
    assert verdicts(answer)["format"] == "fail"


def test_a_phones_jpeg_with_a_second_picture_is_a_jpeg(call: Call) -> None:
    picture = Image.fromarray(rectangle(1700, 1700, 88))
    picture.save("phone.jpg", "MPO", save_all=True, append_images=[picture])
    answer = call("check", "phone.jpg", "--channel", "amazon-main", "--json")
    assert answer.data["format"] == "JPEG"
    assert verdicts(answer)["format"] == "pass"


def test_transparency_is_flattened_and_said(call: Call) -> None:
    pixels = rectangle(600, 600, 88)
    alpha = np.where((pixels == 255).all(axis=-1), 0, 255).astype(np.uint8)
    Image.fromarray(np.dstack((pixels, alpha))).save("cut-out.png")
    assert "transparency flattened on white" in call("check", "cut-out.png", "--channel", "amazon-main").out


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp"])
def test_the_ai_label_is_read_from_the_file(call: Call, suffix: str) -> None:
    picture = Image.fromarray(rectangle(600, 600, 80))
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("XML:com.adobe.xmp", XMP)
    options: dict[str, Any] = {"pnginfo": chunks} if suffix == "png" else {"xmp": XMP.encode()}
    picture.save(f"labelled.{suffix}", **options)
    picture.save(f"silent.{suffix}")
    for name, verdict in (("labelled", "pass"), ("silent", "not checked")):
        answer = call("check", f"{name}.{suffix}", "--channel", "google-merchant", "--json")
        assert verdicts(answer)["AI label"] == verdict


def test_our_own_picture_without_a_label_is_known_to_lack_it(call: Call, made: dict[str, Any]) -> None:
    answer = call("check", "mug.png", "--channel", "google-merchant", "--json")
    assert answer.code == 3
    assert verdicts(answer)["AI label"] == "fail"
    assert answer.data["picture_digest"] == made["result"]["picture_digest"]


def test_the_channels_are_listed_with_source_and_date(call: Call) -> None:
    listed = call("channels", "list", "--json").data
    assert [entry["name"] for entry in listed] == [
        "amazon-main",
        "ebay",
        "etsy",
        "google-merchant",
        "shopify",
        "zalando",
    ]
    assert all(entry["source"] and entry["read"] and entry["rules"] for entry in listed)
    plain = call("channels", "list").out
    assert "zalando" in plain
    assert "weak" in plain


def test_a_picture_is_approved_and_the_trail_is_kept(call: Call, made: dict[str, Any]) -> None:
    first = call("review", "mug.png", "--approve", "--by", "Ada", "--channel", "shopify", "--json")
    assert first.code == 0, first.err
    assert first.data["state"] == "approved"
    assert first.data["picture_digest"] == made["result"]["picture_digest"]
    second = call("review", made["id"], "--reject", "--by", "Bob", "--reason", "a third handle")
    assert second.code == 0, second.err
    assert "rejected" in second.out
    trail = call("reviews", made["id"][:12], "--json").data
    assert [(entry["by"], entry["decision"], entry["channel"]) for entry in trail["reviews"]] == [
        ("Ada", "submit", "shopify"),
        ("Ada", "approve", "shopify"),
        ("Bob", "submit", None),
        ("Bob", "reject", None),
    ]
    assert trail["states"] == [
        {"channel": None, "state": "rejected"},
        {"channel": "shopify", "state": "rejected"},
    ]
    shown = call("reviews", made["id"]).out
    assert "a third handle" in shown
    assert "shopify: rejected" in shown
    assert call("verify").code == 0


def test_a_draft_is_handed_in_once(call: Call, made: dict[str, Any]) -> None:
    assert call("reviews", made["id"], "--json").data["states"] == [{"channel": None, "state": "draft"}]
    assert call("review", made["id"], "--submit", "--by", "Ada", "--json").data["state"] == "in_review"
    again = call("review", made["id"], "--submit", "--by", "Ada", "--json")
    assert (again.code, again.error["code"]) == (2, "record.review")
    assert call("review", made["id"], "--approve", "--by", "Bob", "--json").data["state"] == "approved"
    assert len(call("reviews", made["id"], "--json").data["reviews"]) == 2


def edited(path: str) -> None:
    with Image.open(path) as picture:
        picture.load()
        pixels, chunks = np.array(picture), PngImagePlugin.PngInfo()
        for key, text in picture.text.items():
            chunks.add_itxt(key, text)
    pixels[0, 0] ^= 1
    Image.fromarray(pixels).save(path, pnginfo=chunks)


def test_an_edited_file_is_not_what_its_run_made(call: Call, made: dict[str, Any]) -> None:
    edited("mug.png")
    answer = call("review", "mug.png", "--approve", "--by", "Ada", "--json")
    assert (answer.code, answer.error["code"]) == (2, "record.review")
    assert answer.error["expected"] == made["result"]["picture_digest"] != answer.error["got"]
    assert call("reviews", made["id"], "--json").data["reviews"] == []


def test_a_picture_that_was_changed_in_the_workspace_is_not_approved(call: Call, made: dict[str, Any]) -> None:
    Image.new("RGB", (64, 64), "red").save(next(Path(".packshot/pictures").rglob("*.png")))
    answer = call("review", made["id"], "--approve", "--by", "Ada", "--json")
    assert (answer.code, answer.error["code"]) == (2, "record.review")
    assert call("reviews", made["id"], "--json").data["reviews"] == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "photo.png", "--channel", "amazn"], "channel.unknown"),
        (["check", "photo.png", "--channel", "../plans/lab"], "channel.unknown"),
        (["check", "nothing.png", "--channel", "ebay"], "source.missing"),
        (["check", "text.png", "--channel", "ebay"], "source.format"),
        (["check", "photo.png"], "spec.invalid"),
        (["review", "RUN", "--by", "Ada"], "record.review"),
        (["review", "RUN", "--approve", "--reject", "--by", "Ada"], "record.review"),
        (["review", "RUN", "--reject", "--by", "Ada"], "record.review"),
        (["review", "RUN", "--reject", "--by", "Ada", "--reason", "  "], "record.review"),
        (["review", "RUN", "--approve", "--by", " "], "record.review"),
        (["review", "RUN", "--approve", "--by", "Ada", "--reason", "x" * 2001], "record.review"),
        (["review", "RUN", "--approve", "--by", "Ada", "--channel", "ebey"], "channel.unknown"),
        (["review", "RUN", "--approve"], "spec.invalid"),
        (["review", "zzzz", "--approve", "--by", "Ada"], "record.not_found"),
        (["review", "photo.png", "--approve", "--by", "Ada"], "record.no_spec"),
        (["reviews", "zzzz"], "record.not_found"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else None,
)
def test_wrong_use_gets_one_message_and_exit_2(
    call: Call, made: dict[str, Any], arguments: list[str], code: str
) -> None:
    Image.new("RGB", (64, 64), "red").save("photo.png")
    Path("text.png").write_text("not a picture")
    arguments = [made["id"] if argument == "RUN" else argument for argument in arguments]
    answer = call(*arguments, "--json")
    assert (answer.code, answer.error["code"]) == (2, code)
    assert answer.out == ""
    plain = call(*arguments)
    assert plain.code == 2
    assert "Traceback" not in plain.err
    assert call("reviews", made["id"], "--json").data["reviews"] == [], "nothing is half-written"


def test_a_failed_run_has_nothing_to_approve(call: Call, made: dict[str, Any]) -> None:
    import sqlite3

    with sqlite3.connect(".packshot/packshot.db") as database:
        database.execute("UPDATE run SET state = 'failed', result = NULL, picture_digest = NULL")
    answer = call("review", made["id"], "--approve", "--by", "Ada", "--json")
    assert (answer.code, answer.error["code"]) == (2, "record.unfinished")
    assert json.loads(call("reviews", made["id"], "--json").out)["data"]["states"][0]["state"] == "draft"
