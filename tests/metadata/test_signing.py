"""Signed files: valid while nobody touches them, trusted by their CA alone, and honest about what was done."""

from __future__ import annotations

import importlib.util
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import OutputError
from packshot.metadata import (
    C2paAction,
    Claim,
    DevChain,
    FileForm,
    ParentPhoto,
    SourceType,
    TeamKey,
    c2pa_extra,
    make_dev_chain,
    read_c2pa,
    read_labels,
    released_in,
)
from packshot.metadata.released import encode_released
from packshot.metadata.signing import sign
from packshot.result import EditKind
from tests.metadata.released import FORMS, PIXELS, fields, photo, released

needs_c2pa = pytest.mark.skipif(
    importlib.util.find_spec("c2pa") is None, reason="c2pa-python is not installed (pip install packshot[c2pa])"
)
each_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.format)
PHOTO = ParentPhoto("photo.jpg", photo())


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> DevChain:
    return make_dev_chain(tmp_path_factory.mktemp("certificates"), datetime.now(UTC))


def claim(edit: EditKind = EditKind.LOCKED, parent: ParentPhoto | None = PHOTO, **changes: Any) -> Claim:
    made = {"title": "MUG-17", "generator": "Packshot", "version": "0.1.0", "source_type": SourceType.TRAINED}
    return Claim(edit=edit, parent=parent, **(made | changes))


def pixels(content: bytes) -> np.ndarray[Any, Any]:
    with Image.open(io.BytesIO(content)) as picture:
        return np.array(picture)


def refused(*arguments: Any) -> OutputError:
    with pytest.raises(OutputError) as caught:
        sign(*arguments)
    assert caught.value.code == "output.signing"
    return caught.value


@needs_c2pa
@each_form
def test_a_signed_file_is_valid_and_its_ca_makes_it_trusted(chain: DevChain, form: FileForm) -> None:
    content = released(form)
    signed = sign(content, claim(), chain.team)
    assert read_c2pa(content).state == "absent"
    assert read_c2pa(signed).state == "Valid"
    found = read_c2pa(signed, chain.ca.read_text())
    assert (found.state, found.problems) == ("Trusted", ())
    assert (found.generator, found.signer) == ("Packshot 0.1.0", "Packshot test signer")
    assert np.array_equal(pixels(signed), pixels(content))
    assert released_in(signed, Path("x")).c2pa
    assert released_in(signed, Path("x")).fields == released_in(content, Path("x")).fields
    assert len(signed) - len(content) < 6000  # no thumbnails


@needs_c2pa
@each_form
def test_any_changed_byte_is_found(chain: DevChain, form: FileForm) -> None:
    signed = sign(released(form), claim(), chain.team)
    pixels_at = {"PNG": b"IDAT", "JPEG": b"\xff\xda", "WEBP": b"VP8 "}[form.format]
    for place in (b"<packshot:Sku>", b"digitalSourceType", b"c2pa.opened", pixels_at):
        at = signed.index(place) + len(place) + 40
        changed = bytearray(signed)
        changed[at] ^= 1
        found = read_c2pa(bytes(changed), chain.ca.read_text()).state
        # a byte of the manifest's own frame leaves none that can be read
        assert found in ({"Invalid"} if place == pixels_at else {"Invalid", "absent"}), place


@needs_c2pa
def test_another_ca_does_not_make_it_trusted(chain: DevChain, tmp_path: Path) -> None:
    other = make_dev_chain(tmp_path / "other", datetime.now(UTC))
    signed = sign(released(FORMS[0]), claim(), chain.team)
    assert read_c2pa(signed, other.ca.read_text()).state == "Valid"


@needs_c2pa
@pytest.mark.parametrize("edit", EditKind)
def test_an_edit_opens_the_photo_and_says_what_was_done(chain: DevChain, edit: EditKind) -> None:
    code = fields(edit=edit).source_type
    found = read_c2pa(sign(released(FORMS[1], edit=edit), claim(edit, source_type=code), chain.team))
    assert found.parent == "photo.jpg"
    assert found.actions == (C2paAction("c2pa.opened", None), C2paAction("c2pa.edited", code))


@needs_c2pa
def test_a_picture_from_words_is_created(chain: DevChain) -> None:
    found = read_c2pa(sign(released(FORMS[0]), claim(EditKind.GENERATED, None), chain.team))
    assert found.parent is None
    assert found.actions == (C2paAction("c2pa.created", SourceType.TRAINED),)


@needs_c2pa
@pytest.mark.parametrize("edit", [EditKind.LOCKED, EditKind.RETOUCHED])
def test_an_edit_without_its_photo_is_not_signed(chain: DevChain, edit: EditKind) -> None:
    assert "source photo" in refused(released(FORMS[0]), claim(edit, None), chain.team).message


@needs_c2pa
@each_form
def test_a_signed_photo_is_carried_on_with_its_manifest(chain: DevChain, form: FileForm) -> None:
    made = claim(EditKind.GENERATED, None)
    source = sign(encode_released(PIXELS, fields(), form), made, chain.team)
    assert read_labels(source).c2pa
    found = read_c2pa(sign(released(FORMS[1]), claim(parent=ParentPhoto("signed", source)), chain.team))
    assert (found.state, found.parent, found.parent_signed) == ("Valid", "signed", True)


@needs_c2pa
@each_form
def test_the_manifest_alone_tells_that_a_source_is_ais(chain: DevChain, form: FileForm) -> None:
    file = io.BytesIO()
    Image.fromarray(PIXELS).save(file, form.format)
    source = sign(file.getvalue(), claim(EditKind.GENERATED, None), chain.team)
    labels = read_labels(source)
    assert (labels.ai, labels.c2pa) == (SourceType.TRAINED, True)
    assert fields(edit=EditKind.RETOUCHED, source=labels).source_type is SourceType.TRAINED


@needs_c2pa
def test_no_place_goes_out_with_the_photo(chain: DevChain) -> None:
    plain = ParentPhoto("photo.jpg", photo(gps=True))
    assert b"GPS" not in sign(released(FORMS[0]), claim(parent=plain), chain.team)
    named = sign(photo(), claim(EditKind.GENERATED, None, title="exif:GPSLatitude 48,8"), chain.team)
    signed = sign(released(FORMS[0]), claim(parent=ParentPhoto("photo.jpg", named)), chain.team)
    assert b"GPS" not in signed
    assert b"named a place and was left out" in signed
    assert not read_c2pa(signed).parent_signed


@needs_c2pa
def test_the_same_file_signed_again_has_other_bytes_and_the_same_pixels(chain: DevChain) -> None:
    content = released(FORMS[2])
    first, again = (sign(content, claim(), chain.team) for _ in range(2))
    assert first != again
    assert released_in(first, Path("x")) == released_in(again, Path("x"))


@needs_c2pa
def test_an_expired_certificate_does_not_sign(tmp_path: Path) -> None:
    old = make_dev_chain(tmp_path, datetime.now(UTC) - timedelta(days=400))
    assert refused(released(FORMS[0]), claim(), old.team).got


@needs_c2pa
def test_what_is_no_chain_or_no_key_is_refused_without_showing_the_key(chain: DevChain, tmp_path: Path) -> None:
    content, key = released(FORMS[0]), chain.team.key
    secret = key.read_text().splitlines()[1]
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    other = make_dev_chain(tmp_path / "other", datetime.now(UTC)).team
    for team in (
        TeamKey(tmp_path / "missing.pem", key),
        TeamKey(nonsense, key),
        TeamKey(key, key),
        TeamKey(chain.team.certificates, nonsense),
        TeamKey(other.certificates, key),
    ):
        assert secret not in str(refused(content, claim(), team).as_dict())


@needs_c2pa
def test_a_dev_chain_is_written_once_and_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "certificates"
    before = os.umask(0)
    try:
        made = make_dev_chain(folder, datetime.now(UTC))
    finally:
        os.umask(before)
    assert stat.S_IMODE(made.team.key.stat().st_mode) == 0o600
    assert made.ca.read_text().count("BEGIN CERTIFICATE") == 1
    assert made.team.certificates.read_text().count("BEGIN CERTIFICATE") == 2
    assert sum("PRIVATE KEY" in path.read_text() for path in folder.iterdir()) == 1
    for name in ("ca.pem", "certificate.pem", "key.pem"):
        content = {path: path.read_bytes() for path in folder.iterdir()}
        with pytest.raises(OutputError) as caught:
            make_dev_chain(folder, datetime.now(UTC))
        assert caught.value.code == "output.exists"
        assert {path: path.read_bytes() for path in folder.iterdir()} == content
        (folder / name).unlink()


def test_without_the_package_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(c2pa_extra.importlib, "import_module", missing)
    error = refused(released(FORMS[0]), claim(), TeamKey(tmp_path / "a", tmp_path / "b"))
    assert error.hint == "pip install packshot[c2pa]"
    with pytest.raises(OutputError) as caught:
        make_dev_chain(tmp_path / "new", datetime.now(UTC))
    assert caught.value.hint == "pip install packshot[c2pa]"
    assert not (tmp_path / "new").exists()
    assert read_c2pa(released(FORMS[0])).state == "absent"
