"""Says what a prompt asks for that the model does not know. A model that says nothing of itself is not judged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from packshot.errors import SpecError
from packshot.models import Knowledge
from packshot.resolve.unknown_words import read_prompt

_WORDS_SHOWN: Final = 8
_LETTERS_SHOWN: Final = 48


def check_known(prompt: str, knowledge: Knowledge | None, *, strict: bool, names_product: bool = True) -> list[str]:
    """Notes on what lies outside the model's knowledge. With `strict` raises SpecError (`spec.prompt.unknown`).

    Without `names_product` the prompt need not name a product: a locked one is there already.
    """
    if knowledge is None:
        return []
    reading = read_prompt(prompt, knowledge)
    names_none = f"the prompt names none of the products that {knowledge.model} knows"
    if strict and (reading.unknown or (names_product and not reading.products)):
        quoted = _quoted(reading.unknown)
        raise SpecError(
            "spec.prompt.unknown",
            f"{knowledge.model} does not know {quoted}" if reading.unknown else names_none,
            expected=f"products: {_products(knowledge)}",
            got=quoted or "no product",
            hint="use words that it knows (`packshot models show` lists them), take a model that knows more, or leave"
            " --strict out and be warned only",
        )
    notes = []
    if reading.unknown:
        verb = "is" if len(reading.unknown) == 1 else "are"
        notes.append(
            f"{knowledge.model} knows {_products(knowledge)}; {_quoted(reading.unknown)} {verb} not among them:"
            " it draws the nearest that it knows"
        )
    if names_product and not reading.products:
        known = "" if reading.unknown else f": {_products(knowledge)}"
        notes.append(f"{names_none}{known}")
    return notes


def _products(knowledge: Knowledge) -> str:
    """All of them: whoever reads it looks for one that is there."""
    return ", ".join(knowledge.product_names)


def _quoted(words: Sequence[str]) -> str:
    """`“bicycle” and “palm tree”`; long ones are cut, and of very many the first stand for all."""
    shown = [" ".join(word.split()) for word in words[:_WORDS_SHOWN]]
    parts = [f"“{word if len(word) <= _LETTERS_SHOWN else word[: _LETTERS_SHOWN - 1] + '…'}”" for word in shown]
    if len(words) > _WORDS_SHOWN:
        parts.append(f"{len(words) - _WORDS_SHOWN} more")
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
