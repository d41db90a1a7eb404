"""The whole recipe at its smallest: every stage runs, resumes, goes on from a model; diffusers loads the folder."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline, StableDiffusionPipeline
from PIL import Image
from safetensors.torch import load_file
from transformers import CLIPVisionModelWithProjection

from training.clip import adherence

ROOT = Path(__file__).parents[2]


def recipe(work: Path, *more: str) -> str:
    """Runs the quick recipe in a work folder; returns what it printed."""
    command = [sys.executable, "-m", "training.run", "--quick", "--out", str(work / "out"), "--work", str(work), *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_quick_recipe_makes_a_folder_that_diffusers_loads_and_a_second_call_trains_nothing(tmp_path: Path) -> None:
    first = recipe(tmp_path)
    assert "denoiser: step" in first
    assert ": step" not in recipe(tmp_path)
    folder = tmp_path / "out"
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    assert {p.dtype for p in (pipe.unet, pipe.vae, pipe.text_encoder)} == {torch.float32}
    made = pipe("a red mug", num_inference_steps=2, output_type="np").images[0]
    assert made.shape == (256, 256, 3)
    assert np.isfinite(made).all()
    source = pipe.numpy_to_pil(made)[0]
    parts = {**pipe.components, "requires_safety_checker": False}
    turned = StableDiffusionImg2ImgPipeline(**parts)("a red mug", image=source, strength=0.5, num_inference_steps=4)
    assert turned.images[0].size == (256, 256)
    mask = Image.fromarray(np.pad(np.full((128, 128), 255, np.uint8), 64))
    fill = StableDiffusionInpaintPipeline(**parts)
    # loads; but diffusers' call takes latents of four channels only, and these have eight
    with pytest.raises(ValueError, match="either 4 or 9 input channels"):
        fill("a red mug", image=source, mask_image=mask, height=256, width=256, num_inference_steps=2)

    eye = CLIPVisionModelWithProjection.from_pretrained(folder / "image_encoder")
    fits = adherence(pipe.text_encoder, eye, pipe.tokenizer, ["a red mug"], np.asarray(source)[None])
    assert fits.shape == (1,)
    assert -1.0 <= float(fits) <= 1.0
    card = json.loads((folder / "packshot.json").read_text())
    assert card["knows"]["products"]["mug"][0] == "a coffee mug"
    assert [stage["stage"] for stage in card["training"][0]["stages"]] == [
        "clip", "autoencoder", "denoiser", "decoder", "image_encoder",
    ]  # fmt: skip

    further = tmp_path / "further"
    recipe(further, "--start", str(folder), "--minutes-unet", "0.05")
    again = json.loads((further / "out" / "packshot.json").read_text())
    assert len(again["training"]) == 2
    name = "tokenizer/vocab.json"
    assert (further / "out" / name).read_text() == (folder / name).read_text()
    weights = "unet/diffusion_pytorch_model.safetensors"
    before, after = load_file(folder / weights), load_file(further / "out" / weights)
    change = max(float((after[k].float() - before[k].float()).abs().max()) for k in before)
    assert 0.0 < change < 0.1, "it goes on from the weights it was given"
