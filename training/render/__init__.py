"""Product pictures with known truth: signed distance fields in a small studio. Knows no captions and no models."""

from training.render.catalogue import KINDS
from training.render.colours import BACKGROUND_COLOURS, MATERIALS, PRODUCT_COLOURS
from training.render.draw import Render, render
from training.render.hard import Hard, cut, on_clutter, on_texture, with_text
from training.render.scene import Camera, Scene, random_scene
from training.render.swap import swapped

__all__ = [
    "BACKGROUND_COLOURS",
    "KINDS",
    "MATERIALS",
    "PRODUCT_COLOURS",
    "Camera",
    "Hard",
    "Render",
    "Scene",
    "cut",
    "on_clutter",
    "on_texture",
    "random_scene",
    "render",
    "swapped",
    "with_text",
]
