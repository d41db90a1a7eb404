"""Which ground a prompt asks for, in English and French, and whether a picture has it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packshot.evaluation import COLOUR_NAMES, Asked, asked_colour, evaluate
from packshot.evaluation.asked_ground import asked_ground
from packshot.result import Evidence
from tests.product.drawings import disc, draw


@pytest.mark.parametrize(
    ("prompt", "colour"),
    [
        ("ultra-realistic product photo of shoes on a white background, studio lighting, soft shadow", "white"),
        ("a mug on a pure white seamless background", "white"),
        ("a mug, white studio backdrop", "white"),
        ("a blue bag isolated on white", "white"),
        ("a blue bag isolated on white with a soft shadow", "white"),
        ("a red mug on seamless white paper, no shadow", "white"),
        ("a red mug in a white studio, no text", "white"),
        ("no text, no shadow on white background", "white"),
        ("white mug on a black background", "black"),
        ("a watch against a dark grey wall", "grey"),
        ("a watch in front of a light blue wall, sharp", "blue"),
        ("a watch on a plain red surface", "red"),
        ("background: pale pink, a watch", "pink"),
        ("a watch, background colour #F0F0F0", "grey"),
        ("a watch on solid #ff0000", "red"),
        ("a watch on a rgb(255, 255, 255) background", "white"),
        ("a watch on a cream background", "beige"),
        ("a watch on an off-white background", "white"),
        ("a watch on a navy backdrop", "blue"),
        ("a watch with a background of solid green", "green"),
        ("photo d'une montre sur fond blanc, lumière douce", "white"),
        ("montre, fond gris clair uni", "grey"),
        ("montre sur un fond uni bleu marine", "blue"),
        ("une tasse blanche sur fond noir", "black"),
        ("montre, arrière-plan rouge", "red"),
        ("sac détouré sur blanc", "white"),
        ("sac devant un mur vert foncé", "green"),
        ("a watch on a marble table", None),
        ("a watch on a white table in a kitchen", None),
        ("a white watch lying on sand, beach, sunset", None),
        ("a watch, blurred background", None),
        ("a watch, no white background", None),
        ("a watch, not on a white background", None),
        ("a watch on a non-white background", None),
        ("a watch without a white background", None),
        ("a watch on a white to grey gradient background", None),
        ("a watch on a blue gradient background", None),
        ("a watch on a black and white background", None),
        ("a watch on a white background, grey backdrop", None),
        ("montre sur fond blanc et gris", None),
        ("montre sans fond blanc", None),
        ("montre sur une table en marbre blanc", None),
        ("a watch in white, studio background", None),
        ("white wall clock", None),
        ("a black paper bag", None),
    ],
)
def test_the_prompt_is_read(prompt: str, colour: str | None) -> None:
    assert asked_colour(prompt) == colour


@pytest.mark.parametrize(
    ("prompt", "shade"),
    [
        ("on a light grey background", "light"),
        ("on a dark blue background", "dark"),
        ("sur fond gris foncé", "dark"),
        ("sur fond bleu pâle", "light"),
        ("on a charcoal background", "dark"),
        ("on a grey background", None),
    ],
)
def test_the_shade_is_read(prompt: str, shade: str | None) -> None:
    ground = asked_ground(prompt)
    assert ground is not None
    assert ground.shade == shade


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["on", "a", "white", "#fff", "background", "and", "rgb(", "1,2,3", "fond"]))
)
def test_any_prompt_is_read_without_harm(prompt: str | list[str]) -> None:
    assert asked_colour(prompt if isinstance(prompt, str) else " ".join(prompt)) in (*COLOUR_NAMES, None)


def as_asked(ground: tuple[int, int, int], prompt: str, corner: int | None = None) -> Evidence:
    picture = draw(disc(), ground, (30, 60, 160))
    if corner is not None:
        y, x = (np.mgrid[:256, :256] + 0.5) / 256 - 0.5
        away = np.clip((np.hypot(x, y) - 0.35) / (0.7 - 0.35), 0, 1)[..., None]
        shaded = (255 - (255 - corner) * away).astype(np.uint8)
        picture = np.where(disc()[..., None], picture, np.minimum(picture, shaded)).astype(np.uint8)
    found = {entry.name: entry for entry in evaluate(picture, Asked(prompt), None)}
    return found["background_as_asked"]


@pytest.mark.parametrize(
    ("ground", "value", "words"),
    [
        ((255, 255, 255), "yes", "it is pure white"),
        ((250, 250, 249), "yes", "white, but not pure white"),
        ((243, 243, 243), "yes", "white, but not pure white"),
        ((236, 236, 236), "no", "very light grey"),
        ((225, 225, 226), "no", "very light grey"),
        ((205, 205, 205), "no", "light grey"),
        ((250, 244, 234), "no", "beige"),
        ((232, 240, 250), "no", "blue"),
    ],
)
def test_white_is_what_an_eye_and_a_shop_call_white(ground: tuple[int, int, int], value: str, words: str) -> None:
    found = as_asked(ground, "a mug on a white background")
    assert found.value == value
    assert words in found.sentence


def test_a_white_middle_with_grey_corners_is_not_white() -> None:
    found = as_asked((255, 255, 255), "a mug on a white background", corner=205)
    assert found.value == "no"
    assert "grey" in found.sentence


@pytest.mark.parametrize(
    ("prompt", "ground", "value"),
    [
        ("on a light grey background", (216, 216, 216), "yes"),
        ("on a light grey background", (90, 90, 90), "no"),
        ("on a dark grey background", (216, 216, 216), "no"),
        ("on a dark grey background", (70, 70, 70), "yes"),
        ("on a grey background", (255, 255, 255), "no"),
        ("on a #d0d0d0 background", (216, 216, 216), "yes"),
        ("on a #d0d0d0 background", (150, 150, 150), "no"),
        ("on an off-white background", (240, 236, 228), "yes"),
        ("sur fond bleu", (84, 143, 219), "yes"),
        ("sur fond rouge", (84, 143, 219), "no"),
    ],
)
def test_shades_and_exact_colours_are_compared(prompt: str, ground: tuple[int, int, int], value: str) -> None:
    assert as_asked(ground, prompt).value == value


def test_a_patterned_ground_has_no_one_colour_and_is_not_the_one_asked_for() -> None:
    squares = np.random.default_rng(3).integers(0, 256, (8, 8, 3), dtype=np.uint8).repeat(32, 0).repeat(32, 1)
    found = {entry.name: entry for entry in evaluate(squares, Asked("a mug on a white background"), None)}
    assert found["background_colour"].value == "no one colour"
    assert found["background_as_asked"].value == "no"
    assert "no one colour" in found["background_as_asked"].sentence


def test_a_wall_with_a_floor_has_no_one_colour() -> None:
    picture = np.full((256, 256, 3), (250, 250, 250), np.uint8)
    picture[120:] = (120, 70, 40)
    found = {entry.name: entry for entry in evaluate(picture, Asked("a mug on a white background"), None)}
    assert found["background_colour"].value == "no one colour"
    assert found["background_as_asked"].value == "no"


@pytest.mark.parametrize("product", [(30, 60, 160), (225, 225, 225)])
def test_the_ground_of_a_cut_product_is_measured_without_it(product: tuple[int, int, int]) -> None:
    picture = draw(disc(centre=(0.15, 0.5), radius=0.35), (255, 255, 255), product)
    found = {entry.name: entry for entry in evaluate(picture, Asked("a mug on a white background"), None)}
    assert found["background_pure_white"].value == 100.0
    assert "pure white" in found["background_as_asked"].sentence
    assert found["cut_at_border"].value == "left"
