"""The pictures that everything learns from: one per seed, in one memory-mapped file that fills up in the background.

Picture i is the scene of seed i, so a picture's words are made again from its number. Knows nothing about models.
"""

import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.degrade import FAULTS, degrade
from training.render import Scene, random_scene, render

UNSEEN = 10_000_000
"""Seeds from here on are never trained on."""
CHUNK = 64


@dataclass(frozen=True)
class Item:
    """What picture number `seed` shows, and which fault it was given, if any."""

    seed: int
    scene: Scene
    fault: str | None


def item(seed: int) -> Item:
    """One picture in 50 carries a fault, so that negative prompts have something to point at."""
    fault = FAULTS[(seed // 50) % len(FAULTS)] if seed % 50 == 49 else None
    return Item(seed, random_scene(seed), fault)


def picture(seed: int, size: int) -> NDArray[np.uint8]:
    """(size, size, 3) sRGB."""
    it = item(seed)
    drawn = render(it.scene, size).picture
    return degrade(drawn, it.fault, seed) if it.fault else drawn


class Pictures:
    """The file of pictures: (count, size, size, 3) uint8 plus one byte per chunk that says whether it is there."""

    def __init__(self, work: Path, count: int, size: int = 256) -> None:
        self.count, self.size = count, size
        work.mkdir(parents=True, exist_ok=True)
        self.pixels = self._open(work / f"pictures-{size}.npy", (count, size, size, 3))
        self.chunks = self._open(work / f"pictures-{size}-done.npy", (-(-count // CHUNK),))

    @staticmethod
    def _open(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
        if path.exists():
            return np.lib.format.open_memmap(path, mode="r+")
        return np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)

    def done(self) -> NDArray[np.intp]:
        """Numbers of the pictures that are there."""
        chunks = np.flatnonzero(np.asarray(self.chunks))
        numbers = (chunks[:, None] * CHUNK + np.arange(CHUNK)).ravel()
        return numbers[numbers < self.count]

    def fill(self, chunk: int) -> None:
        """Renders the pictures of one chunk and marks it as there."""
        for seed in range(chunk * CHUNK, min((chunk + 1) * CHUNK, self.count)):
            self.pixels[seed] = picture(seed, self.size)
        self.chunks[chunk] = 1


_open_file: Pictures | None = None


def _begin(work: Path, count: int, size: int) -> None:
    global _open_file
    os.nice(5)
    _open_file = Pictures(work, count, size)


def _fill(chunk: int) -> int:
    assert _open_file is not None
    _open_file.fill(chunk)
    return chunk


def make(work: Path, count: int, size: int = 256, processes: int = 2) -> Pictures:
    """Renders what is missing. Interrupted, the next call goes on."""
    pictures = Pictures(work, count, size)
    wanted = np.asarray(pictures.chunks)[: -(-count // CHUNK)]
    missing = [int(c) for c in np.flatnonzero(wanted == 0)]
    if missing:
        context = multiprocessing.get_context("spawn")
        with context.Pool(processes, _begin, (work, count, size)) as pool:
            for n, _ in enumerate(pool.imap_unordered(_fill, missing), 1):
                if n % 20 == 0 or n == len(missing):
                    print(f"pictures: {n * CHUNK} of {len(missing) * CHUNK}", flush=True)
    return pictures


@dataclass(frozen=True)
class Scenes:
    """`count` scenes from a seed on."""

    first_seed: int
    count: int
    spread: float = 1.0

    def all(self) -> list[Scene]:
        """The scenes in order."""
        return [random_scene(seed, spread=self.spread) for seed in range(self.first_seed, self.first_seed + self.count)]


def _drawn(work: tuple[Scene, int]) -> NDArray[np.uint8]:
    return render(*work).picture


def render_scenes(scenes: Scenes, size: int, processes: int = 2) -> NDArray[np.uint8]:
    """(N, size, size, 3) pictures of the scenes, faultless, kept in memory."""
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        return np.stack(list(pool.imap(_drawn, ((scene, size) for scene in scenes.all()), chunksize=32)))
