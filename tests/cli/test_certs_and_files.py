"""`certs dev`, and what `runs show` says of a file, as a person calls them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.metadata import (
    Claim,
    FileForm,
    ReleasedFields,
    SourceType,
    make_dev_chain,
    prompt_hash,
)
from packshot.metadata.released import encode_released
from packshot.metadata.signing import sign
from packshot.result import EditKind, Pixels

Call = Callable[..., Any]
needs_c2pa = pytest.mark.skipif(
    importlib.util.find_spec("c2pa") is None, reason="c2pa-python is not installed (pip install packshot[c2pa])"
)


@pytest.fixture
def made(call: Call, tiny_sd: Path) -> dict[str, Any]:
    """A picture, made by `generate`."""
    answer = call("generate", "a red mug", "--model", str(tiny_sd), "--steps", "3", "--out", "mug.png", "--json")
    assert answer.code == 0, answer.err
    return dict(answer.data)


def released(made: dict[str, Any], pixels: Pixels) -> bytes:
    fields = ReleasedFields(
        edit=EditKind.GENERATED,
        sku="[red]MUG-17",
        channel="shopify",
        picture_digest=made["result"]["picture_digest"],
        creator_tool="Packshot 0.1.0",
        run_id=made["id"],
        prompt_hash=prompt_hash("a red mug"),
    )
    return encode_released(pixels, fields, FileForm("JPEG"))


def pixels_of(path: str) -> Pixels:
    with Image.open(path) as picture:
        return np.array(picture)


@needs_c2pa
def test_a_dev_chain_is_made_once_and_says_loudly_what_it_is(call: Call) -> None:
    first = call("certs", "dev", "certificates")
    assert first.code == 0, first.err
    assert "FOR TESTS ONLY" in first.err
    secret = Path("certificates/key.pem").read_text().splitlines()[1]
    assert secret not in first.out + first.err
    again = call("certs", "dev", "certificates", "--json")
    assert (again.code, again.error["code"]) == (2, "output.exists")
    data = call("certs", "dev", "others", "--json").data
    assert data["for_tests_only"]
    assert Path(data["key"]).is_file()


def test_a_released_file_is_shown_with_its_run(call: Call, made: dict[str, Any]) -> None:
    Path("mug.jpg").write_bytes(released(made, pixels_of("mug.png")))
    shown = call("runs", "show", "mug.jpg")
    assert shown.code == 0, shown.err
    for text in ("[red]MUG-17", "trainedAlgorithmicMedia", prompt_hash("a red mug"), made["id"], "absent"):
        assert text in shown.out
    data = call("runs", "show", "mug.jpg", "--json").data
    assert data["id"] == made["id"]
    assert data["file"]["file"]["fields"]["channel"] == "shopify"
    assert data["file"]["c2pa"]["state"] == "absent"
    assert "file" not in call("runs", "show", made["id"], "--json").data


def test_an_exported_file_is_shown_as_before(call: Call, made: dict[str, Any]) -> None:
    data = call("runs", "show", "mug.png", "--json").data
    assert (data["id"], data["file"]["file"]["fields"]) == (made["id"], None)
    Image.new("RGB", (64, 64)).save("other.png")
    assert call("runs", "show", "other.png", "--json").error["code"] == "record.no_spec"


@needs_c2pa
def test_a_signature_is_verified_and_trusted_where_the_ca_is_named(call: Call, made: dict[str, Any]) -> None:
    chain = make_dev_chain(Path("c"), datetime.now(UTC))
    claim = Claim("MUG-17", "Packshot", "0.1.0", EditKind.GENERATED, SourceType.TRAINED)
    content = sign(released(made, pixels_of("mug.png")), claim, chain.team)
    Path("mug.jpg").write_bytes(content)
    assert "Valid" in call("runs", "show", "mug.jpg").out
    trusted = call("runs", "show", "mug.jpg", "--trust", str(chain.ca))
    assert "Trusted" in trusted.out
    assert "c2pa.created" in trusted.out
    Path("mug.jpg").write_bytes(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
    assert "Invalid" in call("runs", "show", "mug.jpg", "--trust", str(chain.ca)).out
