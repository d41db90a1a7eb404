"""Memory modes before anything runs: flag over setting, the words, the slots, the hash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from packshot.errors import SpecError, UsageError
from packshot.models import Catalogue
from packshot.resolve import Order, resolve, share
from packshot.resolve.memory import attention_for
from packshot.settings import Settings, read_settings
from packshot.spec import Execution, Spec


@pytest.fixture
def ordered(tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any) -> Any:
    def order(setting: str = "high", **fields: Any) -> Order:
        spec = Spec(prompt="a red mug", model=str(tiny_sd), **fields)
        return resolve(spec, catalogue, replace(settings, memory=setting), library)

    return order


def test_the_flag_goes_before_the_setting_and_neither_is_hashed(ordered: Any) -> None:
    assert ordered().resolved.execution.memory == "high"
    assert ordered("low").resolved.execution.memory == "low"
    assert ordered("low", memory="balanced").resolved.execution.memory == "balanced"
    assert ordered("low").resolved.hash == ordered().resolved.hash


def test_records_from_before_there_were_modes_are_high(ordered: Any) -> None:
    written = ordered().resolved.execution.model_dump()
    del written["memory"]
    assert Execution.model_validate(written) == ordered().resolved.execution


def test_a_word_that_is_none_is_refused(ordered: Any, tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        ordered(memory="tiny")
    assert caught.value.code == "spec.memory.unsupported"
    assert (caught.value.expected, caught.value.got) == ("balanced, high, low", "tiny")
    with pytest.raises(UsageError):
        read_settings({"PACKSHOT_MEMORY": "tiny"}, workspace=tmp_path, device="cpu")


def test_the_setting_is_read(tmp_path: Path) -> None:
    assert read_settings({}, workspace=tmp_path, device="cpu").memory == "high"
    assert read_settings({"PACKSHOT_MEMORY": "low"}, workspace=tmp_path, device="cpu").memory == "low"
    (tmp_path / "packshot.toml").write_text('memory = "balanced"\n')
    assert read_settings({}, workspace=tmp_path, device="cpu").memory == "balanced"


@pytest.mark.parametrize(
    ("memory", "limit", "slots"), [("high", 8, 8), ("balanced", 8, 2), ("balanced", 1, 1), ("low", 8, 1)]
)
def test_a_mode_lowers_a_sweeps_slots(ordered: Any, memory: str, limit: int, slots: int) -> None:
    orders = {str(seed): ordered(memory, seed=seed) for seed in range(8)}
    shared = share(orders, limit=limit)
    assert {order.resolved.execution.slots for order in shared.values()} == {slots}


def test_more_slots_than_a_mode_holds_are_refused(ordered: Any) -> None:
    with pytest.raises(SpecError) as caught:
        ordered(memory="low", slots=2)
    assert caught.value.code == "spec.slots.unsupported"
    with pytest.raises(SpecError) as caught:
        share({"a": ordered("balanced")}, limit=8, slots=4)
    assert caught.value.expected == "2 or fewer"
    assert ordered(memory="balanced", slots=2).resolved.execution.slots == 2


@pytest.mark.parametrize(
    ("memory", "device", "runtime", "attention"),
    [
        ("low", "mps", "torch", "sliced"),
        ("low", "cpu", "torch", "sdpa"),
        ("low", "cpu", "openvino", "sdpa"),
        ("low", "cuda", "torch", "sdpa"),
        ("balanced", "mps", "torch", "sdpa"),
    ],
)
def test_attention_is_sliced_where_that_saves(memory: str, device: str, runtime: str, attention: str) -> None:
    assert attention_for(memory, device, runtime) == attention
