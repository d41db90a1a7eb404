"""The text encoder, taught by pictures: captions and renders of one scene meet in one space (arXiv:2103.00020).

Only the text tower goes into the model folder. Knows nothing about the autoencoder or the denoiser.
"""

import random
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from training.captions import caption_of, negative
from training.dataset import Item, Pictures, item
from training.parallel import agree, rank, share_gradients, world
from training.render import BACKGROUND_COLOURS, KINDS, MATERIALS, PRODUCT_COLOURS
from training.stage import Stage

SIDE = 64
"""Pictures are shrunk to this many pixels for the image tower."""
BATCH = 192
PEAK_RATE = 1e-3


def text_model(tokenizer: CLIPTokenizer, width: int = 256, layers: int = 4) -> CLIPTextModel:
    """An untrained text encoder whose hidden states have `width` channels."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 64,
        projection_dim=width,
        max_position_embeddings=tokenizer.model_max_length,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config)


def image_tower(width: int) -> nn.Sequential:
    """(B, 3, 64, 64) to (B, width)."""
    layers: list[nn.Module] = []
    last = 3
    for channels in (32, 64, 128, 192):
        layers += [nn.Conv2d(last, channels, 4, 2, 1), nn.GroupNorm(1, channels), nn.GELU()]
        last = channels
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(192 * 16, width))


def truths(it: Item) -> list[int]:
    """The numbers of an item's kind, colours and material: what the words must tell apart."""
    s = it.scene
    return [
        sorted(KINDS).index(s.kind),
        sorted(PRODUCT_COLOURS).index(s.product_colour),
        sorted(BACKGROUND_COLOURS).index(s.background_colour),
        sorted(MATERIALS).index(s.material),
    ]


class Pair(nn.Module):
    """Both towers, the temperature, and a linear reading of the attributes from the words."""

    def __init__(self, text: CLIPTextModel) -> None:
        super().__init__()
        width = text.config.hidden_size
        self.text, self.image = text, image_tower(width)
        self.project = nn.Linear(width, width, bias=False)
        self.read = nn.ModuleList(
            nn.Linear(width, n) for n in (len(KINDS), len(PRODUCT_COLOURS), len(BACKGROUND_COLOURS), len(MATERIALS))
        )
        self.scale = nn.Parameter(torch.tensor(2.7))

    def words(self, ids: Tensor) -> Tensor:
        """(B, 77) token numbers to (B, width), before projection."""
        pooled: Tensor = self.text(input_ids=ids).pooler_output
        return pooled


def shrink(pictures: Pictures, numbers: NDArray[np.intp]) -> Tensor:
    """(N, 3, 64, 64) bytes, each the mean of a square block of the picture."""
    block = pictures.size // SIDE
    small = np.empty((len(numbers), SIDE, SIDE, 3), np.uint8)
    for i, number in enumerate(numbers):
        small[i] = pictures.pixels[number].reshape(SIDE, block, SIDE, block, 3).mean((1, 3))
    return torch.from_numpy(small).permute(0, 3, 1, 2).contiguous()


def train(work: Path, pictures: Pictures, tokenizer: CLIPTokenizer, minutes: float) -> None:
    """Trains or goes on training, alone or as one of several processes; see `trained` for the result.

    Each process contrasts within its own share of the batch.
    """
    torch.manual_seed(2)  # the same start in every process
    stage = Stage("text_encoder", work, minutes, quiet=rank() > 0)
    pair = Pair(text_model(tokenizer))
    optimiser = torch.optim.AdamW(pair.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=1e-2)
    state = stage.resume()
    if state:
        pair.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
    numbers = pictures.done()
    small = None if stage.over else shrink(pictures, numbers)
    rng = random.Random(1000 * stage.step + rank())
    while not stage.over and small is not None:
        for group in optimiser.param_groups:
            group["lr"] = stage.cosine(PEAK_RATE)
        chosen = rng.sample(range(len(numbers)), min(BATCH // world(), len(numbers)))
        items = [item(int(numbers[i])) for i in chosen]
        texts = [caption_of(it, rng.randrange(1 << 30)) for it in items]
        ids = tokenizer(texts, padding="longest", truncation=True, return_tensors="pt").input_ids
        images = small[chosen].float() / 127.5 - 1.0
        target = torch.tensor([truths(it) for it in items])
        with torch.autocast("cpu", torch.bfloat16):
            words = pair.words(ids)
            seen = pair.image(images)
            readings = [head(words) for head in pair.read]
            a, b = functional.normalize(pair.project(words).float(), dim=-1), functional.normalize(seen.float(), dim=-1)
        logits = pair.scale.clamp(max=4.6).exp() * a @ b.T
        labels = torch.arange(len(chosen))
        contrast = 0.5 * (functional.cross_entropy(logits, labels) + functional.cross_entropy(logits.T, labels))
        attributes = torch.stack(
            [functional.cross_entropy(r.float(), target[:, k]) for k, r in enumerate(readings)]
        ).sum()
        loss = contrast + 0.25 * attributes
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        share_gradients(pair)
        nn.utils.clip_grad_norm_(pair.parameters(), 1.0)
        optimiser.step()
        due = stage.tick(float(loss.detach()))
        stage.spent_s = agree(stage.spent_s)
        if rank() == 0 and (due or stage.over):
            stage.save({"model": pair.state_dict(), "optimiser": optimiser.state_dict()})


def trained(work: Path, tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """The text tower of the last checkpoint, frozen."""
    pair = Pair(text_model(tokenizer))
    state = Stage("text_encoder", work, 0.0).resume()
    assert state is not None, f"no text encoder in {work}"
    pair.load_state_dict(state["model"])
    return pair.text.eval().requires_grad_(False)


@torch.no_grad()
def encode(text: CLIPTextModel, tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """(B, 77, width) hidden states, exactly those that a diffusers pipeline hands to the denoiser."""
    ids = tokenizer(
        texts, padding="max_length", truncation=True, max_length=tokenizer.model_max_length, return_tensors="pt"
    ).input_ids
    states: Tensor = text(input_ids=ids)[0]
    return states


def withheld(count: int) -> list[str]:
    """Captions that stand for no caption: half empty, half negative prompts."""
    rng = random.Random("withheld")
    return [""] * count + [negative(rng) for _ in range(count)]
