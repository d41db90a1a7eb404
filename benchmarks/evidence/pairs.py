"""Sources with a picture that differs in one respect. Knows nothing about who compares them."""

from __future__ import annotations

from benchmarks.evidence.case import Case
from training.render import KINDS
from training.render.swap import swapped


def changed(seed: int, size: int, change: str) -> Case:
    """The picture, its source, and which change lies between them."""
    made = swapped(seed, size, change)
    return Case(
        pixels=made.picture,
        prompt=f"photo of {KINDS[made.render.scene.kind].name}",
        truth={"change": change, "same": "yes" if made.truth.same_product else "no"},
        source=made.render.picture,
    )
