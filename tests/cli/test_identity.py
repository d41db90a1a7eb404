"""`packshot identity` and `packshot strength`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packshot.errors import EngineError
from tests.cli.conftest import Called
from tests.workflow.fading import SIDE_PX, Fading, photo, up_to

Call = Callable[..., Called]
SIZE = f"{SIDE_PX}x{SIDE_PX}"


@pytest.fixture
def fading(monkeypatch: pytest.MonkeyPatch) -> Fading:
    """The engine of every call of a test."""
    engine = Fading(up_to(0.4))
    monkeypatch.setattr("packshot.wiring.workbench.fake_engine", lambda: engine)
    return engine


def search(call: Call, folder: Path, *more: str) -> Called:
    options = ("--seeds", "2", "--low", "0.2", "--high", "0.8", "--step", "0.2", "--size", SIZE, "--steps", "10")
    return call("strength", photo(folder), "a disc", *options, *more)


def test_strength_says_what_it_found_with_its_evidence(call: Call, fading: Fading, tmp_path: Path) -> None:
    found = search(call, tmp_path, "--json").data
    assert found["strength"] == 0.4
    assert found["grid"] == [0.2, 0.4, 0.6, 0.8]
    assert found["in_order"]
    assert all(len(tried["pictures"]) == 2 for tried in found["tried"])
    assert {check["rule"] for check in found["tried"][0]["pictures"][0]["verdict"]["checks"]} >= {"identity: colour"}
    made = fading.made
    said = search(call, tmp_path)
    assert said.code == 0
    assert fading.made == made
    assert "strength 0.4 keeps the product with every seed" in said.out
    assert "identity" not in said.out.splitlines()[1]
    assert "there already" in said.err
    assert "colours differ" in said.out


def test_no_strength_is_a_negative_verdict(call: Call, fading: Fading, tmp_path: Path) -> None:
    fading._keeps = lambda _intent: False
    done = search(call, tmp_path)
    assert done.code == 3
    assert "no strength from 0.2 to 0.8 keeps the product" in done.out


def test_wrong_use_is_told(call: Call, fading: Fading, tmp_path: Path) -> None:
    assert search(call, tmp_path, "--high", "2", "--json").error["code"] == "spec.strength.range"
    assert call("strength", str(tmp_path / "none.png"), "a disc", "--json").error["code"] == "source.missing"
    assert EngineError.exit_code == 1


def test_check_learn_and_show(call: Call, fading: Fading, tmp_path: Path) -> None:
    search(call, tmp_path)
    runs = call("runs", "list", "--json").data["runs"]
    by_strength = {run["resolved"]["intent"]["strength"]: run["id"] for run in runs}
    same = call("identity", "check", by_strength[0.4])
    assert same.code == 0
    assert same.out.splitlines()[-1] == "pass (limits: the defaults)"
    other = call("identity", "check", by_strength[0.6], "--json")
    assert (other.code, other.data["verdict"]) == (3, "fail")
    source = photo(tmp_path)
    assert call("identity", "check", source, "--photo", source).code == 0
    few = call("identity", "learn", "disc", "--photo", source, "--json")
    assert (few.code, few.error["code"]) == (2, "identity.few")
    assert call("identity", "show", source, "--json").data["whose"] == "the defaults"
    assert "the defaults" in call("identity", "show", source).out


def test_learned_limits_are_kept(call: Call, fading: Fading, tmp_path: Path) -> None:
    source = photo(tmp_path)
    for seed in range(8):
        options = ("--strength", "0.3", "--seed", str(seed), "--size", SIZE, "--steps", "10", "--json")
        made = call("generate", "a disc", "--source", source, *options).data
        assert call("review", made["id"], "--approve", "--by", "Ada").code == 0
    said = call("identity", "learn", "disc", "--photo", source, "--write")
    assert said.code == 0
    assert "identity-learned.yaml" in said.out
    shown = call("identity", "show", source, "--json").data
    assert (shown["product"], shown["whose"]) == ("disc", "learned from 8 approved pictures")
