"""The network: from a picture to how much of each place is product. Knows nothing about training.

A residual encoder down to a thirty-second of the side, the picture's mean added there so that every place knows of the
whole, and a decoder that adds the encoder's planes on the way up. Batch norms are folded away when it is exported.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (16, 32, 64, 96, 128)


def filtered(into: int, out: int, side: int = 3, stride: int = 1) -> nn.Sequential:
    """A convolution and its norm."""
    return nn.Sequential(nn.Conv2d(into, out, side, stride, side // 2, bias=False), nn.BatchNorm2d(out, momentum=0.03))


class Block(nn.Module):
    """Two convolutions beside the input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first, self.second = filtered(width, width), filtered(width, width)
        norm = self.second[1]
        assert isinstance(norm, nn.BatchNorm2d)
        nn.init.zeros_(norm.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to the same."""
        return functional.relu(x + self.second(functional.relu(self.first(x))))


class MaskNetwork(nn.Module):
    """(B, 3, H, W) in -1..1, sides in multiples of 32, to logits (B, 1, H/2, W/2)."""

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        pairs = list(pairwise(widths))
        self.stem = filtered(3, widths[0], stride=2)
        self.down = nn.ModuleList([filtered(a, b, stride=2) for a, b in pairs])
        self.encode = nn.ModuleList([Block(width) for width in widths])
        self.whole = nn.Conv2d(widths[-1], widths[-1], 1)
        self.deepest = Block(widths[-1])
        self.up = nn.ModuleList([filtered(b, a, side=1) for a, b in reversed(pairs)])
        self.beside = nn.ModuleList([filtered(a, a, side=1) for a, _ in reversed(pairs)])
        self.decode = nn.ModuleList([Block(a) for a, _ in reversed(pairs)])
        self.head = nn.Conv2d(widths[0], 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits of the coverage."""
        x = self.encode[0](functional.relu(self.stem(x)))
        seen = [x]
        for down, encode in zip(self.down, list(self.encode)[1:], strict=True):
            x = encode(functional.relu(down(x)))
            seen.append(x)
        x = functional.relu(x + self.whole(x.mean((2, 3), keepdim=True)))
        x = self.deepest(x)
        for up, beside, decode, skip in zip(self.up, self.beside, self.decode, seen[-2::-1], strict=True):
            wide = functional.interpolate(up(x), scale_factor=2, mode="bilinear", align_corners=False)
            x = decode(functional.relu(wide + beside(skip)))
        logits: Tensor = self.head(x)
        return logits


def parameters(network: nn.Module) -> int:
    """How many numbers it learns."""
    return sum(p.numel() for p in network.parameters())


def loss_of(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross entropy of each place, and one minus the soft overlap of each picture; `truth` (B, 1, H, W) in 0..1."""
    logits = logits.float()
    each = functional.binary_cross_entropy_with_logits(logits, truth)
    share = torch.sigmoid(logits)
    both = torch.minimum(share, truth).sum((1, 2, 3))
    either = torch.maximum(share, truth).sum((1, 2, 3))
    return each + 0.5 * (1.0 - (both + 1.0) / (either + 1.0)).mean()
