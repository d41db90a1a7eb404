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
        (["review", "RUN", "--approve", "--by", "Ada", "--channel", "ebay"], "review.blocked"),
        (["review", "RUN", "--approve", "--by", "Ada", "--override", "--channel", "ebay"], "record.review"),
        (["review", "RUN", "--approve", "--by", "Ada", "--override", "--reason", "so"], "record.review"),
        (["review", "RUN", "--reject", "--by", "Ada", "--override", "--reason", "so"], "record.review"),
        (["review", "--approve", "--by", "Ada"], "record.review"),
        (["review", "--approve", "--by", "Ada", "--experiment", "lab"], "record.review"),
        (["review", "RUN", "--submit", "--by", "Ada", "--experiment", "lab"], "record.review"),
        (["review", "--submit", "--by", "Ada", "--experiment", "lab"], "record.not_found"),
        (["reviews", "--state", "draft"], "record.review"),
        (["reviews", "--channel", "ebey"], "channel.unknown"),
        (["reviews", "--experiment", "lab"], "record.not_found"),
        (["audit", "--head", "abc"], "record.review"),
        (["audit", "--export", "text.png"], "output.exists"),
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


def test_an_override_is_marked_and_shown(call: Call, made: dict[str, Any]) -> None:
    arguments = ["review", made["id"], "--approve", "--by", "Ada", "--channel", "ebay"]
    blocked = call(*arguments)
    assert blocked.code == 2
    assert "The longest side is 64 px." in blocked.err
    answer = call(*arguments, "--override", "--reason", "meant so", "--json")
    assert answer.code == 0, answer.err
    assert answer.data["overrides"] == [check["rule"] for check in answer.data["checks"] if check["verdict"] == "fail"]
    shown = call("reviews", made["id"]).out
    assert f"meant so (overridden: {', '.join(answer.data['overrides'])})" in shown
    assert call("review", made["id"], "--approve", "--by", "Eve").out.count("overridden") == 0


@pytest.fixture
def several(call: Call, tiny_sd: Path) -> list[str]:
    """Three pictures by their runs' ids."""
    asked = ["--model", str(tiny_sd), "--steps", "3", "--json"]
    answers = [call("generate", "a red mug", "--seed", str(seed), "--out", f"{seed}.png", *asked) for seed in range(3)]
    return [answer.data["id"] for answer in answers]


def test_several_pictures_are_decided_each_on_its_own(call: Call, several: list[str]) -> None:
    call("review", several[1], "--submit", "--by", "Ada", "--channel", "shopify")
    answer = call("review", *several, "--submit", "--by", "Ada", "--channel", "shopify", "--json")
    assert answer.code == 2
    assert [entry["run_id"] for entry in answer.data["reviews"]] == [several[0], several[2]]
    assert [(item["reference"], item["error"]["code"]) for item in answer.data["refused"]] == [
        (several[1], "record.review")
    ]
    plain = call("review", several[0], "2.png", "--approve", "--by", "Ada", "--channel", "shopify")
    assert plain.code == 0, plain.err
    assert "2 done, 0 refused" in plain.out


def test_the_queue_lists_what_waits_page_by_page(call: Call, several: list[str]) -> None:
    assert "nothing was handed to review yet" in call("reviews").out
    call("review", *several, "--submit", "--by", "Ada", "--channel", "shopify")
    call("review", several[2], "--approve", "--by", "Bob", "--channel", "shopify")
    first = call("reviews", "--channel", "shopify", "--limit", "1", "--json").data
    assert first["counts"] == {"in_review": 2, "approved": 1}
    assert [(item["run_id"], item["channel"], item["by"]) for item in first["pictures"]] == [
        (several[0], "shopify", "Ada")
    ]
    more = call("reviews", "--limit", "1", "--after", str(first["after"]), "--json").data
    assert ([item["run_id"] for item in more["pictures"]], more["after"]) == ([several[1]], None)
    assert [item["run_id"] for item in call("reviews", "--state", "approved", "--json").data["pictures"]] == [
        several[2]
    ]
    plain = call("reviews", "--limit", "1").out
    assert several[0] in plain
    assert f"more: --after {first['after']}" in plain


def test_an_experiment_is_handed_in_by_its_name(call: Call, tiny_sd: Path) -> None:
    assert call("experiment", "run", "lab", "--model", str(tiny_sd)).code == 0
    name = call("experiment", "list", "--json").data["experiments"][0]["name"]
    answer = call("review", "--experiment", name, "--submit", "--by", "Ada", "--channel", "shopify", "--json")
    assert answer.code == 0, answer.err
    waiting = call("reviews", "--experiment", name, "--json").data
    assert waiting["counts"] == {"in_review": len(answer.data["reviews"])}
    assert answer.data["refused"] == []


def test_the_audit_is_clean_until_somebody_changes_a_row(call: Call, made: dict[str, Any]) -> None:
    import sqlite3

    call("review", made["id"], "--approve", "--by", "Ada", "--channel", "shopify")
    clean = call("audit", "--json")
    assert clean.code == 0
    assert (clean.data["entries"], clean.data["pictures"], clean.data["clean"]) == (2, 1, True)
    assert f"head {clean.data['head']}" in call("audit", "--quick", "--head", clean.data["head"]).out
    assert call("audit", "--head", "a" * 64).code == 3
    with sqlite3.connect(".packshot/packshot.db") as database:
        database.execute("DROP TRIGGER trail_no_update")
        database.execute("UPDATE trail SET entry = replace(entry, 'Ada', 'Eve') WHERE number = 2")
    answer = call("audit")
    assert answer.code == 3
    assert "entry 2 (review of run" in answer.out
    assert "NOT clean" in answer.out
    assert [finding["code"] for finding in call("audit", "--json").data["findings"]] == ["trail.changed"]
