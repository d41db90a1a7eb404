"""Reads a text as each text encoder of a model's pipeline will, and says what is cut off. Imports no torch.

The pipeline's own tokenizer classes are asked, with the pipeline's own limits: nothing is estimated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from packshot.errors import ModelError
from packshot.models.description import ModelDescription, read_json
from packshot.models.families import Reader, family_named
from packshot.models.layout import INDEX, components

_LIMIT_MAX = 10_000


@dataclass(frozen=True, slots=True)
class Read:
    """What one encoder makes of a text: tokens that it needs, tokens that it takes, and the end that it loses."""

    reader: str
    tokens: int
    limit: int
    lost: str


def read_text(model: ModelDescription, text: str, *, negative: bool = False) -> list[Read]:
    """The text by each encoder that the model has. Raises ModelError on a tokenizer that cannot be read."""
    folders = {folder.name: folder for folder in model.tokenizers}
    readers = [reader for reader in family_named(model.family).readers if reader.folder in folders]
    return [_read(folders[reader.folder], reader, model, text, negative=negative) for reader in readers]


def _read(folder: Path, reader: Reader, model: ModelDescription, text: str, *, negative: bool) -> Read:
    tokenizer = _tokenizer(folder)
    wanted = text.lower().strip() if reader.lowered else text
    limit = min(reader.limit or tokenizer.model_max_length, _LIMIT_MAX)
    if reader.limit is not None and model.sequence_length is not None:
        limit = min(limit, model.sequence_length)
    whole, start = wanted, 0
    if reader.chat:
        whole, start = _in_template(tokenizer, wanted)
    elif reader.lead and not negative:
        whole, start = reader.lead + wanted, len(reader.lead)
        # the pipeline counts the instruction's tokens, end mark and all, and leaves the prompt the rest
        limit += len(tokenizer.encode(reader.lead)) - 2
    tokens = len(tokenizer(whole, verbose=False).input_ids)
    if tokens <= limit:
        return Read(reader.name, tokens, limit, "")
    kept = tokenizer(whole, truncation=True, max_length=limit, return_offsets_mapping=True)
    end = max(max(offsets[1] for offsets in kept.offset_mapping), start)
    past = start + len(wanted)
    lost = whole[_word_start(whole, end) : past] if end < past else ""
    return Read(reader.name, tokens, limit, lost.strip())


def _in_template(tokenizer: Any, text: str) -> tuple[str, int]:
    """The text in the tokenizer's chat template, and where it begins there."""
    whole: str = tokenizer.apply_chat_template(
        [{"role": "user", "content": text}], tokenize=False, add_generation_prompt=True, enable_thinking=True
    )
    return whole, max(whole.find(text), 0)


def _word_start(text: str, position: int) -> int:
    """A word that is cut through counts as lost."""
    if position < len(text) and text[position].isspace():
        return position
    while position > 0 and not text[position - 1].isspace():
        position -= 1
    return position


@lru_cache(maxsize=8)
def _tokenizer(folder: Path) -> Any:
    import transformers

    name = components(read_json(folder.parent / INDEX)).get(folder.name, "")
    tokenizer_class: Any = getattr(transformers, name, None) if name.endswith(("Tokenizer", "TokenizerFast")) else None
    if tokenizer_class is None:
        raise ModelError("model.unsupported", f"{folder.name} is no tokenizer that is known here: {name}", got=name)
    verbosity = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    try:
        return tokenizer_class.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:  # the library raises bare exceptions on broken files
        raise ModelError(
            "model.corrupt", f"the tokenizer in {folder} cannot be read: {error}", hint="get the model again"
        ) from error
    finally:
        transformers.logging.set_verbosity(verbosity)
