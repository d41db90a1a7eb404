"""Orders for the tiny model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.models import Catalogue
from packshot.resolve import Order, resolve
from packshot.settings import Settings
from packshot.spec import Lock, Spec
from tests.product.drawings import disc


@pytest.fixture
def order(tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any) -> Callable[..., Order]:
    """`order(seed=3, slots=4)`: a resolved spec of three steps."""

    def ordered(model: Path = tiny_sd, **fields: Any) -> Order:
        spec = Spec(**({"prompt": "a red mug", "model": str(model), "steps": 3} | fields))
        return resolve(spec, catalogue, settings, library)

    return ordered


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source picture."""
    y, x = np.mgrid[:80, :64]
    pixels = np.stack([x * 3, y * 3, (x + y) % 256], axis=-1).astype(np.uint8)
    path = tmp_path_factory.mktemp("source") / "photo.png"
    Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def lock(tmp_path: Path) -> Callable[..., Lock]:
    path = tmp_path / "mask.png"
    mask = np.zeros((80, 64), np.uint8)
    mask[8:72] = disc(64, radius=0.35).astype(np.uint8) * 255
    Image.fromarray(mask).save(path)
    return lambda **fields: Lock(**({"mask": str(path)} | fields))


@pytest.fixture
def locked(order: Callable[..., Order], photo: Path, lock: Callable[..., Lock]) -> Callable[..., Order]:
    """`locked(seed=3)`: an order for a scene around the middle of the photo; `model` may be another one's folder."""

    def ordered(**fields: Any) -> Order:
        asked = {"prompt": "a marble table", "source": str(photo), "lock": lock(), "steps": 5, "seed": 7}
        return order(**(asked | fields))

    return ordered
