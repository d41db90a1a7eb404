"""An engine whose pictures keep their source up to a strength, and show another product beyond it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from packshot.engine import Event, FakeEngine, Finished
from packshot.result import Pixels
from packshot.spec import Intent
from tests.product.drawings import GROUNDS, disc, draw

BLUE, RED = (30, 60, 160), (190, 40, 30)
SIDE_PX = 128


def product(colour: tuple[int, int, int] = BLUE, radius: float = 0.3) -> Pixels:
    """A ribbed disc on white, (128, 128, 3)."""
    mask = disc(SIDE_PX, radius=radius)
    picture = draw(mask, GROUNDS["white"], colour).astype(float)
    ribs = 25 * np.sin(np.arange(SIDE_PX) / 3)[None, :, None]
    return np.clip(np.where(mask[..., None], picture + ribs, picture), 0, 255).astype(np.uint8)


def photo(folder: Path, pixels: Pixels | None = None) -> str:
    """The product's photo as a file."""
    path = folder / "photo.png"
    Image.fromarray(product() if pixels is None else pixels).save(path)
    return str(path)


class Fading(FakeEngine):
    """`keeps` says of an intent whether its picture is the source with a little noise; else it is a red disc."""

    def __init__(self, keeps: Callable[[Intent], bool], stop_after: int | None = None) -> None:
        super().__init__()
        self._keeps = keeps
        self._stop_after = stop_after

    def step(self) -> list[Event]:
        if self._stop_after is not None and self.made >= self._stop_after:
            self._stop_after = None
            raise KeyboardInterrupt
        queue = dict(self._queue)
        return [
            replace(event, pixels=self._picture(queue[event.ticket].order.resolved.intent))
            if isinstance(event, Finished)
            else event
            for event in super().step()
        ]

    def _picture(self, intent: Intent) -> Pixels:
        kept = product() if self._keeps(intent) else product(RED)
        noise = np.random.default_rng(round(1000 * (intent.strength or 0)) + intent.seed).normal(0, 2, kept.shape)
        return np.clip(kept + noise, 0, 255).astype(np.uint8)


def up_to(strength: float) -> Callable[[Intent], bool]:
    """Keeps the product up to a strength."""
    return lambda intent: (intent.strength or 0.0) <= strength + 1e-9
