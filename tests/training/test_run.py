"""The whole recipe at its smallest: every stage runs, resumes, and the folder loads in plain diffusers."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionPipeline

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_quick_recipe_makes_a_folder_that_diffusers_loads_and_a_second_call_trains_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "training.run", "--quick", "--out", str(tmp_path / "out"), "--work", str(tmp_path)]
    first = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "denoiser: step" in first
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert ": step" not in again
    pipe = StableDiffusionPipeline.from_pretrained(tmp_path / "out")
    assert {p.dtype for p in (pipe.unet, pipe.vae, pipe.text_encoder)} == {torch.float32}
    made = pipe("a red mug", num_inference_steps=2, output_type="np").images[0]
    assert made.shape == (256, 256, 3)
    assert np.isfinite(made).all()
    again_made = StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)(
        "a red mug", image=pipe.numpy_to_pil(made)[0], strength=0.5, num_inference_steps=4
    )
    assert again_made.images[0].size == (256, 256)
