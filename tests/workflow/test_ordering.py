"""The team's policy stands where specs become orders, whoever asks; and before an approval."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import packshot
from packshot.engine import FakeEngine
from packshot.errors import PolicyError, RecordError
from packshot.experiment import checked_plan
from packshot.report import open_language
from packshot.result import Decision
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import (
    PolicyBlocker,
    Workbench,
    forecast,
    make_picture,
    may_release,
    replay,
    review_picture,
    run_experiment,
)

POLICY = """\
schema: packshot.policy/1
rules:
  - {name: brands, kind: brand, action: ACTION, reason: Not ours., words: [Nike]}
"""
SHOE = Spec(prompt="a NIKE™ shoe", steps=2)


def policy(bench: Workbench, action: str) -> None:
    path = bench.settings.policy_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(POLICY.replace("ACTION", action), encoding="utf-8")


class NoEngine(FakeEngine):
    """Nobody may come so far."""

    def submit(self, order: object) -> object:
        raise AssertionError("an engine was asked")


def test_a_refused_prompt_reaches_neither_model_nor_engine(open_bench: Callable[..., Workbench]) -> None:
    with open_bench(NoEngine()) as bench:
        policy(bench, "refuse")
        with pytest.raises(PolicyError) as caught:
            make_picture(bench, SHOE.model_copy(update={"model": "no/such-model"}))
        error = caught.value
        assert (error.code, error.exit_code) == ("policy.refused", 2)
        assert error.message == "the policy refuses “NIKE” (brands)"
        assert error.got == SHOE.prompt
        assert error.hint == "brands: Not ours."
        assert bench.store.count_runs() == 0


def test_a_warning_is_noted_with_the_run_and_is_no_part_of_the_hash(bench: Workbench) -> None:
    before = make_picture(bench, SHOE)
    policy(bench, "warn")
    after = make_picture(bench, SHOE, fresh=True)
    note = "the policy warns of “NIKE” (brands): Not ours."
    assert after.run.spec_hash == before.run.spec_hash
    assert note in bench.store.run(after.run.id).resolved.origin.notes
    assert after.run.result is not None
    assert note in after.run.result.provenance.notes
    assert note in make_picture(bench, SHOE).order.resolved.origin.notes, "also where it was made before"
    assert open_language("fr").say(note).startswith("la politique met en garde contre")


def test_the_negative_prompt_is_not_judged(bench: Workbench) -> None:
    policy(bench, "refuse")
    assert make_picture(bench, Spec(prompt="a shoe", negative_prompt="Nike", steps=2)).run.result is not None


def test_a_file_that_the_settings_name_has_to_be_there(open_bench: Callable[..., Workbench], tmp_path: Path) -> None:
    with open_bench(policy=tmp_path / "rules.yaml") as bench, pytest.raises(PolicyError) as caught:
        make_picture(bench, SHOE)
    assert caught.value.code == "policy.missing"


def test_a_policy_with_a_mistake_lets_nothing_through(bench: Workbench) -> None:
    policy(bench, "forbid")
    with pytest.raises(PolicyError) as caught:
        make_picture(bench, Spec(prompt="a red mug", steps=2))
    assert caught.value.code == "policy.invalid"
    assert bench.store.count_runs() == 0


def plan_of(prompt: str) -> object:
    return checked_plan(
        {
            "schema": "packshot.plan/1",
            "name": "shoes",
            "title": "Shoes",
            "question": "Which?",
            "baseline": {"name": "base", "prompt": "a shoe", "steps": 2},
            "arms": [{"name": "other", "change": {"prompt": prompt}}],
        }
    )


def test_an_experiment_is_refused_before_anything_runs(bench: Workbench) -> None:
    policy(bench, "refuse")
    for attempt in (run_experiment, forecast):
        with pytest.raises(PolicyError, match="cell other: the policy refuses “NIKE”"):
            attempt(bench, plan_of(SHOE.prompt))
    assert bench.store.count_runs() == 0
    policy(bench, "warn")
    done = run_experiment(bench, plan_of(SHOE.prompt))
    assert done.notes["the policy warns of “NIKE” (brands): Not ours."] == ("other",)


def test_the_service_refuses_before_a_job_is_there(bench: Workbench) -> None:
    service = Service(bench)
    policy(bench, "refuse")
    with pytest.raises(PolicyError):
        service.make([SHOE])
    assert service.jobs() == []
    service.close()


def test_a_replay_is_made_and_noted(bench: Workbench) -> None:
    made = make_picture(bench, SHOE)
    policy(bench, "refuse")
    done = replay(bench, made.run.id)
    assert done.verdict is not None
    assert done.verdict.sameness == "identical"
    assert done.notes == ("the policy refuses “NIKE” today (brands), which a replay leaves alone: Not ours.",)
    assert done.notes[0] in bench.store.run(done.run.id).resolved.origin.notes
    assert open_language("fr").knows(done.notes[0])


def test_a_picture_of_before_the_rule_is_not_approved_silently(bench: Workbench) -> None:
    guarded = replace(bench, blockers=(PolicyBlocker(bench.settings),))
    made = make_picture(bench, SHOE)
    policy(bench, "warn")
    assert not any(_said(guarded, made.run.id)), "a warning does not block"
    policy(bench, "refuse")
    with pytest.raises(RecordError) as caught:
        review_picture(guarded, made.run.id, Decision.APPROVE, "Ada", channel="etsy")
    assert caught.value.code == "review.blocked"
    assert caught.value.got is not None
    assert "policy: brands: Nike" in caught.value.got
    entry = review_picture(guarded, made.run.id, Decision.APPROVE, "Ada", "licensed", "etsy", override=True)
    assert "policy: brands: Nike" in entry.overrides
    assert not any(_said(guarded, made.run.id)), "that very rule was overridden"


def _said(bench: Workbench, run_id: str) -> list[str]:
    return [reason for reason in may_release(bench, run_id, "etsy").reasons if reason.startswith("policy")]


def test_there_is_one_place_where_specs_become_orders() -> None:
    """But for measuring runtimes and warming the engine, which have prompts of their own and keep no picture."""
    root = Path(packshot.__file__).parent
    asking = set()
    for folder in ("workflow", "service", "cli", "app", "notebook"):
        for file in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                of_resolve = isinstance(node, ast.ImportFrom) and str(node.module).startswith("packshot.resolve")
                if of_resolve and any(name.name == "resolve" for name in node.names):
                    asking.add(file.relative_to(root).as_posix())
    assert asking == {"workflow/ordering.py", "workflow/bench.py", "service/warming.py"}
