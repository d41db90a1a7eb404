"""Pictures that are hard to judge, with their truth: textured grounds, clutter, text, and products that are cut.

Knows which trouble is in a picture; knows nothing about who judges it. Everything is pure in its seed, on one machine.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np

from training.render import textures
from training.render.catalogue import KINDS
from training.render.draw import Render, render
from training.render.layers import FINE, Mask, Pixels, empty_paper, lifted, nearest_paper, put_behind, shown, view_of
from training.render.lettering import write
from training.render.scene import Camera, Scene, random_scene
from training.render.textures import Colours

Truth = TypeVar("Truth")


@dataclass(frozen=True)
class Hard(Generic[Truth]):
    """A picture with one trouble in it."""

    picture: Pixels
    """(H, W, 3) sRGB."""
    mask: Mask
    """(H, W) where the product is in `picture`."""
    render: Render
    """What it was made of, without the trouble."""
    what: str
    """Its name: texture, clutter, text, cut or swap."""
    truth: Truth


@dataclass(frozen=True)
class Texture:
    """The ground is not paper."""

    pattern: str
    """One of `textures.PATTERNS`."""


@dataclass(frozen=True)
class Clutter:
    """Other things stand behind the product."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A word is stuck on."""

    text: str
    box: tuple[int, int, int, int]
    """x, y, width, height in pixels of the smallest box around all that changed."""
    on_product: bool
    """Wholly on the product; otherwise wholly beside it."""
    font_px: int


@dataclass(frozen=True)
class Cut:
    """The frame cuts the product; `Hard.render` is the same scene before it was shifted."""

    sides: tuple[str, ...]
    """Of "left", "right", "top", "bottom"."""
    outside: float
    """Share of the product's longer side that lies outside."""


def rng_for(what: str, seed: int) -> random.Random:
    """A generator of its own for each trouble and seed."""
    return random.Random(f"hard {what} {seed}")


def scenes(what: str, seed: int) -> Iterator[Scene]:
    """The scene of the seed, then endlessly others, for troubles that not every scene can have."""
    yield random_scene(seed)
    rng = rng_for(f"{what} again", seed)
    while True:
        yield random_scene(rng.randrange(2**40))


def on_texture(seed: int, size: int = 256, pattern: str | None = None, scene: Scene | None = None) -> Hard[Texture]:
    """The product on a floor of `textures.PATTERNS` before a wall, with its shadow; of the seed's scene or another."""
    pattern = pattern or rng_for("texture", seed).choice(sorted(textures.PATTERNS))
    scene = scene or random_scene(seed)
    ground = textures.textured(pattern, view_of(scene), size * FINE, seed)
    scene = replace(scene, background_colour=nearest_paper(ground))
    product = lifted(render(scene, size * FINE))
    light = np.where(product.mask[..., None], product.light, ground * (1.0 - product.shadow[..., None]))
    plain = render(scene, size)
    return Hard(shown(light), plain.mask, plain, "texture", Texture(pattern))


def on_clutter(seed: int, size: int = 256) -> Hard[Clutter]:
    """The product with two or three others, smaller and a little blurred, beside and behind it."""
    rng, scene = rng_for("clutter", seed), random_scene(seed)
    camera = replace(
        scene.camera, fill=rng.uniform(0.46, 0.56), shift_x=rng.uniform(-0.1, 0.1), shift_y=rng.uniform(0.06, 0.12)
    )
    scene = replace(scene, camera=camera)
    view, fine = view_of(scene), render(scene, size * FINE)
    product = lifted(fine)
    light = empty_paper(scene, size * FINE) * (1.0 - product.shadow[..., None])
    side = rng.choice((-1.0, 1.0))
    spots = [(side * 0.6, 3.0), (-side * 1.1, 1.6), (side * 1.3, 0.9)][rng.randrange(2) :]
    kinds = tuple(rng.sample(sorted(set(KINDS) - {scene.kind}), len(spots)))
    for kind, (right, away) in zip(kinds, spots, strict=True):
        other = random_scene(rng.randrange(2**40), kind)
        other_camera = Camera(KINDS[kind].yaw_deg + rng.uniform(-25.0, 25.0), camera.pitch_deg, 0.55, 0.0, 0.0)
        other = replace(other, background_colour=scene.background_colour, camera=other_camera)
        spot = (right + rng.uniform(-0.15, 0.15), away + rng.uniform(-0.3, 0.3))
        put_behind(light, view, other, spot, rng.uniform(0.6, 0.8))
    light[fine.mask] = product.light[fine.mask]
    plain = render(scene, size)
    return Hard(shown(light), plain.mask, plain, "clutter", Clutter(kinds))


def with_text(seed: int, size: int = 256, on_product: bool | None = None) -> Hard[Text]:
    """A word stuck on the product or on the paper beside it, its font at least 20 px high at a size of 256."""
    rng = rng_for("text", seed)
    wanted = rng.random() < 0.5 if on_product is None else on_product
    for scene in scenes("text", seed):
        if not wanted:
            scene = replace(scene, camera=replace(scene.camera, fill=min(scene.camera.fill, 0.66)))
        made = render(scene, size)
        done = write(made.picture, made.mask if wanted else ~made.mask, rng, math.ceil(20 * size / 256))
        if done:
            truth = Text(done.text, done.box, wanted, done.font_px)
            return Hard(done.picture, made.mask, made, "text", truth)
    raise AssertionError("scenes never end")


def cut(seed: int, size: int = 256) -> Hard[Cut]:
    """The frame shifted along the product's longer side so that 15-40 % of it lie outside."""
    rng, scene = rng_for("cut", seed), random_scene(seed)
    plain = render(scene, size)
    camera, outside, end = scene.camera, rng.uniform(0.17, 0.38), rng.choice((0, 1))
    shift = (0.5 + (outside - 0.5) * camera.fill) * (1.0 if end else -1.0)
    wide = plain.mask.any(0).sum() >= plain.mask.any(1).sum()
    side = (("left", "right") if wide else ("top", "bottom"))[end]
    moved = replace(camera, shift_x=shift) if wide else replace(camera, shift_y=shift)
    made = render(replace(scene, camera=moved), size)
    return Hard(made.picture, made.mask, plain, "cut", Cut((side,), outside))


def on_ground(scene: Scene, ground: Colours, size: int = 256) -> Render:
    """The scene on a ground of any colour instead of its paper, with its shadow.

    `ground` is linear light, (3,) or (size * FINE, size * FINE, 3). The render's scene names the paper that the product
    is tinted by, the one most like the ground.
    """
    n = size * FINE
    wide = np.broadcast_to(ground, (n, n, 3))
    scene = replace(scene, background_colour=nearest_paper(wide))
    product, plain = lifted(render(scene, n)), render(scene, size)
    light = np.where(product.mask[..., None], product.light, wide * (1.0 - product.shadow[..., None]))
    return replace(plain, picture=shown(light))


def at_side(scene: Scene, side: str, outside: float, size: int = 256) -> Render:
    """The scene moved to one side: `outside` is the share of the product's extent there that the frame cuts off.

    Below 0 the product stays whole, and its gap to that side is that share of the frame.
    """
    mask = render(scene, size).mask
    wide = side in ("left", "right")
    extent = float(mask.any(0 if wide else 1).sum()) / size
    away = extent / 2.0 - (outside * extent if outside > 0.0 else outside) - 0.5
    shift = away if side in ("left", "top") else -away
    camera = replace(scene.camera, shift_x=shift) if wide else replace(scene.camera, shift_y=shift)
    return render(replace(scene, camera=camera), size)
