"""Pictures in every state of review, and short ways to release them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packshot.errors import ReleaseError
from packshot.result import Cell, Pixels, Run
from packshot.workflow import ReleaseOutcome, ReleaseRequest, Workbench, release_pictures, review_picture
from tests.channels.pictures import rectangle
from tests.workflow.test_review import APPROVE, make

GOOD = rectangle(600, 600, 80)


def numbered(number: int) -> Pixels:
    """A good picture that no other number has."""
    pixels = GOOD.copy()
    pixels[300, 300] = (number, 0, 0)
    return pixels


def approved(bench: Workbench, number: int = 1, channel: str = "ebay", pixels: Pixels | None = None) -> Run:
    run = make(bench, numbered(number) if pixels is None else pixels, seed=number)
    review_picture(bench, run.id, APPROVE, "Ada", channel=channel)
    return run


def request(out: Path, *runs: Run | str, **fields: Any) -> ReleaseRequest:
    given: dict[str, Any] = {"channel": "ebay", "out": out, "by": "Bob"}
    names = tuple(run if isinstance(run, str) else run.id for run in runs)
    return ReleaseRequest(**given | {"runs": names} | fields)


def release(bench: Workbench, out: Path, *runs: Run | str, **fields: Any) -> ReleaseOutcome:
    return release_pictures(bench, request(out, *runs, **fields))


def refused(bench: Workbench, out: Path, *runs: Run | str, **fields: Any) -> ReleaseError:
    """A release of named runs that must not happen: nothing is there afterwards, and nothing recorded."""
    before = everything(out), bench.store.audit(pictures=False).releases
    with pytest.raises(ReleaseError) as caught:
        release(bench, out, *runs, **fields)
    assert (caught.value.code, caught.value.exit_code) == ("release.refused", 3)
    assert (everything(out), bench.store.audit(pictures=False).releases) == before
    return caught.value


def everything(folder: Path) -> dict[str, bytes | None]:
    """All names in a folder, hidden ones too, with what is in them."""
    paths = folder.iterdir() if folder.is_dir() else ()
    return {path.name: path.read_bytes() if path.is_file() else None for path in paths}


def pictures(folder: Path) -> list[str]:
    return sorted(name for name in everything(folder) if not name.startswith("release-manifest."))


def listed(folder: Path) -> list[dict[str, Any]]:
    value = json.loads((folder / "release-manifest.json").read_text(encoding="utf-8"))
    assert value["schema"] == "packshot.release-manifest/1"
    return list(value["data"])


def experiment(bench: Workbench, runs: dict[str, Run], products: dict[str, str] | None = None) -> None:
    """The experiment `lab`, with these runs by their cells."""
    cells = [
        Cell(
            name=name,
            position=position,
            group="t2i",
            spec_hash=run.spec_hash,
            product=(products or {}).get(name),
        )
        for position, (name, run) in enumerate(runs.items())
    ]
    bench.store.save_experiment("lab", {}, cells)
    for name, run in runs.items():
        bench.store.link_cell("lab", name, run.id)


def noise(side: int) -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
