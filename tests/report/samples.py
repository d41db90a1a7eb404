"""The lab's experiment as a store would hold it, made up: numbers and shapes, no model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from packshot.errors import RecordError
from packshot.result import (
    Cell,
    Criterion,
    CriterionScore,
    Evidence,
    Experiment,
    Failure,
    Pixels,
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
    measured: dict[str, list[Evidence]] = field(default_factory=dict)
    replays: dict[str, list[Run]] = field(default_factory=dict)

    def experiment(self, name: str) -> Experiment:
        if name != self.known.name:
            raise RecordError("record.not_found", f"no experiment named {name!r}")
        return self.known

    def run(self, reference: str) -> Run:
        return self.runs[reference]

    def ratings(self, run_id: str) -> list[Rating]:
        return self.rated.get(run_id, [])

    def evidence(self, run_id: str) -> list[Evidence]:
        return self.measured.get(run_id, [])

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
            source.measured[run_id(number)] = evidence(spec.intent)
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
    source.measured.pop(run.id)


def replayed(source: MemorySource, number: int, sameness: Sameness, psnr: float | None = None, *causes: str) -> None:
    """Adds a replay with its verdict."""
    original = source.runs[run_id(number)]
    assert original.result is not None
    digest = original.result.picture_digest
    verdict = Verdict(sameness=sameness, expected_digest=digest, got_digest=digest, psnr_db=psnr, causes=causes)
    again = original.model_copy(update={"id": run_id(500 + number), "replay_of": original.id, "verdict": verdict})
    source.replays.setdefault(original.id, []).append(again)
