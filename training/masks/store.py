"""The parts of examples, made once and kept as memory-mapped files of bytes: sprites, photos, floors, whole scenes.

Called again, finished files are read and broken ones go on. Knows nothing about how parts are put together.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from training.masks import sprites
from training.render import on_clutter, on_texture, random_scene, studio, textures
from training.render.layers import view_of

Bytes = NDArray[np.uint8]

PHOTO = (256, 192)
"""Rows and columns that every photo is squeezed to."""
FLOOR = 192
FLOOR_SEED = 81_000_000
SCENE = 224
SCENE_SEED = 82_000_000
TEXTURED_EVERY = 4
"""Of the whole scenes one in so many stands on a pattern; the others have things behind the product."""


@dataclass(frozen=True)
class Amounts:
    """How many of each part."""

    renders: int = 1400
    photos: int = 1600
    floors: int = 420
    scenes: int = 2000
    """Rendered whole, some three seconds each: where the shadow and the light of several things are true."""
    searched: int = 3000
    """Photos that are looked at for clothes on a plain ground."""


@dataclass(frozen=True)
class Store:
    """All parts: `renders` and `clothes` are sprites (N, SIDE, SIDE, 5), `scenes` RGB and mask, others (N, H, W, 3)."""

    renders: Bytes
    clothes: Bytes
    photos: Bytes
    floors: Bytes
    scenes: Bytes


def made(work: Path, photos: Path | None, amounts: Amounts) -> Store:
    """Makes what is missing below `work`. Without a folder of photos there are no clothes and no photos."""
    work.mkdir(parents=True, exist_ok=True)
    paths = sorted(photos.rglob("*.jpg")) if photos else []
    side = sprites.SIDE
    return Store(
        renders=_filled(work / "renders.npy", amounts.renders, (side, side, 5), sprites.rendered),
        clothes=_clothes(
            work / "clothes.npy", [paths[_through(n, paths)] for n in range(min(amounts.searched, len(paths)))]
        ),
        photos=_filled(work / "photos.npy", min(amounts.photos, len(paths)), (*PHOTO, 3), lambda n: _photo(paths, n)),
        floors=_filled(work / "floors.npy", amounts.floors, (FLOOR, FLOOR, 3), _floor),
        scenes=_filled(work / "scenes.npy", amounts.scenes, (SCENE, SCENE, 4), _scene),
    )


def opened(work: Path) -> Store:
    """What `made` left, so far as it is finished: parts that are still being made join as they come."""
    parts = {}
    for name in ("renders", "clothes", "photos", "floors", "scenes"):
        path, count = work / f"{name}.npy", work / f"{name}.count"
        side = sprites.SIDE
        whole = np.load(path, mmap_mode="r") if path.exists() else np.empty((0, side, side, 5), np.uint8)
        parts[name] = whole[: int(count.read_text())] if count.exists() else whole
    return Store(**parts)


def _filled(path: Path, wanted: int, shape: tuple[int, ...], make: Callable[[int], Bytes]) -> Bytes:
    """(wanted, …) of `make(0)`, `make(1)` and so on."""
    count = path.with_suffix(".count")
    if not path.exists():
        np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(wanted, *shape))
        count.write_text("0")
    kept = np.lib.format.open_memmap(path, mode="r+")
    begun = time.monotonic()
    for number in range(int(count.read_text()), kept.shape[0]):
        kept[number] = make(number)
        count.write_text(str(number + 1))
        if (number + 1) % 100 == 0:
            print(f"{path.stem}: {number + 1} of {kept.shape[0]}, {time.monotonic() - begun:.0f} s", flush=True)
    return kept


def _clothes(path: Path, paths: list[Path]) -> Bytes:
    if not path.exists():
        found = [one for one in (sprites.lifted(_read(photo, 320)) for photo in paths) if one is not None]
        side = sprites.SIDE
        writing = path.with_suffix(".writing.npy")
        np.save(writing, np.stack(found) if found else np.empty((0, side, side, 5), np.uint8))
        writing.replace(path)
        print(f"clothes: {len(found)} of {len(paths)} photos", flush=True)
    return np.load(path, mmap_mode="r")


def _photo(paths: list[Path], number: int) -> Bytes:
    photo = _read(paths[_through(number, paths)], 320)
    return np.asarray(cv2.resize(photo, PHOTO[::-1], interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _through(number: int, paths: list[Path]) -> int:
    """Evenly through all classes, each photo once: the step is a prime."""
    return number * 7919 % len(paths)


def _read(path: Path, longest_px: int) -> Bytes:
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((longest_px, longest_px))
        return np.asarray(upright)


def _floor(number: int) -> Bytes:
    pattern = sorted(textures.PATTERNS)[number % len(textures.PATTERNS)]
    light = textures.textured(pattern, view_of(random_scene(FLOOR_SEED + number)), FLOOR, FLOOR_SEED + number)
    return np.asarray(255.0 * studio.to_srgb(light) + 0.5).astype(np.uint8)


def _scene(number: int) -> Bytes:
    draw = on_texture if number % TEXTURED_EVERY == 0 else on_clutter
    made = draw(SCENE_SEED + number, SCENE)
    return np.dstack([made.picture, made.mask.astype(np.uint8) * 255])
