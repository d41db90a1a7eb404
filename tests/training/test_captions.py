"""Captions say what is in the scene, never something else, and the same item gives the same caption."""

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from training.captions import LAB_NEGATIVE, MATERIAL_WORDS, caption, caption_of, dropped
from training.dataset import item
from training.render import BACKGROUND_COLOURS, KINDS, PRODUCT_COLOURS, random_scene

SEEDS = st.integers(0, 1_000_000)


@given(SEEDS)
def test_a_caption_names_the_kind(seed: int) -> None:
    scene = random_scene(seed)
    kind = KINDS[scene.kind]
    text = caption(scene, random.Random(seed))
    heads = {name.split()[-1] for name in (kind.name, *kind.synonyms)}
    assert any(head in text for head in heads), text


@given(SEEDS)
def test_a_caption_names_no_colour_and_no_material_that_is_not_there(seed: int) -> None:
    scene = random_scene(seed)
    text = (
        caption(scene, random.Random(seed))
        .replace("gray", "grey")
        .replace("violet", "purple")
        .replace("cream", "beige")
    )
    true = {scene.product_colour, scene.background_colour.split()[-1], scene.accent_colour}
    for colour in {*PRODUCT_COLOURS, *(name.split()[-1] for name in BACKGROUND_COLOURS)} - true:
        assert not re.search(rf"\b{colour}\b", text), (colour, text)
    for material, words in MATERIAL_WORDS.items():
        if material != scene.material:
            assert not any(re.search(rf"\b{word}\b", text) for word in words), text


@given(SEEDS)
def test_articles_fit(seed: int) -> None:
    text = caption(random_scene(seed), random.Random(seed))
    assert not re.search(r"\ba (?:[aeio]|ultra)", text), text
    assert not re.search(r"\ban (?![aeiou])", text), text


@given(SEEDS, st.integers(0, 100))
def test_an_item_and_a_variant_give_one_caption(seed: int, variant: int) -> None:
    assert caption_of(item(seed), variant) == caption_of(item(seed), variant)


def test_a_faulty_picture_is_told_by_its_fault() -> None:
    faulty = [item(seed) for seed in range(2000) if item(seed).fault]
    assert len(faulty) == 40
    assert all(it.fault is not None and it.fault in caption_of(it, 0) for it in faulty)


def test_withheld_captions_are_empty_or_the_lab_negative_often_enough() -> None:
    rng = random.Random(0)
    drawn = [dropped(rng) for _ in range(2000)]
    assert 0.45 < drawn.count("") / 2000 < 0.55
    assert 0.10 < drawn.count(LAB_NEGATIVE) / 2000 < 0.20
