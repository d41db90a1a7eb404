"""Released files' names: a SKU stays what it is where it can, and no two SKUs ever share a name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packshot.errors import OutputError
from packshot.workflow.release_names import Names, check_sku, stem_of

SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,86}")
SKUS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=100).filter(
    lambda text: text.strip() and text.isprintable()
)


@pytest.mark.parametrize("sku", ["MUG-17", "mug_17.v2", "4711", "a"])
def test_a_safe_sku_is_the_name(sku: str) -> None:
    assert stem_of(sku) == sku


@pytest.mark.parametrize(
    ("sku", "stem"),
    [
        ("../x", "x"),
        ("..", "sku"),
        ("a/b", "a-b"),
        ("a b", "a-b"),
        ("Größe 42", "Gro-e-42"),
        ("日本", "sku"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("mug.", "mug"),
        ("CON", "_CON"),
        ("lpt1.x", "_lpt1.x"),
        ("x" * 100, "x" * 80),
    ],
)
def test_what_a_name_cannot_hold_is_replaced_and_marked(sku: str, stem: str) -> None:
    assert re.fullmatch(rf"{re.escape(stem)}-[0-9a-f]{{6}}", stem_of(sku))


@given(SKUS)
def test_every_name_is_safe(sku: str) -> None:
    assert SAFE.fullmatch(stem_of(check_sku(sku)))


@given(st.lists(SKUS, max_size=8))
def test_names_are_all_different_also_without_case(skus: list[str]) -> None:
    names, given_out = Names([], []), []
    for sku in skus:
        stem = names.free(sku)
        names.take(stem, sku)
        given_out.append(stem.casefold())
        assert SAFE.fullmatch(stem)
    assert len(set(given_out)) == len(skus)


def test_pictures_of_one_sku_are_numbered_and_others_are_marked() -> None:
    names = Names(["mug.jpg", "cup.jpg", "Stranger.PNG"], [("mug.jpg", "mug"), ("cup.jpg", "cup")])
    assert names.free("mug") == names.free("mug") == "mug-2"
    names.take("mug-2", "mug")
    assert names.free("mug") == "mug-3"
    assert re.fullmatch("mug-2-[0-9a-f]{6}", names.free("mug-2"))
    assert re.fullmatch("MUG-[0-9a-f]{6}", names.free("MUG"))
    assert names.free("stranger") == "stranger-2"


@pytest.mark.parametrize("text", ["", "  ", "a\nb", "a\0", "x" * 101, "\ud800"])
def test_what_is_no_sku_is_refused(text: str) -> None:
    with pytest.raises(OutputError) as caught:
        check_sku(text)
    assert caught.value.code == "output.name"
