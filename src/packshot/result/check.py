"""What one rule of a place to sell says about one picture."""

from __future__ import annotations

from typing import Literal

from packshot.spec import Frozen

CheckVerdict = Literal["pass", "fail", "advice", "not checked"]
"""`advice`: the rule does not demand it, or not yet. `not checked`: nobody looked, which is never a pass."""


class Check(Frozen):
    """One rule against one picture. `got` is None where nothing was measured, and `sentence` then says why."""

    rule: str
    expected: str
    got: str | None
    verdict: CheckVerdict
    sentence: str
