"""`python -m training.run`: every stage in order, from nothing or an earlier model to a folder that diffusers loads.

Each stage leaves its result in the work folder; called again, finished stages are skipped and broken ones go on. The
same code runs on two CPU cores (one process each) and on a GPU (one process, larger batches).
"""

import argparse
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from transformers import CLIPTokenizer

from training import autoencoder, clip, dataset, denoiser, export, parallel, photos, preview, tokenizer
from training.machine import DEVICE
from training.stage import history

BUDGETS = ("minutes_vae", "minutes_clip", "minutes_unet", "minutes_polish", "minutes_eye")


@dataclass(frozen=True)
class Recipe:
    """How much of everything."""

    pictures: int
    lessons: int
    """How many of the pictures the denoiser learns from."""
    processes: int
    minutes_vae: float
    minutes_clip: float
    minutes_unet: float
    minutes_polish: float
    minutes_eye: float
    """For the image tower alone, last: nothing waits for it."""
    vae: autoencoder.Size
    unet: denoiser.Size
    photos: Path | None = None
    start: Path | None = None
    """A model folder to go on from. Its tokenizer is kept, so that its words mean what they meant."""


FULL = Recipe(
    pictures=12_288,
    lessons=12_288,
    processes=1 if DEVICE.type == "cuda" else 2,
    minutes_vae=30.0,
    minutes_clip=6.0,
    minutes_unet=120.0,
    minutes_polish=5.0,
    minutes_eye=6.0,
    vae=autoencoder.Size(),
    unet=denoiser.Size(),
)
QUICK = replace(
    FULL,
    pictures=64,
    lessons=64,
    minutes_vae=0.1,
    minutes_clip=0.1,
    minutes_unet=0.15,
    minutes_polish=0.05,
    minutes_eye=0.05,
    vae=autoencoder.Size((8, 8, 16, 16)),
    unet=denoiser.Size((16, 32, 32), heads=(1, 2, 2)),
)


def learn_to_compress(work: Path, recipe: Recipe) -> None:
    """One process's part in the autoencoder's training."""
    pictures = dataset.Pictures(work, recipe.pictures)
    real = photos.load(recipe.photos)
    autoencoder.train(work, pictures, real, recipe.minutes_vae, recipe.vae, recipe.start)


def learn_to_read(work: Path, recipe: Recipe) -> None:
    """One process's part in both towers' training."""
    reader = tokenizer.load(work / "tokenizer")
    clip.train(work, dataset.Pictures(work, recipe.pictures), reader, recipe.minutes_clip, recipe.start)


def learn_to_denoise(work: Path, recipe: Recipe) -> None:
    """One process's part in the denoiser's training; everything it needs lies in the work folder."""
    pictures = dataset.Pictures(work, recipe.pictures)
    reader = tokenizer.load(work / "tokenizer")
    text = clip.trained(work, reader).text
    vae = AutoencoderKL.from_pretrained(work / "vae")
    denoiser.prepare(work, pictures, recipe.lessons, vae, text, reader)
    if parallel.rank() == 0:
        denoiser.prepare_photos(work, photos.load(recipe.photos), vae)
    parallel.meet()
    lessons = denoiser.lessons(work, denoiser.chosen(pictures, recipe.lessons), text, reader)
    denoiser.train(work, lessons, recipe.minutes_unet, recipe.unet, recipe.start)


def learn_to_decode(work: Path, recipe: Recipe) -> None:
    """One process's part in the decoder's polish."""
    pictures = dataset.Pictures(work, recipe.pictures)
    autoencoder.polish(work, pictures, photos.load(recipe.photos), recipe.minutes_polish)


def learn_to_judge(work: Path, recipe: Recipe) -> None:
    """One process's part in the image tower's training against the frozen words."""
    reader = tokenizer.load(work / "tokenizer")
    pictures = dataset.Pictures(work, recipe.pictures)
    clip.train(work, pictures, reader, recipe.minutes_eye, None, clip.EYE)


def words(work: Path, start: Path | None) -> CLIPTokenizer:
    """The work folder's tokenizer: learnt, or taken from the model to go on from."""
    folder = work / "tokenizer"
    if start is not None and not folder.exists():
        shutil.copytree(start / "tokenizer", folder)
    return tokenizer.load(folder) if folder.exists() else tokenizer.train(folder)


def all_stages(out: Path, work: Path, recipe: Recipe) -> int:
    """Runs or finishes every stage; returns the size of the model folder in bytes."""
    pictures = dataset.make(work, recipe.pictures, processes=max(recipe.processes, 2))
    reader = words(work, recipe.start)
    for stage in (learn_to_read, learn_to_compress):
        parallel.run(stage, (work, recipe), recipe.processes)
    if not (work / "vae").exists():
        autoencoder.trained(work, pictures, recipe.vae).save_pretrained(work / "vae")
    width = clip.trained(work, reader).text.config.hidden_size
    denoiser.reserve(work, len(denoiser.chosen(pictures, recipe.lessons)), width)
    for stage in (learn_to_denoise, learn_to_decode, learn_to_judge):
        parallel.run(stage, (work, recipe), recipe.processes)
    return write(out, work, recipe)


def write(out: Path, work: Path, recipe: Recipe) -> int:
    """Exports the checkpoints as they are now; returns the folder's size in bytes."""
    reader = tokenizer.load(work / "tokenizer")
    pair = clip.trained(work, reader)
    unet = denoiser.averaged(recipe.unet, pair.text.config.hidden_size, denoiser.checkpoint(work))
    vae = autoencoder.polished(work)
    pipe = export.pipeline(vae, pair.text, reader, unet)
    pictures = dataset.Pictures(work, recipe.pictures)
    factors = preview.fit(vae, pictures.pixels[pictures.done()[:64]])
    before = export.training_of(recipe.start) if recipe.start is not None else []
    stages = history(work, (clip.TOWERS, "autoencoder", "denoiser", "decoder", clip.EYE))
    now: dict[str, object] = {
        "name": f"{len(before) + 1} ({DEVICE.type}, {recipe.pictures:,} pictures)",
        "stages": stages,
    }
    return export.write(out, pipe, pair, work / "tokenizer", [*before, now], factors)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.run", description="Trains studio-tiny.")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--work", type=Path, required=True, help="pictures and checkpoints (about 6 GB)")
    parser.add_argument("--photos", type=Path, help="folder of real photos to mix into the autoencoder's training")
    parser.add_argument("--start", type=Path, help="model folder to go on from, such as the shipped one")
    parser.add_argument("--quick", action="store_true", help="a minute of everything, to see that it runs")
    parser.add_argument("--pictures", type=int)
    parser.add_argument("--lessons", type=int, help="how many of them the denoiser learns from")
    parser.add_argument("--processes", type=int)
    for name in BUDGETS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, metavar="MINUTES")
    parser.add_argument(
        "--export-only", action="store_true", help="write the folder from the checkpoints as they are now"
    )
    given = vars(parser.parse_args())
    asked = ("pictures", "lessons", "processes", *BUDGETS, "photos", "start")
    recipe = replace(
        QUICK if given["quick"] else FULL, **{name: given[name] for name in asked if given[name] is not None}
    )
    if recipe.start is not None:
        recipe = replace(recipe, start=recipe.start.resolve())
    torch.set_flush_denormal(True)
    torch.set_num_threads(recipe.processes)
    if given["export_only"]:
        size = write(given["out"], given["work"], recipe)
    else:
        size = all_stages(given["out"], given["work"], recipe)
    print(f"wrote {given['out']}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
