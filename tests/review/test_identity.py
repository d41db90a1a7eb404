"""The identity gate's verdicts, and whose limits hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from packshot.errors import IdentityError
from packshot.evaluation.identity import UNITS
from packshot.result import Evidence
from packshot.review import (
    DEFAULT_LIMITS,
    IdentityFile,
    IdentityGate,
    KnownProduct,
    Limits,
    gate_for,
    read_identity_file,
    with_product,
    written,
)

RED, BLUE = "a" * 64, "b" * 64
ALIKE = {
    "identity_shape": 1.0,
    "identity_colour": 0.1,
    "identity_surface": 0.2,
    "identity_structure": 1.0,
    "identity_text": 100.0,
    "identity_new_text": 0.0,
}
TEAM = """\
schema: packshot.identity/1
default: {colour: 5}
products:
  - name: red-mug
    sources: [aaaaaaaaaaaa]
    limits: {colour: 2.5, surface: 9}
"""


def evidence(**values: float | None) -> list[Evidence]:
    known = {**ALIKE, **values}
    return [Evidence(name=name, value=known[name], unit=UNITS[name], sentence=f"{name}.") for name in UNITS]


def test_what_is_alike_passes() -> None:
    verdict = IdentityGate().judge(evidence())
    assert verdict.verdict == "pass"
    assert verdict.against == ()
    assert len(verdict.checks) == len(UNITS)


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("identity_shape", 0.1, "identity: shape"),
        ("identity_colour", 40.0, "identity: colour"),
        ("identity_surface", 90.0, "identity: surface"),
        ("identity_structure", 0.0, "identity: structure"),
        ("identity_text", 0.0, "identity: text"),
        ("identity_new_text", 1.0, "identity: new text"),
    ],
)
def test_one_that_is_not_alike_closes_it(name: str, value: float, rule: str) -> None:
    verdict = IdentityGate().judge(evidence(**{name: value}))
    assert verdict.verdict == "fail"
    assert [check.rule for check in verdict.against] == [rule]
    assert verdict.against[0].sentence == f"{name}."


def test_the_limit_itself_passes() -> None:
    at = {f"identity_{name}": float(value) for name, value in DEFAULT_LIMITS.model_dump().items()}
    assert IdentityGate().judge(evidence(**at)).verdict == "pass"


def test_what_is_needed_and_was_not_measured_is_no_pass() -> None:
    verdict = IdentityGate().judge(evidence(identity_shape=None))
    assert verdict.verdict == "not checked"
    assert [check.verdict for check in verdict.against] == ["not checked"]
    assert IdentityGate().judge(evidence(identity_shape=None, identity_colour=50.0)).verdict == "fail"
    assert IdentityGate().judge([]).verdict == "not checked"


def test_one_reason_for_all_that_is_needed_is_said_once() -> None:
    untold = dict.fromkeys(("identity_shape", "identity_colour", "identity_surface", "identity_structure"))
    why = "Not evaluated: no product can be told."
    found = [e.model_copy(update={"sentence": why} if e.name in untold else {}) for e in evidence(**untold)]
    verdict = IdentityGate().judge(found)
    assert [(check.rule, check.sentence) for check in verdict.against] == [("identity: product", why)]
    assert [check.rule for check in verdict.checks[1:]] == ["identity: text", "identity: new text"]
    several = IdentityGate().judge(evidence(**untold))
    assert len(several.against) == len(untold), "several reasons stay several"


def test_text_that_was_not_read_leaves_it_open() -> None:
    verdict = IdentityGate().judge(evidence(identity_text=None, identity_new_text=None))
    assert verdict.verdict == "pass"
    assert not any("text" in check.rule for check in verdict.checks)


def test_the_teams_limits_count_before_learned_ones_and_these_before_the_defaults(tmp_path: Path) -> None:
    assert gate_for(RED, tmp_path) == IdentityGate()
    learned = IdentityFile(
        products=(
            KnownProduct(name="red-mug", sources=(RED,), limits=Limits(colour=3.0, shape=0.7), approved=12),
            KnownProduct(name="blue-mug", sources=(BLUE,), limits=Limits(shape=0.75), approved=9),
        )
    )
    (tmp_path / "identity-learned.yaml").write_text(written(learned), encoding="utf-8")
    assert gate_for(RED, tmp_path).limits == Limits(colour=3.0, shape=0.7).over(DEFAULT_LIMITS)
    (tmp_path / "identity.yaml").write_text(TEAM, encoding="utf-8")
    red, blue, other = (gate_for(digest, tmp_path) for digest in (RED, BLUE, "c" * 64))
    assert (red.product, red.whose) == ("red-mug", "set by the team")
    assert (red.limits.colour, red.limits.surface, red.limits.shape) == (2.5, 9.0, 0.7)
    assert (blue.whose, blue.limits.shape, blue.limits.colour) == ("learned from 9 approved pictures", 0.75, 5.0)
    assert (other.product, other.whose, other.limits.colour) == (None, "the team's default", 5.0)


def test_what_was_learned_is_written_and_read_again() -> None:
    one = KnownProduct(name="red-mug", sources=(RED,), limits=Limits(shape=0.9), approved=8)
    file = with_product(IdentityFile(products=(one,)), one.model_copy(update={"approved": 20}))
    assert read_identity_file(written(file), "identity-learned.yaml") == file
    assert [product.approved for product in file.products] == [20]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("colour: 2.5", "colour: red", "identity.yaml, line 6: products.0.limits.colour"),
        ("surface", "surfaces", "identity.yaml, line 6: products.0.limits.surfaces"),
        ("aaaaaaaaaaaa", "abc", "identity.yaml, line 5: products.0.sources.0"),
        ("{colour: 5}", "{shape: 2}", "identity.yaml, line 2: default.shape"),
        ("name: red-mug", "title: red-mug", "identity.yaml, line 4: products.0.title"),
        ("schema: packshot.identity/1", "[", "identity.yaml, line"),
    ],
)
def test_a_mistake_names_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(IdentityError) as caught:
        read_identity_file(TEAM.replace(old, new), "identity.yaml")
    assert caught.value.code == "identity.invalid"
    assert caught.value.message.startswith(message)
