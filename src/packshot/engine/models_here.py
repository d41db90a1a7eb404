"""The same weights on another machine: found again by the model's reference, and by nothing but their digests."""

from __future__ import annotations

from dataclasses import replace

from packshot.models import Catalogue
from packshot.resolve import Order


class ModelsHere:
    """Gives orders the folders of this machine. A model is looked for, and hashed, once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __call__(self, order: Order) -> Order:
        """Raises ModelError: `model.changed` on other weights under that name, or where it is not there at all."""
        model = order.model
        found = self._catalogue.find_pinned(model.reference, model.pin, model.commit)
        loras = tuple(self._catalogue.loras.find_pinned(lora.pin, lora.path.name, (lora.path,)) for lora in model.loras)
        return replace(order, model=replace(found, loras=loras))
