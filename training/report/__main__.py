"""`python -m training.report`: measures a model folder and writes figures, contact sheets and the card.

Each group of figures is kept in the work folder when it is done; called again with the same weights, it goes on.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.report import card, classifier, figures, words
from training.report.prompts import Asked, asked, on_white
from training.report.sampling import SCHEDULERS, Settings, Studio, studio
from training.report.sheets import sheet

GUIDANCES = (1.0, 2.0, 4.0, 7.5)
STRENGTHS = (0.2, 0.35, 0.6, 0.85)
STEPS = (15, 30, 50)
KINDS_SHEET, STEPS_SHEET, SOURCE_SHEET = "studio-tiny.png", "studio-tiny-steps.png", "studio-tiny-strength.png"
SHOWN = (
    ("running shoes", "red", "white"), ("headphones", "black", "yellow"), ("backpack", "blue", "light grey"),
    ("wristwatch", "brown", "white"), ("mug", "blue", "beige"),
    ("bottle", "green", "pink"), ("handbag", "brown", "white"), ("desk lamp", "yellow", "blue"),
    ("chair", "purple", "white"), ("camera", "black", "orange"),
    ("sunglasses", "red", "light grey"), ("perfume bottle", "pink", "white"), ("teapot", "white", "green"),
    ("suitcase", "orange", "light grey"), ("game controller", "white", "purple"),
)  # fmt: skip
"""The kinds' sheet: kind, product colour, background colour."""


def weights_digest(model: Path) -> str:
    """The first 12 digits of SHA-256 over a folder's weight files."""
    digest = hashlib.sha256()
    for weights in sorted(model.rglob("*.safetensors")):
        digest.update(weights.read_bytes())
    return digest.hexdigest()[:12]


class Report:
    """Groups of figures, each measured once for these weights."""

    def __init__(self, work: Path, model: Path) -> None:
        digest = weights_digest(model)
        self.folder = work / digest
        self.folder.mkdir(parents=True, exist_ok=True)
        self.figures: dict[str, Any] = {"weights": digest}

    def group(self, name: str, measure: Callable[[], Any]) -> Any:
        """The figures of a group: from its file, or measured now."""
        path = self.folder / f"{name}.json"
        if not path.exists():
            began = time.monotonic()
            made = measure()
            path.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        self.figures[name] = json.loads(path.read_text(encoding="utf-8"))
        return self.figures[name]


def pictures_of(at: Studio, wanted: list[Asked], guidance: float) -> figures.Pictures:
    """The prompts' pictures with the lab's settings at a guidance."""
    return at.make([a.prompt for a in wanted], [a.seed for a in wanted], Settings(guidance=guidance))


def measure(report: Report, model: Path, given: argparse.Namespace) -> None:
    """Every group in order; pictures that several groups share are made once."""
    report.group("size", lambda: figures.size(model))
    report.group("seconds", lambda: figures.seconds(model))
    report.group("words", lambda: words.warnings(model))
    report.group("autoencoder", lambda: figures.autoencoder(model, given.photos, given.renders))
    judge = classifier.trained(given.work, given.lessons)
    report.group("judge", lambda: classifier.exam(judge))
    few, many = asked(given.few), asked(given.prompts)
    kept: dict[float, figures.Pictures] = {}

    def made(at: Studio, guidance: float) -> figures.Pictures:
        wanted = many if guidance in (4.0, 7.5) else few
        if guidance not in kept:
            kept[guidance] = pictures_of(at, wanted, guidance)
        return kept[guidance]

    with studio(model, given.processes) as at:
        report.group("obedience_7.5", lambda: figures.obedience(judge, made(at, 7.5), many))
        report.group("obedience_4", lambda: figures.obedience(judge, made(at, 4.0), many))
        report.group("obedience_12", lambda: figures.obedience(judge, made(at, 12.0), few))
        report.group("white", lambda: figures.whiteness(pictures_of(at, on_white(given.few), 7.5)))
        report.group("frechet", lambda: figures.distance(judge, made(at, 7.5)))
        report.group(
            "adherence",
            lambda: figures.adherence(model, {g: made(at, g)[: len(few)] for g in GUIDANCES}, few),
        )
        report.group("image_to_image", lambda: with_sheet(given, at))
        report.group("schedulers", lambda: schedulers(given, at, judge))
        report.group("kinds_sheet", lambda: kinds_sheet(given, at))


def kinds_sheet(given: argparse.Namespace, at: Studio) -> dict[str, Any]:
    """One picture of each kind, seed 42, with the lab's settings."""
    shown = [Asked(*names, seed=42) for names in SHOWN]
    made = pictures_of(at, shown, 7.5)
    sheet(made, 5).save(given.images / KINDS_SHEET, optimize=True)
    return {"prompts": [a.prompt for a in shown], "seed": 42}


def with_sheet(given: argparse.Namespace, at: Studio) -> dict[str, Any]:
    """Image-to-image by strength, and its strip."""
    table, strip = figures.image_to_image(at, given.sources, STRENGTHS)
    captions = ["source", *(f"strength {s:g}" for s in STRENGTHS)]
    sheet(strip, len(captions), captions).save(given.images / SOURCE_SHEET, optimize=True)
    return table


def schedulers(given: argparse.Namespace, at: Studio, judge: classifier.Judge) -> dict[str, Any]:
    """Schedulers by steps, and a sheet of one prompt."""
    table, made = figures.schedulers(at, judge, asked(given.brief), STEPS)
    order = [(name, n) for name in SCHEDULERS for n in STEPS]
    shown = np.stack([made[key][given.shown % given.brief] for key in order])
    sheet(shown, len(STEPS), [f"{name}, {n} steps" for name, n in order]).save(
        given.images / STEPS_SHEET, optimize=True
    )
    return table


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.report", description="Measures a model folder.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/model-report"), help="judge and figures so far")
    parser.add_argument("--images", type=Path, default=Path("docs/images"), help="where contact sheets go")
    parser.add_argument("--card", type=Path, default=Path("docs/studio-tiny.md"))
    parser.add_argument("--photos", type=Path, help="real photos that were not trained on")
    parser.add_argument("--prompts", type=int, default=480)
    parser.add_argument("--few", type=int, default=96, help="prompts at guidance 1, 2, 12 and on white")
    parser.add_argument("--brief", type=int, default=30, help="prompts for each scheduler and number of steps")
    parser.add_argument("--sources", type=int, default=24, help="renders for image-to-image")
    parser.add_argument("--renders", type=int, default=64, help="unseen renders for the autoencoder")
    parser.add_argument("--lessons", type=int, default=classifier.LESSONS, help="renders that the judge learns from")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--shown", type=int, default=12, help="number of the prompt on the schedulers' sheet")
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    given.images.mkdir(parents=True, exist_ok=True)
    report = Report(given.work, given.model)
    report.figures["model"] = json.loads((given.model / "packshot.json").read_text(encoding="utf-8"))
    measure(report, given.model, given)
    kept = given.card.with_suffix(".json")
    kept.write_text(json.dumps(report.figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    card.write(report.figures, given.card)
    print(f"wrote {given.card}, its figures in {kept}, sheets in {given.images}")


if __name__ == "__main__":
    main()
