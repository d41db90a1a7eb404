"""A replay restores how the machine computed, and its verdict names what this machine does otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from packshot.engine import Event, FakeEngine, Finished
from packshot.result import Sameness
from packshot.spec import Spec
from packshot.workflow import Workbench, make_picture, replay

SPEC = Spec(prompt="a red mug", steps=3)


class OtherMachine(FakeEngine):
    """Finds other circumstances than it is told; `shift` is how far its pixels are off."""

    def __init__(self, shift: int = 0, **found: Any) -> None:
        super().__init__()
        self._shift = shift
        self._found = found

    def step(self) -> list[Event]:
        return [self._other(event) if isinstance(event, Finished) else event for event in super().step()]

    def _other(self, event: Finished) -> Finished:
        provenance = event.provenance.model_copy(update=self._found)
        return replace(event, pixels=event.pixels ^ self._shift, provenance=provenance)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("threads", 7),
        ("attention", "AttnProcessor"),
        ("flush_denormal", False),
        ("deterministic", True),
        ("device_name", "another processor"),
    ],
)
def test_what_the_machine_did_otherwise_is_named(
    bench: Workbench, open_bench: Callable[..., Any], name: str, value: object
) -> None:
    run = make_picture(bench, SPEC).run
    recorded = getattr(run.result.provenance, name)
    with open_bench(OtherMachine(shift=1, **{name: value})) as other:
        verdict = replay(other, run.id).verdict
    assert verdict.sameness is Sameness.CLOSE
    assert verdict.causes == (f"{name}: recorded {recorded}, now {value}",)
    with open_bench(OtherMachine(**{name: value})) as other:
        verdict = replay(other, run.id).verdict
    assert verdict.sameness is Sameness.IDENTICAL
    assert verdict.causes == ()


def test_what_really_was_is_restored_not_the_wish(open_bench: Callable[..., Any]) -> None:
    """OpenVINO takes no more threads than there are cores: a machine with more of them is told the real number."""
    found = {"threads": 2, "flush_denormal": False, "deterministic": True, "attention": "sliced"}
    with open_bench(OtherMachine(**found), threads=64) as bench:
        run = make_picture(bench, SPEC).run
    assert run.resolved.execution.threads == 64
    with open_bench() as bench:
        again = replay(bench, run.id)
    assert {name: getattr(again.run.resolved.execution, name) for name in found} == found
    assert again.verdict.causes == ()


def test_a_memory_mode_is_recorded_and_restored(open_bench: Callable[..., Any]) -> None:
    with open_bench(memory="balanced") as bench:
        run = make_picture(bench, SPEC).run
    with open_bench(memory="low") as bench:
        again = replay(bench, run.id)
    assert again.run.resolved.execution == run.resolved.execution
    assert again.run.resolved.execution.memory == "balanced"


def test_ways_that_this_version_has_not_are_named(open_bench: Callable[..., Any]) -> None:
    with open_bench(OtherMachine(attention="xformers")) as bench:
        run = make_picture(bench, SPEC).run
    with open_bench() as bench:
        again = replay(bench, run.id)
    assert again.run.resolved.execution.attention == "sdpa"
    assert again.verdict.causes == ("attention: recorded xformers, which this version has not; used sdpa",)
