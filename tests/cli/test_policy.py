"""`packshot policy`, and what it does to `generate`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Called

Call = Callable[..., Called]


def test_init_writes_an_example_once_and_show_reads_it(call: Call) -> None:
    assert "is not there" in call("policy", "show").out
    made = call("policy", "init", "--json")
    assert Path(made.data["path"]).is_file()
    shown = call("policy", "show", "--json").data
    assert shown["is_there"]
    assert [rule["name"] for rule in shown["rules"]] == ["other brands", "health claims", "superlatives", "tone"]
    assert "health claims" in call("policy", "show").out
    again = call("policy", "init", "--json")
    assert (again.code, again.error["code"]) == (2, "policy.exists")


def test_check_says_what_it_finds(call: Call) -> None:
    call("policy", "init")
    assert call("policy", "check", "a red mug").out.strip() == "nothing found"
    warned = call("policy", "check", "the best mug")
    assert warned.code == 0
    assert "“best”" in warned.out
    refused = call("policy", "check", "A mug that CURES", "--json")
    assert (refused.code, refused.data["verdict"]) == (3, "refused")
    assert refused.data["findings"][0]["found"] == "CURES"
    assert call("policy", "check", "the best mug", "--json").data["verdict"] == "warned"


def test_generate_is_refused_or_warned(call: Call) -> None:
    call("policy", "init")
    refused = call("generate", "a mug that cures", "--json")
    assert (refused.code, refused.error["code"]) == (2, "policy.refused")
    assert "“cures” (health claims)" in refused.error["message"]
    assert call("runs", "list", "--json").data["total"] == 0
    warned = call("generate", "the best mug", "--steps", "2")
    assert warned.code == 0
    assert "the policy warns of “best” (superlatives)" in warned.err
    run_id = call("runs", "list", "--json").data["runs"][0]["id"]
    assert "superlatives" in call("runs", "show", run_id).out


def test_a_replay_says_what_the_policy_says_today(call: Call) -> None:
    call("generate", "a mug that cures", "--steps", "2")
    call("policy", "init")
    run_id = call("runs", "list", "--json").data["runs"][0]["id"]
    done = call("replay", run_id)
    assert done.code == 0
    assert "the policy refuses “cures” today" in done.err
    assert call("replay", run_id, "--json").data["notes"]


def test_the_file_is_where_the_settings_say(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PACKSHOT_POLICY", str(tmp_path / "team" / "rules.yaml"))
    missing = call("generate", "a mug", "--json")
    assert (missing.code, missing.error["code"]) == (2, "policy.missing")
    assert call("policy", "init").code == 0
    assert (tmp_path / "team" / "rules.yaml").is_file()
    (tmp_path / "team" / "rules.yaml").write_text("rules: 7", encoding="utf-8")
    wrong = call("generate", "a mug", "--json")
    assert (wrong.code, wrong.error["code"]) == (2, "policy.invalid")
    assert "rules.yaml, line 1" in wrong.error["message"]
