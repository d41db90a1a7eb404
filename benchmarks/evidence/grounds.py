"""Pictures on grounds of known colour: as asked or not, white or nearly. Knows nothing about who judges them."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from benchmarks.evidence.case import Case
from benchmarks.evidence.prompts import prompt_for
from packshot.product import lab_from_srgb
from training.render import BACKGROUND_COLOURS, hard, random_scene, render, studio
from training.render.layers import FINE
from training.render.textures import Colours

AROUND = 6.0
"""ΔE*ab up to which a ground is drawn away from a paper's own colour, and still deserves its name."""


def name_of(paper: str) -> str:
    """The evidence's name of a paper."""
    return paper.removeprefix("light ")


def jittered(paper: str, rng: random.Random) -> tuple[float, float, float]:
    """An sRGB colour 0..1 within `AROUND` of a paper's."""
    own = BACKGROUND_COLOURS[paper]
    lab = lab_from_srgb(np.array([round(255 * c) for c in own], np.uint8))
    while True:
        r, g, b = (min(max(c + rng.uniform(-0.06, 0.06), 0.0), 1.0) for c in own)
        near = lab_from_srgb(np.array([round(255 * c) for c in (r, g, b)], np.uint8))
        if float(np.linalg.norm(near - lab)) <= AROUND:
            return r, g, b


def _light(colour: tuple[float, float, float]) -> Colours:
    return studio.to_linear(np.array(colour))


def coloured(seed: int, size: int, asked_rightly: bool) -> Case:
    """On one of the renderer's papers, every second time of a colour near it; asked for, or another asked for."""
    rng, scene = random.Random(f"coloured {seed}"), random_scene(seed, spread=4)
    paper = scene.background_colour
    if rng.random() < 0.5 or paper == "white":
        made = render(scene, size)
    else:
        made = hard.on_ground(scene, _light(jittered(paper, rng)), size)
    others = [name for name in sorted(BACKGROUND_COLOURS) if name_of(name) != name_of(paper)]
    asked = paper if asked_rightly else rng.choice(others)
    return Case(made.picture, prompt_for(scene.kind, asked, rng), {"colour": name_of(paper)})


def white(seed: int, size: int) -> Case:
    """White paper: exactly white wherever no shadow falls."""
    scene = replace(random_scene(seed, spread=4), background_colour="white")
    return Case(render(scene, size).picture, _asking_white(seed, scene.kind), {"ground": "white"})


def not_white(seed: int, size: int) -> Case:
    """By turns a light grey, a white that is not pure, and a vignette; tinted a little every second time."""
    rng, scene = random.Random(f"not white {seed}"), random_scene(seed, spread=4)
    sort = ("grey", "off-white", "vignette")[seed % 3]
    grey = {"grey": (211, 234), "off-white": (235, 250), "vignette": (195, 235)}[sort]
    level, warm = rng.uniform(*grey) / 255.0, rng.choice((0.0, rng.uniform(-0.008, 0.008)))
    light = _light((level + warm, level, level - warm))
    ground = light if sort != "vignette" else _vignette(light, size * FINE, rng.uniform(0.25, 0.5))
    made = hard.on_ground(replace(scene, background_colour="white"), ground, size)
    lightness = float(lab_from_srgb(np.array([round(255 * level)] * 3, np.uint8))[0])
    return Case(made.picture, _asking_white(seed, scene.kind), {"ground": sort, "lightness": lightness})


def _vignette(corner: Colours, n: int, start: float) -> Colours:
    """White up to `start` (in frame sides from the middle), falling off to `corner` in the corners."""
    y, x = (np.mgrid[:n, :n] + 0.5) / n - 0.5
    share = np.clip((np.hypot(x, y) - start) / (np.sqrt(0.5) - start), 0.0, 1.0)[..., None]
    return np.asarray(1.0 + (corner - 1.0) * share)


def _asking_white(seed: int, kind: str) -> str:
    return prompt_for(kind, "white", random.Random(f"asking white {seed}"))
