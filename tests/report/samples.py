# ruff: noqa: E501  sentences stand here as they are written elsewhere
"""The lab's experiment as a store would hold it, made up: numbers and shapes, no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from packshot.errors import RecordError
from packshot.experiment.effect import Effect, Interval, Setting, Trend
from packshot.report import ReportData
from packshot.report.analysis import Analysis
from packshot.result import (
    Agreement,
    Cell,
    Criterion,
    CriterionScore,
    Evidence,
    Experiment,
    Failure,
    MeasuredCell,
    Pixels,
    Proposal,
    ProposedScore,
    Provenance,
    Rating,
    Result,
    Run,
    RunState,
    Sameness,
    Timings,
    Verdict,
    picture_digest,
)
from packshot.spec import Execution, Fit, Intent, Mode, ModelPin, Origin, ResolvedSpec, SchedulerPin, SourcePin

BEGUN = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
PROMPT = (
    "ultra-realistic product photo of a pair of running shoes on a white background, studio lighting, soft shadow, "
    "very sharp"
)
NEGATIVE = "text, watermark, logo, low quality, blurry, deformed"
WEIGHTS = "sha256:" + "5a" * 32
LAB: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("smoke_test", "smoke test", {}),
    ("baseline", "text-to-image", {}),
    ("t2i_run01_baseline", "text-to-image", {}),
    ("t2i_run02_steps15", "text-to-image", {"steps": 15}),
    ("t2i_run03_steps50", "text-to-image", {"steps": 50}),
    ("t2i_run04_guid4", "text-to-image", {"guidance": 4.0}),
    ("t2i_run05_guid12", "text-to-image", {"guidance": 12.0}),
    ("t2i_run06_ddim", "text-to-image", {"scheduler": "DDIM"}),
    ("i2i_run07_strength035", "image-to-image", {"strength": 0.35}),
    ("i2i_run08_strength060", "image-to-image", {"strength": 0.6}),
    ("i2i_run09_strength085", "image-to-image", {"strength": 0.85}),
)
LIKENESS = {0.35: (27.1, 0.91), 0.6: (21.4, 0.74), 0.85: (14.2, 0.38)}
Draw = Callable[[int], Pixels]


def shapes(seed: int, side: int = 64) -> Pixels:
    """A soft disc on a light ground: any picture that is not blank and differs by seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    disc = np.clip((0.33 + 0.02 * seed - np.hypot(x - 0.5, y - 0.55)) * 12, 0, 1)[..., None]
    colour = rng.uniform(20, 220, 3)
    return (245 * (1 - disc) + colour * disc).astype(np.uint8)


@dataclass
class MemoryPictures:
    known: dict[str, Pixels] = field(default_factory=dict)

    def get(self, digest: str) -> Pixels:
        return self.known[digest]

    def has(self, digest: str) -> bool:
        return digest in self.known

    def keep(self, pixels: Pixels) -> str:
        digest = picture_digest(pixels)
        self.known[digest] = pixels
        return digest


@dataclass
class MemorySource:
    """`ReportSource` in memory."""

    known: Experiment
    runs: dict[str, Run] = field(default_factory=dict)
    pictures: MemoryPictures = field(default_factory=MemoryPictures)
    rated: dict[str, list[Rating]] = field(default_factory=dict)
    found: dict[str, list[Evidence]] = field(default_factory=dict)
    replays: dict[str, list[Run]] = field(default_factory=dict)

    def experiment(self, name: str) -> Experiment:
        if name != self.known.name:
            raise RecordError("record.not_found", f"no experiment named {name!r}")
        return self.known

    def each_measured(self, experiment: str) -> Iterator[MeasuredCell]:
        cells = []
        for cell in self.experiment(experiment).cells:
            run_id = cell.run_id or ""
            verdicts = [run.verdict.sameness for run in self.replays_of(run_id) if run.verdict is not None]
            cells.append(
                MeasuredCell(
                    cell=cell,
                    run=self.runs.get(run_id),
                    evidence=tuple(self.evidence(run_id)),
                    ratings=tuple(self.ratings(run_id)),
                    replays=tuple(verdicts),
                )
            )
        yield from cells

    def run(self, reference: str) -> Run:
        return self.runs[reference]

    def count_runs(self, *, state: RunState | None = None, experiment: str | None = None) -> int:
        linked = {cell.run_id for cell in self.known.cells}
        return sum(run.state is state and run.id in linked for run in self.runs.values())

    def ratings(self, run_id: str) -> list[Rating]:
        return self.rated.get(run_id, [])

    def evidence(self, run_id: str) -> list[Evidence]:
        return self.found.get(run_id, [])

    def replays_of(self, run_id: str) -> list[Run]:
        return self.replays.get(run_id, [])


def run_id(number: int) -> str:
    return f"01JDBAHPZ{number:017d}"


def resolved(change: dict[str, Any], source: SourcePin | None, prompt: str = PROMPT, side: int = 64) -> ResolvedSpec:
    steps, strength = change.get("steps", 30), change.get("strength")
    scheduler = change.get("scheduler", "EulerA")
    intent = Intent(
        mode=Mode.TEXT_TO_IMAGE if strength is None else Mode.IMAGE_TO_IMAGE,
        prompt=prompt,
        negative_prompt=NEGATIVE,
        model=ModelPin(family="sd", digest=WEIGHTS),
        scheduler=SchedulerPin(name=scheduler, class_name=f"{scheduler}Scheduler", config={"beta_end": 0.012}),
        steps=steps,
        steps_taken=steps if strength is None else int(steps * strength),
        guidance=change.get("guidance", 7.5),
        seed=change.get("seed", 42),
        width=side,
        height=side,
        source=None if strength is None else source,
        strength=strength,
        fit=None if strength is None else Fit.PAD,
    )
    execution = Execution(device="cpu", precision="float32", runtime="torch", slots=1, rows=2, threads=2)
    return ResolvedSpec(intent=intent, execution=execution, origin=Origin(model="studio-tiny"))


def provenance(calls: int, **changes: Any) -> Provenance:
    return Provenance(
        **{
            "packshot": "0.1.0",
            "python": "3.11.2",
            "platform": "Linux",
            "machine": "x86_64",
            "device": "cpu",
            "device_name": "AMD EPYC 9R45",
            "precision": "float32",
            "runtime": "torch",
            "rows": 2,
            "rng_device": "cpu",
            "threads": 2,
            "attention": "sdpa",
            "flush_denormal": True,
            "deterministic": True,
            "libraries": {"torch": "2.13.0", "diffusers": "0.42.1", "transformers": "5.23.0"},
            "weights_digest": WEIGHTS,
            "scheduler_config": {},
            "denoiser_calls": calls,
            "safety_checker": "none",
            "peak_memory_bytes": 1_240_000_000,
            **changes,
        }
    )


def finished(number: int, spec: ResolvedSpec, pixels: Pixels, *, load_s: float = 0.0, **changes: Any) -> Run:
    calls = spec.intent.steps_taken
    encode_s = 0.03 if spec.intent.source is None else 0.09
    timings = Timings(load_s=load_s, encode_s=encode_s, denoise_s=calls * 0.021 + 0.002 * number, decode_s=0.11)
    result = Result(
        picture_digest=picture_digest(pixels),
        width=pixels.shape[1],
        height=pixels.shape[0],
        provenance=provenance(calls),
        timings=timings.model_copy(update={"total_s": timings.picture_s + load_s}),
    )
    at = BEGUN + timedelta(seconds=number)
    return Run(
        **{
            "id": run_id(number),
            "spec_hash": spec.hash,
            "resolved": spec,
            "state": RunState.SUCCEEDED,
            "created_at": at,
            "started_at": at,
            "finished_at": at,
            "attempts": 1,
            "result": result,
            **changes,
        }
    )


def lab(draw: Draw = shapes) -> MemorySource:
    """The lab plan, finished: run01 is the baseline's run, nothing failed, nothing rated or replayed."""
    photo = draw(99)
    side = photo.shape[0]
    source = MemorySource(Experiment(name="lab", created_at=BEGUN, plan={}, cells=()))
    pin = SourcePin(digest=source.pictures.keep(photo), width=side, height=side)
    cells: list[Cell] = []
    for position, (name, group, change) in enumerate(LAB):
        smoke = group == "smoke test"
        spec = resolved(
            {"steps": 25} if smoke else change, pin, PROMPT.replace("shoes", "watch") if smoke else PROMPT, side
        )
        number = 1 if name == "t2i_run01_baseline" else position
        if run_id(number) not in source.runs:
            pixels = draw(position)
            source.pictures.keep(pixels)
            source.runs[run_id(number)] = finished(number, spec, pixels, load_s=1.9 if smoke else 0.0)
            source.found[run_id(number)] = evidence(spec.intent)
        cells.append(
            Cell(name=name, position=position, group=group, spec_hash=spec.hash, run_id=run_id(number), change=change)
        )
    plan = {
        "title": "The lab's experiment",
        "question": "What do steps, guidance, scheduler and strength do to a product picture, one changed at a time?",
        "baseline": {"name": "baseline"},
    }
    source.known = Experiment(name="lab", created_at=BEGUN, plan=plan, cells=tuple(cells))
    return source


def evidence(intent: Intent) -> list[Evidence]:
    ground = [
        Evidence(
            name="background_pure_white",
            value=3.5,
            unit="%",
            sentence="3.5 % of the border is pure white (255, 255, 255).",
        ),
        Evidence(
            name="background_as_asked",
            value="no",
            unit=None,
            sentence="A white background was asked for, and it is grey (lightness 70 of 100).",
        ),
    ]
    if intent.strength is None:
        why = "Not evaluated: the picture was made from text alone."
        return [
            *ground,
            Evidence(name="likeness_psnr", value=None, unit="dB", sentence=why),
            Evidence(name="likeness_ssim", value=None, unit=None, sentence=why),
        ]
    psnr, ssim = LIKENESS[intent.strength]
    return [
        *ground,
        Evidence(name="likeness_psnr", value=psnr, unit="dB", sentence="against the fitted source"),
        Evidence(name="likeness_ssim", value=ssim, unit=None, sentence="against the fitted source, 1 is equal"),
    ]


def rating(
    of: str, scores: tuple[int, int, int, int, int], rater: str = "Ada", reason: str = "seen at full size"
) -> Rating:
    return Rating(
        id=f"R{of}{rater}",
        run_id=of,
        rater=rater,
        created_at=BEGUN + timedelta(hours=1),
        scores={c: CriterionScore(score=s, reason=reason) for c, s in zip(Criterion, scores, strict=True)},
    )


def failed(source: MemorySource, number: int, code: str = "engine.out_of_memory") -> None:
    """Turns a run into one that failed."""
    run = source.runs[run_id(number)]
    failure = Failure(code=code, message="not enough memory for 2 rows", hint="use fewer slots")
    source.runs[run.id] = run.model_copy(update={"state": RunState.FAILED, "result": None, "failure": failure})
    source.found.pop(run.id)


def replayed(source: MemorySource, number: int, sameness: Sameness, psnr: float | None = None, *causes: str) -> None:
    """Adds a replay with its verdict."""
    original = source.runs[run_id(number)]
    assert original.result is not None
    digest = original.result.picture_digest
    verdict = Verdict(sameness=sameness, expected_digest=digest, got_digest=digest, psnr_db=psnr, causes=causes)
    again = original.model_copy(update={"id": run_id(500 + number), "replay_of": original.id, "verdict": verdict})
    source.replays.setdefault(original.id, []).append(again)


ARMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("baseline", {}),
    ("steps15", {"steps": 15}),
    ("steps50", {"steps": 50}),
    ("guidance4", {"guidance": 4.0}),
    ("guidance12", {"guidance": 12.0}),
    ("ddim", {"scheduler": "DDIM"}),
    ("strength035", {"strength": 0.35}),
    ("strength060", {"strength": 0.6}),
    ("strength085", {"strength": 0.85}),
)


def replicated(
    seeds: int = 5, products: tuple[str | None, ...] = (None,), draw: Draw = shapes, arms: Any = ARMS
) -> MemorySource:
    """Arms × seeds (× products), all finished, with every kind of evidence."""
    photo = draw(99)
    side = photo.shape[0]
    source = MemorySource(Experiment(name="many", created_at=BEGUN, plan={}, cells=()))
    pin = SourcePin(digest=source.pictures.keep(photo), width=side, height=side)
    cells: list[Cell] = []
    for block, (seed, product) in enumerate((s, p) for s in range(seeds) for p in products):
        for place, (arm, change) in enumerate(arms):
            number = block * len(arms) + place
            spec = resolved({**change, "seed": seed}, pin, PROMPT, side)
            pixels = draw(number)
            source.pictures.keep(pixels)
            source.runs[run_id(number)] = finished(number, spec, pixels)
            source.found[run_id(number)] = full_evidence(spec.intent, number)
            name = "_".join(filter(None, (arm, product, f"s{seed}" if seeds > 1 else None)))
            cells.append(
                Cell(
                    name=name,
                    position=number,
                    group="image-to-image" if "strength" in change else "text-to-image",
                    spec_hash=spec.hash,
                    run_id=run_id(number),
                    change=change | ({"source": "builtin:lab-source"} if "strength" in change else {}),
                    arm=arm,
                    seed=seed,
                    product=product,
                    against=None if arm == "baseline" else "baseline",
                )
            )
    plan = {"name": "many", "title": "Many pictures", "baseline": {"name": "baseline"}}
    source.known = Experiment(name="many", created_at=BEGUN, plan=plan, cells=tuple(cells))
    return source


def full_evidence(intent: Intent, number: int) -> list[Evidence]:
    """One of each kind, with boxes where a fact speaks of a place; every third is cut, every fourth has text."""
    side = intent.width
    box = (side // 6, side // 5, side - side // 7, side - side // 6)
    cut, text = number % 3 == 2, number % 4 == 3
    reason = "Not evaluated: no model that compares picture and prompt is at hand."

    def entry(name: str, value: float | str | None, unit: str | None, sentence: str, *regions: Any) -> Evidence:
        return Evidence(name=name, value=value, unit=unit, sentence=sentence, regions=regions)

    found = [
        entry("background_colour", "grey", None, "The background is grey (CIELAB 70, 0, -1)."),
        *evidence(intent)[:2],
        entry("frame_fill", 67.2, "%", "The product fills 67 % of the frame.", box),
        entry("off_centre", 3.25, "%", "The product's middle is 3.3 % of the frame away from the picture's.", box),
        entry(
            "cut_at_border",
            "left, bottom" if cut else "no",
            None,
            "The frame cuts the product at the left and bottom." if cut else "The whole product is in the frame.",
            box,
        ),
        entry("lightness", 55.0, "L*", "The product has a mean lightness of 55 of 100.", box),
        entry("sharpness", 412.0, "grey levels²", "The fine contrast of the product is 412 grey levels² (variance of the Laplacian).", box),
        entry(
            "text_found",
            1.0 if text else 0.0,
            "pieces",
            "“FAST” can be read in the picture, which neither the prompt nor the source has."
            if text
            else "No text can be read that neither the prompt nor the source has.",
            *([(side // 3, side // 3, side // 2, side // 2)] if text else []),
        ),
        entry("adherence", None, None, reason),
    ]  # fmt: skip
    if intent.strength is None:
        return found
    return [
        *found,
        *evidence(intent)[2:],
        entry("likeness_product_ssim", 1 - intent.strength / 2, None, "Where the source has its product, the structure is 0.80 like it (SSIM, 1 is equal).", box),
        entry("likeness_colour", 12 * intent.strength, None, "Where the source has its product, colours differ by 4.2 in the mean (CIEDE2000).", box),
        entry("likeness_shape", 1 - intent.strength / 4, None, "The product's outline overlaps the source's by 0.91 (intersection over union, 1 is equal).", box),
    ]  # fmt: skip


def effect(
    arm: str, change: dict[str, Any], measure: str, difference: float, half: float | None, pairs: int = 5, unit: str | None = None
) -> Effect:  # fmt: skip
    """An effect of an arm, its interval of a half width."""
    interval = None if half is None else Interval(difference - half, difference + half, "paired t")
    shown = None if interval is None or half is None else abs(difference) > half
    words = ", ".join(
        f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}" for key, value in change.items()
    )
    what = measure.replace("_", " ").replace("ssim", "SSIM")
    low, high = difference - (half or 0), difference + (half or 0)
    inside = f"95 % {low:.3f} to {high:.3f}, {pairs} pairs".replace("-", "−")
    if shown:
        verb = "raises" if difference > 0 else "lowers"
        sentence = f"{words[:1].upper()}{words[1:]} {verb} {what} by {abs(difference):.3f} ({inside})."
    elif shown is False:
        sentence = f"No difference shown in {what} by {words}: {difference:.3f} ({inside}).".replace("-", "−")
    else:
        sentence = f"{what[:1].upper()}{what[1:]}: {abs(difference):.3f} higher with {words}; one pair, cannot be told from luck."
    return Effect(
        arm=arm,
        against="baseline",
        change=tuple((key, str(value)) for key, value in change.items()),
        measure=measure,
        unit=unit,
        pairs=pairs,
        products=0,
        against_mean=0.5,
        arm_mean=0.5 + difference,
        difference=difference,
        interval=interval,
        bootstrap=None,
        shown=shown,
        sentence=sentence,
    )


def analysis(pairs: int = 5) -> Analysis:
    """Effects of the arms of `replicated`, by hand: some shown, some not, some with too few pairs."""
    effects = []
    for place, (arm, change) in enumerate(ARMS[1:]):
        half = None if pairs < 3 else 0.04
        effects.append(effect(arm, change, "adherence", 0.02 * (place - 2), half, pairs))
        effects.append(effect(arm, change, "likeness_ssim", -0.05 * place, half, pairs))
        effects.append(effect(arm, change, "seconds", 0.1 * (place - 1), half and 0.03, pairs, "s"))
    spot = [Interval(0.3 + 0.03 * i, 0.36 + 0.03 * i, "paired t") for i in range(3)]
    trends = (
        Trend("guidance", "adherence", None, ((4.0, 0.33, spot[0]), (7.5, 0.36, spot[1]), (12.0, 0.39, spot[2])), 5, 0.0075,
              Interval(0.004, 0.011, "paired t"), True,
              "Over guidance 4 to 12, adherence rises by 0.0075 per unit (95 % 0.0040 to 0.0110; 5 seeds). The means go one way."),
        Trend("strength", "likeness_ssim", None, ((0.35, 0.9, spot[0]), (0.6, 0.74, spot[1]), (0.85, 0.4, spot[2])), 5, -1.0,
              Interval(-1.2, -0.8, "paired t"), True,
              "Over strength 0.35 to 0.85, likeness SSIM falls by 1.00 per unit (95 % 0.80 to 1.20; 5 seeds). The means go one way."),
    )  # fmt: skip
    settings = tuple(
        Setting(arm, 0.3 + 0.03 * place, 0.4 + 0.13 * ((place * 5) % 7), 5, place in (0, 3, 4))
        for place, (arm, _) in enumerate(ARMS)
    )
    agreements = (
        agreed("Ada", "Bob", None, 12, (0.61, 0.42, 0.77), "Ada and Bob gave the same score 41 of 60 times, on 12 pictures: weighted kappa 0.61 (95 % from 0.42 to 0.77)."),
        agreed("Ada", "proposal", None, 3, (None, None, None), "Ada and the proposal gave the same score 9 of 15 times, on 3 pictures: not enough for a kappa (5 are)."),
        agreed("Ada", "Bob", Criterion.REALISM, 12, (0.5, 0.2, 0.7), ""),
    )  # fmt: skip
    recommendation = (
        "guidance4 is the quickest that is about as good as the baseline: 0.53 s per picture, adherence 0.39; "
        "the baseline takes 0.78 s for 0.3. It may still be worse by up to 0.020 (95 %, 5 pairs)."
    )
    caveats = (
        "24 differences looked at, 17 shown; were there no effect at all, luck alone would show about 1 (5 %).",
        "1 of 45 cells have no picture: ddim_s0.",
        "Seconds come from different circumstances: rows 2, 4.",
    )
    return Analysis(
        tuple(effects), trends, settings, quality="adherence", recommendation=recommendation, agreements=agreements,
        caveats=caveats,
    )  # fmt: skip


def agreed(
    one: str,
    other: str,
    criterion: Criterion | None,
    pictures: int,
    kappa: tuple[float | None, float | None, float | None],
    sentence: str,
) -> Agreement:
    """How far two raters agree, by hand."""
    value, low, high = kappa
    scores = pictures * (5 if criterion is None else 1)
    return Agreement(
        one=one, other=other, criterion=criterion, pictures=pictures, scores=scores, same=0.6,
        kappa=value, low=low, high=high, sentence=sentence,
    )  # fmt: skip


def proposal(number: int) -> Proposal:
    """Four of five evaluated, or for every second all."""
    reasons = (
        "Not evaluated: no scorer whose scale is known (studio-tiny) has compared picture and prompt.",
        "Not evaluated: noise, banding and light can prove that a picture is no photo, but not that it holds as one.",
        "The frame cuts the product at the left. The missing part has to be added before a shop can show it.",
        "A white background was asked for, and it is grey (lightness 70 of 100). The ground has to be replaced before a shop can show it.",
        "It was replayed once: 1 identical.",
    )  # fmt: skip
    scores: tuple[int | None, ...] = (2 if number % 2 else None, 1, 2, 1, 2)
    used = ("adherence", "noise", "cut_at_border", "background_as_asked", "replay")
    return Proposal(
        scores={
            criterion: ProposedScore(score=score, reason=reason, evidence=(name,))
            for criterion, score, reason, name in zip(Criterion, scores, reasons, used, strict=True)
        }
    )


def analysed(data: ReportData, pairs: int = 5) -> ReportData:
    """The same report with everything that others derive, by hand."""
    shots = {shot.run.id: replace(shot, proposal=proposal(place)) for place, shot in enumerate(data.shots)}
    rows = tuple(replace(row, shot=None if row.shot is None else shots[row.shot.run.id]) for row in data.rows)
    base = None if data.baseline is None else shots[data.baseline.run.id]
    return replace(
        data,
        shots=tuple(shots.values()),
        rows=rows,
        baseline=base,
        analysis=replace(analysis(pairs), seconds=data.analysis.seconds),
    )
