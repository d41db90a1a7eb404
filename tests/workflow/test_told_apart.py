"""Captions of a list: of pictures with one prompt, what differs and nothing else."""

from __future__ import annotations

from typing import Any

from packshot.result import Found, RunState
from packshot.spec import LoraPin, Mode
from packshot.workflow import told_apart
from tests.store.examples import START


def found(run: str, prompt: str = "a mug", **settings: Any) -> Found:
    plain: dict[str, Any] = {
        "seed": 1,
        "steps": 20,
        "guidance": 7.5,
        "scheduler": "DDIM",
        "width": 8,
        "height": 8,
        "model": "tiny",
    }
    state: dict[str, Any] = {"state": RunState.SUCCEEDED, "created_at": START, "mode": Mode.TEXT_TO_IMAGE}
    return Found(run_id=run, prompt=prompt, **state | plain | settings)


def words(*all_found: Found) -> dict[str, list[tuple[str, str]]]:
    return {run: [(each.name, each.values[0]) for each in apart] for run, apart in told_apart(all_found).items()}


def test_only_what_differs_among_pictures_of_one_prompt_is_told() -> None:
    assert words(
        found("a", seed=1),
        found("b", seed=2, steps=30),
        found("other", prompt="a vase", guidance=2.0),
    ) == {"a": [("seed", "1"), ("steps", "20")], "b": [("seed", "2"), ("steps", "30")]}


def test_what_one_of_them_lacks_is_told_as_nothing() -> None:
    lora = LoraPin(digest="sha256:" + "a" * 64, weight=0.5)
    told = words(
        found("a"), found("b", strength=0.6, mode=Mode.IMAGE_TO_IMAGE, source="f" * 64), found("c", loras=(lora,))
    )
    assert [name for name, _value in told["a"]] == ["strength", "LoRA", "mode", "source"]
    assert [dict(told[run])["strength"] for run in "abc"] == ["", "0.6", ""]
    assert [dict(told[run])["LoRA"] for run in "abc"] == ["", "", "sha256:aaaaaaaaaa × 0.5"]


def test_runs_of_equal_settings_are_told_by_when_they_were_made() -> None:
    told = words(found("a"), found("b"), found("c", guidance=3.0))
    assert [name for name, _value in told["a"]] == ["guidance", "made"]
    assert told["c"] == [("guidance", "3")]
