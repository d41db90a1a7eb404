"""What every use case works with: passed along, never global. Knows no concrete engine or store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from packshot.engine import Engine
from packshot.evaluation import Instruments
from packshot.models import Catalogue
from packshot.review import Blocker
from packshot.settings import Settings
from packshot.store import Store


@dataclass(frozen=True, slots=True)
class Workbench:
    """Settings, models, store, clock, and the engine (made on first use: it imports torch).

    `instruments` gives what evidence is measured with, for a model by its reference (made on first use). `data` is the
    package's own folder of plans, pictures and channels. `blockers` are asked before a picture is approved or released.
    """

    settings: Settings
    catalogue: Catalogue
    store: Store
    engine: Callable[[], Engine]
    instruments: Callable[[str], Instruments]
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    data: Path
    blockers: tuple[Blocker, ...] = ()

    @property
    def plans(self) -> Path:
        """The folder of built-in plans."""
        return self.data / "plans"

    @property
    def channels(self) -> Path:
        """The folder of the rules of places to sell."""
        return self.data / "channels"
