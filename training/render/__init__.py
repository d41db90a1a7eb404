"""Product pictures with known truth: signed distance fields in a small studio. Knows no captions and no models."""

from training.render.catalogue import KINDS
from training.render.colours import BACKGROUND_COLOURS, MATERIALS, PRODUCT_COLOURS
from training.render.draw import Render, render
from training.render.scene import Camera, Scene, random_scene

__all__ = [
    "BACKGROUND_COLOURS",
    "KINDS",
    "MATERIALS",
    "PRODUCT_COLOURS",
    "Camera",
    "Render",
    "Scene",
    "random_scene",
    "render",
]
