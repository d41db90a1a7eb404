"""Slots and rows are chosen before anything runs, for all of one model and size together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packshot.errors import SpecError, UsageError
from packshot.models import Catalogue
from packshot.resolve import Order, group_of, lowered, resolve, share
from packshot.resolve.slots import slots_for
from packshot.settings import SLOTS, Settings, read_settings
from packshot.spec import Spec


@pytest.fixture
def ask(tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any):
    def resolved(**fields: Any) -> Order:
        return resolve(Spec(prompt="a red mug", model=str(tiny_sd), **fields), catalogue, settings, library)

    return resolved


def shape(order: Order) -> tuple[int, int]:
    return order.resolved.execution.slots, order.resolved.execution.rows


@given(waiting=st.integers(1, 100), limit=st.sampled_from(SLOTS))
def test_the_fewest_slots_that_hold_what_waits(waiting: int, limit: int) -> None:
    slots = slots_for(waiting, limit)
    assert slots in SLOTS
    assert slots <= limit
    assert slots == limit or slots >= waiting
    assert slots == 1 or slots // 2 < waiting


def test_a_single_picture_has_one_slot(ask: Any) -> None:
    assert shape(ask()) == (1, 2)
    assert shape(ask(guidance=1.0)) == (1, 1)
    assert shape(ask(slots=4)) == (4, 8)
    assert shape(ask(slots=4, guidance=1.0)) == (4, 4)


def test_a_sweep_shares_by_model_and_size(ask: Any) -> None:
    orders = {str(seed): ask(seed=seed) for seed in range(4)} | {"free": ask(guidance=0.5)}
    orders |= {f"wide {seed}": ask(seed=seed, width=128, guidance=1.0) for seed in range(2)} | {"lone": ask(height=128)}
    shared = share(orders, limit=32)
    assert list(shared) == list(orders)
    assert {shape(shared[name]) for name in ("0", "1", "2", "3", "free")} == {(8, 16)}, "room for the guided ones"
    assert len({group_of(shared[name]) for name in ("0", "free")}) == 1
    assert shape(shared["wide 0"]) == (2, 2), "nobody is guided"
    assert shape(shared["lone"]) == (1, 2)
    assert {name: order.resolved.hash for name, order in shared.items()} == {
        name: order.resolved.hash for name, order in orders.items()
    }


def test_the_limit_and_what_is_asked_for(ask: Any) -> None:
    orders = {str(seed): ask(seed=seed, guidance=float(seed)) for seed in range(5)}
    assert {shape(order) for order in share(orders, limit=4).values()} == {(4, 8)}
    assert {shape(order) for order in share(orders, limit=4, slots=16).values()} == {(16, 32)}
    assert [shape(order) for order in share(orders, limit=8, slots=1).values()] == [(1, 1)] * 2 + [(1, 2)] * 3
    with pytest.raises(SpecError) as caught:
        share(orders, limit=8, slots=3)
    assert caught.value.code == "spec.slots.unsupported"
    assert share({}, limit=8) == {}


def test_lowering_halves_and_says_so(ask: Any) -> None:
    orders = share({"guided": ask(), "plain": ask(guidance=1.0)}, limit=2)
    fewer = {name: lowered(order) for name, order in orders.items()}
    assert [shape(order) for order in orders.values()] == [(2, 4), (2, 4)]
    assert [shape(order) for order in fewer.values()] == [(1, 2), (1, 1)]
    assert all("lowered to 1" in order.resolved.origin.notes[-1] for order in fewer.values())
    assert fewer["plain"].resolved.hash == orders["plain"].resolved.hash


def test_the_limit_is_a_setting(tmp_path: Path) -> None:
    assert read_settings({}, workspace=tmp_path).slots == 8
    (tmp_path / "packshot.toml").write_text("slots = 4")
    assert read_settings({}, workspace=tmp_path).slots == 4
    assert read_settings({"PACKSHOT_SLOTS": "16"}, workspace=tmp_path).slots == 16
    for wrong in ("3", "64", "many", "0"):
        with pytest.raises(UsageError) as caught:
            read_settings({"PACKSHOT_SLOTS": wrong}, workspace=tmp_path)
        assert caught.value.code == "settings.invalid"
