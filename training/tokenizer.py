"""The tokenizer: byte-level pairs in CLIP's file format, learnt from captions and a list of everyday words."""

import json
import random
from pathlib import Path

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer
from transformers import CLIPTokenizer

from training.captions import NEGATIVE, caption
from training.render import random_scene
from training.words import EVERYDAY

START, END = "<|startoftext|>", "<|endoftext|>"
MAX_LENGTH = 77
PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
"""How CLIPTokenizer cuts text before pairing bytes."""


def corpus(captions: int) -> list[str]:
    """Captions of random scenes, and every everyday word often enough to become one token."""
    rng = random.Random(0)
    return [caption(random_scene(seed), rng) for seed in range(captions)] + [*EVERYDAY, *NEGATIVE] * 4


def train(folder: Path, vocabulary: int = 3072, captions: int = 4000) -> CLIPTokenizer:
    """Learns the pairs, writes vocab.json, merges.txt and the configuration, and loads them again.

    All 256 bytes are in the vocabulary, alone and at a word's end, so any text has tokens.
    """
    folder.mkdir(parents=True, exist_ok=True)
    learner = Tokenizer(BPE(end_of_word_suffix="</w>"))
    learner.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = BpeTrainer(
        vocab_size=vocabulary - 514, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False
    )
    learner.train_from_iterator(corpus(captions), trainer)
    merges = json.loads(learner.to_str())["model"]["merges"]
    pairs = [pair if isinstance(pair, str) else " ".join(pair) for pair in merges]
    tokens = (
        alphabet
        + [letter + "</w>" for letter in alphabet]
        + ["".join(pair.split(" ")) for pair in pairs]
        + [START, END]
    )
    vocab = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(pairs) + "\n")
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "CLIPTokenizer",
                "model_max_length": MAX_LENGTH,
                "bos_token": START,
                "eos_token": END,
                "unk_token": END,
                "pad_token": END,
                "do_lower_case": True,
                "errors": "replace",
            },
            indent=2,
        )
    )
    (folder / "special_tokens_map.json").write_text(
        json.dumps({"bos_token": START, "eos_token": END, "unk_token": END, "pad_token": END}, indent=2)
    )
    return load(folder)


def load(folder: Path) -> CLIPTokenizer:
    """The tokenizer that `train` left in a folder."""
    tokenizer: CLIPTokenizer = CLIPTokenizer.from_pretrained(folder)
    return tokenizer
