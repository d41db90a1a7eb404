"""Every scheduler takes all its steps on the built-in model, whose first noise level is 4096."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from packshot import wiring
from packshot.engine.schedule import build_schedule
from packshot.models import SCHEDULERS, Catalogue, DigestCache
from packshot.resolve import resolve
from packshot.spec import Spec
from packshot.workflow import KnownSources

STEPS = 30
"""With fewer, the noise levels of Karras do not round to the same first timesteps."""


@pytest.mark.parametrize("name", [choice.name for choice in SCHEDULERS])
def test_all_steps_can_be_taken(name: str, tmp_path: Path) -> None:
    settings = wiring.read(workspace=tmp_path, environ=dict(os.environ))
    catalogue = Catalogue(DigestCache(None), offline=True)
    order = resolve(Spec(prompt="a red mug", scheduler=name, steps=STEPS), catalogue, settings, _Nothing())
    generator = torch.Generator().manual_seed(0)
    schedule = build_schedule(order, generator)
    latents = torch.randn((1, 4, 8, 8), generator=generator)
    for timestep in schedule.timesteps:
        schedule.scheduler.scale_model_input(latents, timestep)
        latents = schedule.scheduler.step(latents / 2, timestep, latents, **schedule.step_arguments)[0]
    assert latents.shape == (1, 4, 8, 8)


class _Nothing(KnownSources):
    """No source is asked for."""

    def __init__(self) -> None:
        pass
