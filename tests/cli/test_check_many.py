"""`check` of folders and experiments, and `--fix`, as a person calls them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from packshot.channels import Transform
from packshot.metadata import SourceType, read_labels, read_released
from packshot.resolve import open_source
from tests.channels.pictures import rectangle
from tests.metadata.released import xmp
from tests.product.drawings import disc, draw

Call = Callable[..., Any]
PAPER, RED = (236, 237, 239), (190, 40, 35)


@cache
def on_paper(size: int = 600, radius: float = 0.4) -> Any:
    return draw(disc(size, radius=radius), PAPER, RED, shadow=0.3, blur=0.7)


@pytest.fixture
def folder() -> Path:
    """Made in the test's own folder: one good, one on grey paper, one broken, one text."""
    Path("in").mkdir()
    Image.fromarray(rectangle(620, 620, 88)).save("in/a-good.png")
    Image.fromarray(on_paper()).save("in/b-paper.png")
    Path("in/c-broken.png").write_bytes(b"\x89PNG not a picture")
    Path("in/notes.txt").write_text("x")
    return Path("in")


def test_a_folder_is_a_line_a_picture_and_goes_on_after_a_broken_file(call: Call, folder: Path) -> None:
    (folder / "c-broken.png").rename(folder / "a-broken.png")
    answer = call("check", "in", "--channel", "amazon-main")
    assert answer.code == 3
    assert "a-good.png" in answer.out
    assert "background, fill" in answer.out
    assert "not checked: a-broken.png" in answer.out
    assert "2 of 3 pictures checked: 1 break no rule, 1 do" in answer.out
    assert "left alone, no pictures: notes.txt" in answer.out
    assert "no watermark" not in answer.out
    assert "no watermark" in call("check", "in", "--channel", "amazon-main", "--verbose").out
    data = call("check", "in", "--channel", "amazon-main", "--json").data
    assert [(entry["picture"], entry["failed"]) for entry in data["pictures"]] == [
        ("a-good.png", 0),
        ("b-paper.png", 2),
    ]
    assert [(entry["picture"], entry["error"]["code"]) for entry in data["unread"]] == [
        ("a-broken.png", "source.format")
    ]
    assert (data["total"], data["failed_pictures"], data["interrupted"]) == (3, 1, False)
    assert data["broken_rules"] == {"background": 1, "fill": 1}


def test_several_names_are_one_call_and_a_single_one_stays_as_it_was(call: Call, folder: Path) -> None:
    good = str(folder / "a-good.png")
    both = call("check", good, str(folder / "b-paper.png"), "--channel", "amazon-main", "--json")
    assert json.loads(both.out)["schema"] == "packshot.checks/1"
    one = call("check", good, "--channel", "amazon-main", "--json")
    assert (one.code, json.loads(one.out)["schema"]) == (0, "packshot.check/1")


def test_an_experiments_pictures_are_checked_as_they_are_kept_and_repaired_as_ais(call: Call, tiny_sd: Path) -> None:
    assert call("experiment", "run", "lab", "--model", str(tiny_sd)).code == 0
    name = call("experiment", "list", "--json").data["experiments"][0]["name"]
    answer = call("check", "--experiment", name, "--channel", "google-merchant", "--json")
    assert answer.code == 3
    assert answer.data["total"] == len(answer.data["pictures"]) > 3
    first = answer.data["pictures"][0]
    assert (first["format"], first["bytes"]) == (None, None)
    assert {check["rule"]: check["verdict"] for check in first["checks"]}["AI label"] == "not checked"
    asked = ["check", "--experiment", name, "--channel", "google-merchant", "--fix", "--out", "out", "--json"]
    assert "enlarged to" not in json.dumps(call(*asked).data), "64 px are too few, and stay so"
    asked[-2] = "larger"
    pictures = [entry for entry in call(*asked, "--enlarge-max", "4").data["pictures"] if entry["repaired"]]
    assert len(pictures) > 3
    assert any(step.startswith("enlarged to 100×") for entry in pictures for step in entry["steps"])
    for entry in pictures:
        assert entry["source_type"] == SourceType.TRAINED
        assert read_labels(Path(entry["file"]).read_bytes()).ai is SourceType.TRAINED
        assert {rule["rule"]: rule["after"]["verdict"] for rule in entry["rules"]}["AI label"] == "pass"


def test_ctrl_c_keeps_what_is_done(call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import packshot.workflow.opened_picture as module

    real, opened = module.open_file, []

    def stopping(path: Path) -> Any:
        if len(opened) == 1:
            raise KeyboardInterrupt
        opened.append(path)
        return real(path)

    monkeypatch.setattr(module, "open_file", stopping)
    answer = call("check", "in", "--channel", "amazon-main", "--json")
    assert answer.code == 130
    assert [entry["picture"] for entry in answer.data["pictures"]] == ["a-good.png"]
    assert answer.data["interrupted"] is True
    assert "stopped after 1 of 3 pictures" in answer.err


def fix(call: Call, *arguments: str, channel: str = "amazon-main", code: int | None = None) -> Any:
    answer = call("check", *arguments, "--channel", channel, "--fix", "--out", "out", "--json")
    assert code is None or answer.code == code, answer.err
    return answer


def test_a_folder_is_repaired_and_the_originals_stay(call: Call, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    answer = fix(call, "in", code=3)
    good, paper = answer.data["pictures"]
    assert (good["repaired"], good["file"]) == (False, None)
    assert paper["file"] == "out/b-paper.png"
    rules = {entry["rule"]: (entry["before"]["verdict"], entry["after"]["verdict"]) for entry in paper["rules"]}
    assert rules["background"] == ("fail", "pass")
    assert rules["fill"] == ("fail", "pass")
    assert rules["no text"] == ("not checked", "not checked")
    assert "no text" in {entry["rule"] for entry in paper["left"]}
    assert "approval of the original does not hold" in answer.data["approval"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert call("check", "out/b-paper.png", "--channel", "amazon-main").code == 0
    assert answer.data["unread"][0]["picture"] == "c-broken.png"
    record = json.loads(Path("out/b-paper.png.repair.json").read_text())
    assert record["schema"] == "packshot.repair/1"
    assert record["data"]["transform"] == paper["transform"]
    assert Transform(**paper["transform"]).to_width == open_source(Path("out/b-paper.png")).size[0]


def test_again_writes_the_same_bytes_and_nothing_more(call: Call, folder: Path) -> None:
    fix(call, "in")
    first = {path.name: path.read_bytes() for path in Path("out").iterdir()}
    answer = call("check", "in/b-paper.png", "--channel", "amazon-main", "--fix", "--out", "out")
    assert "there already: out/b-paper.png" in answer.out
    assert "fail        → pass" in answer.out
    assert "working files, not released: repaired pixels are a new picture" in answer.out
    call("check", "in/b-paper.png", "--channel", "amazon-main", "--fix", "--out", "out", "--enlarge-max", "2")
    fix(call, "out", channel="amazon-main", code=0)
    assert {path.name: path.read_bytes() for path in Path("out").iterdir()} == first


def test_other_content_of_that_name_is_not_overwritten(call: Call, folder: Path) -> None:
    Path("out").mkdir()
    Path("out/b-paper.png").write_bytes(b"mine")
    answer = fix(call, "in", code=3)
    assert {entry["picture"]: entry["error"]["code"] for entry in answer.data["unread"]} == {
        "b-paper.png": "output.exists",
        "c-broken.png": "source.format",
    }
    single = fix(call, "in/b-paper.png", code=2)
    assert single.error["code"] == "output.exists"
    beside = call("check", "in/b-paper.png", "--channel", "amazon-main", "--fix", "--out", "in", "--json")
    assert (beside.code, beside.error["code"]) == (2, "output.exists")
    assert Path("out/b-paper.png").read_bytes() == b"mine"


@pytest.mark.parametrize("suffix", ["png", "jpg"])
def test_an_ai_label_goes_along(call: Call, suffix: str) -> None:
    from PIL import PngImagePlugin

    picture, packet = Image.fromarray(on_paper()), xmp("trainedAlgorithmicMedia")
    chunks = PngImagePlugin.PngInfo()
    chunks.add_itxt("XML:com.adobe.xmp", packet)
    picture.save(
        f"made.{suffix}",
        **({"pnginfo": chunks} if suffix == "png" else {"xmp": packet.encode(), "quality": 95, "subsampling": 0}),
    )
    data = fix(call, f"made.{suffix}", code=0).data
    file = Path(data["pictures"][0]["file"])
    assert file.suffix == f".{suffix}"
    assert read_labels(file.read_bytes()).ai is SourceType.TRAINED
    assert read_released(file).fields is None


def test_a_photo_that_was_whitened_says_so_and_one_of_ours_is_labelled(call: Call, tiny_sd: Path) -> None:
    Image.fromarray(on_paper()).save("photo.png")
    fix(call, "photo.png", code=0)
    assert read_released(Path("out/photo.png")).source_type == SourceType.ALGORITHMICALLY_ENHANCED
    call("generate", "a red mug", "--model", str(tiny_sd), "--steps", "3", "--out", "mug.png")
    data = fix(call, "mug.png", channel="google-merchant").data["pictures"][0]
    assert {rule["rule"]: rule["after"]["verdict"] for rule in data["rules"]}["AI label"] == "pass"
    assert read_labels(Path("out/mug.png").read_bytes()).ai is SourceType.TRAINED


def test_a_print_files_colours_depth_and_transparency_are_made_plain(call: Call) -> None:
    good = rectangle(700, 700, 88)
    Image.fromarray(good).convert("CMYK").save("cmyk.jpg", quality=95)
    deep = Image.fromarray(good.mean(axis=-1).astype(np.uint16) * 257)
    deep.save("deep.png")
    alpha = np.where((good == 255).all(axis=-1), 0, 255).astype(np.uint8)
    Image.fromarray(np.dstack((good, alpha))).save("clear.png")
    for name, words in (("cmyk.jpg", "CMYK"), ("deep.png", "16 bits"), ("clear.png", "transparency")):
        data = fix(call, name, code=0).data["pictures"][0]
        assert words in data["steps"][0]
        with Image.open(data["file"]) as picture:
            assert picture.mode == "RGB"


def test_another_colour_space_becomes_srgb_and_srgb_stays(call: Call) -> None:
    good = Image.fromarray(rectangle(700, 700, 88))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    good.save("srgb.jpg", quality=95, subsampling=0, icc_profile=lab)
    assert fix(call, "srgb.jpg", code=0).data["pictures"][0]["repaired"] is False


def test_a_format_that_is_not_taken_and_a_file_too_large(call: Call) -> None:
    Image.fromarray(rectangle(700, 700, 88)).save("good.webp", lossless=True)
    assert fix(call, "good.webp", code=0).data["pictures"][0]["file"] == "out/good.png"
    noisy = rectangle(2000, 2000, 88)
    noisy[50:1950, 50:1950] = np.random.default_rng(0).integers(0, 256, (1900, 1900, 3), dtype=np.uint8)
    Image.fromarray(noisy).save("noisy.png", compress_level=1)
    data = fix(call, "noisy.png", channel="etsy", code=0).data["pictures"][0]
    assert data["file"] == "out/noisy.jpg"
    assert "written as JPEG, 4:4:4, at quality 9" in data["steps"][-1]


def test_a_mask_lifts_the_doubt(call: Call) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (25, 25, 3), dtype=np.uint8).repeat(21, 0).repeat(21, 1)
    Image.fromarray(noise).save("noise.png")
    Image.fromarray((disc(525, radius=0.46) * 255).astype(np.uint8)).save("mask.png")
    told = fix(call, "noise.png", "--mask", "mask.png", code=0).data["pictures"][0]
    assert {rule["rule"]: rule["after"]["verdict"] for rule in told["rules"]}["background"] == "pass"


def test_masks_of_many_by_their_names(call: Call, folder: Path) -> None:
    """Where one is missing the product is looked for, and that is said."""
    Path("masks").mkdir()
    Image.fromarray((disc(600, radius=0.2) * 255).astype(np.uint8)).save("masks/b-paper.tiff")
    (folder / "c-broken.png").unlink()
    answer = call("check", "in", "--channel", "amazon-main", "--mask", "masks")
    assert "looked for in the picture: a-good.png 2 of 2" in " ".join(answer.out.split())
    found = call("check", "in", "--channel", "amazon-main", "--mask", "masks", "--json").data["pictures"]
    assert [any("no mask has its name" in note for note in entry["notes"]) for entry in found] == [True, False]
    fills = [next(check["got"] for check in entry["checks"] if check["rule"] == "fill") for entry in found]
    alone = call("check", "in/b-paper.png", "--channel", "amazon-main", "--json").data["checks"]
    assert fills[1] != next(check["got"] for check in alone if check["rule"] == "fill")


def test_two_masks_of_one_name_are_refused(call: Call, folder: Path) -> None:
    Path("masks").mkdir()
    answer = call("check", "in", "--channel", "amazon-main", "--mask", "masks", "--json")
    assert (answer.code, answer.error["code"]) == (2, "channel.pictures")
    for ending in ("png", "jpg"):
        Image.fromarray(np.zeros((9, 9), np.uint8)).save(f"masks/a-good.{ending}")
    answer = call("check", "in", "--channel", "amazon-main", "--mask", "masks", "--json")
    assert (answer.code, answer.error["code"]) == (2, "channel.pictures")
    assert "same name" in answer.error["message"]


def test_a_tiff_is_checked_and_repaired_as_another_format(call: Call) -> None:
    Image.fromarray(on_paper()).save("mug.tif")
    Image.fromarray(on_paper()).save("mug.png")
    one, other = (call("check", name, "--channel", "amazon-main", "--json").data for name in ("mug.tif", "mug.png"))
    assert (one["format"], one["picture_digest"]) == ("TIFF", other["picture_digest"])
    verdicts = {check["rule"]: check["verdict"] for check in one["checks"]}
    assert (verdicts["format"], verdicts["background"]) == ("pass", "fail")
    assert call("check", "mug.tif", "--channel", "etsy", "--json").data["failed"] > 0
    assert fix(call, "mug.tif", code=0).data["pictures"][0]["file"] == "out/mug.png"
    assert call("lock", "mug.tif", "--background", "white", "--json").error["code"] == "source.format"


def test_names_that_would_be_the_same_are_told_apart(call: Call) -> None:
    picture = Image.fromarray(on_paper())
    picture.save("a.png")
    picture.save("a.jpg", quality=95, subsampling=0)
    files = [entry["file"] for entry in fix(call, "a.png", "a.jpg", code=0).data["pictures"]]
    assert files == ["out/a-png.png", "out/a-jpg.jpg"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([], "channel.pictures"),
        (["in", "--experiment", "lab"], "channel.pictures"),
        (["in", "--fix"], "channel.pictures"),
        (["in", "--out", "out"], "channel.pictures"),
        (["in", "--mask", "in/a-good.png"], "channel.pictures"),
        (["in", "nothing.png"], "source.missing"),
        (["empty"], "source.missing"),
        (["--experiment", "lab"], "record.not_found"),
        (["in/a-good.png", "--mask", "in/b-paper.png"], "source.mask"),
        (["in/b-paper.png", "--fix", "--out", "out", "--enlarge-max", "0.5"], "spec.invalid"),
        (["in/b-paper.png", "--fix", "--out", "file/out"], "output.unwritable"),
        (["in/c-broken.png", "--fix", "--out", "out"], "source.format"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else None,
)
def test_wrong_use_gets_one_message_and_exit_2(call: Call, folder: Path, arguments: list[str], code: str) -> None:
    Path("empty").mkdir()
    Path("file").write_text("x")
    answer = call("check", *arguments, "--channel", "amazon-main", "--json")
    assert (answer.code, answer.error["code"]) == (2, code)
    assert answer.out == ""
    assert not Path("out").exists()
