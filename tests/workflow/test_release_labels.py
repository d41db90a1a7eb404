"""A label is never lost between the photo and the shop, and a signed file names its photo."""

from __future__ import annotations

import importlib.util
import io
import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from packshot.errors import OutputError
from packshot.metadata import (
    Claim,
    DevChain,
    FileForm,
    ReleasedFields,
    SourceLabels,
    SourceType,
    make_dev_chain,
    prompt_hash,
    read_c2pa,
    read_released,
)
from packshot.metadata.released import encode_released
from packshot.metadata.signing import sign
from packshot.resolve import open_source
from packshot.result import EditKind, Run
from packshot.spec import Fit, Mode, SourcePin, Spec
from packshot.workflow import Workbench, export_picture, make_picture, review_picture
from packshot.workflow.edit import labels_behind
from tests.metadata.released import photo, xmp
from tests.store.examples import resolved_spec, result_of
from tests.workflow.releases import approved, numbered, refused, release
from tests.workflow.test_review import APPROVE

needs_c2pa = pytest.mark.skipif(
    importlib.util.find_spec("c2pa") is None, reason="c2pa-python is not installed (pip install packshot[c2pa])"
)
needs_exiftool = pytest.mark.skipif(
    shutil.which("exiftool") is None, reason="exiftool is not installed (Debian: libimage-exiftool-perl)"
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "shop"


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> DevChain:
    return make_dev_chain(tmp_path_factory.mktemp("certificates"), datetime.now(UTC))


def from_photo(bench: Workbench, tmp_path: Path, content: bytes, name: str = "photo.jpg") -> Run:
    """A picture made from a photo, in the way that people make them."""
    path = tmp_path / name
    path.write_bytes(content)
    made = make_picture(
        bench,
        Spec(prompt="a mug", mode=Mode.IMAGE_TO_IMAGE, source=str(path), fit=Fit.STRETCH, steps=3, strength=0.9),
        out=tmp_path / "made.png",
    )
    assert made.run.result is not None, made.run.failure
    return made.run


def from_source(bench: Workbench, digest: str, seed: int) -> Run:
    """A good picture that claims to be made from a source of that digest."""
    plain = resolved_spec(seed)
    source = SourcePin(digest=digest, width=40, height=40)
    intent = plain.intent.model_copy(update={"source": source, "mode": Mode.IMAGE_TO_IMAGE, "fit": Fit.PAD})
    begun = bench.store.begin(plain.model_copy(update={"intent": intent})).run
    run = bench.store.finish(begun.id, numbered(seed), result_of(numbered(seed)))
    review_picture(bench, run.id, APPROVE, "Ada", channel="ebay")
    return run


def large(content: bytes) -> bytes:
    """The same photo, enlarged for the model, with its metadata."""
    with Image.open(io.BytesIO(content)) as picture:
        file = io.BytesIO()
        picture.resize((512, 512)).save(file, "JPEG", exif=picture.getexif(), xmp=picture.info.get("xmp", b""))
    return file.getvalue()


@pytest.mark.parametrize(
    ("packet", "labels"),
    [
        ("", SourceLabels()),
        (xmp("digitalCapture"), SourceLabels()),
        (xmp("compositeSynthetic"), SourceLabels(SourceType.COMPOSITE_SYNTHETIC)),
        (xmp("trainedAlgorithmicMedia"), SourceLabels(SourceType.TRAINED)),
    ],
)
def test_a_photos_label_is_read_when_it_comes_in(
    bench: Workbench, tmp_path: Path, packet: str, labels: SourceLabels
) -> None:
    run = from_photo(bench, tmp_path, large(photo("JPEG", packet, gps=True)))
    assert labels_behind(bench, run) == labels


def test_the_same_pixels_with_a_label_come_in_later(bench: Workbench, tmp_path: Path) -> None:
    plain = Image.fromarray(np.full((512, 512, 3), 90, np.uint8))
    files = []
    for packet in (b"", xmp("trainedAlgorithmicMedia").encode()):
        file = io.BytesIO()
        plain.save(file, "WEBP", lossless=True, xmp=packet)
        files.append(file.getvalue())
    first = from_photo(bench, tmp_path, files[0], "first.webp")
    assert labels_behind(bench, first) == SourceLabels()
    again = from_photo(bench, tmp_path, files[1], "second.webp")
    assert again.id == first.id, "nothing is computed anew"
    assert labels_behind(bench, first) == SourceLabels(SourceType.TRAINED)


def test_a_picture_of_ours_as_a_source_is_ais(bench: Workbench, tmp_path: Path) -> None:
    """By its digest in the workspace that made it, by its record elsewhere; and through several steps."""
    first = approved(bench, 1)
    assert first.result is not None
    second = from_source(bench, first.result.picture_digest, 2)
    assert labels_behind(bench, second).ai is SourceType.TRAINED
    assert second.result is not None
    assert labels_behind(bench, from_source(bench, second.result.picture_digest, 3)).ai is SourceType.TRAINED
    assert labels_behind(bench, from_source(bench, "0" * 64, 4)) == SourceLabels()
    file = export_picture(bench, first, tmp_path / "first.png")
    assert open_source(file).labels == SourceLabels(SourceType.TRAINED)


def test_the_photos_label_goes_on_into_the_file(bench: Workbench, out: Path) -> None:
    digest = bench.store.keep_source(numbered(9), SourceLabels(SourceType.COMPOSITE_SYNTHETIC, c2pa=True))
    run = from_source(bench, digest, 2)
    (row,) = release(bench, out, run).released
    found = read_released(out / row.file)
    assert found.fields is not None
    assert found.fields.source == SourceLabels(SourceType.COMPOSITE_SYNTHETIC, c2pa=True)
    assert found.source_type == SourceType.TRAINED


@needs_c2pa
@pytest.mark.parametrize("by", ["the request", "the settings"])
def test_a_file_is_signed_where_there_is_a_certificate(bench: Workbench, out: Path, chain: DevChain, by: str) -> None:
    words, photo_ = approved(bench, 1), from_source(bench, bench.store.keep_source(numbered(9), SourceLabels()), 2)
    given = {"certificate": chain.team.certificates, "key": chain.team.key}
    if by == "the settings":
        settings = replace(bench.settings, certificate=given["certificate"], certificate_key=given["key"])
        done = release(replace(bench, settings=settings), out, words, photo_)
        assert str(chain.team.key) not in repr(settings)
    else:
        done = release(bench, out, words, photo_, **given)
    assert [row.signed for row in done.released] == [True, True]
    anchors = chain.ca.read_text()
    made, edited = (read_c2pa((out / row.file).read_bytes(), anchors) for row in done.released)
    assert (made.state, [action.name for action in made.actions], made.parent) == ("Trusted", ["c2pa.created"], None)
    assert (edited.state, edited.parent) == ("Trusted", "source photo")
    assert [action.name for action in edited.actions] == ["c2pa.opened", "c2pa.edited"]
    assert edited.actions[1].source_type == SourceType.TRAINED
    again = release(bench, out, words, **given)
    assert (again.released, len(again.already)) == ((), 1)
    secret = chain.team.key.read_text().splitlines()[1]
    logs = bench.settings.logs
    texts = [path.read_bytes() for path in (*out.iterdir(), *(logs.iterdir() if logs.is_dir() else ()))]
    texts.append((bench.settings.workspace / "packshot.db").read_bytes())
    assert not any(secret.encode() in text for text in texts)


@needs_c2pa
def test_a_photos_own_manifest_is_carried_on(bench: Workbench, out: Path, tmp_path: Path, chain: DevChain) -> None:
    source = Image.fromarray(np.random.default_rng(1).integers(0, 255, (512, 512, 3), np.uint8))
    fields = ReleasedFields(EditKind.GENERATED, "x", "ebay", "ab" * 32, "another", prompt_hash=prompt_hash("x"))
    claim = Claim("theirs", "Another program", "1", EditKind.GENERATED, SourceType.TRAINED)
    signed = sign(encode_released(np.asarray(source), fields, FileForm("JPEG")), claim, chain.team)
    run = from_photo(bench, tmp_path, signed)
    review_picture(bench, run.id, APPROVE, "Ada", channel="shopify")
    given = {"certificate": chain.team.certificates, "key": chain.team.key, "channel": "shopify"}
    (row,) = release(bench, out, run, **given).released
    found = read_c2pa((out / row.file).read_bytes(), chain.ca.read_text())
    assert (found.state, found.parent_signed) == ("Trusted", True)
    told = read_released(out / row.file).fields
    assert told is not None
    assert told.source == SourceLabels(SourceType.TRAINED, c2pa=True)
    for path in (bench.settings.workspace / "originals").rglob("*"):
        if path.is_file():
            path.write_bytes(b"forged")
    assert "source photo" in refused(bench, tmp_path / "other", run, **given).message


@needs_c2pa
def test_a_photo_that_is_gone_keeps_a_signed_file_back(bench: Workbench, out: Path, chain: DevChain) -> None:
    run = from_source(bench, "0" * 64, 2)
    given = {"certificate": chain.team.certificates, "key": chain.team.key}
    assert "source photo" in refused(bench, out, run, **given).message
    assert release(bench, out, run).complete, "unsigned it says what it says anyway"


def test_a_key_that_cannot_be_used_ends_the_call(bench: Workbench, out: Path, tmp_path: Path, chain: DevChain) -> None:
    approved(bench, 1)
    wrong = tmp_path / "key.pem"
    wrong.write_text("SECRET-OF-THE-TEAM")
    with pytest.raises(OutputError) as caught:
        release(bench, out, all_approved=True, certificate=chain.team.certificates, key=wrong)
    assert caught.value.code == "output.signing"
    assert "SECRET-OF-THE-TEAM" not in str(caught.value)
    assert not out.exists()
    assert bench.store.audit().releases == 0


@needs_exiftool
def test_exiftool_finds_the_label_and_no_place(bench: Workbench, out: Path, tmp_path: Path) -> None:
    run = from_photo(bench, tmp_path, large(photo("JPEG", xmp("compositeSynthetic"), gps=True)))
    review_picture(bench, run.id, APPROVE, "Ada", channel="shopify")
    for name in ("JPEG", "PNG", "WEBP"):
        release(bench, out / name, run, channel="shopify", file_format=name, skus={run.id: "MUG 17"})
    done = subprocess.run(
        ["exiftool", "-j", "-G1", "-a", "-r", "-ext", "jpg", "-ext", "png", "-ext", "webp", str(out)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = json.loads(done.stdout)
    assert len(found) == 3
    for tags in found:
        assert tags["XMP-iptcExt:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
        assert tags["XMP-packshot:SourceDigitalSourceType"].endswith("/compositeSynthetic")
        assert (tags["XMP-packshot:Sku"], tags["XMP-packshot:RunId"]) == ("MUG 17", run.id)
        assert not {name.partition(":")[0] for name in tags} & {"GPS", "IFD0", "ExifIFD", "IPTC"}
        assert "a mug" not in json.dumps(tags)


@pytest.mark.parametrize("edit", [EditKind.LOCKED, EditKind.RETOUCHED])
def test_a_photo_that_nobody_looked_at_keeps_back_what_shows_it(
    bench: Workbench, out: Path, monkeypatch: pytest.MonkeyPatch, edit: EditKind
) -> None:
    """It may carry a label that would be lost. Only the kind of edit counts here, so any run stands for the others."""
    run = from_source(bench, bench.store.keep_source(numbered(9)), 2)
    for module in ("edit", "release", "release_file"):
        monkeypatch.setattr(f"packshot.workflow.{module}.edit_of", lambda _run: edit)
    assert "never read" in refused(bench, out, run).message
    bench.store.keep_source(numbered(9), SourceLabels(SourceType.COMPOSITE_SYNTHETIC))
    (row,) = release(bench, out, run).released
    code = SourceType.COMPOSITE_SYNTHETIC if edit is EditKind.RETOUCHED else SourceType.COMPOSITE_WITH_TRAINED
    assert (row.edit, row.source_type) == (edit, code)
