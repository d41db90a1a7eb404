"""The denoiser: latents, a time and words in, velocity out (arXiv:2202.00512). Knows nothing about pixels.

It learns from latents and hidden states computed once. Most of its width sits at 16 x 16, where shapes are decided;
32 x 32 is narrow because there every channel costs four times as much.
"""

import random
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTokenizer

from training.autoencoder import to_tensor
from training.captions import caption_of
from training.clip import encode, withheld
from training.dataset import Pictures, item
from training.machine import DEVICE, LARGER, autocast
from training.noise import STEPS, signal_powers
from training.parallel import agree, rank, share_gradients, world
from training.stage import Stage
from training.tokenizer import MAX_LENGTH

BATCH = 16 * LARGER
PEAK_RATE = 6e-4
DROPPED = 0.1
CHUNK = 16
OFTEN = {"running shoes": 2.5, "wristwatch": 1.5}
"""Kinds drawn this many times as often as others: the lab's product and the smoke test's."""
VARIANTS = 3
"""Captions per picture that are encoded in advance."""
PHOTO_SHARE = 0.2
PHOTO_LATEST = 0.45
"""Photos are this share of the samples, where there are any, and only up to this share of the noise: image-to-image
starts from them, so what the model cannot draw it must leave as it is."""


@dataclass(frozen=True)
class Size:
    """Widths at 32 x 32, 16 x 16 and 8 x 8; words are read at the last two."""

    widths: tuple[int, ...] = (64, 128, 192)
    layers: int = 1
    heads: tuple[int, ...] = (1, 2, 3)
    """Attention heads per level. 64 channels each: with 4 each, attention took two thirds of the time."""


def build(size: Size, words: int) -> UNet2DConditionModel:
    """An untrained denoiser for 32 x 32 x 8 latents and hidden states of `words` channels."""
    below = len(size.widths) - 1
    return UNet2DConditionModel(
        sample_size=32,
        in_channels=8,
        out_channels=8,
        down_block_types=("DownBlock2D", *("CrossAttnDownBlock2D",) * below),
        up_block_types=(*("CrossAttnUpBlock2D",) * below, "UpBlock2D"),
        block_out_channels=size.widths,
        layers_per_block=size.layers,
        cross_attention_dim=words,
        attention_head_dim=size.heads,  # diffusers reads this name as the number of heads
        norm_num_groups=16,
    )


@dataclass(frozen=True)
class Lessons:
    """Everything the denoiser learns from."""

    latents: NDArray[np.float16]
    """(N, 8, 32, 32), means of the autoencoder's posterior."""
    words: NDArray[np.float16]
    """(N * VARIANTS, 77, width)."""
    weights: list[float]
    """(N,) cumulative: how often each picture is drawn, see `OFTEN`."""
    nothing: Tensor
    """(M, 77, width) of withheld captions, the first half of them empty."""
    photos: NDArray[np.float16]
    """(P, 8, 32, 32), P may be 0."""


def chosen(pictures: Pictures, count: int) -> NDArray[np.intp]:
    """Numbers of the pictures that the denoiser learns from: the first `count` that are there."""
    return pictures.done()[:count]


def reserve(work: Path, pictures: int, words: int) -> None:
    """Makes the empty files that `prepare` fills, unless they are there."""
    _new(work / "latents.npy", (pictures, 8, 32, 32), np.float16)
    _new(work / "words.npy", (pictures * VARIANTS, MAX_LENGTH, words), np.float16)
    _new(work / "lessons-done.npy", (-(-pictures // CHUNK),), np.uint8)


def _new(path: Path, shape: tuple[int, ...], kind: type) -> None:
    if not path.exists():
        np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)


@torch.no_grad()
def prepare(
    work: Path, pictures: Pictures, count: int, vae: AutoencoderKL, text: CLIPTextModel, tokenizer: CLIPTokenizer
) -> None:
    """Encodes the pictures and their captions once, this process's share of the chunks that are missing."""
    vae.to(DEVICE), text.to(DEVICE)
    numbers = chosen(pictures, count)
    latents, words, done = (
        np.lib.format.open_memmap(work / name, mode="r+") for name in ("latents.npy", "words.npy", "lessons-done.npy")
    )
    mine = [c for c in range(rank(), -(-len(numbers) // CHUNK), world()) if not done[c]]
    for n, chunk in enumerate(mine, 1):
        part = numbers[chunk * CHUNK : (chunk + 1) * CHUNK]
        start = chunk * CHUNK
        with torch.no_grad(), autocast():
            z = vae.encode(to_tensor(pictures.pixels[part])).latent_dist.mean
            texts = [caption_of(item(int(seed)), k) for seed in part for k in range(VARIANTS)]
            states = encode(text, tokenizer, texts)
        latents[start : start + len(part)] = z.float().cpu().numpy().astype(np.float16)
        words[start * VARIANTS : (start + len(part)) * VARIANTS] = states.float().cpu().numpy().astype(np.float16)
        done[chunk] = 1
        if rank() == 0 and n % 20 == 0:
            print(f"lessons: {n} of {len(mine)} chunks", flush=True)


@torch.no_grad()
def prepare_photos(work: Path, photos: list[NDArray[np.uint8]], vae: AutoencoderKL) -> None:
    """Encodes the photos once, each cropped to the square in its middle, unless they are there."""
    path = work / "photo-latents.npy"
    if path.exists():
        return
    vae.to(DEVICE)
    found = []
    for i in range(0, len(photos), CHUNK):
        squares = [np.asarray(ImageOps.fit(Image.fromarray(p), (256, 256))) for p in photos[i : i + CHUNK]]
        with autocast():
            z = vae.encode(to_tensor(np.stack(squares))).latent_dist.mean
        found.append(z.float().cpu().numpy().astype(np.float16))
    np.save(path, np.concatenate(found) if found else np.empty((0, 8, 32, 32), np.float16))


def lessons(work: Path, numbers: NDArray[np.intp], text: CLIPTextModel, tokenizer: CLIPTokenizer) -> Lessons:
    """Opens what `prepare` left for the pictures `numbers`."""
    latents, words = (np.load(work / name, mmap_mode="r") for name in ("latents.npy", "words.npy"))
    weights = list(accumulate(OFTEN.get(item(int(n)).scene.kind, 1.0) for n in numbers))
    count = len(numbers)
    nothing = encode(text, tokenizer, withheld(128)).cpu()
    photos = np.load(work / "photo-latents.npy")
    return Lessons(latents[:count], words[: count * VARIANTS], weights, nothing, photos)


class Average:
    """A moving average of a model's parameters; early on it follows faster."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.decay = decay
        self.shadow = {k: v.detach().clone() for k, v in model.state_dict().items()}

    @torch.no_grad()
    def follow(self, model: nn.Module, step: int) -> None:
        """Moves the average towards the model as it is after `step` steps."""
        rate = 1.0 - min(self.decay, (1.0 + step) / (10.0 + step))
        mine = list(self.shadow.values())
        torch._foreach_lerp_(mine, [v.detach() for v in model.state_dict().values()], rate)


def draw(lessons: Lessons, rng: random.Random, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Latents (B, 8, 32, 32), hidden states (B, 77, width), a tenth of them of withheld captions, and the latest times
    (B,) as shares.

    A photo takes the place of some pictures and keeps their words: at little noise they must change nothing in it.
    """
    chosen = rng.choices(range(len(lessons.latents)), cum_weights=lessons.weights, k=count)
    z = torch.from_numpy(np.stack([lessons.latents[i] for i in chosen])).float()
    words = torch.from_numpy(np.stack([lessons.words[i * VARIANTS + rng.randrange(VARIANTS)] for i in chosen])).float()
    for i in range(count):
        if rng.random() < DROPPED:
            words[i] = lessons.nothing[rng.randrange(len(lessons.nothing))]
    latest = torch.ones(count)
    for i in range(count if len(lessons.photos) else 0):
        if rng.random() < PHOTO_SHARE:
            z[i] = torch.from_numpy(lessons.photos[rng.randrange(len(lessons.photos))]).float()
            latest[i] = PHOTO_LATEST
    return z.to(DEVICE), words.to(DEVICE), latest.to(DEVICE)


def times(count: int) -> Tensor:
    """(B,) training times as shares of the way to pure noise: most where shapes are decided (logit-normal,
    arXiv:2403.03206), some everywhere."""
    middle = torch.sigmoid(torch.randn(count) - 0.4)
    anywhere = torch.rand(count)
    return torch.where(torch.rand(count) < 0.2, anywhere, middle)


def velocity_loss(unet: UNet2DConditionModel, z: Tensor, words: Tensor, latest: Tensor, power: Tensor) -> Tensor:
    """Mean squared error of v = sqrt(power) * noise - sqrt(1 - power) * z at a random time per row, up to `latest`."""
    time = (times(z.shape[0]).to(z.device) * latest * STEPS).long().clamp(0, STEPS - 1)
    a, b = power[time].sqrt()[:, None, None, None], (1.0 - power[time]).sqrt()[:, None, None, None]
    noise = torch.randn_like(z)
    with autocast():
        made = unet(a * z + b * noise, time, encoder_hidden_states=words).sample
    return functional.mse_loss(made.float(), a * noise - b * z)


def train(work: Path, lessons: Lessons, minutes: float, size: Size, start: Path | None = None) -> None:
    """Trains or goes on training, alone or as one of several processes; what it learnt is in the stage's checkpoint.

    `start` is a model folder whose denoiser, of the same size, is where a new training starts.
    """
    torch.manual_seed(3)  # the same start in every process
    stage = Stage("denoiser", work, minutes, quiet=rank() > 0)
    unet = build(size, lessons.words.shape[-1])
    if start is not None:
        unet.load_state_dict(
            UNet2DConditionModel.from_pretrained(start / "unet", torch_dtype=torch.float32).state_dict()
        )
    unet = unet.to(DEVICE, memory_format=torch.channels_last)
    average = Average(unet, 0.999)
    optimiser = torch.optim.AdamW(unet.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-2, fused=True)
    state = stage.resume()
    if state:
        unet.load_state_dict(state["model"])
        average.shadow = {k: v.to(DEVICE) for k, v in state["average"].items()}
        optimiser.load_state_dict(state["optimiser"])
    power = signal_powers().float().to(DEVICE)
    seed = 1000 * stage.step + rank()
    rng = random.Random(seed)
    torch.manual_seed(seed)
    while not stage.over:
        for group in optimiser.param_groups:
            group["lr"] = stage.cosine(PEAK_RATE)
        loss = velocity_loss(unet, *draw(lessons, rng, BATCH // world()), power)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        share_gradients(unet)
        nn.utils.clip_grad_norm_(unet.parameters(), 1.0)
        optimiser.step()
        average.follow(unet, stage.step)
        due = stage.tick(float(loss.detach()))
        stage.spent_s = agree(stage.spent_s)
        if rank() == 0 and (due or stage.over):
            stage.save({"model": unet.state_dict(), "average": average.shadow, "optimiser": optimiser.state_dict()})


def checkpoint(work: Path) -> dict[str, Any]:
    """The last checkpoint's state."""
    state = Stage("denoiser", work, 0.0).resume()
    assert state is not None, f"no denoiser in {work}"
    return state


def averaged(size: Size, words: int, state: dict[str, Any]) -> UNet2DConditionModel:
    """A denoiser with the averaged weights of a checkpoint."""
    unet = build(size, words)
    unet.load_state_dict(state["average"])
    return unet.eval()
