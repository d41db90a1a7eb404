"""What a model says it knows: the field `knows` of a folder's `packshot.json`. Knows nothing about prompts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packshot.errors import ModelError

CARD: Final = "packshot.json"
FIELD: Final = "knows"


@dataclass(frozen=True, slots=True)
class Product:
    """A product by the short name that is shown, and everything that it is called in captions."""

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The words of a model's captions. `phrases` are those that name neither a product, a colour nor a material."""

    model: str
    products: tuple[Product, ...]
    colours: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()

    @property
    def product_names(self) -> tuple[str, ...]:
        """The short names."""
        return tuple(product.name for product in self.products)


def read_knowledge(card: dict[str, Any], folder: Path) -> Knowledge | None:
    """The knowledge in a model's card, or None where it says nothing. Raises ModelError where the field is broken."""
    field = card.get(FIELD)
    if field is None:
        return None
    try:
        products = tuple(Product(name, _texts(phrases)) for name, phrases in field["products"].items())
        colours, materials, phrases = (_texts(field.get(key, [])) for key in ("colours", "materials", "phrases"))
    except (AttributeError, KeyError, TypeError) as error:
        raise ModelError(
            "model.corrupt",
            f"the field {FIELD!r} of {folder / CARD} cannot be read: {error}",
            expected="products: {name: [phrases]}, and lists of colours, materials and phrases",
            hint="get the model again, or take the field out: the model's prompts are then not judged",
        ) from error
    name = card.get("name")
    return Knowledge(name if isinstance(name, str) and name else folder.name, products, colours, materials, phrases)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise TypeError(f"expected a list of texts, got {value!r}"[:120])
    return tuple(value)
