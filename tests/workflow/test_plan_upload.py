"""Plans that somebody sends: read like a file, but they open no file of this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from packshot.errors import PlanError
from packshot.experiment import cells
from packshot.spec import Spec
from packshot.workflow import build_replicates, uploaded_plan
from packshot.workflow.plan_upload import BYTES_MAX

PLAN = b"""\xef\xbb\xbfschema: packshot.plan/1
name: sent
title: Sent
question: Does it work?
baseline: {name: base, prompt: a red mug}
vary: {steps: [4, 5]}
"""


def test_a_plan_is_read_as_from_a_file() -> None:
    assert [arm.name for arm in cells(uploaded_plan(PLAN, "sent.yaml")).arms] == ["base", "steps_4", "steps_5"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xfe\x00", "no text"),
        (b"# " + b"x" * BYTES_MAX, "too large"),
        (PLAN.replace(b"[4, 5]", b"[4, many]"), "sent.yaml, line 6"),
        (b"- a list", "no plan"),
        (b"", "no plan"),
    ],
)
def test_what_is_wrong_is_told(data: bytes, told: str) -> None:
    with pytest.raises(PlanError) as refused:
        uploaded_plan(data, "sent.yaml")
    assert told in refused.value.message
    assert refused.value.expected


def test_a_table_of_this_machine_is_not_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("sku,prompt\nhush,hush\n")
    with pytest.raises(PlanError) as refused:
        uploaded_plan(PLAN + f"products: {secret}\n".encode(), "sent.yaml")
    assert "line 7" in refused.value.message
    assert "hush" not in str(refused.value)


def test_seeds_alone_are_a_plan_of_one_arm() -> None:
    planned = cells(build_replicates("seeds", Spec(prompt="a mug", seed=7), 3))
    assert [cell.seed for cell in planned] == [7, 8, 9]
    assert len(planned.arms) == 1
    with pytest.raises(PlanError):
        build_replicates("seeds", Spec(prompt="a mug"), 1)
