"""Trains the mask network for some minutes, or goes on. Knows nothing about how the network is shipped.

Example n is the same on every machine; how many are seen depends on the minutes, as in all of this project's training.
"""

import copy
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from training.machine import DEVICE, autocast
from training.masks.examples import example
from training.masks.network import MaskNetwork, loss_of
from training.masks.store import Store, opened
from training.stage import Stage

SIDES = ((0.60, 128, 12), (1.01, 192, 8))
"""Until this share of the time: pictures of this side in pixels, this many of them."""
PEAK_RATE = 2e-3
AVERAGED = 0.99
"""What the averaged network keeps of itself at each step."""
STAGE = "mask-network"
LOADED = 1500
"""Batches after which the parts are opened again, for those that came meanwhile."""


class Examples(Dataset[tuple[NDArray[np.uint8], NDArray[np.float32]]]):
    """Examples from `first` on."""

    def __init__(self, store: Path, first: int, count: int, side: int) -> None:
        self.folder, self.first, self.count, self.side = store, first, count, side
        self.store: Store | None = None

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        self.store = self.store or opened(self.folder)
        return example(self.store, self.first + index, self.side)


def _begin(_: int) -> None:
    import cv2

    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def batches(store: Path, stage: Stage, workers: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless batches whose size follows the stage's clock; made by other processes, or here where there are none."""
    seen = SIDES[0][2] * stage.step
    while True:
        until, side, count = next(one for one in SIDES if stage.fraction < one[0])
        loader = DataLoader(
            Examples(store, seen, LOADED * count, side),
            batch_size=count,
            num_workers=workers,
            prefetch_factor=4 if workers else None,
            worker_init_fn=_begin,
            multiprocessing_context="spawn" if workers else None,
        )
        for pictures, truth in loader:
            seen += count
            yield scaled(pictures), truth[:, None].to(DEVICE)
            if stage.fraction >= until:
                break


def scaled(pictures: Tensor) -> Tensor:
    """(B, H, W, 3) bytes to (B, 3, H, W) in -1..1."""
    moved = pictures.to(DEVICE).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
    return moved.contiguous(memory_format=torch.channels_last)


def train(work: Path, minutes: float, workers: int = 1) -> None:
    """Trains on the store in `work`; the checkpoint stays there. `workers` are processes that make the examples."""
    torch.manual_seed(1)
    stage = Stage(STAGE, work, minutes)
    network = channels_last(MaskNetwork().train().to(DEVICE))
    mean = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-3)
    state = stage.resume()
    if state:
        network.load_state_dict(state["model"])
        mean.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
    source = batches(work, stage, workers)
    while not stage.over:
        for group in optimiser.param_groups:
            group["lr"] = stage.cosine(PEAK_RATE, warm_steps=60, floor=0.005)
        pictures, truth = next(source)
        with autocast():
            logits = network(pictures)
        loss = loss_of(logits, truth)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average(mean, network, min(AVERAGED, (stage.step + 1) / (stage.step + 20)))
        if stage.tick(float(loss.detach())):
            state = {"model": network.state_dict(), "mean": mean.state_dict(), "optimiser": optimiser.state_dict()}
            stage.save(state)


def channels_last(network: MaskNetwork) -> MaskNetwork:
    """Its numbers in the order that convolutions on a CPU like best."""
    for parameter in network.parameters():
        if parameter.dim() == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return network


@torch.no_grad()
def average(mean: nn.Module, network: nn.Module, kept: float) -> None:
    """Moves every number of `mean` towards the network's, also the norms' statistics."""
    for own, new in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
        if own.is_floating_point():
            own.lerp_(new, 1.0 - kept)


def trained(work: Path) -> MaskNetwork:
    """The averaged network of the last checkpoint."""
    network = MaskNetwork()
    state = Stage(STAGE, work, 0.0).resume()
    assert state is not None, f"no network in {work}"
    network.load_state_dict(state["mean"])
    return network.eval()
