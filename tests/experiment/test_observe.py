"""From stored cells to observations: what is a number, what is compared with what, what is left out."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from packshot.experiment import SMOKE_GROUP, answer_of, change_words, number_of, observe
from packshot.result import (
    Cell,
    Criterion,
    Evidence,
    MeasuredCell,
    Proposal,
    ProposedScore,
    Result,
    Run,
    RunState,
    Timings,
)
from tests.store.examples import START, picture, resolved_spec, result_of


def evidence(name: str, value: float | str | None, unit: str | None = None) -> Evidence:
    return Evidence(name=name, value=value, unit=unit, sentence="x")


def measured(name: str, *entries: Evidence, state: RunState = RunState.SUCCEEDED, **changes: Any) -> MeasuredCell:
    spec = resolved_spec(1)
    result: Result | None = result_of(picture(1)).model_copy(
        update={"timings": Timings(load_s=9, encode_s=0.25, denoise_s=1, decode_s=0.5, total_s=30)}
    )
    run = Run(
        id=f"RUN-{name}",
        spec_hash=spec.hash,
        resolved=spec,
        state=state,
        created_at=START,
        result=result if state is RunState.SUCCEEDED else None,
    )
    fields = {"position": 0, "group": "t2i", "spec_hash": spec.hash, "arm": name} | changes
    return MeasuredCell(cell=Cell(name=name, **fields), run=run, evidence=entries)


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("sharpness", 3, 3.0),
        ("background_as_asked", "yes", 1.0),
        ("background_as_asked", "no", 0.0),
        ("collapsed", "no", 0.0),
        ("cut_at_border", "no", 0.0),
        ("cut_at_border", "left, top", 1.0),
        ("background_colour", "grey", None),
        ("sharpness", None, None),
    ],
)
def test_what_counts_as_a_number(name: str, value: float | str | None, number: float | None) -> None:
    assert number_of(evidence(name, value)) == number


def test_numbers_seconds_and_settings_of_a_cell() -> None:
    found = observe([measured("baseline", evidence("frame_fill", 60.5, "%"), evidence("background_colour", "grey"))])
    assert [(one.measure, one.value, one.unit) for one in found] == [("seconds", 1.75, "s"), ("frame_fill", 60.5, "%")]
    assert found[0].settings == (("steps", 3.0), ("guidance", 7.5))
    assert found[0].against is None


def test_the_smoke_test_failures_and_what_has_not_run_are_left_out() -> None:
    found = observe(
        [
            measured("smoke", group=SMOKE_GROUP),
            measured("baseline"),
            measured("failed", state=RunState.FAILED, change={"steps": 5}),
            MeasuredCell(cell=Cell(name="new", position=4, group="t2i", spec_hash="x", change={"steps": 9})),
        ]
    )
    assert {one.arm for one in found} == {"baseline"}


def test_a_cell_that_names_no_arm_to_compare_with_has_the_baseline() -> None:
    found = observe(
        [
            measured("base_s1", arm="base", seed=1, product="mug"),
            measured("again_s1", arm="again", seed=1, product="mug"),
            measured("a_s1", arm="a", seed=1, product="mug", change={"strength": 0.5}),
            measured("b_s1", arm="b", seed=1, product="mug", change={"strength": 0.8}, against="a"),
        ]
    )
    assert [(one.arm, one.against) for one in found] == [("base", None), ("again", "base"), ("a", "base"), ("b", "a")]
    assert {(one.seed, one.product) for one in found} == {(1, "mug")}


def test_changes_are_as_short_as_they_are_exact() -> None:
    change = {"guidance": 4.0, "strength": 0.35, "steps": 15, "loras": ["a.safetensors", "b"], "prompt": "a mug"}
    assert change_words(change) == (
        ("guidance", "4"),
        ("strength", "0.35"),
        ("steps", "15"),
        ("loras", "a.safetensors + b"),
        ("prompt", "a mug"),
    )
    assert change_words({"loras": []}) == (("loras", "none"),)


def test_proposed_scores_are_measures_of_their_own() -> None:
    """The criterion and the evidence are both called adherence."""
    scores = {c: ProposedScore(score=2 if c is Criterion.ADHERENCE else 1, reason="x") for c in Criterion}
    cell = measured("baseline", evidence("adherence", 0.31))
    numbers = {one.measure: one.value for one in observe([cell], proposals={"RUN-baseline": Proposal(scores=scores)})}
    assert (numbers["adherence"], numbers["proposed_adherence"], numbers["proposed_total"]) == (0.31, 2, 6)
    scores[Criterion.REALISM] = ProposedScore(score=None, reason="not evaluated")
    numbers = {one.measure: one.value for one in observe([cell], proposals={"RUN-baseline": Proposal(scores=scores)})}
    assert "proposed_realism" not in numbers
    assert "proposed_total" not in numbers


def test_cells_are_taken_one_after_the_other_and_none_is_kept() -> None:
    """A plan may have ten thousand: what is left of a cell are its numbers."""
    alive: list[weakref.ref[MeasuredCell]] = []

    def each() -> Iterator[MeasuredCell]:
        for seed in range(6):
            gc.collect()
            assert sum(reference() is not None for reference in alive) <= 2
            entry = measured(f"baseline_s{seed}", evidence("sharpness", float(seed)))
            alive.append(weakref.ref(entry))
            yield entry

    answer = answer_of(each())
    assert len(answer.proposals) == len(alive) == 6


def test_seconds_by_stage_count_a_shared_run_once_and_put_the_smoke_test_last() -> None:
    smoke = measured("smoke", group=SMOKE_GROUP)
    base, again = measured("base_s1", arm="base", seed=1), measured("base_s2", arm="base", seed=2)
    slow = Timings(encode_s=0.75, denoise_s=3, decode_s=0.5)
    assert again.run is not None
    assert again.run.result is not None
    again = again.model_copy(
        update={"run": again.run.model_copy(update={"result": again.run.result.model_copy(update={"timings": slow})})}
    )
    shared = measured("other", arm="other", change={"steps": 4.0}).model_copy(update={"run": base.run})
    failed = measured("failed", state=RunState.FAILED)
    steps = measured("steps15", change={"steps": 15})
    found = answer_of([smoke, base, again, shared, failed, steps]).findings.seconds
    assert [(arm.arm, arm.change, arm.encode_s, arm.denoise_s, arm.picture_s) for arm in found] == [
        ("base", (), 0.5, 2.0, 3.0),
        ("steps15", (("steps", "15"),), 0.25, 1.0, 1.75),
        ("smoke", (), 0.25, 1.0, 1.75),
    ]
