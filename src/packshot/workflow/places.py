"""Where an experiment's pictures are made, as `--on` says it. Knows neither Ray nor Slurm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from packshot.errors import UsageError

WORDS: Final = "here, queue, ray, ray://HOST:PORT, slurm, slurm:local"


@dataclass(frozen=True, slots=True)
class Place:
    """In this process, by whoever works at the workspace's queue, on a Ray cluster, or in jobs.

    `address` is that of the cluster, None for the one that Ray finds; of jobs `local`, None for Slurm.
    """

    kind: Literal["here", "queue", "ray", "slurm"]
    address: str | None = None


def read_place(text: str | None) -> Place:
    """Raises UsageError on a word that is no place."""
    match text:
        case None | "here":
            return Place("here")
        case "queue" | "ray" | "slurm":
            return Place(text)
        case "slurm:local":
            return Place("slurm", "local")
    if found := re.fullmatch(r"ray://([^/\s]+)/?", text):
        return Place("ray", found.group(1))
    raise UsageError("settings.invalid", "no such place to work on", expected=WORDS, got=text)


def check_options(place: Place, options: Sequence[str]) -> None:
    """Options of jobs are for jobs. Raises UsageError."""
    if options and place.kind != "slurm":
        raise UsageError("settings.invalid", "--slurm is for jobs", expected="--on slurm", got=f"--on {place.kind}")
