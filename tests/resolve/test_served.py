"""A model on a server is resolved without asking it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import ModelError, SpecError
from packshot.models import Catalogue
from packshot.resolve import Order, resolve, share
from packshot.settings import Settings
from packshot.spec import Lock, Lora, Spec
from packshot.workflow.recipe import spec_of

NOBODY = "openai+http://127.0.0.1:9/v1#m"
"""The port where packets are thrown away: nobody listens."""

Ask = Callable[..., Order]


@pytest.fixture
def ask(catalogue: Catalogue, settings: Settings, library: Any) -> Ask:
    def asked(machine: dict[str, Any] | None = None, **fields: Any) -> Order:
        spec = Spec(**({"prompt": "a red mug", "model": NOBODY} | fields))
        return resolve(spec, catalogue, replace(settings, **machine or {}), library)

    return asked


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (96, 128, 3), np.uint8)).save(path)
    return str(path)


def test_it_is_resolved_offline_and_the_weaker_promise_is_said(ask: Ask) -> None:
    order = ask(steps=20, guidance=4.0)
    intent, execution, origin = order.resolved.intent, order.resolved.execution, order.resolved.origin
    assert order.is_remote
    assert not order.is_batched
    assert (intent.model.family, intent.scheduler.name, intent.width) == ("remote", "server's own", 1024)
    assert (execution.device, execution.precision) == ("remote", "not told")
    assert execution.rows == execution.slots == 8
    assert not execution.deterministic
    assert origin.model == NOBODY
    (note,) = origin.notes
    assert "nobody promises the same picture again" in note


def test_usual_values_that_nobody_asked_for_are_noted(ask: Ask) -> None:
    assert len(ask(steps=20).resolved.origin.notes) == 2
    assert len(ask(model="openai+http://127.0.0.1:9/v1#sd-turbo").resolved.origin.notes) == 1


def test_a_source_is_fitted_here(ask: Ask, photo: str) -> None:
    order = ask(source=photo, width=64, height=64, steps=10, guidance=4.0, strength=0.5)
    assert order.source is not None
    assert order.source.shape == (64, 64, 3)
    assert (order.resolved.intent.steps_taken, order.resolved.intent.strength) == (5, 0.5)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"scheduler": "DDIM"}, "spec.scheduler.unfitting"),
        ({"runtime": "torch"}, "spec.runtime.unsupported"),
        ({"precision": "float32"}, "spec.precision.unsupported"),
        ({"memory": "low"}, "spec.memory.unsupported"),
        ({"slots": 3}, "spec.slots.unsupported"),
        ({"width": 70}, "spec.size.not_divisible"),
    ],
)
def test_what_the_server_decides_may_not_be_asked_for(ask: Ask, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(SpecError) as caught:
        ask(**fields)
    assert caught.value.code == code


def test_neither_a_lock_nor_a_lora(ask: Ask, photo: str) -> None:
    with pytest.raises(SpecError) as caught:
        ask(source=photo, lock=Lock())
    assert caught.value.code == "spec.mode.unsupported"
    with pytest.raises(ModelError):
        ask(loras=(Lora(path="x.safetensors"),))


def test_settings_of_this_machine_say_nothing_to_a_server(ask: Ask) -> None:
    order = ask({"runtime": "torch", "precision": "float32", "memory": "low", "slots": 4}, steps=20, guidance=4.0)
    assert order.resolved.execution.slots == 4
    assert len(order.resolved.origin.notes) == 1


def test_slots_are_requests_on_their_way(ask: Ask) -> None:
    assert ask(slots=2).resolved.execution.slots == 2
    orders = {"a": ask(seed=1), "b": ask(seed=2)}
    assert {order.resolved.execution.slots for order in share(orders, limit=8).values()} == {8}
    shared = share(orders, limit=8, slots=1).values()
    assert {(o.resolved.execution.slots, o.resolved.execution.rows) for o in shared} == {(1, 1)}


def test_its_settings_can_be_asked_for_again(ask: Ask) -> None:
    order = ask(steps=20, guidance=4.0)
    again = ask(**spec_of(order.resolved).model_dump(exclude_none=True))
    assert again.resolved.intent == order.resolved.intent
