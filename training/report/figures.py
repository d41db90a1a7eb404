"""Every figure of the card, one function each: a model folder in, numbers for JSON out. Knows no card."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from transformers import CLIPVisionModelWithProjection

from training import clip
from training.autoencoder import psnr_db as survives_db
from training.autoencoder import to_tensor
from training.captions import LAB_NEGATIVE
from training.dataset import UNSEEN, Scenes, render_scenes
from training.render import BACKGROUND_COLOURS, random_scene, render
from training.report import classifier, statistics
from training.report.classifier import Judge, judge, truths
from training.report.prompts import Asked
from training.report.sampling import SCHEDULERS, Settings, Studio, open_pipeline

Pictures = NDArray[np.uint8]
Json = dict[str, Any]


def size(folder: Path) -> Json:
    """Megabytes of the folder and millions of parameters of its parts."""
    pipe = open_pipeline(folder)
    eye = CLIPVisionModelWithProjection.from_pretrained(folder / "image_encoder")
    parts = {"unet": pipe.unet, "vae": pipe.vae, "text_encoder": pipe.text_encoder, "image_encoder": eye}
    return {
        "megabytes": sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 1e6,
        "parameters_m": {name: sum(p.numel() for p in part.parameters()) / 1e6 for name, part in parts.items()},
    }


def seconds(folder: Path, threads: int = 2, rounds: int = 3) -> Json:
    """Seconds of a 30-step picture with guidance in plain diffusers, float32: the least of some rounds."""
    torch.set_num_threads(threads)
    pipe = open_pipeline(folder)
    spent = []
    for _ in range(rounds + 1):  # the first one warms up
        began = time.perf_counter()
        pipe("a red mug on a white background", negative_prompt=LAB_NEGATIVE, num_inference_steps=30)
        spent.append(time.perf_counter() - began)
    return {"seconds": min(spent[1:]), "threads": threads, "rounds": rounds}


def fitted(path: Path, side: int = 256) -> Pictures:
    """A photo cropped to a square from its middle."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), (side, side)))


@torch.no_grad()
def autoencoder(folder: Path, photos: Path | None, unseen: int) -> Json:
    """How renders and photos that were never trained on survive encoding and decoding."""
    vae = open_pipeline(folder).vae
    renders = render_scenes(Scenes(UNSEEN, unseen), 256)
    made = np.concatenate([_bytes(vae.decode(vae.encode(to_tensor(r[None])).latent_dist.mean).sample) for r in renders])
    result: Json = {
        "renders": unseen,
        "psnr_db": float(np.mean(survives_db(vae, renders))),
        "edge_ratio": float(np.mean(statistics.edge_strength(made) / statistics.edge_strength(renders))),
    }
    if photos is not None:
        real = np.stack([fitted(p) for p in sorted(photos.glob("*.jpg"))])
        values = survives_db(vae, real)
        result |= {
            "photos": len(real),
            "photos_psnr_db": float(np.mean(values)),
            "photos_lowest_db": float(min(values)),
        }
    return result


def _bytes(sample: torch.Tensor) -> Pictures:
    return np.asarray(((sample.clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy())


def paper(ground: str) -> NDArray[np.float64]:
    """(3,) the border's mean colour of a render on that ground, in grey levels."""
    scene = replace(random_scene(UNSEEN + 7, "mug"), background_colour=ground)
    return np.asarray(statistics.border(render(scene).picture).mean(0))


def obedience(model: Judge, pictures: Pictures, wanted: list[Asked]) -> Json:
    """Shares of right kinds and colours by the judge, and how far the border is from the paper asked for."""
    truth = torch.tensor([truths(a.kind, a.product_colour, a.background_colour) for a in wanted])
    named = judge(model, pictures)
    right = named.right(truth)
    papers = {ground: paper(ground) for ground in BACKGROUND_COLOURS}
    errors = [
        float(np.abs(statistics.border(p).mean(0) - papers[a.background_colour]).mean())
        for p, a in zip(pictures, wanted, strict=True)
    ]
    by_kind: dict[str, list[bool]] = {}
    for name, a in zip(named.names[:, 0], wanted, strict=True):
        by_kind.setdefault(a.kind, []).append(bool(name == truths(a.kind, a.product_colour, a.background_colour)[0]))
    return {
        "prompts": len(wanted),
        "kind": float(right[0]),
        "product_colour": float(right[1]),
        "background_colour": float(right[2]),
        "background_error": float(np.mean(errors)),
        "kind_by_kind": {kind: float(np.mean(hits)) for kind, hits in sorted(by_kind.items())},
    }


def whiteness(pictures: Pictures) -> Json:
    """Share of pictures whose border's mean is at least 250 in every channel."""
    levels = [statistics.border(p).mean(0).min() for p in pictures]
    return {
        "prompts": len(pictures),
        "share_250": float(np.mean(np.array(levels) >= 250)),
        "mean": float(np.mean(levels)),
    }


def distance(model: Judge, pictures: Pictures) -> Json:
    """Fréchet distance of the judge's features to renders, beside that of other renders to the same."""
    one, other = (
        judge(model, render_scenes(Scenes(classifier.FIRST_SEED + start, len(pictures)), 256)).features
        for start in (100_000, 200_000)
    )
    made = judge(model, pictures).features
    return {
        "pictures": len(pictures),
        "model": statistics.frechet(made, one),
        "renders": statistics.frechet(other, one),
    }


def adherence(folder: Path, by_guidance: dict[float, Pictures], wanted: list[Asked]) -> Json:
    """CLIP cosines by guidance, and their paired effects against the lowest guidance."""
    pipe = open_pipeline(folder)
    eye = CLIPVisionModelWithProjection.from_pretrained(folder / "image_encoder").eval()
    texts = [a.prompt for a in wanted]
    values = {
        g: clip.adherence(pipe.text_encoder, eye, pipe.tokenizer, texts, made).numpy()
        for g, made in by_guidance.items()
    }
    first = min(values)
    return {
        "prompts": len(wanted),
        "mean": {f"{g:g}": float(v.mean()) for g, v in values.items()},
        "against": f"{first:g}",
        "effect": {f"{g:g}": statistics.effect(v, values[first]).as_json() for g, v in values.items() if g != first},
    }


def image_to_image(studio: Studio, count: int, strengths: tuple[float, ...]) -> tuple[Json, Pictures]:
    """Likeness to unseen renders by strength; with a strip of pictures: a source, then what each strength made."""
    from training.captions import described, with_article
    from training.render import KINDS

    scenes = Scenes(UNSEEN + 500, count).all()
    sources = list(render_scenes(Scenes(UNSEEN + 500, count), 256))
    prompts = [
        f"product photo of {described(KINDS[s.kind].name, [s.product_colour])} on "
        + with_article(f"a {s.background_colour} background")
        for s in scenes
    ]
    table, strip = [], [sources[0]]
    for strength in strengths:
        made = studio.make(prompts, list(range(count)), Settings(strength=strength), sources)
        pairs = list(zip(made, sources, strict=True))
        table.append(
            {
                "strength": strength,
                "psnr_db": float(np.mean([statistics.psnr_db(a, b) for a, b in pairs])),
                "ssim": float(np.mean([statistics.ssim(a, b) for a, b in pairs])),
            }
        )
        strip.append(made[0])
    return {"renders": count, "by_strength": table}, np.stack(strip)


def schedulers(
    studio: Studio, model: Judge, wanted: list[Asked], steps: tuple[int, ...]
) -> tuple[Json, dict[tuple[str, int], Pictures]]:
    """Kinds recognised and edge strength for each scheduler and number of steps; 15 against 30 steps paired."""
    made = {
        (name, n): studio.make([a.prompt for a in wanted], [a.seed for a in wanted], Settings(scheduler=name, steps=n))
        for name in SCHEDULERS
        for n in steps
    }
    table = [
        {
            "scheduler": name,
            "steps": n,
            "kind": obedience(model, pictures, wanted)["kind"],
            "edges": float(statistics.edge_strength(pictures).mean()),
        }
        for (name, n), pictures in made.items()
    ]
    detail = {
        name: statistics.effect(
            statistics.edge_strength(made[name, 15]), statistics.edge_strength(made[name, 30])
        ).as_json()
        for name in SCHEDULERS
        if {15, 30} <= set(steps)
    }
    return {"prompts": len(wanted), "table": table, "edges_15_against_30": detail}, made
