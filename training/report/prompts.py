"""What the model is asked for when it is measured: prompts with their truth, the same ones every time."""

import random
from dataclasses import dataclass

from training.captions import described, with_article
from training.render import BACKGROUND_COLOURS, KINDS, PRODUCT_COLOURS

STYLE = "studio lighting, soft shadow, very sharp"


@dataclass(frozen=True)
class Asked:
    """A prompt, what it asks for, and the seed of its picture."""

    kind: str
    product_colour: str
    background_colour: str
    seed: int

    @property
    def subject(self) -> str:
        """The product on its ground, in plain words."""
        ground = with_article(f"a {self.background_colour} background")
        return f"{described(KINDS[self.kind].name, [self.product_colour])} on {ground}"

    @property
    def prompt(self) -> str:
        """The subject in the words of the lab's prompt."""
        return f"ultra-realistic product photo of {self.subject}, {STYLE}"


def asked(count: int) -> list[Asked]:
    """The first `count` of one list of prompts: kinds in turn, each with its colours and grounds in a random order.

    No product is asked for on its own colour, but white on white.
    """
    pairs = [(c, g) for c in sorted(PRODUCT_COLOURS) for g in sorted(BACKGROUND_COLOURS) if c != g or c == "white"]
    orders = {kind: random.Random(f"asked {kind}").sample(pairs, len(pairs)) for kind in sorted(KINDS)}
    kinds = sorted(KINDS)
    result = []
    for number in range(count):
        kind, turn = kinds[number % len(kinds)], number // len(kinds)
        result.append(Asked(kind, *orders[kind][turn % len(pairs)], seed=1000 + number))
    return result


def on_white(count: int) -> list[Asked]:
    """`count` prompts for a white background."""
    return [Asked(a.kind, a.product_colour, "white", 5000 + n) for n, a in enumerate(asked(count))]
