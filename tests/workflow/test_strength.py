"""The search for the highest strength: what it finds, what it tries, and going on after a stop."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from packshot.errors import IdentityError, Interrupted, PolicyError, SpecError
from packshot.spec import Spec
from packshot.workflow import StrengthFound, StrengthProgress, Workbench, search_strength, strength_grid
from tests.workflow.fading import SIDE_PX, Fading, photo, up_to

Open = Callable[..., Workbench]
SEEDS = 2


def spec(folder: Path) -> Spec:
    return Spec(prompt="a disc", source=photo(folder), steps=20, width=SIDE_PX, height=SIDE_PX, seed=7)


def search(bench: Workbench, folder: Path, **changes: object) -> StrengthFound:
    return search_strength(bench, spec(folder), **{"seeds": SEEDS, "low": 0.1, "high": 0.9, "step": 0.1, **changes})


def tried(found: StrengthFound) -> dict[float, bool]:
    return {each.strength: each.passes for each in found.tried}


def test_the_grid_is_decided_beforehand() -> None:
    assert strength_grid(0.1, 0.9, 0.1) == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    assert strength_grid(0.5, 0.5, 0.05) == (0.5,)
    assert strength_grid(0.2, 0.35, 0.1) == (0.2, 0.3)
    for wrong in ((0.0, 0.5, 0.1), (0.6, 0.5, 0.1), (0.5, 1.1, 0.1), (0.1, 0.5, 0.0), (0.1, 0.5, float("nan"))):
        with pytest.raises(SpecError):
            strength_grid(*wrong)


@pytest.mark.parametrize(
    ("limit", "expected"), [(0.05, None), (0.1, 0.1), (0.45, 0.4), (0.9, 0.9)], ids=["none", "first", "middle", "all"]
)
def test_the_highest_that_keeps_the_product(open_bench: Open, tmp_path: Path, limit: float, expected: float) -> None:
    engine = Fading(up_to(limit))
    with open_bench(engine) as bench:
        found = search(bench, tmp_path)
    assert found.strength == expected
    assert found.in_order
    assert found.seeds == (7, 8)
    assert all(passes == (strength <= limit) for strength, passes in tried(found).items())
    assert engine.made == SEEDS * len(found.tried) <= SEEDS * 6, "a bisection, and its neighbours"
    if expected == 0.4:
        assert {0.3, 0.4, 0.5, 0.6} <= tried(found).keys(), "the neighbours are tried, not assumed"
        verdict = found.tried[-1].pictures[0].verdict
        assert verdict is not None
        assert "identity: colour" in {check.rule for check in verdict.against}


def test_every_seed_has_to_pass(open_bench: Open, tmp_path: Path) -> None:
    limits = {7: 0.8, 8: 0.3, 9: 0.6}
    with open_bench(Fading(lambda intent: (intent.strength or 0) <= limits[intent.seed] + 1e-9)) as bench:
        assert search(bench, tmp_path, seeds=3).strength == 0.3
        assert search(bench, tmp_path, seeds=1).strength == 0.8


def test_a_strength_that_fails_out_of_turn_is_found_beside_the_answer(open_bench: Open, tmp_path: Path) -> None:
    """0.5 is passed over by the bisection, and fails: what lies above it is not believed."""
    with open_bench(Fading(lambda intent: round(intent.strength or 0, 2) in (0.1, 0.2, 0.3, 0.4, 0.6, 0.7))) as bench:
        found = search(bench, tmp_path, low=0.1, high=0.7)
    assert found.strength == 0.4
    assert not found.in_order


def test_what_is_made_is_taken_when_it_is_called_again(open_bench: Open, tmp_path: Path) -> None:
    engine = Fading(up_to(0.4))
    with open_bench(engine) as bench:
        first = search(bench, tmp_path)
        made = engine.made
        again = search(bench, tmp_path)
    assert engine.made == made
    assert again.strength == first.strength
    assert all(picture.already for each in again.tried for picture in each.pictures)


def test_a_stop_keeps_what_is_made(open_bench: Open, tmp_path: Path) -> None:
    engine = Fading(up_to(0.4), stop_after=3)
    with open_bench(engine) as bench:
        with pytest.raises(Interrupted):
            search(bench, tmp_path)
        assert bench.store.count_runs() >= 3
        found = search(bench, tmp_path)
    assert found.strength == 0.4
    assert engine.made == SEEDS * len(found.tried), "nothing was made twice"


def test_progress_is_told_with_what_is_left(open_bench: Open, tmp_path: Path) -> None:
    told: list[StrengthProgress] = []
    with open_bench(Fading(up_to(0.4))) as bench:
        found = search(bench, tmp_path, on_progress=told.append)
    assert [each.done for each in told] == list(range(1, len(told) + 1))
    assert len(told) == SEEDS * len(found.tried)
    assert all(each.done <= each.at_most for each in told)
    assert any(each.left_s is not None and each.left_s > 0 for each in told)


def test_a_photo_without_a_product_is_refused_before_anything_runs(open_bench: Open, tmp_path: Path) -> None:
    engine = Fading(up_to(1.0))
    noise = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8).repeat(16, 0).repeat(16, 1)
    with open_bench(engine) as bench:
        source = photo(tmp_path, noise)
        with pytest.raises(IdentityError) as caught:
            search_strength(bench, spec(tmp_path).model_copy(update={"source": photo(tmp_path, noise)}))
    assert caught.value.code == "identity.unmeasured"
    assert Path(source).name in caught.value.message
    assert engine.made == 0


def test_what_cannot_be_is_refused(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(1.0))) as bench:
        for changes in ({"seeds": 0}, {"seeds": 33}, {"low": 0.9, "high": 0.1}):
            with pytest.raises(SpecError):
                search(bench, tmp_path, **changes)
        with pytest.raises(SpecError) as caught:
            search_strength(bench, Spec(prompt="a disc"))
        assert caught.value.code == "spec.source.missing"
        bench.settings.policy_file.write_text(
            "schema: packshot.policy/1\n"
            "rules: [{name: shapes, kind: banned, action: refuse, reason: No., words: [disc]}]\n",
            encoding="utf-8",
        )
        with pytest.raises(PolicyError):
            search(bench, tmp_path)
