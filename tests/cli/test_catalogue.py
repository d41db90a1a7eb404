"""`packshot catalogue` as a person calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.test_lock import photo_of

Call = Callable[..., Any]


@pytest.fixture
def products(tmp_path: Path) -> Path:
    photo_of(tmp_path / "mug.png", ground="white")
    table = tmp_path / "products.csv"
    table.write_text("sku,photo\nMUG-1,mug.png\n", encoding="utf-8")
    return table


def test_it_says_what_came_of_each(call: Call, products: Path) -> None:
    flags = ("--channel", "shopify", "--by", "Ada")
    shown = call("catalogue", str(products), *flags, "--cost-per-hour", "3.6")
    assert shown.code == 0, shown.err
    assert "1 in review, 0 held, 0 failed" in shown.out
    assert "each at 3.6 an hour" in shown.out
    again = call("catalogue", str(products), *flags, "--json")
    assert (again.data["made"], again.data["states"]) == (0, {"in review": 1, "held": 0, "failed": 0})
    line = Path("outputs/products/catalogue.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")
    assert line[1] == "MUG-1"
    assert line[4] in call("reviews", "--channel", "shopify").out


def test_a_row_that_fails_is_exit_1_and_a_broken_rule_3(call: Call, products: Path) -> None:
    flags = ("--channel", "ebay", "--by", "Ada", "--size", "88")
    broken = call("catalogue", str(products), *flags, "--json")
    assert broken.code == 3
    assert broken.data["to_look_at"][0]["blocked"] == {"ebay": ["longest side"]}
    products.write_text("sku,photo\nMUG-1,mug.png\nCUP,cup.png\n", encoding="utf-8")
    failed = call("catalogue", str(products), *flags)
    assert failed.code == 1
    assert "line 3 CUP: no picture at" in failed.err


def test_bad_calls(call: Call, products: Path, tmp_path: Path) -> None:
    flags = ("--by", "Ada", "--json")
    assert call("catalogue", str(tmp_path / "no.csv"), "--channel", "ebay", *flags).error["code"] == "catalogue.file"
    assert call("catalogue", str(products), "--channel", "nowhere", *flags).error["code"] == "channel.unknown"
    named = call("catalogue", str(products), "--channel", "ebay", "--name", "a/b", *flags)
    assert (named.code, named.error["code"]) == (2, "catalogue.file")
