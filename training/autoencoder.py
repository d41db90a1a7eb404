"""The autoencoder: 256 x 256 x 3 to 32 x 32 x 8 and back. Knows nothing about words or diffusion.

What matters at this size and budget: resampling convolutions that start as plain averaging and copying, residual
branches that start at zero, normalisation over one group, no attention, and small crops first.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from diffusers.models.downsampling import Downsample2D
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.upsampling import Upsample2D
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.dataset import Pictures
from training.machine import DEVICE, LARGER, autocast
from training.parallel import agree, rank, share_gradients, world
from training.stage import Stage

CROPS = ((0.35, 64, 32), (0.70, 128, 10), (1.01, 256, 4))
"""Until this share of the time: crops of this side in pixels, this many of them."""
PEAK_RATE = 6e-4
POLISH_RATE = 2e-4
PHOTO_SHARE = 0.4
SMALLER = 0.25
"""Weight of the loss at half scale: halved latents must decode to the halved picture. It takes from the latents the
fine grain that a denoiser would have to learn for nothing (scale equivariance, arXiv:2502.14831)."""


@dataclass(frozen=True)
class Size:
    """Widths of the four levels."""

    widths: tuple[int, ...] = (16, 32, 64, 128)


def build(size: Size) -> AutoencoderKL:
    """An untrained autoencoder with the initialisation that makes short training work."""
    levels = len(size.widths)
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        block_out_channels=size.widths,
        layers_per_block=1,
        latent_channels=8,
        norm_num_groups=1,
        mid_block_add_attention=False,
        sample_size=256,
        scaling_factor=1.0,
    )
    for module in vae.modules():
        if isinstance(module, ResnetBlock2D):
            nn.init.zeros_(module.conv2.weight)
        elif isinstance(module, Downsample2D):
            near_identity(module.conv, average=True)
        elif isinstance(module, Upsample2D):
            near_identity(module.conv, average=False)
    return vae


@torch.no_grad()
def near_identity(conv: nn.Conv2d, average: bool) -> None:
    """Each channel copies itself: the mean of a 2 x 2 block on the way down, the same pixel on the way up."""
    conv.weight.mul_(0.1)
    for c in range(conv.weight.shape[0]):
        if average:
            conv.weight[c, c, :2, :2] += 0.25
        else:
            conv.weight[c, c, 1, 1] += 1.0
    assert conv.bias is not None
    nn.init.zeros_(conv.bias)


def to_tensor(pictures: NDArray[np.uint8]) -> Tensor:
    """(B, H, W, 3) bytes to (B, 3, H, W) in -1..1."""
    return (
        torch.from_numpy(pictures)
        .to(DEVICE)
        .permute(0, 3, 1, 2)
        .float()
        .div_(127.5)
        .sub_(1.0)
        .contiguous(memory_format=torch.channels_last)
    )


def gradient_loss(made: Tensor, true: Tensor) -> Tensor:
    """Mean absolute difference of horizontal and vertical differences at three scales: it keeps edges sharp."""
    loss = made.new_zeros(())
    for scale in range(3):
        if scale:
            made, true = functional.avg_pool2d(made, 2), functional.avg_pool2d(true, 2)
        loss = (
            loss
            + (made.diff(dim=-1) - true.diff(dim=-1)).abs().mean()
            + (made.diff(dim=-2) - true.diff(dim=-2)).abs().mean()
        )
    return loss


def likeness_loss(made: Tensor, true: Tensor) -> Tensor:
    """Absolute and squared differences of values and of edges."""
    error = made - true
    return error.abs().mean() + 0.6 * gradient_loss(made, true) + 2.0 * (error**2).mean()


def crop(
    pictures: Pictures, photos: list[NDArray[np.uint8]], ready: NDArray[np.intp], side: int, rng: random.Random
) -> NDArray[np.uint8]:
    """(side, side, 3) out of a render or, where there are any, sometimes a photo; half of them mirrored."""
    use_photo = bool(photos) and rng.random() < PHOTO_SHARE
    whole = rng.choice(photos) if use_photo else pictures.pixels[int(rng.choice(ready))]
    y, x = rng.randint(0, whole.shape[0] - side), rng.randint(0, whole.shape[1] - side)
    part = whole[y : y + side, x : x + side]
    return part[:, ::-1] if rng.random() < 0.5 else part


def batches(pictures: Pictures, photos: list[NDArray[np.uint8]], stage: Stage) -> Iterator[Tensor]:
    """Endless crops whose size follows the stage's clock. Pictures still being rendered join as they come."""
    rng = random.Random(1000 * stage.step + rank())
    ready = pictures.done()
    while True:
        if stage.step % 200 == 0:
            ready = pictures.done()
        side, count = next((side, count) for until, side, count in CROPS if stage.fraction < until)
        yield to_tensor(np.stack([crop(pictures, photos, ready, side, rng) for _ in range(count * LARGER // world())]))


def train(
    work: Path,
    pictures: Pictures,
    photos: list[NDArray[np.uint8]],
    minutes: float,
    size: Size,
    start: Path | None = None,
) -> None:
    """Trains or goes on training, alone or as one of several processes; see `trained` for the result.

    `start` is a model folder whose autoencoder, of the same size, is where a new training starts.
    """
    torch.manual_seed(1)  # the same start in every process
    stage = Stage("autoencoder", work, minutes, quiet=rank() > 0)
    vae = build(size) if start is None else AutoencoderKL.from_pretrained(start / "vae", torch_dtype=torch.float32)
    vae = vae.train().to(DEVICE, memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(vae.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-4)
    state = stage.resume()
    if state:
        vae.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
    torch.manual_seed(1000 * stage.step + rank())
    source = batches(pictures, photos, stage)
    while not stage.over:
        for group in optimiser.param_groups:
            group["lr"] = stage.cosine(PEAK_RATE)
        true = next(source)
        with autocast():
            posterior = vae.encode(true).latent_dist
            z = posterior.sample()
            z = z + 0.08 * torch.rand(z.shape[0], 1, 1, 1, device=z.device) * z.detach().std() * torch.randn_like(z)
            made = vae.decode(z).sample
            smaller = vae.decode(functional.avg_pool2d(z, 2)).sample
        made = made.float()
        divergence = 0.5 * (posterior.mean.float() ** 2 + posterior.var.float() - 1.0 - posterior.logvar.float()).mean()
        loss = likeness_loss(made, true) + 1e-4 * divergence
        loss = loss + SMALLER * likeness_loss(smaller.float(), functional.avg_pool2d(true, 2))
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        share_gradients(vae)
        nn.utils.clip_grad_norm_(vae.parameters(), 1.0)
        optimiser.step()
        due = stage.tick(float(loss.detach()))
        stage.spent_s = agree(stage.spent_s)
        if rank() == 0 and (due or stage.over):
            stage.save({"model": vae.state_dict(), "optimiser": optimiser.state_dict()})


def trained(work: Path, pictures: Pictures, size: Size) -> AutoencoderKL:
    """The autoencoder of the last checkpoint, standardised."""
    vae = build(size)
    state = Stage("autoencoder", work, 0.0).resume()
    assert state is not None, f"no autoencoder in {work}"
    vae.load_state_dict(state["model"])
    standardise(vae.to(DEVICE), pictures)
    return vae.cpu().eval()


def polish(work: Path, pictures: Pictures, photos: list[NDArray[np.uint8]], minutes: float) -> None:
    """Goes on with the decoder alone, against latents as uneven as a denoiser leaves them.

    White is asked for a little beyond white, so that clipping makes it exactly 255; what lies beyond costs nothing.
    The latents stay what they were, so a denoiser trained on them stays valid.
    """
    stage = Stage("decoder", work, minutes, save_every_s=60.0, quiet=rank() > 0)
    vae = AutoencoderKL.from_pretrained(work / "vae").to(DEVICE, memory_format=torch.channels_last)
    vae.requires_grad_(False)
    learning = nn.ModuleList([vae.decoder, vae.post_quant_conv]).requires_grad_(True)
    optimiser = torch.optim.AdamW(learning.parameters(), lr=POLISH_RATE, betas=(0.9, 0.99), weight_decay=1e-4)
    state = stage.resume()
    if state:
        learning.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
    rng = random.Random(1000 * stage.step + rank())
    torch.manual_seed(1000 * stage.step + rank())
    ready = pictures.done()
    while not stage.over:
        for group in optimiser.param_groups:
            group["lr"] = stage.cosine(POLISH_RATE, warm_steps=20)
        true = to_tensor(np.stack([crop(pictures, photos, ready, 256, rng) for _ in range(4 * LARGER // world())]))
        with torch.no_grad(), autocast():
            z = vae.encode(true).latent_dist.mean.float()
        z = z + 0.2 * torch.rand(z.shape[0], 1, 1, 1, device=z.device) * torch.randn_like(z)
        with autocast():
            made = vae.decode(z).sample
        white = true > 0.999
        aim = torch.where(white, 1.03, true)
        made = made.float()
        loss = likeness_loss(torch.where(white & (made > aim), aim, made), aim)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        share_gradients(learning)
        nn.utils.clip_grad_norm_(learning.parameters(), 1.0)
        optimiser.step()
        due = stage.tick(float(loss.detach()))
        stage.spent_s = agree(stage.spent_s)
        if rank() == 0 and (due or stage.over):
            stage.save({"model": learning.state_dict(), "optimiser": optimiser.state_dict()})


def polished(work: Path) -> AutoencoderKL:
    """The standardised autoencoder with the polished decoder, where there is one."""
    vae = AutoencoderKL.from_pretrained(work / "vae")
    state = Stage("decoder", work, 0.0).resume()
    if state:
        nn.ModuleList([vae.decoder, vae.post_quant_conv]).load_state_dict(state["model"])
    return vae.eval()


@torch.no_grad()
def standardise(vae: AutoencoderKL, pictures: Pictures, count: int = 256) -> None:
    """Folds the latents' mean and deviation by channel into the 1 x 1 convolutions around them, so that no scaling
    factor is needed outside."""
    numbers = pictures.done()[:count]
    z = torch.cat(
        [
            vae.encode(to_tensor(pictures.pixels[part])).latent_dist.mean
            for part in np.array_split(numbers, max(len(numbers) // 16, 1))
        ]
    )
    mean, deviation = z.mean((0, 2, 3)), z.std((0, 2, 3))
    into, out_of = vae.quant_conv, vae.post_quant_conv
    n = mean.numel()
    into.weight[:n] /= deviation[:, None, None, None]
    into.bias[:n] = (into.bias[:n] - mean) / deviation
    into.bias[n:] -= 2.0 * deviation.log()
    out_of.bias += out_of.weight[:, :, 0, 0] @ mean
    out_of.weight *= deviation[None, :, None, None]


@torch.no_grad()
def psnr_db(vae: AutoencoderKL, pictures: NDArray[np.uint8]) -> list[float]:
    """How well each (H, W, 3) picture of (N, H, W, 3) survives encoding and decoding, in decibels over 0..255."""
    result = []
    for picture in pictures:
        made = vae.decode(vae.encode(to_tensor(picture[None])).latent_dist.mean).sample
        back = ((made.clamp(-1, 1) + 1) * 127.5).round().permute(0, 2, 3, 1).cpu().numpy()[0]
        result.append(float(10 * np.log10(255.0**2 / np.mean((back - picture.astype(np.float64)) ** 2))))
    return result
