"""Addresses of pictures that work without a token for a while: signed, so that nobody can make up another one."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

PATH: Final = "/v1/packshot/pictures"


@dataclass(frozen=True, slots=True)
class Links:
    """Signs with a secret of the workspace. `lasts_s` is how long an address holds."""

    key: bytes = field(repr=False)
    lasts_s: int

    def address(self, run_id: str, ending: str, quality: int, now_s: float) -> str:
        """The path and query of a run's picture as a file."""
        until = int(now_s) + self.lasts_s
        query = {"quality": quality, "until": until, "signature": self._signature(run_id, ending, quality, until)}
        return f"{PATH}/{run_id}.{ending}?{urlencode(query)}"

    def holds(self, run_id: str, ending: str, quality: int, until: int, signature: str, now_s: float) -> bool:
        """Whether the address is ours and not over."""
        fits = hmac.compare_digest(signature.encode(), self._signature(run_id, ending, quality, until).encode())
        return fits and now_s < until

    def _signature(self, run_id: str, ending: str, quality: int, until: int) -> str:
        text = f"{run_id}.{ending}?{quality}&{until}"
        return hmac.digest(self.key, text.encode(), "sha256").hex()
