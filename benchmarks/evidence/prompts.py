"""Prompts that ask for a ground, as people write them. Knows no pictures."""

from __future__ import annotations

import random

from training.render.catalogue import KINDS

FRENCH = {
    "white": "blanc",
    "grey": "gris",
    "light grey": "gris clair",
    "black": "noir",
    "beige": "beige",
    "red": "rouge",
    "orange": "orange",
    "yellow": "jaune",
    "green": "vert",
    "blue": "bleu",
    "purple": "violet",
    "pink": "rose",
}
FORMS = (
    "photo of {product} on a {colour} background, studio lighting",
    "{product}, plain {colour} backdrop, soft shadow",
    "product photo of {product} against a {colour} seamless background, very sharp",
    "{product} isolated on {colour}, e-commerce",
    "{colour} studio background, {product}, centred",
    "{product} in front of a {colour} wall",
    "{product}, sur fond {french}, lumière douce",
)


def prompt_for(kind: str, colour: str, rng: random.Random) -> str:
    """A prompt for a kind of product on paper of a colour."""
    return rng.choice(FORMS).format(product=KINDS[kind].name, colour=colour, french=FRENCH[colour])
