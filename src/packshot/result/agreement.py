"""How far two raters agree, as a value. One of both may be the proposal."""

from __future__ import annotations

from packshot.result.rating import Criterion
from packshot.spec import Frozen

PROPOSAL = "proposal"
"""What the proposed rubric is called beside people's names."""


class Agreement(Frozen):
    """Two raters over the pictures that both scored. `criterion` is None over all criteria together.

    `kappa` is Cohen's with linear weights, `low` and `high` its 95 % bootstrap interval over pictures; None where it
    is undefined or rests on too few, and `sentence` then says why. `same` is the share of equal scores, 0..1.
    """

    one: str
    other: str
    criterion: Criterion | None
    pictures: int
    scores: int
    same: float | None
    kappa: float | None
    low: float | None
    high: float | None
    sentence: str
