"""What a replay measured."""

from __future__ import annotations

from enum import StrEnum

from packshot.spec import Frozen


class Sameness(StrEnum):
    """identical: the same bytes of pixels. close: the same picture to the eye (PSNR ≥ 30 dB). different: not."""

    IDENTICAL = "identical"
    CLOSE = "close"
    DIFFERENT = "different"


CLOSE_DB = 30.0


class Verdict(Frozen):
    """A replay against its record. `psnr_db` is None where equal or of unequal size; `causes` say what differs."""

    sameness: Sameness
    expected_digest: str
    got_digest: str
    psnr_db: float | None = None
    max_difference: int | None = None
    causes: tuple[str, ...] = ()
