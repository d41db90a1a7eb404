"""A row of a catalogue: one product, and what came of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from packshot.result.run import Failure
from packshot.spec import Frozen


class RowState(StrEnum):
    """Handed to review; held back, since rules of a place to sell are broken; or failed: there is no picture."""

    IN_REVIEW = "in review"
    HELD = "held"
    FAILED = "failed"


class ProductRow(Frozen):
    """What came of one SKU. `key` is a digest of all that it was made from: the same key needs no work again.

    `position` is the row's line in the table. `blocked` are, by channel, the rules that the picture breaks,
    `handed_in` the channels for which it was given to review. `confidence` is the mask's, 0 to 1. `seconds` is what the
    row took, by the clock of whoever worked at it.
    """

    catalogue: str
    sku: str
    position: int
    photo: str
    key: str
    made_at: datetime
    run_id: str | None = None
    error: Failure | None = None
    blocked: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    handed_in: tuple[str, ...] = ()
    confidence: float | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def state(self) -> RowState:
        """Where it stands after the catalogue was made; what people decided since is in the audit trail."""
        if self.error is not None:
            return RowState.FAILED
        return RowState.HELD if self.blocked and not self.handed_in else RowState.IN_REVIEW
