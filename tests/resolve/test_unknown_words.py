"""What studio-tiny does not know is found, and what it knows raises no alarm."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packshot import wiring
from packshot.errors import ModelError, SpecError
from packshot.experiment import cells, find_plan
from packshot.models import Catalogue, DigestCache, Knowledge, Product
from packshot.resolve import resolve, unknown_words
from packshot.resolve.knowing import check_known
from packshot.resolve.neutral import neutral_words, parse_neutral
from packshot.resolve.unknown_words import read_prompt
from packshot.spec import Spec

KNOWS = {
    "products": {
        "backpack": ["a backpack", "a laptop backpack"],
        "chair": ["a chair", "a wooden chair", "a kitchen chair"],
        "desk lamp": ["a desk lamp", "a lamp", "a table lamp"],
        "handbag": ["a handbag", "a leather handbag", "a ladies' handbag", "a hand bag"],
        "headphones": ["a pair of headphones", "over-ear headphones", "wireless headphones"],
        "mug": ["a coffee mug", "a mug", "a ceramic mug", "a cup"],
        "running shoes": ["a pair of running shoes", "sneakers", "shoes"],
        "wristwatch": ["a wristwatch", "a watch", "an analogue watch"],
    },
    "colours": ["black", "blue", "brown", "cream", "grey", "light grey", "orange", "red", "white"],
    "materials": ["matte", "glossy", "metallic", "metal"],
    "phrases": ["product photo", "studio lighting", "soft shadow", "catalogue photo"],
}
TINY = Knowledge(
    "tiny",
    tuple(Product(name, tuple(phrases)) for name, phrases in KNOWS["products"].items()),
    tuple(KNOWS["colours"]),
    tuple(KNOWS["materials"]),
    tuple(KNOWS["phrases"]),
)

KNOWN = [
    "a red mug",
    "Product photo of a RED MUG on a light-gray background, studio lighting, soft shadows, very sharp",
    "ultra-realistic product photo of a pair of running shoes on a white background, studio lighting, very sharp",
    "two grey mugs and three chairs",
    "running-shoe, white backdrop",
    "a white ceramic coffee mug",
    "black leather ladies’ handbag",
    "a hand-bag, a wrist watch",
    "wireless over-ear headphones, 85mm f/1.8 lens, ISO 100, 8k, hdr",
    "((red mug:1.2)), [masterpiece], {best quality}, (photorealistic:1.4)",
    "red mug --ar 4:5 --v 6 --stylize 100, --hd",
    "navy blue backpack",
    "men's shoes, women’s watch",
    "catalog photo of an analog watch, colour accurate, centred, centered",
    "an elegantly curved chair, softly lit, floating, minimal, cozy, flawless",
    "a mug, no text, no people or hands, without a logo",
    "a matte metal lamp with orange details",
    "shot on Canon EOS R5, a backpack",
    "the mug's glossy surface ✨",
]
UNKNOWN = [
    ("a laptop on a wooden desk", ["laptop", "wooden desk"]),
    ("a running man", ["man"]),
    ("a bicycle", ["bicycle"]),
    ("a red mug under a Palm Tree on the beach", ["Palm Tree", "beach"]),
    ("a mug on a marble table", ["marble table"]),
    ("a Nike sneaker", ["Nike"]),
    ("a person drinking coffee in the kitchen", ["person", "coffee", "kitchen"]),
    ("a coffee, mug", ["coffee"]),
    ("coffee in a mug", ["coffee"]),
    ("a leather chair", ["leather"]),
    ("a board, a jar, a table", ["board", "jar", "table"]),
    ("ice cream and a navy mug", ["ice", "navy"]),
    ("blorf zibble", ["blorf zibble"]),
    ("自転車 🚲", ["自転車 🚲"]),
    ("a mug with the logo text “HELLO”", ["logo text", "HELLO"]),
    ("t-shirt and T-Shirt", ["t-shirt"]),
    ("cafe\u0301 chairs", ["cafe\u0301"]),
    ("une tasse rouge", ["une tasse rouge"]),
    ("glasses and shorts", ["glasses", "shorts"]),
    ("no text. A dog", ["dog"]),
    ("no people on a beach", ["beach"]),
    ("women, ladies", ["women", "ladies"]),
]


@pytest.mark.parametrize("prompt", KNOWN)
def test_what_it_knows_raises_no_alarm(prompt: str) -> None:
    reading = read_prompt(prompt, TINY)
    assert reading.unknown == ()
    assert reading.products


@pytest.mark.parametrize(("prompt", "words"), UNKNOWN)
def test_what_it_does_not_know_is_found_as_it_was_written(prompt: str, words: list[str]) -> None:
    assert list(unknown_words(prompt, TINY)) == words


def test_the_lab_raises_no_alarm(catalogue: Catalogue) -> None:
    plan = find_plan("lab", wiring.data_folder() / "plans")
    knowledge = catalogue.find("studio-tiny").description.knowledge
    assert knowledge is not None
    for cell in cells(plan):
        assert check_known(cell.spec.prompt, knowledge, strict=True) == [], cell.name


def test_every_phrase_of_the_built_in_model_is_known_to_itself(catalogue: Catalogue) -> None:
    knowledge = catalogue.find("studio-tiny").description.knowledge
    assert knowledge is not None
    for product in knowledge.products:
        for phrase in (product.name, *product.phrases):
            assert read_prompt(f"photo of {phrase}, {phrase}", knowledge).unknown == (), phrase
            assert read_prompt(phrase, knowledge).products == (product.name,)
    for phrase in (*knowledge.colours, *knowledge.materials, *knowledge.phrases):
        assert unknown_words(phrase, knowledge) == (), phrase


@given(st.text() | st.text(alphabet=" ,.'’-(:)0aAbsß\u200d\u0301\ufe0f🚲½自", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    found = unknown_words(text, TINY)
    assert all(word and word in text for word in found)
    assert len({word.casefold() for word in found}) == len(found)


@given(st.lists(st.sampled_from(["bicycle", "palm tree", "a red mug", "on white", "Nike"]), max_size=8))
def test_a_noun_is_found_wherever_it_stands(parts: list[str]) -> None:
    found = unknown_words(", ".join(parts), TINY)
    assert set(found) == {part for part in parts if part in {"bicycle", "palm tree", "Nike"}}


def test_the_list_of_neutral_words_is_well_formed() -> None:
    neutral = neutral_words()
    assert len(neutral.exact) > 1500
    assert neutral.function
    assert neutral.negation
    assert neutral.shades
    assert not neutral.exact & {"person", "bicycle", "table", "hand", "beach", "flower", "logo", "frame", "store"}


def test_a_list_has_sections_comments_and_plurals() -> None:
    neutral = parse_neutral(
        "# a list\n[nouns (-s)]\nangle, depth of\n  field\n[exact]\nfine, ladies'\n[shades]\nnavy\n"
    )
    assert neutral.has("angles", "angle")
    assert "fines" not in neutral.exact
    assert "ladies'" in neutral.exact
    assert "lady" not in neutral.stems
    assert "navy" not in neutral.exact


# --- in resolve -----------------------------------------------------------------------------------------------------


@pytest.fixture
def knowing(tiny_sd: Path, tmp_path: Path) -> Path:
    """A tiny model that says what it knows."""
    folder = tmp_path / "knowing"
    shutil.copytree(tiny_sd, folder)
    (folder / "packshot.json").write_text(json.dumps({"name": "tiny", "knows": KNOWS}), encoding="utf-8")
    return folder


@pytest.fixture
def ask(knowing: Path, catalogue: Catalogue, settings: Any, library: Any):
    def resolved(prompt: str, **fields: Any):
        return resolve(
            Spec(**{"prompt": prompt, "model": str(knowing), **fields}), catalogue, settings, library
        ).resolved

    return resolved


def test_it_is_noted_in_the_origin(ask: Any) -> None:
    (note,) = ask("a red mug on a bicycle").origin.notes
    assert note.startswith("tiny knows backpack, chair, desk lamp")
    assert "“bicycle” is not among them: it draws the nearest that it knows" in note
    assert ask("a red mug", negative_prompt="bicycle, people").origin.notes == ()


def test_a_prompt_without_a_product_is_noted(ask: Any) -> None:
    first, second = ask("a bicycle and a dog").origin.notes
    assert "“bicycle” and “dog” are not among them" in first
    assert second == "the prompt names none of the products that tiny knows"
    (alone,) = ask("white background, soft shadow").origin.notes
    assert alone.startswith("the prompt names none of the products that tiny knows: backpack")


def test_strict_refuses_with_expected_got_and_hint(ask: Any) -> None:
    with pytest.raises(SpecError) as caught:
        ask("a mug on a bicycle", strict=True)
    error = caught.value
    assert (error.code, error.exit_code) == ("spec.prompt.unknown", 2)
    assert "mug" in (error.expected or "")
    assert error.got == "“bicycle”"
    assert error.hint
    with pytest.raises(SpecError) as caught:
        ask("white background", strict=True)
    assert caught.value.got == "no product"


def test_strict_changes_no_hash(ask: Any) -> None:
    assert ask("a red mug", strict=True).hash == ask("a red mug").hash


def test_what_a_model_knows_changes_no_pin(tiny_sd: Path, knowing: Path, catalogue: Catalogue) -> None:
    assert catalogue.find(str(knowing)).pin == catalogue.find(str(tiny_sd)).pin


def test_a_model_that_says_nothing_is_not_judged(ask: Any, tiny_sd: Path) -> None:
    assert ask("a bicycle", model=str(tiny_sd), strict=True).origin.notes == ()


@pytest.mark.parametrize(
    "knows", [[], {}, {"products": []}, {"products": {"mug": "a mug"}}, {"products": {}, "colours": 3}]
)
def test_a_broken_card_is_named(tiny_sd: Path, tmp_path: Path, knows: object) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(tiny_sd, folder)
    (folder / "packshot.json").write_text(json.dumps({"knows": knows}), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        Catalogue(DigestCache(None), offline=True).find(str(folder))
    assert caught.value.code == "model.corrupt"


def test_every_product_is_named() -> None:
    """Whoever reads the note looks for a product that is there: none is left out."""
    names = tuple(f"thing{letter}" for letter in "abcdefghijklmnopqrst")
    knows = Knowledge("tiny", tuple(Product(name, ()) for name in names), (), (), ())
    (note, *_) = check_known("a bicycle", knows, strict=False)
    assert all(name in note for name in names)
    assert " more" not in note


def test_very_much_that_is_unknown_stays_short() -> None:
    prompt = ", ".join(f"{letter * 90}" for letter in "bcdfghjklm")
    (note, _) = check_known(prompt, TINY, strict=False)
    assert "and 2 more are not" in note
    assert len(note) < 700
