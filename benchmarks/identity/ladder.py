"""studio-tiny on a ladder of strengths, asked for *another* product than the source shows: where the gate closes.

So some strength makes another product of it. From where on says another judge, which is not the gate's: studio-tiny's
own CLIP, asked whether the picture fits the source's caption or that of the other product. Only sources whose kind and
colour it names rightly take part.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from benchmarks.evidence.case import FIRST_SEED
from benchmarks.evidence.counts import Share
from benchmarks.identity.agreement import shown
from packshot import wiring
from packshot.evaluation import Scorer
from packshot.result import Pixels
from packshot.review import IdentityGate, gate_for
from packshot.settings import Settings
from packshot.spec import Spec
from packshot.workflow import Workbench, make_picture
from packshot.workflow.identity import measured_identity
from training.render import KINDS, PRODUCT_COLOURS, Scene, random_scene, render
from training.render.swap import altered

STRENGTHS: Final = (0.2, 0.4, 0.55, 0.7, 0.8, 0.9)
STEPS: Final = 12
OTHERS: Final = ("product colour", "kind")
"""What the prompt names otherwise, in turn."""
MEASURES: Final = ("identity_shape", "identity_colour", "identity_surface", "identity_structure")


@dataclass(frozen=True)
class Rung:
    """One picture: its strength, what the gate says, what was measured, and what the other judge sees."""

    strength: float
    verdict: str
    values: dict[str, float]
    is_another: bool


def ladder(settings: Settings, sources: int, seeds: int, folder: Path) -> Iterator[Rung]:
    """Every strength for `sources` renders with the first seed, then with the next: stopped early, it is whole."""
    with wiring.open_workbench(settings) as bench:
        scorer = bench.instruments("studio-tiny").scorer
        if scorer is None:
            raise SystemExit("studio-tiny's own scorer is not at hand")
        folder.mkdir(parents=True, exist_ok=True)
        drawn = []
        for number, (scene, source) in enumerate(_sources(scorer, sources)):
            path = folder / f"{number}-{scene.kind}-{scene.product_colour}.png"
            Image.fromarray(source).save(path)
            other = altered(scene, OTHERS[number % len(OTHERS)], random.Random(f"ladder {number}"))
            drawn.append((scene, other, path))
        for seed in range(seeds):
            for scene, other, path in drawn:
                yield from _climb(bench, scorer, (scene, other), path, seed)


def _climb(bench: Workbench, scorer: Scorer, scenes: tuple[Scene, Scene], path: Path, seed: int) -> Iterator[Rung]:
    own, other = (_prompt(scene, scene.kind, scene.product_colour) for scene in scenes)
    for strength in STRENGTHS:
        spec = Spec(prompt=other, source=str(path), strength=strength, seed=seed, steps=STEPS)
        run = make_picture(bench, spec).run
        source = run.resolved.intent.source
        if run.result is None or source is None:
            continue
        evidence = measured_identity(bench, run)
        gate = gate_for(source.digest, bench.settings.workspace)
        pixels = bench.store.pictures.get(run.result.picture_digest)
        values = {e.name: e.value for e in evidence if e.name in MEASURES and isinstance(e.value, float)}
        another = scorer.score(pixels, other) > scorer.score(pixels, own)
        yield Rung(strength, gate.judge(evidence).verdict, values, another)


def _sources(scorer: Scorer, count: int) -> Iterator[tuple[Scene, Pixels]]:
    """Renders on white or grey paper that the other judge names rightly, each kind and colour once."""
    seed, given = FIRST_SEED + 7_000, 0
    while given < count:
        scene = random_scene(seed)
        seed += 1
        if scene.background_colour not in ("white", "light grey", "grey"):
            continue
        picture = render(scene).picture
        if _named(scorer, scene, picture) == (scene.kind, scene.product_colour):
            given += 1
            yield scene, picture


def _named(scorer: Scorer, scene: Scene, pixels: Pixels) -> tuple[str, str]:
    """The kind, with the true colour, and the colour, with the true kind, whose caption fits best."""
    kinds, colours = sorted(KINDS), sorted(PRODUCT_COLOURS)
    by_kind = [scorer.score(pixels, _prompt(scene, kind, scene.product_colour)) for kind in kinds]
    by_colour = [scorer.score(pixels, _prompt(scene, scene.kind, colour)) for colour in colours]
    return kinds[int(np.argmax(by_kind))], colours[int(np.argmax(by_colour))]


def _prompt(scene: Scene, kind: str, colour: str) -> str:
    return f"product photo of a {colour} {KINDS[kind].name} on a {scene.background_colour} background"


def ladder_table(rungs: Sequence[Rung], gate: IdentityGate) -> str:
    """Markdown: one row a strength, and of what is another product how much the gate had closed."""
    lines = [
        "| strength | pictures | shape | colour | surface | structure | gate passes | another product | of these closed"
        " |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for strength in STRENGTHS:
        here = [rung for rung in rungs if rung.strength == strength]
        if here:
            lines.append(_row(f"{strength:g}", here))
    lines.append(_row("**all**", rungs))
    return "\n".join(lines)


def _row(name: str, rungs: Sequence[Rung]) -> str:
    means = []
    for measure in MEASURES:
        values = [rung.values[measure] for rung in rungs if measure in rung.values]
        means.append(f"{np.mean(values):.2f}" if values else "–")
    another = [rung for rung in rungs if rung.is_another]
    closed = Share(sum(rung.verdict != "pass" for rung in another), len(another))
    passes = sum(rung.verdict == "pass" for rung in rungs)
    of_these = f"{closed.part}: {shown(closed)}" if another else "–"
    return f"| {name} | {len(rungs)} | {' | '.join(means)} | {passes} | {len(another)} | {of_these} |"
