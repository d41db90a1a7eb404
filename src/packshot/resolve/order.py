"""What the engine is given. A value; knows nothing of how it came about."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.metadata import SourceLabels
from packshot.models import COMPOSITOR, REMOTE, Guidance, Model, ModelDescription, family_named
from packshot.product import PlacedProduct
from packshot.result import Pixels
from packshot.spec import ResolvedSpec


@dataclass(frozen=True, slots=True)
class Order:
    """The resolved spec, the model it pins, and the source as the model takes it.

    `source` (H, W, 3) has the made size; `source_original` is the picture as it came, to be kept in the
    store, `source_labels` and `source_file` are its `labels` and `original` (`packshot.resolve.SourcePicture`). Of a
    product lock, `product` is what is put back, and `mask` (H, W, 3) its mask as a grey picture of the photo's size.
    """

    resolved: ResolvedSpec
    model: Model
    source: Pixels | None = None
    source_original: Pixels | None = None
    source_labels: SourceLabels | None = None
    source_file: bytes | None = None
    product: PlacedProduct | None = None
    mask: Pixels | None = None

    @property
    def is_guided(self) -> bool:
        """Whether each step asks the denoiser twice, with the prompt and with the negative prompt."""
        return is_guided(self.resolved.intent.guidance, self.model.description)

    @property
    def is_composited(self) -> bool:
        """Whether it needs no model."""
        return self.resolved.intent.model.family == COMPOSITOR.name

    @property
    def is_remote(self) -> bool:
        """Whether a server makes it."""
        return self.resolved.intent.model.family == REMOTE.name

    @property
    def is_batched(self) -> bool:
        """Whether it may share its denoiser calls with others."""
        return family_named(self.model.description.family).batched


def is_guided(guidance: float, model: ModelDescription) -> bool:
    """Classifier-free guidance (arXiv:2207.12598) is off at 1 or less (for some families 0), and for other kinds."""
    return model.guidance is Guidance.CLASSIFIER_FREE and guidance > family_named(model.family).guidance_off
