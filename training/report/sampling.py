"""Pictures by plain diffusers, many at a time: batches in bfloat16 over several processes of one thread each.

Knows nothing about what is measured. Every picture has its own generator, so its noise depends on its seed alone;
batching changes a picture's last bits and nothing else.
"""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image

from training.captions import LAB_NEGATIVE
from training.machine import DEVICE, autocast

BATCH = 8
SCHEDULERS = {
    "EulerA": "EulerAncestralDiscreteScheduler",
    "DDIM": "DDIMScheduler",
    "DPM++": "DPMSolverMultistepScheduler",
}


@dataclass(frozen=True)
class Settings:
    """How pictures are made; a source and a strength where they start from one."""

    guidance: float = 7.5
    steps: int = 30
    scheduler: str = "EulerA"
    strength: float | None = None
    negative: str = LAB_NEGATIVE


@dataclass(frozen=True)
class Job:
    """One batch: prompts with their seeds, and for image-to-image a source (256, 256, 3) each."""

    prompts: tuple[str, ...]
    seeds: tuple[int, ...]
    settings: Settings
    sources: tuple[NDArray[np.uint8], ...] = field(default=())


_pipe: StableDiffusionPipeline | None = None


def open_pipeline(folder: Path) -> StableDiffusionPipeline:
    """The model folder in plain diffusers, float32."""
    pipe = StableDiffusionPipeline.from_pretrained(folder).to(DEVICE)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def _begin(folder: Path) -> None:
    global _pipe
    os.nice(2)
    torch.set_flush_denormal(True)
    torch.set_num_threads(1)
    _pipe = open_pipeline(folder)


def _draw(job: Job) -> NDArray[np.uint8]:
    assert _pipe is not None
    return draw(_pipe, job)


def draw(pipe: StableDiffusionPipeline, job: Job) -> NDArray[np.uint8]:
    """(N, 256, 256, 3), one picture for each prompt of the job."""
    s = job.settings
    parts = dict(pipe.components)
    parts["scheduler"] = getattr(diffusers, SCHEDULERS[s.scheduler]).from_config(pipe.scheduler.config)
    kind: Any = StableDiffusionPipeline if s.strength is None else StableDiffusionImg2ImgPipeline
    drawing = kind(**parts, requires_safety_checker=False)
    drawing.set_progress_bar_config(disable=True)
    more = {} if s.strength is None else {"image": [Image.fromarray(p) for p in job.sources], "strength": s.strength}
    with torch.no_grad(), autocast():
        made = drawing(
            list(job.prompts),
            negative_prompt=[s.negative] * len(job.prompts),
            num_inference_steps=s.steps,
            guidance_scale=s.guidance,
            generator=[torch.Generator("cpu").manual_seed(seed) for seed in job.seeds],
            **more,
        ).images
    return np.stack([np.asarray(picture) for picture in made])


class Studio:
    """Draws lists of prompts with one model folder."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    def make(
        self,
        prompts: list[str],
        seeds: list[int],
        settings: Settings = Settings(),
        sources: list[NDArray[np.uint8]] | None = None,
    ) -> NDArray[np.uint8]:
        """(N, 256, 256, 3) in the order of the prompts."""
        jobs = [
            Job(
                tuple(prompts[i : i + BATCH]),
                tuple(seeds[i : i + BATCH]),
                settings,
                tuple(sources[i : i + BATCH]) if sources is not None else (),
            )
            for i in range(0, len(prompts), BATCH)
        ]
        return np.concatenate(list(self._pool.imap(_draw, jobs)))


@contextmanager
def studio(folder: Path, processes: int = 2) -> Iterator[Studio]:
    """A studio with its processes, closed at the end."""
    with multiprocessing.get_context("spawn").Pool(processes, _begin, (folder,)) as pool:
        yield Studio(pool)
