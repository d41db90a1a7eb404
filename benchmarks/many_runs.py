"""Fills a workspace with as many runs as asked, in seconds: `python -m benchmarks.many_runs FOLDER 10000`.

Real values in bulk, not runs of an engine: everything reads as if it had been made (`packshot verify` finds nothing),
but all runs share `PICTURES` drawn pictures and their evidence. What a studio of some months has: experiments,
products, several models, replays, failures, ratings.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from sqlalchemy import Insert, bindparam, insert, select

from packshot.evaluation import Asked, evaluate, propose
from packshot.result import Evidence, Pixels, Proposal, Provenance, Result, RunState, Timings, new_ulid
from packshot.result.rating import Criterion
from packshot.spec import Execution, Intent, Mode, ModelPin, Origin, ResolvedSpec, SchedulerPin
from packshot.store import FilePictureStore
from packshot.store.database import Database
from packshot.store.opening import DATABASE_NAME, PICTURES_NAME
from packshot.store.rows import resolved_json, searched_columns
from packshot.store.tables import CELL, EVIDENCE, EXPERIMENT, PICTURE, RATING, RUN

PICTURES: Final = 48
SIDE_PX: Final = 512
PORTION: Final = 1_000
START: Final = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
EVERY: Final = timedelta(seconds=97)

PRODUCTS: Final = ("mug", "watch", "armchair", "sneaker", "teapot", "backpack", "lamp", "carafe à café", "vélo", "vase")
COLOURS: Final = ("red", "blue", "yellow", "white", "black", "olive green", "grey", "crème")
GROUNDS: Final = ("a white background", "a wooden table", "a marble surface", "a beige studio ground", "concrete")
MODELS: Final = ("studio-tiny", "sd15", "sdxl")
PEOPLE: Final = ("Ana", "Benoît")
CELLS: Final = 200
"""Of one experiment; every second run is in one."""

SCHEDULER: Final[dict[str, Any]] = {
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "timestep_spacing": "leading",
    "steps_offset": 1,
    "rescale_betas_zero_snr": False,
    "trained_betas": None,
    "interpolation_type": "linear",
    "use_karras_sigmas": False,
    "final_sigmas_type": "zero",
}
LIBRARIES: Final = dict.fromkeys(
    ("torch", "diffusers", "transformers", "safetensors", "numpy", "pillow", "openvino", "accelerate"), "1.2.3"
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that many runs share, with what was measured of it."""

    digest: str
    evidence: tuple[Evidence, ...]
    proposal: Proposal


def fill(workspace: Path, count: int, rng: np.random.Generator, *, pictures_drawn: int | None = None) -> None:
    """Adds `count` runs to a workspace, which is made where it is missing. Call it once for a workspace.

    They share `pictures_drawn` pictures, `PICTURES` where that is None.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    pictures = FilePictureStore(workspace / PICTURES_NAME, random_bytes=rng.bytes)
    database = Database(workspace / DATABASE_NAME)
    drawn = [_drawn(pictures, draw(rng)) for _ in range(min(pictures_drawn or PICTURES, count))]
    try:
        with database.write() as connection:
            shared = [
                {"digest": each.digest, "width": SIDE_PX, "height": SIDE_PX, "kind": "result", "created_at": START}
                for each in drawn
            ]
            connection.execute(insert(PICTURE), shared)
            rows = _rows(count, drawn, rng)
            while portion := list(itertools.islice(rows, PORTION)):
                for table in (EXPERIMENT, RUN, CELL, RATING, EVIDENCE):
                    values = [row for row_set in portion for row in row_set.get(table.name, ())]
                    if values:
                        connection.execute(insert(table), values)
                copies = [row_set["copy"] for row_set in portion if "copy" in row_set]
                if copies:
                    connection.execute(_copy_evidence(), [values for (values,) in copies])
    finally:
        database.close()


def draw(rng: np.random.Generator) -> Pixels:
    """A coloured thing on a ground, (H, W, 3), with the noise of a camera."""
    down, across = np.mgrid[0:SIDE_PX, 0:SIDE_PX] / SIDE_PX - 0.5
    wide, high = rng.uniform(0.15, 0.35, 2)
    inside = ((across / wide) ** 4 + (down / high) ** 4 < 1)[..., None]
    ground = rng.choice([[255.0, 255.0, 255.0], [222.0, 208.0, 190.0], [120.0, 122.0, 125.0]])
    shaded = rng.uniform(20, 235, 3) * (1.0 - 0.5 * across[..., None])
    picture = np.where(inside, shaded, ground) + rng.normal(0, 1.5, (SIDE_PX, SIDE_PX, 3))
    pixels: Pixels = np.clip(picture, 0, 255).astype(np.uint8)
    return pixels


def _drawn(pictures: FilePictureStore, pixels: Pixels) -> Drawn:
    evidence = tuple(evaluate(pixels, Asked("product photo of a red mug on a white background"), None))
    return Drawn(pictures.put(pixels), evidence, propose(evidence, []))


def _copy_evidence() -> Insert:
    """Gives run `to` the evidence of run `of`: a quarter of a million rows never come through Python."""
    columns = [bindparam("to") if column.name == "run_id" else column for column in EVIDENCE.c]
    found = select(*columns).where(EVIDENCE.c.run_id == bindparam("of"))
    return insert(EVIDENCE).from_select([column.name for column in EVIDENCE.c], found)


def _rows(count: int, drawn: list[Drawn], rng: np.random.Generator) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Of each run the rows of every table, oldest first."""
    original = ""
    measured: dict[str, str] = {}
    for number in range(count):
        now = START + number * EVERY
        run_id = new_ulid(now, rng.bytes)
        picture = drawn[int(rng.integers(len(drawn)))]
        resolved = _resolved(number, rng)
        chance = rng.random()
        state = RunState.FAILED if chance < 0.03 else RunState.CANCELLED if chance < 0.04 else RunState.SUCCEEDED
        is_replay = bool(original) and rng.random() < 0.02
        run = _run(run_id, resolved, state, now, picture)
        tables: dict[str, list[dict[str, Any]]] = {"run": [run | {"replay_of": original if is_replay else None}]}
        if number % CELLS == 0:
            plan = {"name": _experiment(number), "title": f"Experiment {number // CELLS}"}
            tables["experiment"] = [{"name": _experiment(number), "plan": plan, "created_at": now}]
        if number % 2 and not is_replay:
            tables["cell"] = [_cell(number, run)]
        if state is RunState.SUCCEEDED:
            first = measured.setdefault(picture.digest, run_id)
            if first == run_id:
                tables["evidence"] = [
                    {**entry.model_dump(mode="json"), "run_id": run_id, "position": position}
                    for position, entry in enumerate(picture.evidence)
                ]
            else:
                tables["copy"] = [{"to": run_id, "of": first}]
            if rng.random() < 0.1:
                tables["rating"] = [_rating(run_id, person, now, rng) for person in PEOPLE]
            original = run_id
        yield tables


def _resolved(number: int, rng: np.random.Generator) -> ResolvedSpec:
    def one(words: tuple[str, ...]) -> str:
        return words[int(rng.integers(len(words)))]

    model = one(MODELS)
    prompt = f"product photo of a {one(COLOURS)} {one(PRODUCTS)} on {one(GROUNDS)}, soft light, number {number}"
    return ResolvedSpec(
        intent=Intent(
            mode=Mode.TEXT_TO_IMAGE,
            prompt=prompt,
            negative_prompt="text, watermark, blurred, low quality",
            model=ModelPin(family="sd1", digest=f"sha256:{MODELS.index(model):064x}"),
            scheduler=SchedulerPin(name="EulerA", class_name="EulerAncestralDiscreteScheduler", config=SCHEDULER),
            steps=20,
            steps_taken=20,
            guidance=float(rng.integers(2, 20)) / 2,
            seed=int(rng.integers(2**31)),
            width=SIDE_PX,
            height=SIDE_PX,
        ),
        execution=Execution(device="cpu", precision="float32", runtime="openvino", slots=4, rows=8, threads=4),
        origin=Origin(model=model),
    )


def _run(run_id: str, resolved: ResolvedSpec, state: RunState, now: datetime, picture: Drawn) -> dict[str, Any]:
    """The columns of a run without those of a replay."""
    done = state is RunState.SUCCEEDED
    failure = {"code": "engine.failed", "message": "it stopped", "hint": None, "trace": None}
    return {
        "id": run_id,
        "spec_hash": resolved.hash,
        "resolved": resolved_json(resolved),
        **searched_columns(resolved),
        "state": state,
        "created_at": now,
        "started_at": now,
        "finished_at": now + timedelta(seconds=2),
        "attempts": 1,
        "picture_digest": picture.digest if done else None,
        "result": _result(picture.digest, resolved).model_dump(mode="json") if done else None,
        "failure": failure if state is RunState.FAILED else None,
        "points": picture.proposal.points if done else None,
        "criteria": picture.proposal.evaluated if done else None,
    }


def _result(digest: str, resolved: ResolvedSpec) -> Result:
    execution = resolved.execution
    return Result(
        picture_digest=digest,
        width=SIDE_PX,
        height=SIDE_PX,
        provenance=Provenance(
            packshot="0.1.0",
            python="3.11.9",
            platform="Linux-6.1-x86_64",
            machine="x86_64",
            device=execution.device,
            device_name="a processor",
            precision=execution.precision,
            runtime=execution.runtime,
            rows=execution.rows,
            rng_device="cpu",
            threads=execution.threads,
            attention=execution.attention,
            flush_denormal=True,
            deterministic=True,
            libraries=LIBRARIES,
            weights_digest=resolved.intent.model.digest,
            scheduler_config=SCHEDULER,
            denoiser_calls=20,
            safety_checker="none",
        ),
        timings=Timings(encode_s=0.02, denoise_s=1.4, decode_s=0.2, total_s=1.7),
    )


def _experiment(number: int) -> str:
    return f"experiment-{number // CELLS:04d}"


def _cell(number: int, run: dict[str, Any]) -> dict[str, Any]:
    place = number % CELLS
    return {
        "experiment": _experiment(number),
        "name": f"cell_{place:04d}",
        "position": place,
        "group": "steps",
        "spec_hash": run["spec_hash"],
        "change": {"steps": place},
        "arm": f"steps{place % 10}",
        "seed": place // 10,
        "product": f"SKU-{place % 20:03d}",
        "against": None,
        "run_id": run["id"],
    }


def _rating(run_id: str, person: str, now: datetime, rng: np.random.Generator) -> dict[str, Any]:
    scores = {name.value: {"score": int(rng.integers(3)), "reason": ""} for name in Criterion}
    at = now + timedelta(hours=1)
    return {
        "id": new_ulid(at, rng.bytes),
        "run_id": run_id,
        "rater": person,
        "scores": scores,
        "blind": False,
        "created_at": at,
    }


def main() -> None:
    """FOLDER and how many."""
    folder, count = sys.argv[1:3]
    fill(Path(folder), int(count), np.random.default_rng(0))


if __name__ == "__main__":
    main()
