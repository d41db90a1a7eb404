"""Sets a sprite on a ground: turned, squeezed, recoloured, with its shadow, sharp or out of focus. Linear light."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.masks.sprites import FILL, Sprite
from training.render import studio

Light = NDArray[np.float32]
"""(H, W, 3) linear."""
Share = NDArray[np.float32]
"""(H, W) 0..1."""

TO_LIGHT = studio.to_linear(np.arange(256) / 255.0).astype(np.float32)
TO_BYTE = (255.0 * studio.to_srgb(np.linspace(0.0, 1.0, 4096)) + 0.5).astype(np.uint8)


def light_of(picture: NDArray[np.uint8]) -> Light:
    """Linear light of sRGB bytes."""
    return np.asarray(TO_LIGHT[picture])


def bytes_of(light: Light) -> NDArray[np.uint8]:
    """sRGB bytes of linear light."""
    return np.asarray(TO_BYTE[(4095.0 * np.clip(light, 0.0, 1.0)).astype(np.int32)])


@dataclass(frozen=True)
class Place:
    """Where a sprite goes; lengths in shares of the frame's side."""

    x: float
    y: float
    """Of the product's middle."""
    size: float
    """Longer side of the product before it is turned and squeezed."""
    turn_deg: float = 0.0
    squeeze: float = 1.0
    """Width times its root, height by its root."""
    mirrored: bool = False
    blur: float = 0.0
    shadow: float = 1.0
    """Times the sprite's own."""


@dataclass(frozen=True)
class Placed:
    """A sprite as it will lie: light (H, W, 3) and the shares (H, W) of coverage and shadow."""

    light: Light
    cover: Share
    shadow: Share


def placed(sprite: Sprite, place: Place, side: int) -> Placed:
    """The sprite moved into a frame of `side` pixels."""
    half = sprite.shape[0] / 2
    scale = place.size * side / (FILL * sprite.shape[0])
    while scale < 0.6:
        smaller = cv2.resize(sprite, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        sprite = np.asarray(smaller, dtype=np.uint8)
        half, scale = half / 2, scale * 2
    angle = np.deg2rad(place.turn_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stretch = np.diag([place.squeeze**0.5 * (-1.0 if place.mirrored else 1.0), place.squeeze**-0.5])
    linear = scale * stretch @ turn
    offset = np.array([place.x, place.y]) * side - linear @ np.array([half, half])
    move, size = np.column_stack([linear, offset]), (side, side)
    # beyond the sprite its edge goes on, where nothing is covered and hardly a shadow left
    colour = cv2.warpAffine(np.ascontiguousarray(sprite[..., :3]), move, size, borderMode=cv2.BORDER_REPLICATE)
    shares = cv2.warpAffine(np.dstack([sprite[..., 3:], sprite[..., 4:]]), move, size).astype(np.float32) / 255.0
    light, cover, shadow = light_of(np.asarray(colour, dtype=np.uint8)), shares[..., 0], shares[..., 1]
    if place.blur > 0.0:
        sigma = place.blur * side
        cover, light, shadow = (blurred(plane, sigma) for plane in (cover, light, shadow))
    return Placed(light, cover, np.clip(shadow * place.shadow, 0.0, 0.95))


def blurred(plane: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """(H, W) or (H, W, 3) after a Gaussian of `sigma` pixels."""
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma), dtype=np.float32)


def cast(cover: Share, rng: np.random.Generator) -> Share:
    """A soft shadow beside a thing that lies flat and brought none: its own shape, moved and blurred."""
    side = cover.shape[0]
    move = np.array([[1, 0, rng.normal(0.0, 0.015) * side], [0, 1, rng.uniform(0.0, 0.04) * side]])
    moved = np.asarray(cv2.warpAffine(cover, move, (side, side)), dtype=np.float32)
    return np.asarray(rng.uniform(0.1, 0.6) * blurred(moved, rng.uniform(0.008, 0.04) * side))


def laid(ground: Light, thing: Placed) -> Light:
    """The ground with the thing on it."""
    under = ground * (1.0 - thing.shadow[..., None])
    return np.asarray(under + (thing.light - under) * thing.cover[..., None])
