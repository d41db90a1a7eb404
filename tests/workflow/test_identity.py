"""The identity gate before an approval, and limits that are learned from approvals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from packshot.errors import IdentityError, RecordError
from packshot.result import Decision, Run
from packshot.review import DEFAULT_LIMITS, gate_for
from packshot.spec import Spec
from packshot.workflow import (
    IdentityBlocker,
    Workbench,
    check_identity,
    identity_of,
    learn_identity,
    make_picture,
    may_release,
    review_picture,
)
from packshot.workflow.identity import LEARN_FROM
from tests.workflow.fading import SIDE_PX, Fading, photo, up_to

Open = Callable[..., Workbench]


def make(bench: Workbench, folder: Path, strength: float, seed: int = 1) -> Run:
    source = photo(folder)
    spec = Spec(prompt="a disc", source=source, strength=strength, steps=10, width=SIDE_PX, height=SIDE_PX, seed=seed)
    return make_picture(bench, spec).run


def guarded(bench: Workbench) -> Workbench:
    return replace(bench, blockers=(IdentityBlocker(bench),))


def reasons(bench: Workbench, run: Run) -> list[str]:
    return [each for each in may_release(guarded(bench), run.id, "etsy").reasons if each.startswith("identity")]


def approve(bench: Workbench, run: Run, channel: str | None = None, *, override: bool = False) -> None:
    review_picture(guarded(bench), run.id, Decision.APPROVE, "Ada", "looked at", channel, override=override)


def test_a_changed_product_is_not_approved_without_a_reason(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(0.4))) as bench:
        other = make(bench, tmp_path, 0.8)
        with pytest.raises(RecordError) as caught:
            approve(bench, other, "etsy")
        assert caught.value.code == "review.blocked"
        assert caught.value.got is not None
        assert "identity: colour" in caught.value.got
        approve(bench, other, "etsy", override=True)
        assert "identity: colour" in bench.store.entries(other.id)[-1].overrides
        assert reasons(bench, other) == []


def test_the_same_product_is_not_blocked(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(0.4))) as bench:
        same = make(bench, tmp_path, 0.3)
        verdict = identity_of(bench, same)
        assert verdict is not None
        assert verdict.verdict == "pass"
        assert IdentityBlocker(bench)(same, "etsy") == []


def test_a_source_that_is_gone_is_no_pass(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(0.4))) as bench:
        same = make(bench, tmp_path, 0.3)
        assert same.resolved.intent.source is not None
        bench.store.pictures.path(same.resolved.intent.source.digest).unlink()
        against = IdentityBlocker(bench)(same, "etsy")
        assert [each.rule for each in against] == ["identity: product"], "one reason is said once"
        assert "not at hand" in against[0].sentence


def test_it_speaks_of_pictures_from_a_photo_alone(bench: Workbench) -> None:
    run = make_picture(bench, Spec(prompt="a disc", steps=2)).run
    assert identity_of(bench, run) is None
    assert IdentityBlocker(bench)(run, "etsy") == []
    with pytest.raises(IdentityError) as caught:
        check_identity(bench, run.id)
    assert caught.value.code == "identity.none"


def test_any_picture_is_compared_with_a_photo(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(0.4))) as bench:
        same, other = make(bench, tmp_path, 0.3), make(bench, tmp_path, 0.8)
        path = Path(photo(tmp_path))
        for run, expected in ((same, "pass"), (other, "fail")):
            file = bench.settings.output / f"{run.id}.png"
            assert check_identity(bench, str(file), path).verdict == expected
            assert check_identity(bench, run.id).verdict == expected


def test_the_teams_limits_hold(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(0.4))) as bench:
        same = make(bench, tmp_path, 0.3)
        (bench.settings.workspace / "identity.yaml").write_text("default: {colour: 0.001}\n", encoding="utf-8")
        verdict = identity_of(bench, same)
        assert verdict is not None
        assert [check.rule for check in verdict.against] == ["identity: colour"]
        assert verdict.gate.whose == "the team's default"
        (bench.settings.workspace / "identity.yaml").write_text("default: {colour: red}\n", encoding="utf-8")
        with pytest.raises(IdentityError):
            approve(bench, same, "etsy")


def test_limits_are_learned_from_what_was_approved(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(0.4))) as bench:
        runs = [make(bench, tmp_path, 0.3, seed) for seed in range(LEARN_FROM + 2)]
        source = runs[0].resolved.intent.source
        assert source is not None
        for run in runs[: LEARN_FROM - 1]:
            approve(bench, run)
        with pytest.raises(IdentityError) as caught:
            learn_identity(bench, "disc", photo(tmp_path))
        assert (caught.value.code, caught.value.got) == ("identity.few", str(LEARN_FROM - 1))
        approve(bench, runs[LEARN_FROM - 1])
        review_picture(bench, runs[LEARN_FROM].id, Decision.REJECT, "Ada", "another product")
        done = learn_identity(bench, "disc", photo(tmp_path))
        assert (done.approved, done.file) == (LEARN_FROM, None)
        assert gate_for(source.digest, bench.settings.workspace).limits == DEFAULT_LIMITS, "not kept"
        kept = learn_identity(bench, "disc", photo(tmp_path), keep=True)
        assert kept.file is not None
        gate = gate_for(source.digest, bench.settings.workspace)
        assert (gate.product, gate.whose) == ("disc", f"learned from {LEARN_FROM} approved pictures")
        assert gate.limits.colour is not None
        assert gate.limits.colour < (DEFAULT_LIMITS.colour or 0), "noise alone is much closer than the default asks"
        assert all(identity_of(bench, run).verdict == "pass" for run in runs[1:3])  # type: ignore[union-attr]


def test_approvals_of_another_product_loosen_a_limit_by_half_at_most(open_bench: Open, tmp_path: Path) -> None:
    with open_bench(Fading(up_to(0.4))) as bench:
        for seed in range(LEARN_FROM):
            approve(bench, make(bench, tmp_path, 0.8, seed))
        limits = learn_identity(bench, "disc", photo(tmp_path)).product.limits
    assert limits.colour == pytest.approx(1.5 * (DEFAULT_LIMITS.colour or 0))
    assert limits.new_text is None


def test_a_product_without_photo_or_name_is_told(bench: Workbench) -> None:
    with pytest.raises(IdentityError) as caught:
        learn_identity(bench, "mug")
    assert caught.value.code == "identity.unknown"
