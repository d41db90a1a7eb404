"""Scorers that people know, on transformers: CLIP, SigLIP, SigLIP 2 and PickScore, from a folder on this machine.

CLIP: arXiv:2103.00020. SigLIP: arXiv:2303.15343. SigLIP 2: arXiv:2502.14786. All give the cosine between picture and
prompt; PickScore (arXiv:2305.01569), a CLIP that was taught people's choices, gives it times its temperature, as its
authors do. Loaded in float32 on the CPU. Pictures are prepared by Pillow, as the model's own files say.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Final

from packshot.errors import ModelError
from packshot.evaluation.unread import unread_words
from packshot.evaluation.weights import load_whole
from packshot.models import ScorerFolder
from packshot.result import Pixels

PICKSCORE: Final = "pickscore"
"""In a name, in any case: its files do not tell it from another CLIP."""


@dataclass(slots=True)
class _Loaded:
    model: Any
    tokenizer: Any
    preparation: Any
    length: int


class TransformersScorer:
    """A `Scorer`. Made in an instant; the model is loaded with the first picture, and kept.

    Threads may share it: it serves one at a time. Truncation is a state of a fast tokenizer, and two threads at once
    get each other's: measured on 4,000 calls, one in six was cut that should not be, or whole that should be cut.
    """

    def __init__(self, found: ScorerFolder) -> None:
        self._found = found
        self._kept: _Loaded | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """As a person named it."""
        return self._found.name

    @property
    def unit(self) -> str | None:
        """PickScore is scaled; the others are a cosine."""
        return "PickScore" if self._scaled else None

    @property
    def _scaled(self) -> bool:
        return PICKSCORE in self._found.name.casefold()

    def score(self, pixels: Pixels, prompt: str) -> float:
        """How well a picture (H, W, 3) fits the prompt, of which the end may go unread."""
        import torch
        from PIL import Image

        with self._lock, torch.inference_mode():
            loaded = self._loaded()
            words = loaded.tokenizer(
                [prompt],
                # SigLIP was taught on padded text alone
                padding=False if self._found.kind == "clip" else "max_length",
                truncation=True,
                max_length=loaded.length,
                return_tensors="pt",
            )
            picture = loaded.preparation(images=[Image.fromarray(pixels)], return_tensors="pt")
            out = loaded.model(**words, **picture)
            cosine = float((out.image_embeds * out.text_embeds).sum())
            return cosine * float(loaded.model.logit_scale.exp()) if self._scaled else cosine

    def unread(self, prompt: str) -> str:
        """The end of a prompt that the text tower does not read; empty where it reads all."""
        with self._lock:
            loaded = self._loaded()
            return unread_words(loaded.tokenizer, prompt, loaded.length)

    def _loaded(self) -> _Loaded:
        """Under the lock."""
        if self._kept is None:
            self._kept = _load(self._found)
        return self._kept


def _load(found: ScorerFolder) -> _Loaded:
    import transformers

    options = {"local_files_only": True, "trust_remote_code": False}
    model = load_whole(transformers.AutoModel, found.folder)
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(str(found.folder), **options)
        preparation = transformers.AutoImageProcessor.from_pretrained(str(found.folder), backend="pil", **options)
    except Exception as error:
        raise ModelError(
            "model.corrupt",
            f"the scorer {found.name} cannot prepare words or pictures: {type(error).__name__}: {error}",
            expected="tokenizer and image processor that transformers reads",
            got=str(found.folder),
            hint="get the model again",
        ) from error
    return _Loaded(model, tokenizer, preparation, int(model.config.text_config.max_position_embeddings))
