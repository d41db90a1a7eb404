"""Ladders whose truth is known: a product turns step by step into another, and half way it is as much one as the other.

Colours and kinds are faded over in linear light, of two renders of one view; proportions are drawn anew at each step,
and a word gives way to another. Every second ladder stands on another paper than the source.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.identity.cases import LETTERED_PX, SIZE_PX, other_mark
from benchmarks.identity.disturbed import NOT_OF_LETTERS, disturbed
from packshot.result import Pixels
from training.render import Scene, random_scene, render, with_text
from training.render.studio import to_linear, to_srgb
from training.render.swap import altered, visible

CHANGES: Final = ("product colour", "accent colour", "proportions", "kind", "logo")
STEPS: Final = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)
"""How much of it is the other product: 0 none, 1 all."""
SWAP: Final = 0.5
"""From here on it is more the other product than the source's."""
FIRST_SEED: Final = 85_000_000
"""None that the renderer's other users draw from."""
LIGHTS: Final = ("nothing", "noise", "JPEG", "light")
LEAST_SEEN: Final = 0.04
"""Of both products' pixels: what has to differ plainly between the ends of a ladder."""


@dataclass(frozen=True)
class Morph:
    """A source (H, W, 3) and a picture for each of `STEPS`."""

    change: str
    moved: bool
    """Whether the pictures stand on another paper than the source."""
    source: Pixels
    pictures: tuple[Pixels, ...]


def morph(number: int) -> Morph:
    """Ladder `number`: all changes in turn, each on the same paper and on another."""
    change, moved = CHANGES[number % len(CHANGES)], number // len(CHANGES) % 2 == 1
    rng, seed = random.Random(f"morph {number}"), FIRST_SEED + number
    source, drawn = _word(seed, rng) if change == "logo" else _scene(seed, change, rng, moved=moved)
    how = rng.choice([each for each in LIGHTS if not (change == "logo" and each in NOT_OF_LETTERS)])
    state = rng.getrandbits(64)
    pictures = tuple(disturbed(drawn(step), how, random.Random(state)) for step in STEPS)
    return Morph(change, moved and change != "logo", source, pictures)


def _scene(seed: int, change: str, rng: random.Random, *, moved: bool) -> tuple[Pixels, Callable[[float], Pixels]]:
    scene, goal = next(_ends(seed, change, rng))
    source = render(scene, SIZE_PX).picture
    if moved:
        paper = altered(goal, "background", rng).background_colour
        scene, goal = (replace(each, background_colour=paper) for each in (scene, goal))
    if change == "proportions":
        return (
            source,
            lambda step: render(replace(scene, shape=(1.0 - step) * scene.shape + step * goal.shape), SIZE_PX).picture,
        )
    ends = render(scene, SIZE_PX).picture, render(goal, SIZE_PX).picture
    return source, lambda step: faded(*ends, step)


def _ends(seed: int, change: str, rng: random.Random) -> Iterator[tuple[Scene, Scene]]:
    """The scene of the seed with another product, then others, until both differ plainly."""
    while True:
        scene = random_scene(seed)
        goal = altered(scene, change, rng)
        if visible(render(scene, SIZE_PX // 2), render(goal, SIZE_PX // 2)) > LEAST_SEEN:
            yield scene, goal
        seed = rng.randrange(2**40)


def _word(seed: int, rng: random.Random) -> tuple[Pixels, Callable[[float], Pixels]]:
    made = with_text(seed, LETTERED_PX, on_product=True)
    other = other_mark(made, rng)
    return made.picture, lambda step: faded(made.picture, other, step)


def faded(one: Pixels, other: Pixels, share: float) -> Pixels:
    """Two pictures (H, W, 3) mixed in linear light: 0 is the one, 1 the other."""
    light = (1.0 - share) * to_linear(one / 255.0) + share * to_linear(other / 255.0)
    return np.asarray(to_srgb(light) * 255.0 + 0.5).astype(np.uint8)
