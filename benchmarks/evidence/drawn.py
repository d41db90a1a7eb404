"""Cases kept in a folder, so that a picture is drawn once. The folder is safe to delete."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.evidence.case import FIRST_SEED, Case, Sort
from packshot.result import Pixels


def drawn(folder: Path, sort: Sort, number: int) -> Case:
    """Case `number` of a sort: read where it is kept, else drawn and kept."""
    place = folder / f"{sort.name.replace(':', '')} {sort.size}".replace(", ", " ").replace(" ", "-")
    facts = place / f"{number:04d}.json"
    if not facts.exists():
        _keep(sort.draw(FIRST_SEED + number, sort.size), place, facts)
    kept = json.loads(facts.read_text(encoding="utf-8"))
    source = _read(facts.with_suffix(".source.png")) if kept["source"] else None
    return Case(_read(facts.with_suffix(".png")), kept["prompt"], kept["truth"], source)


def _keep(case: Case, place: Path, facts: Path) -> None:
    """The facts last: a case whose facts are there is whole."""
    place.mkdir(parents=True, exist_ok=True)
    Image.fromarray(case.pixels).save(facts.with_suffix(".png"))
    if case.source is not None:
        Image.fromarray(case.source).save(facts.with_suffix(".source.png"))
    kept = {"prompt": case.prompt, "truth": case.truth, "source": case.source is not None}
    written = facts.with_suffix(".writing")
    written.write_text(json.dumps(kept), encoding="utf-8")
    written.replace(facts)


def _read(path: Path) -> Pixels:
    return np.asarray(Image.open(path))
