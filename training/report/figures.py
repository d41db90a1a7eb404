"""`python -m training.figures`: measures a model folder and draws its contact sheet. Knows no training.

Every figure in `docs/studio-tiny.md` comes out of this.
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline
from numpy.typing import NDArray
from PIL import Image, ImageOps

from training.autoencoder import psnr_db
from training.captions import LAB_NEGATIVE
from training.dataset import UNSEEN
from training.render import BACKGROUND_COLOURS, KINDS, random_scene, render

STYLE = ", studio lighting, soft shadow, very sharp"
SHEET = (
    "a pair of running shoes on a white background", "a pair of black headphones on a yellow background",
    "a red backpack on a light grey background", "a brown wristwatch on a white background",
    "a blue coffee mug on a beige background", "a green water bottle on a pink background",
    "a brown handbag on a white background", "a yellow desk lamp on a blue background",
    "a purple chair on a white background", "a black camera on an orange background",
    "a pair of pink sneakers on a black background", "a white coffee mug on a red background",
)  # fmt: skip


def prompt(subject: str) -> str:
    """A subject in the words of the lab's prompt."""
    return f"ultra-realistic product photo of {subject}{STYLE}"


def make(
    pipe: StableDiffusionPipeline, subject: str, seed: int = 42, steps: int = 30, guidance: float = 7.5
) -> NDArray[np.uint8]:
    """One picture (256, 256, 3) with the lab's settings."""
    noise = torch.Generator("cpu").manual_seed(seed)
    made = pipe(
        prompt(subject),
        negative_prompt=LAB_NEGATIVE,
        num_inference_steps=steps,
        guidance_scale=guidance,
        generator=noise,
    )
    return np.asarray(made.images[0])


def sheet(pictures: list[NDArray[np.uint8]], columns: int) -> Image.Image:
    """Pictures of one size side by side, row after row."""
    rows = [np.concatenate(pictures[i : i + columns], 1) for i in range(0, len(pictures), columns)]
    return Image.fromarray(np.concatenate(rows))


def fitted(path: Path, side: int = 256) -> NDArray[np.uint8]:
    """A photo cropped to a square from its middle."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), (side, side)))


def border(picture: NDArray[np.uint8], px: int = 8) -> NDArray[np.float64]:
    """(3,) mean colour of the frame's outermost pixels."""
    inner = np.ones(picture.shape[:2], dtype=np.bool_)
    inner[px:-px, px:-px] = False
    return np.asarray(picture[inner].mean(0))


def background_errors(pipe: StableDiffusionPipeline, guidance: float) -> list[float]:
    """Grey levels (mean over channels) between the border asked for and the one made, a prompt per background."""
    kinds = sorted(KINDS)
    errors = []
    for i, name in enumerate(BACKGROUND_COLOURS):
        scene = random_scene(UNSEEN + i, kinds[i % len(kinds)])
        true = border(render(replace(scene, background_colour=name)).picture)
        article = "an" if name[0] in "aeiou" else "a"
        made = border(make(pipe, f"{KINDS[scene.kind].name} on {article} {name} background", seed=i, guidance=guidance))
        errors.append(float(np.abs(made - true).mean()))
    return errors


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.figures", description="Measures a model folder.")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--photos", type=Path, help="photos that were not trained on")
    parser.add_argument("--sheet", type=Path, help="where to write the contact sheet")
    parser.add_argument("--unseen", type=int, default=64, help="unseen renders for the autoencoder's figure")
    given = parser.parse_args()
    torch.set_flush_denormal(True)
    pipe = StableDiffusionPipeline.from_pretrained(given.model)
    pipe.set_progress_bar_config(disable=True)
    size = sum(f.stat().st_size for f in given.model.rglob("*") if f.is_file())
    print(
        f"size: {size / 1e6:.1f} MB, denoiser {sum(p.numel() for p in pipe.unet.parameters()) / 1e6:.1f} M parameters"
    )
    unseen = np.stack([render(random_scene(UNSEEN + i)).picture for i in range(given.unseen)])
    print(f"autoencoder on {given.unseen} unseen renders: {np.mean(psnr_db(pipe.vae, unseen)):.1f} dB")
    if given.photos:
        real = np.stack([fitted(p) for p in sorted(given.photos.glob("*.jpg"))])
        values = psnr_db(pipe.vae, real)
        print(f"autoencoder on {len(real)} photos: mean {np.mean(values):.1f} dB, lowest {np.min(values):.1f} dB")
    start = time.perf_counter()
    pictures = [make(pipe, subject) for subject in SHEET]
    print(f"30 steps, EulerA, guidance 7.5: {(time.perf_counter() - start) / len(SHEET):.2f} s a picture")
    if given.sheet:
        sheet(pictures, 4).resize((768, 576), Image.Resampling.LANCZOS).save(given.sheet, optimize=True)
    for guidance in (4.0, 7.5, 12.0):
        errors = background_errors(pipe, guidance)
        print(f"background error at {guidance}: mean {np.mean(errors):.1f}, highest {np.max(errors):.1f} grey levels")


if __name__ == "__main__":
    main()
