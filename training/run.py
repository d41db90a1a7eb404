"""`python -m training.run`: every stage in order, from nothing to a folder that diffusers loads.

Each stage leaves its result in the work folder; called again, finished stages are skipped and broken ones go on.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import AutoencoderKL

from training import autoencoder, clip, dataset, denoiser, export, parallel, photos, tokenizer


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
    vae: autoencoder.Size
    unet: denoiser.Size


SHIPPED = Recipe(11_520, 7_680, 2, 16.0, 4.0, 52.0, 3.5, autoencoder.Size(), denoiser.Size())
QUICK = Recipe(
    64, 64, 2, 0.1, 0.1, 0.15, 0.05, autoencoder.Size((8, 8, 16, 16)), denoiser.Size((16, 32, 32), heads=(1, 2, 2))
)


def learn_to_compress(work: Path, recipe: Recipe, photo_folder: Path | None) -> None:
    """One process's part in the autoencoder's training."""
    pictures = dataset.Pictures(work, recipe.pictures)
    autoencoder.train(work, pictures, photos.load(photo_folder), recipe.minutes_vae, recipe.vae)


def learn_to_read(work: Path, recipe: Recipe) -> None:
    """One process's part in the text encoder's training."""
    clip.train(work, dataset.Pictures(work, recipe.pictures), tokenizer.load(work / "tokenizer"), recipe.minutes_clip)


def learn_to_denoise(work: Path, recipe: Recipe) -> None:
    """One process's part in the denoiser's training; everything it needs lies in the work folder."""
    pictures = dataset.Pictures(work, recipe.pictures)
    reader = tokenizer.load(work / "tokenizer")
    text = clip.trained(work, reader)
    denoiser.prepare(work, pictures, recipe.lessons, AutoencoderKL.from_pretrained(work / "vae"), text, reader)
    parallel.meet()
    lessons = denoiser.lessons(work, denoiser.chosen(pictures, recipe.lessons), text, reader)
    denoiser.train(work, lessons, recipe.minutes_unet, recipe.unet)


def learn_to_decode(work: Path, recipe: Recipe, photo_folder: Path | None) -> None:
    """One process's part in the decoder's polish."""
    pictures = dataset.Pictures(work, recipe.pictures)
    autoencoder.polish(work, pictures, photos.load(photo_folder), recipe.minutes_polish)


def all_stages(out: Path, work: Path, recipe: Recipe, photo_folder: Path | None) -> int:
    """Runs or finishes every stage; returns the size of the model folder in bytes."""
    pictures = dataset.make(work, recipe.pictures, processes=recipe.processes)
    reader = tokenizer.train(work / "tokenizer")
    parallel.run(learn_to_read, (work, recipe), recipe.processes)
    text = clip.trained(work, reader)
    parallel.run(learn_to_compress, (work, recipe, photo_folder), recipe.processes)
    if not (work / "vae").exists():
        autoencoder.trained(work, pictures, recipe.vae).save_pretrained(work / "vae")
    denoiser.reserve(work, len(denoiser.chosen(pictures, recipe.lessons)), text.config.hidden_size)
    parallel.run(learn_to_denoise, (work, recipe), recipe.processes)
    parallel.run(learn_to_decode, (work, recipe, photo_folder), recipe.processes)
    return write(out, work, recipe)


def write(out: Path, work: Path, recipe: Recipe) -> int:
    """Exports the checkpoints as they are now; returns the folder's size in bytes."""
    reader = tokenizer.load(work / "tokenizer")
    text = clip.trained(work, reader)
    unet = denoiser.averaged(recipe.unet, text.config.hidden_size, denoiser.checkpoint(work))
    return export.write(out, export.pipeline(autoencoder.polished(work), text, reader, unet), work / "tokenizer")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.run", description="Trains studio-tiny from nothing.")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--work", type=Path, required=True, help="pictures and checkpoints (about 4 GB)")
    parser.add_argument("--photos", type=Path, help="folder of real photos to mix into the autoencoder's training")
    parser.add_argument("--quick", action="store_true", help="a minute of everything, to see that it runs")
    parser.add_argument("--pictures", type=int)
    parser.add_argument("--lessons", type=int, help="how many of them the denoiser learns from")
    parser.add_argument("--processes", type=int)
    parser.add_argument("--minutes-vae", type=float)
    parser.add_argument("--minutes-clip", type=float)
    parser.add_argument("--minutes-unet", type=float)
    parser.add_argument("--minutes-polish", type=float, help="for the decoder, last")
    parser.add_argument(
        "--export-only", action="store_true", help="write the folder from the checkpoints as they are now"
    )
    given = vars(parser.parse_args())
    base = QUICK if given["quick"] else SHIPPED
    asked = {
        name: given[name]
        for name in (
            "pictures",
            "lessons",
            "processes",
            "minutes_vae",
            "minutes_clip",
            "minutes_unet",
            "minutes_polish",
        )
        if given[name] is not None
    }
    recipe = Recipe(**{**base.__dict__, **asked})
    torch.set_flush_denormal(True)
    torch.set_num_threads(recipe.processes)
    if given["export_only"]:
        size = write(given["out"], given["work"], recipe)
    else:
        size = all_stages(given["out"], given["work"], recipe, given["photos"])
    print(f"wrote {given['out']}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
