"""Counts a prompt's tokens as the text encoder will, without torch: which words would be lost?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from packshot.errors import ModelError
from packshot.models.description import read_json

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# CLIP's own rule (github.com/openai/CLIP, simple_tokenizer.py), in the form of transformers' CLIPTokenizer
_CLIP_WORDS = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
CLIP_LIMIT = 77


@dataclass(frozen=True, slots=True)
class TokenCount:
    """Tokens with start and end mark, what the text encoder takes, and the end of the prompt that would be lost."""

    tokens: int
    limit: int
    lost: str


def count_tokens(folder: Path, text: str) -> TokenCount:
    """Count the tokens of `text` by the tokenizer in `folder`."""
    tokenizer, limit = _tokenizer(folder)
    encoding = tokenizer.encode(text, add_special_tokens=False)
    total = len(encoding.ids) + 2
    if total <= limit:
        return TokenCount(total, limit, "")
    start = encoding.offsets[limit - 2][0]
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return TokenCount(total, limit, text[start:].strip())


@lru_cache(maxsize=8)
def _tokenizer(folder: Path) -> tuple[Tokenizer, int]:
    try:
        return _read(folder)
    except ModelError:
        raise
    except Exception as error:  # the library raises bare exceptions on broken files
        raise ModelError(
            "model.corrupt", f"the tokenizer in {folder} cannot be read: {error}", hint="get the model again"
        ) from error


def _read(folder: Path) -> tuple[Tokenizer, int]:
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
    from tokenizers.models import BPE

    config = read_json(folder / "tokenizer_config.json")
    limit = min(int(config.get("model_max_length", CLIP_LIMIT)), 10_000)
    whole = folder / "tokenizer.json"
    if whole.is_file():
        tokenizer = Tokenizer.from_file(str(whole))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer, limit
    model = BPE.from_file(
        str(folder / "vocab.json"),
        str(folder / "merges.txt"),
        continuing_subword_prefix="",
        end_of_word_suffix="</w>",
        unk_token="<|endoftext|>",
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_CLIP_WORDS), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return tokenizer, limit
