"""Evidence is kept with a run, survives failing instruments, and is derived again from what is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from packshot.errors import RecordError
from packshot.evaluation import Instruments
from packshot.experiment import find_plan
from packshot.result import Pixels, RunState
from packshot.spec import Spec
from packshot.workflow import Workbench, make_picture, run_experiment
from packshot.workflow.evaluate_runs import evaluate_experiment


class Constant:
    """A scorer that likes all pictures the same."""

    unit = None

    def __init__(self, value: float) -> None:
        self.value = value
        self.prompts: list[str] = []

    @property
    def name(self) -> str:
        return "constant"

    def score(self, pixels: Pixels, prompt: str) -> float:
        self.prompts.append(prompt)
        return self.value


class Broken(Constant):
    def score(self, pixels: Pixels, prompt: str) -> float:
        raise MemoryError


def with_scorer(bench: Workbench, scorer: Constant) -> Workbench:
    return replace(bench, instruments=lambda _model: Instruments(scorer=scorer))


def adherence(bench: Workbench, run: str) -> float | str | None:
    return next(entry.value for entry in bench.store.evidence(run) if entry.name == "adherence")


def test_a_scorer_is_asked_with_the_pictures_own_prompt(bench: Workbench) -> None:
    scorer = Constant(0.25)
    made = make_picture(with_scorer(bench, scorer), Spec(prompt="a red mug", steps=2))
    assert scorer.prompts == ["a red mug"]
    assert adherence(bench, made.run.id) == 0.25


def test_a_broken_instrument_loses_no_picture(bench: Workbench) -> None:
    made = make_picture(with_scorer(bench, Broken(0.0)), Spec(prompt="a red mug", steps=2))
    assert made.run.state is RunState.SUCCEEDED
    entry = next(entry for entry in bench.store.evidence(made.run.id) if entry.name == "adherence")
    assert entry.value is None
    assert entry.sentence == "Not evaluated: the scorer failed (MemoryError)."


def test_measured_again_from_what_is_stored(open_bench: Callable[..., Workbench]) -> None:
    with open_bench() as bench:
        done = run_experiment(bench, find_plan("lab", bench.plans))
        before = {run.id: bench.store.evidence(run.id) for run in done.runs.values()}
        heard: list[str] = []
        scorer = Constant(0.5)
        found = evaluate_experiment(
            with_scorer(bench, scorer), done.name, lambda label, _done, _total: heard.append(label)
        )
        assert len(found.pictures) == len(before) == len(heard) == len(scorer.prompts)
        for run_id, was in before.items():
            after = bench.store.evidence(run_id)
            assert adherence(bench, run_id) == 0.5
            assert [e for e in after if e.name != "adherence"] == [e for e in was if e.name != "adherence"]
        # the source was found again: likeness is as it was, and a number
        source_run = done.runs["i2i_run07_strength035"].id
        kept = {entry.name: entry.value for entry in bench.store.evidence(source_run)}
        assert kept["likeness_ssim"] is not None
        assert bench.store.verify().clean


def test_an_unknown_experiment_is_refused(bench: Workbench) -> None:
    with pytest.raises(RecordError):
        evaluate_experiment(bench, "nothing")
