"""A blind session: an experiment's pictures in shuffled order, without their settings, names and proposed scores."""

from __future__ import annotations

import hashlib
import logging
import random
from dataclasses import dataclass, replace
from pathlib import Path

from packshot.errors import RecordError
from packshot.metadata import encode_png, write_atomically
from packshot.result import Run, RunState
from packshot.workflow.workbench import Workbench

LOG = logging.getLogger(__name__)
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class NeutralPicture:
    """A picture by its number in the session (from 1). `source_digest` is None for text-to-image."""

    number: int
    run_id: str
    picture_digest: str
    prompt: str
    source_digest: str | None


@dataclass(frozen=True, slots=True)
class NeutralFiles:
    """Copies without metadata, with names that say nothing."""

    picture: Path
    source: Path | None


@dataclass(frozen=True, slots=True)
class RatingSession:
    """All pictures of an experiment in one rater's order, and the numbers of those that are done."""

    experiment: str
    rater: str
    seed: int
    pictures: tuple[NeutralPicture, ...]
    done: frozenset[int]

    @property
    def open(self) -> tuple[NeutralPicture, ...]:
        """What is left to rate, in order."""
        return tuple(picture for picture in self.pictures if picture.number not in self.done)

    def next_open(self, number: int) -> NeutralPicture | None:
        """The first after `number` that is left to rate; None where there is none behind it."""
        return next((picture for picture in self.open if picture.number > number), None)

    def rated(self, number: int) -> RatingSession:
        """The same with that picture done."""
        return replace(self, done=self.done | {number})


def order_seed(experiment: str, rater: str) -> int:
    """The seed of a rater's order: another for each rater and experiment, and the same at every call."""
    return int.from_bytes(hashlib.sha256(f"{experiment}\n{rater}".encode()).digest()[:4], "big")


def open_session(bench: Workbench, experiment: str, rater: str, seed: int | None = None) -> RatingSession:
    """The session of a rater. Goes on where it stopped: what this rater has rated blind is done.

    `seed` shuffles; without it `order_seed` does. Raises RecordError where there is no experiment or no picture.
    """
    name = rater.strip()
    chosen = order_seed(experiment, name) if seed is None else seed
    pictures = neutral_order(bench, experiment, chosen)
    rated = {
        entry.run_id for entry in bench.store.experiment_ratings(experiment) if entry.blind and entry.rater == name
    }
    done = frozenset(picture.number for picture in pictures if picture.run_id in rated)
    LOG.info("blind session of %s by %s: order of seed %d", experiment, name, chosen)
    return RatingSession(experiment, name, chosen, pictures, done)


def neutral_order(bench: Workbench, experiment: str, seed: int) -> tuple[NeutralPicture, ...]:
    """Every picture of an experiment once, in the order of a seed. Raises RecordError where there is none."""
    runs = bench.store.runs(limit=ALL, state=RunState.SUCCEEDED, experiment=experiment)
    if not runs:
        raise RecordError(
            "record.unfinished",
            f"{experiment} has no picture to rate",
            expected="an experiment with finished runs",
            hint=f"packshot experiment show {experiment}",
        )
    ordered = sorted(runs, key=lambda run: run.id)
    random.Random(seed).shuffle(ordered)
    return tuple(neutral_picture(number, run) for number, run in enumerate(ordered, 1))


def write_neutral(bench: Workbench, picture: NeutralPicture, folder: Path) -> NeutralFiles:
    """`001.png`, and `001-source.png` for image-to-image: pixels alone. Raises OutputError or StoreError."""
    pictures = bench.store.pictures
    path = folder / f"{picture.number:03d}.png"
    write_atomically(path, encode_png(pictures.get(picture.picture_digest)))
    source = None
    if picture.source_digest is not None and pictures.has(picture.source_digest):
        source = folder / f"{picture.number:03d}-source.png"
        write_atomically(source, encode_png(pictures.get(picture.source_digest)))
    return NeutralFiles(path, source)


def neutral_picture(number: int, run: Run) -> NeutralPicture:
    """What may be known of a run's picture."""
    intent = run.resolved.intent
    digest = run.result.picture_digest if run.result is not None else ""
    return NeutralPicture(
        number, run.id, digest, intent.prompt, None if intent.source is None else intent.source.digest
    )
