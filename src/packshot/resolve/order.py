"""What the engine is given. A value; knows nothing of how it came about."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.models import Model, ModelDescription
from packshot.result import Pixels
from packshot.spec import ResolvedSpec


@dataclass(frozen=True, slots=True)
class Order:
    """The resolved spec, the model it pins, and the source as the model takes it.

    `source` (H, W, 3) has the made size; `source_original` is the picture as it came, to be kept in the store.
    """

    resolved: ResolvedSpec
    model: Model
    source: Pixels | None = None
    source_original: Pixels | None = None

    @property
    def is_guided(self) -> bool:
        """Whether each step asks the denoiser twice, with the prompt and with the negative prompt."""
        return is_guided(self.resolved.intent.guidance, self.model.description)


def is_guided(guidance: float, model: ModelDescription) -> bool:
    """Classifier-free guidance (arXiv:2207.12598) is off at 1 or less, and for models that take it as an input."""
    return guidance > 1 and not model.guidance_embedded
