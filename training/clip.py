"""Both towers of CLIP, taught by captions and renders of one scene that must meet in one space (arXiv:2103.00020).

The text tower is what the denoiser reads; it has no projection of its own, so that the space of the pair is the space
of its pooled output. The image tower ships beside it as the evidence of prompt adherence. Knows nothing about the
autoencoder or the denoiser.
"""

import random
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTokenizer,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from training.captions import caption_of, negative
from training.dataset import Item, Pictures, item
from training.machine import DEVICE, autocast
from training.parallel import agree, rank, share_gradients, world
from training.render import BACKGROUND_COLOURS, KINDS, MATERIALS, PRODUCT_COLOURS
from training.stage import Stage

SIDE = 128
"""Pictures are shrunk to this many pixels for the image tower."""
PATCH = 16
BATCH = 192
PEAK_RATE = 1e-3
TEXT_RATE = 0.5
"""The text tower learns at this share of the rate."""
SOFTENED = 0.25
"""Share of the pictures that the image tower sees blurred: it must read what a model draws, not only renders."""
TOWERS, EYE = "clip", "image_encoder"
"""Names of the two stages: both towers together, then the image tower alone against frozen words."""


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


def image_model(width: int, channels: int = 192, layers: int = 4) -> CLIPVisionModelWithProjection:
    """An untrained image encoder: (B, 3, 128, 128) to (B, width)."""
    config = CLIPVisionConfig(
        hidden_size=channels,
        intermediate_size=4 * channels,
        num_hidden_layers=layers,
        num_attention_heads=channels // 64,
        image_size=SIDE,
        patch_size=PATCH,
        projection_dim=width,
    )
    return CLIPVisionModelWithProjection(config)


def truths(it: Item) -> list[int]:
    """The numbers of an item's kind, colours and material: what words and pictures must tell apart."""
    s = it.scene
    return [
        sorted(KINDS).index(s.kind),
        sorted(PRODUCT_COLOURS).index(s.product_colour),
        sorted(BACKGROUND_COLOURS).index(s.background_colour),
        sorted(MATERIALS).index(s.material),
    ]


def readings(width: int) -> nn.ModuleList:
    """Linear readings of an item's truths, in their order."""
    return nn.ModuleList(
        nn.Linear(width, n) for n in (len(KINDS), len(PRODUCT_COLOURS), len(BACKGROUND_COLOURS), len(MATERIALS))
    )


class Pair(nn.Module):
    """Both towers, the temperature, and linear readings of the attributes from either side."""

    def __init__(self, text: CLIPTextModel) -> None:
        super().__init__()
        width = text.config.hidden_size
        self.text, self.image = text, image_model(width)
        self.read_words, self.read_image = readings(width), readings(width)
        self.scale = nn.Parameter(torch.tensor(2.7))

    def words(self, ids: Tensor) -> Tensor:
        """(B, 77) token numbers to (B, width)."""
        pooled: Tensor = self.text(input_ids=ids).pooler_output
        return pooled

    def seen(self, pixels: Tensor) -> Tensor:
        """(B, 3, 128, 128) in -1..1 to (B, width)."""
        embedded: Tensor = self.image(pixel_values=pixels).image_embeds
        return embedded


def shrink(pictures: NDArray[np.uint8], side: int = SIDE) -> Tensor:
    """(N, H, W, 3) bytes to (N, 3, side, side) in -1..1, as Pillow's antialiased bilinear filter does it."""
    pixels = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    return functional.interpolate(pixels, size=(side, side), mode="bilinear", antialias=True)


def softened(pixels: Tensor, rng: random.Random) -> Tensor:
    """Some of the (N, 3, H, W) pictures at half or a third of their detail."""
    for i in range(len(pixels)):
        if rng.random() < SOFTENED:
            small = functional.interpolate(
                pixels[i : i + 1], scale_factor=rng.choice((0.33, 0.5)), mode="bilinear", antialias=True
            )
            pixels[i : i + 1] = functional.interpolate(small, size=pixels.shape[-2:], mode="bilinear")
    return pixels


def starting_pair(tokenizer: CLIPTokenizer, start: Path | None) -> Pair:
    """Untrained towers, or those of the model folder `start` as far as it has them."""
    if start is None:
        return Pair(text_model(tokenizer))
    pair = Pair(CLIPTextModel.from_pretrained(start / "text_encoder", dtype=torch.float32))
    if (start / "image_encoder").exists():
        pair.image = CLIPVisionModelWithProjection.from_pretrained(start / "image_encoder", dtype=torch.float32)
    return pair


def train(
    work: Path, pictures: Pictures, tokenizer: CLIPTokenizer, minutes: float, start: Path | None, name: str = TOWERS
) -> None:
    """Trains or goes on training, alone or as one of several processes; see `trained` for the result.

    Each process contrasts within its own share of the batch. `name` is `TOWERS`, or `EYE` to go on from there with
    the image tower alone.
    """
    torch.manual_seed(2)  # the same start in every process
    stage = Stage(name, work, minutes, quiet=rank() > 0)
    pair = starting_pair(tokenizer, start)
    state = stage.resume()
    if state is None and name == EYE:
        pair.load_state_dict(checkpoint(work, TOWERS))
    pair.text.requires_grad_(name == TOWERS)
    pair.to(DEVICE).train()
    towers = [
        {"params": [p for p in pair.text.parameters() if p.requires_grad], "share": TEXT_RATE},
        {"params": [p for n, p in pair.named_parameters() if not n.startswith("text.")], "share": 1.0},
    ]
    optimiser = torch.optim.AdamW(
        [t for t in towers if t["params"]], lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=1e-2
    )
    if state:
        pair.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
    numbers = pictures.done()
    rng = random.Random(1000 * stage.step + rank())
    while not stage.over:
        for group in optimiser.param_groups:
            group["lr"] = stage.cosine(PEAK_RATE, warm_steps=50) * group["share"]
        loss = pair_loss(pair, pictures, tokenizer, rng.sample(list(numbers), min(BATCH // world(), len(numbers))), rng)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        share_gradients(pair)
        nn.utils.clip_grad_norm_(pair.parameters(), 1.0)
        optimiser.step()
        due = stage.tick(float(loss.detach()))
        stage.spent_s = agree(stage.spent_s)
        if rank() == 0 and (due or stage.over):
            stage.save({"model": pair.state_dict(), "optimiser": optimiser.state_dict()})


def pair_loss(
    pair: Pair, pictures: Pictures, tokenizer: CLIPTokenizer, chosen: list[np.intp], rng: random.Random
) -> Tensor:
    """The contrast within the chosen pictures, plus how badly the attributes are read from either side."""
    items = [item(int(number)) for number in chosen]
    texts = [caption_of(it, rng.randrange(1 << 30)) for it in items]
    ids = tokenizer(texts, padding="longest", truncation=True, return_tensors="pt").input_ids.to(DEVICE)
    pixels = softened(shrink(pictures.pixels[np.array(chosen)]), rng).to(DEVICE)
    target = torch.tensor([truths(it) for it in items], device=DEVICE)
    with autocast():
        words, seen = pair.words(ids), pair.seen(pixels)
        read = [(head(side), k) for side, heads in ((words, pair.read_words), (seen, pair.read_image))
                for k, head in enumerate(heads)]  # fmt: skip
    a, b = functional.normalize(words.float(), dim=-1), functional.normalize(seen.float(), dim=-1)
    logits = pair.scale.clamp(max=4.6).exp() * a @ b.T
    labels = torch.arange(len(chosen), device=DEVICE)
    contrast = 0.5 * (functional.cross_entropy(logits, labels) + functional.cross_entropy(logits.T, labels))
    attributes = torch.stack([functional.cross_entropy(r.float(), target[:, k]) for r, k in read]).sum()
    return contrast + 0.25 * attributes


def checkpoint(work: Path, name: str) -> dict[str, Tensor]:
    """The weights of a stage's last checkpoint."""
    state = Stage(name, work, 0.0).resume()
    assert state is not None, f"no {name} in {work}"
    model: dict[str, Tensor] = state["model"]
    return model


def trained(work: Path, tokenizer: CLIPTokenizer) -> Pair:
    """The towers of the last checkpoint, frozen."""
    pair = Pair(text_model(tokenizer))
    pair.load_state_dict(checkpoint(work, EYE if (work / f"{EYE}.pt").exists() else TOWERS))
    return pair.eval().requires_grad_(False)


@torch.no_grad()
def encode(text: CLIPTextModel, tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """(B, 77, width) hidden states, exactly those that a diffusers pipeline hands to the denoiser."""
    ids = tokenizer(
        texts, padding="max_length", truncation=True, max_length=tokenizer.model_max_length, return_tensors="pt"
    ).input_ids
    states: Tensor = text(input_ids=ids.to(text.device))[0]
    return states


@torch.no_grad()
def adherence(
    text: CLIPTextModel,
    image: CLIPVisionModelWithProjection,
    tokenizer: CLIPTokenizer,
    texts: list[str],
    pictures: NDArray[np.uint8],
) -> Tensor:
    """(N,) cosine between each picture of (N, H, W, 3) and its own text, -1..1."""
    ids = tokenizer(texts, padding="longest", truncation=True, return_tensors="pt").input_ids
    words = text(input_ids=ids).pooler_output
    seen = image(pixel_values=shrink(pictures)).image_embeds
    return functional.cosine_similarity(words.float(), seen.float(), dim=-1)


def withheld(count: int) -> list[str]:
    """Captions that stand for no caption: half empty, half negative prompts."""
    rng = random.Random("withheld")
    return [""] * count + [negative(rng) for _ in range(count)]
