"""`release` as a person calls it: from a prompt to a signed file in a folder, with the fake engine."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
needs_c2pa = pytest.mark.skipif(
    importlib.util.find_spec("c2pa") is None, reason="c2pa-python is not installed (pip install packshot[c2pa])"
)
TO_SHOPIFY = ("--channel", "shopify", "--by", "Ada")


@pytest.fixture
def made(call: Call, tiny_sd: Path) -> str:
    """The id of a picture that was made by `generate` and approved for Shopify."""
    answer = call("generate", "a red mug", "--model", str(tiny_sd), "--steps", "3", "--out", "mug.png", "--json")
    assert answer.code == 0, answer.err
    assert call("review", "mug.png", "--approve", *TO_SHOPIFY).code == 0
    return str(answer.data["id"])


@needs_c2pa
def test_from_a_prompt_to_a_signed_file(call: Call, made: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert call("certs", "dev", "certs").code == 0
    monkeypatch.setenv("PACKSHOT_CERTIFICATE", "certs/certificate.pem")
    monkeypatch.setenv("PACKSHOT_CERTIFICATE_KEY", "certs/key.pem")
    arguments = ("release", made, "--sku", f"{made}=MUG-17", *TO_SHOPIFY, "--out", "shop", "--json")
    dry = call(*arguments, "--dry-run")
    assert (dry.code, dry.data["released"][0]["file"], Path("shop").exists()) == (0, "MUG-17.jpg", False)
    done = call(*arguments)
    assert done.code == 0, done.err
    (row,) = done.data["released"]
    assert (row["sku"], row["run"], row["by"], row["signed"]) == ("MUG-17", made, "Ada", True)
    assert json.loads(Path(done.data["manifest"]).read_text(encoding="utf-8"))["data"] == [row]
    shown = call("runs", "show", "shop/MUG-17.jpg", "--trust", "certs/ca.pem")
    assert shown.code == 0, shown.err
    for words in ("trainedAlgorithmicMedia", "MUG-17", "Trusted", "c2pa.created"):
        assert words in shown.out
    assert "a red mug" not in Path("shop/MUG-17.jpg").read_bytes().decode("latin-1")
    assert call("check", "shop/MUG-17.jpg", "--channel", "shopify").code == 0
    assert call("audit", "--head", row["head"]).code == 0
    assert call("reviews", made, "--json").data["releases"][0]["file_digest"] == row["file_digest"]
    again = call(*arguments)
    assert (again.code, again.data["released"], again.data["already"]) == (0, [], [row])


def test_what_is_said_for_people(call: Call, made: str) -> None:
    done = call("release", "--all-approved", *TO_SHOPIFY, "--out", "shop")
    assert done.code == 0, done.err
    assert f"{made}.jpg" in done.out
    assert "1 released, 0 there already, 0 held back" in done.out
    assert f"1/1 {made} released" in done.err
    Path("shop/else.png").write_bytes(b"else")
    again = call("release", made, *TO_SHOPIFY, "--out", "shop")
    assert "is there already" in again.out
    assert "else.png" in again.err


def test_what_may_not_go_out_ends_with_3(call: Call, made: str) -> None:
    assert call("review", made, "--reject", *TO_SHOPIFY, "--reason", "a third handle").code == 0
    refused = call("release", made, *TO_SHOPIFY, "--out", "shop", "--json")
    assert (refused.code, refused.error["code"]) == (3, "release.refused")
    assert "a third handle" in refused.error["message"]
    none = call("release", "--all-approved", *TO_SHOPIFY, "--out", "shop", "--json")
    assert (none.code, none.data["released"], none.data["manifest"]) == (3, [], None)
    assert none.data["held_back"][0]["run"] == made
    assert not Path("shop").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--all-approved", "--format", "gif"], "output.name"),
        (["--all-approved", "--sku", "MUG"], "output.name"),
        (["--all-approved", "--sku", "a=1", "--sku", "a=2"], "output.name"),
        (["--all-approved", "--experiment", "lab"], "record.review"),
        ([], "record.review"),
        (["--all-approved", "--key", "key.pem"], "settings.invalid"),
    ],
)
def test_wrong_use_ends_with_2(call: Call, made: str, arguments: list[str], code: str) -> None:
    answer = call("release", *arguments, *TO_SHOPIFY, "--out", "shop", "--json")
    assert (answer.code, answer.error["code"]) == (2, code)
    assert not Path("shop").exists()


def test_a_mistyped_workspace_is_told(call: Call) -> None:
    answer = call("release", "--all-approved", *TO_SHOPIFY, "--out", "shop", "--json")
    assert (answer.code, answer.error["code"]) == (2, "workspace.unusable")
