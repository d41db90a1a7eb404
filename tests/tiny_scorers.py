"""Tiny CLIP, SigLIP and SigLIP 2 models of real classes with random weights, saved as the hub's releases are."""

from __future__ import annotations

import json
from pathlib import Path

from tests.tiny_models import WORDS

TOWER = {"hidden_size": 32, "intermediate_size": 37, "num_hidden_layers": 2, "num_attention_heads": 4}


def save_tiny_clip(folder: Path, *, positions: int = 16, seed: int = 0) -> Path:
    """A CLIP that reads so many tokens."""
    import torch
    from transformers import CLIPConfig, CLIPModel, CLIPTokenizer

    from tests.tiny_models import _tokenizer

    _tokenizer(folder)
    tokenizer = CLIPTokenizer.from_pretrained(folder)
    _preprocessor(folder, "CLIPImageProcessor")
    last = len(tokenizer) - 1
    text = {
        **TOWER, "vocab_size": len(tokenizer), "max_position_embeddings": positions, "bos_token_id": last - 1,
        "eos_token_id": last, "pad_token_id": last,
    }  # fmt: skip
    torch.manual_seed(seed)
    config = CLIPConfig(text_config=text, vision_config={**TOWER, "image_size": 32, "patch_size": 8}, projection_dim=16)
    CLIPModel(config).save_pretrained(folder, safe_serialization=True)
    return folder


def save_tiny_siglip(folder: Path, kind: str = "siglip", *, positions: int = 16) -> Path:
    """A SigLIP, or with `kind` "siglip2" the one of that generation that takes pictures of any shape."""
    import torch
    import transformers

    folder.mkdir(parents=True)
    vocabulary = _words(folder)
    text = {**TOWER, "vocab_size": vocabulary, "max_position_embeddings": positions, "projection_size": 32}
    torch.manual_seed(1)
    if kind == "siglip":
        _preprocessor(folder, "SiglipImageProcessor")
        config = transformers.SiglipConfig(text_config=text, vision_config={**TOWER, "image_size": 32, "patch_size": 8})
        transformers.SiglipModel(config).save_pretrained(folder)
        return folder
    look = {"image_processor_type": "Siglip2ImageProcessor", "patch_size": 8, "max_num_patches": 16}
    (folder / "preprocessor_config.json").write_text(json.dumps(look), encoding="utf-8")
    vision = {**TOWER, "patch_size": 8, "num_patches": 16}
    transformers.Siglip2Model(transformers.Siglip2Config(text_config=text, vision_config=vision)).save_pretrained(
        folder
    )
    return folder


def _words(folder: Path) -> int:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate(["<pad>", "<unk>", "</s>", *dict.fromkeys(WORDS)])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", eos_token="</s>"
    ).save_pretrained(folder)
    return len(vocabulary)


def _preprocessor(folder: Path, kind: str) -> None:
    look = {
        "image_processor_type": kind, "do_resize": True, "resample": 3, "do_center_crop": kind.startswith("CLIP"),
        "size": {"shortest_edge": 32} if kind.startswith("CLIP") else {"height": 32, "width": 32},
        "crop_size": {"height": 32, "width": 32}, "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True,
        "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5],
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "preprocessor_config.json").write_text(json.dumps(look), encoding="utf-8")
