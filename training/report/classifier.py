"""A judge that has seen renders only: it names kind, product colour and background colour of a picture.

It is trained for the report, on renders that the model never learnt from, at 128 pixels and without blurring them, so
mush is not forgiven. Its features are the space of the Fréchet distance.
"""

import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.clip import shrink
from training.dataset import UNSEEN, Scenes, render_scenes
from training.machine import DEVICE, autocast
from training.render import BACKGROUND_COLOURS, KINDS, PRODUCT_COLOURS, Scene

SIDE = 128
FEATURES = 64
LESSONS, EXAMS = 7_680, 480
FIRST_SEED = UNSEEN + 1_000_000
EPOCHS = 8
BATCH = 64
PEAK_RATE = 2e-3


class Block(nn.Module):
    """Two 3 x 3 convolutions around a shortcut, halving the side."""

    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(into, out, 3, 2, 1, bias=False)
        self.second = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.short = nn.Conv2d(into, out, 1, 2, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(out) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        """(B, into, H, W) to (B, out, H / 2, W / 2)."""
        y = functional.relu(self.norms[0](self.first(x)))
        return functional.relu(self.norms[1](self.second(y)) + self.norms[2](self.short(x)))


class Judge(nn.Module):
    """(B, 3, 128, 128) to features (B, 64) and three sets of scores."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 24, 48, 96, 160)
        self.body = nn.Sequential(*(Block(a, b) for a, b in pairwise(widths)))
        self.features = nn.Linear(widths[-1] * 4, FEATURES)
        counts = (len(KINDS), len(PRODUCT_COLOURS), len(BACKGROUND_COLOURS))
        self.heads = nn.ModuleList(nn.Linear(FEATURES, n) for n in counts)

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """See the class."""
        seen = functional.adaptive_avg_pool2d(self.body(x), 2).flatten(1)
        features = self.features(seen)
        return features, [head(functional.relu(features)) for head in self.heads]


def truths(kind: str, product: str, ground: str) -> list[int]:
    """Numbers of the three names."""
    return [
        sorted(KINDS).index(kind),
        sorted(PRODUCT_COLOURS).index(product),
        sorted(BACKGROUND_COLOURS).index(ground),
    ]


def truths_of(scenes: list[Scene]) -> Tensor:
    """(N, 3) numbers of what the scenes show."""
    return torch.tensor([truths(s.kind, s.product_colour, s.background_colour) for s in scenes])


@dataclass(frozen=True)
class Judged:
    """What the judge says of N pictures: features (N, 64) and names (N, 3) as numbers."""

    features: NDArray[np.float64]
    names: NDArray[np.intp]

    def right(self, truth: Tensor) -> NDArray[np.float64]:
        """(3,) share of right names: kind, product colour, background colour."""
        return np.asarray((self.names == truth.numpy()).mean(0))


@torch.no_grad()
def judge(model: Judge, pictures: NDArray[np.uint8]) -> Judged:
    """The judge's view of (N, H, W, 3)."""
    features, names = [], []
    for i in range(0, len(pictures), BATCH):
        seen, scores = model(shrink(pictures[i : i + BATCH], SIDE).to(DEVICE))
        features.append(seen.cpu())
        names.append(torch.stack([s.argmax(1) for s in scores], 1).cpu())
    return Judged(torch.cat(features).double().numpy(), torch.cat(names).numpy())


def exam(model: Judge, count: int = EXAMS) -> dict[str, float]:
    """Shares of right names on renders that the judge has not seen: what its word is worth."""
    scenes = Scenes(FIRST_SEED + 300_000, count)
    right = judge(model, render_scenes(scenes, 256)).right(truths_of(scenes.all()))
    return dict(zip(("kind", "product_colour", "background_colour"), map(float, right), strict=True))


def trained(work: Path, lessons: int = LESSONS) -> Judge:
    """The judge, from its file in `work` or trained now (some minutes on two cores)."""
    model, path = Judge().to(DEVICE), work / f"judge-{lessons}.pt"
    if path.exists():
        model.load_state_dict(torch.load(path, weights_only=True))
        return model.eval()
    torch.manual_seed(4)
    model = Judge().to(DEVICE)
    scenes = Scenes(FIRST_SEED, lessons)
    # contiguous: in channels-last and bfloat16, torch 2.13's strided convolutions of 24 channels crash on the CPU
    pixels = shrink(render_scenes(scenes, SIDE), SIDE).contiguous()
    target = truths_of(scenes.all())
    optimiser = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=1e-2)
    steps = EPOCHS * (lessons // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, PEAK_RATE, total_steps=steps)
    rng = random.Random(4)
    for step in range(steps):
        chosen = rng.sample(range(lessons), BATCH)
        with autocast():
            _, scores = model(pixels[chosen].to(DEVICE))
        loss = torch.stack(
            [functional.cross_entropy(s.float(), target[chosen, k].to(DEVICE)) for k, s in enumerate(scores)]
        ).sum()
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()
        if step % 40 == 0 or step == steps - 1:
            print(f"judge: step {step} of {steps}, loss {float(loss.detach()):.3f}", flush=True)
    work.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), path)
    return model.eval()
