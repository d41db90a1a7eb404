"""Memory modes from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


def test_a_mode_is_shown_recorded_and_replayed(call: Call, tiny_sd: Path) -> None:
    asked = ("generate", "a red mug", "--model", str(tiny_sd), "--steps", "2", "--memory", "low")
    shown = call(*asked)
    assert shown.code == 0, shown.err
    assert "memory     low" in shown.out
    made = call(*asked, "--json").data
    assert made["resolved"]["execution"]["memory"] == "low"
    again = call("replay", made["id"], "--json")
    assert again.code == 0, again.err
    shown = call("runs", "show", again.data["run"], "--json").data
    assert shown["resolved"]["execution"]["memory"] == "low"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("generate", "a red mug", "--memory", "tiny"), "spec.memory.unsupported"),
        (("generate", "a red mug", "--memory", "low", "--slots", "2"), "spec.slots.unsupported"),
        (("experiment", "run", "lab", "--memory", "tiny"), "spec.memory.unsupported"),
        (("experiment", "run", "lab", "--memory", "balanced", "--slots", "4"), "spec.slots.unsupported"),
    ],
)
def test_what_cannot_be_is_refused(call: Call, tiny_sd: Path, arguments: tuple[str, ...], code: str) -> None:
    answer = call(*arguments, "--model", str(tiny_sd), "--json")
    assert (answer.code, answer.error["code"]) == (2, code)


def test_the_setting_has_to_be_a_mode(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_MEMORY", "tiny")
    answer = call("generate", "a red mug", "--json")
    assert (answer.code, answer.error["code"]) == (2, "settings.invalid")
