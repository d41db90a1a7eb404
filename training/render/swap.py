"""Pairs of pictures that differ in exactly one respect: of the product, or (a control) of all but it.

Knows which respects there are and which of them make another product; knows nothing about who judges the pair.
"""

import random
from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from training.render import studio
from training.render.catalogue import KINDS
from training.render.colours import BACKGROUND_COLOURS, PRODUCT_COLOURS
from training.render.draw import Render, render
from training.render.hard import Hard, on_texture, rng_for, scenes
from training.render.layers import FINE, Mask, Pixels, empty_paper, linear, shown
from training.render.scene import Scene

PRODUCT_CHANGES = ("kind", "product colour", "accent colour", "proportions", "part")
CONTROLS = ("background", "light")
"""Changes that leave the product what it is."""
FIELDS = {
    "kind": "kind",
    "product colour": "product_colour",
    "accent colour": "accent_colour",
    "proportions": "shape",
    "background": "background_colour",
}
"""The field of a scene that a change sets; the other changes are made in the picture."""


@dataclass(frozen=True)
class Swap:
    """`Hard.render` is the source, `Hard.picture` the one that differs in exactly one respect."""

    change: str
    """One of `PRODUCT_CHANGES` or `CONTROLS`."""
    before: str
    after: str

    @property
    def same_product(self) -> bool:
        """Whether a fair judge calls it the same product."""
        return self.change in CONTROLS


def other_colour(name: str, rng: random.Random, apart: float = 0.35) -> str:
    """A product colour that nobody takes for `name`."""
    own = np.array(PRODUCT_COLOURS[name])
    return rng.choice([k for k in sorted(PRODUCT_COLOURS) if np.abs(own - PRODUCT_COLOURS[k]).mean() > apart])


def altered(scene: Scene, change: str, rng: random.Random) -> Scene:
    """The scene with one respect of it changed; "part" and "light" do not show in a scene."""
    if change == "kind":
        return replace(scene, kind=rng.choice([kind for kind in sorted(KINDS) if kind != scene.kind]))
    if change == "product colour":
        return replace(scene, product_colour=other_colour(scene.product_colour, rng))
    if change == "accent colour":
        return replace(scene, accent_colour=other_colour(scene.accent_colour, rng))
    if change == "proportions":
        return replace(scene, shape=rng.uniform(0.0, 0.1) if scene.shape > 0.5 else rng.uniform(0.9, 1.0))
    if change == "background":
        grounds = [k for k in sorted(BACKGROUND_COLOURS) if k not in (scene.background_colour, scene.product_colour)]
        return replace(scene, background_colour=rng.choice(grounds))
    return scene


def relit(picture: Pixels, rng: random.Random) -> tuple[Pixels, str]:
    """The picture under a brighter or dimmer, warmer or cooler lamp, and how that is called."""
    gain = rng.choice((0.72, 0.8, 1.15))
    warmth = rng.choice((-0.1, 0.1))
    light = linear(picture) * gain * (1.0 + warmth * np.array([1.0, 0.0, -1.0]))
    name = f"{'brighter' if gain > 1.0 else 'dimmer'} and {'warmer' if warmth > 0.0 else 'cooler'}"
    return (studio.to_srgb(light) * 255.0 + 0.5).astype(np.uint8), name


def thin_part(mask: Mask) -> Mask:
    """The largest piece that a broad brush cannot reach: a handle, a strap, a spout."""
    radius = 0.075 * max(mask.any(0).sum(), mask.any(1).sum())
    core = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1] > radius
    broad = ndimage.distance_transform_edt(~core) <= radius + 1.0
    pieces, count = ndimage.label(mask & ~broad)
    areas = ndimage.sum_labels(mask, pieces, np.arange(1, count + 1))
    return np.asarray(pieces == 1 + int(np.argmax(areas))) if count else np.zeros_like(mask)


def without_part(scene: Scene, size: int) -> tuple[Pixels, Mask, float]:
    """The scene with its largest thin part gone (its shadow stays), the mask left, and the share of it that went."""
    fine = render(scene, size * FINE)
    part = thin_part(fine.mask)
    rest = fine.mask & ~part
    rows, columns = ndimage.distance_transform_edt(fine.mask, return_distances=False, return_indices=True)
    shadow = ndimage.gaussian_filter(fine.shadow[rows, columns].astype(np.float64), 0.012 * size * FINE)
    bare = empty_paper(scene, size * FINE) * (1.0 - shadow[..., None])
    gone = ndimage.binary_dilation(part, iterations=2) & ~rest
    light = np.where(gone[..., None], bare, linear(fine.picture))
    left = rest.reshape(size, FINE, size, FINE).mean((1, 3)) >= 0.5
    return shown(light), left, float(part.sum() / fine.mask.sum())


def elsewhere(scene: Scene, onto: str, seed: int, size: int) -> Pixels:
    """The scene's product in the same view, onto "paper" of another colour or onto a "texture"."""
    if onto == "texture":
        return on_texture(seed, size, scene=scene).picture
    return render(altered(scene, "background", rng_for("elsewhere", seed)), size).picture


def swapped(seed: int, size: int = 256, change: str | None = None, onto: str | None = None) -> Hard[Swap]:
    """A source and the same view of it with one respect changed, of the product or (a control) of all but it.

    `onto`: the second stands `elsewhere` besides, of which a part that is missing knows "paper" alone.
    """
    rng = rng_for("swap", seed)
    change = change or rng.choice((*PRODUCT_CHANGES, *CONTROLS))
    for scene in scenes(f"swap {change}", seed):
        source = render(scene, size)
        if change == "part":
            bare = altered(scene, "background", rng_for("elsewhere", seed)) if onto else scene
            picture, mask, share = without_part(bare, size)
            if 0.03 < share < 0.25:
                return Hard(picture, mask, source, "swap", Swap(change, "whole", "a part missing"))
        elif change == "light":
            picture, name = relit(source.picture, rng)
            return Hard(picture, source.mask, source, "swap", Swap(change, "as in the studio", name))
        else:
            goal = altered(scene, change, rng)
            made = render(goal, size)
            if change == "background" or visible(source, made) > 0.04:
                before, after = str(getattr(scene, FIELDS[change])), str(getattr(goal, FIELDS[change]))
                picture = elsewhere(goal, onto, seed, size) if onto else made.picture
                return Hard(picture, made.mask, source, "swap", Swap(change, before, after))
    raise AssertionError("scenes never end")


def visible(first: Render, second: Render) -> float:
    """Share of the two products' pixels that differ plainly."""
    either = first.mask | second.mask
    differs = np.abs(first.picture.astype(int) - second.picture.astype(int)).max(2) > 24
    return float((differs & either).sum() / either.sum())
