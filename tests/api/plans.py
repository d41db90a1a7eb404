"""A plan that tests hand to the API."""

from __future__ import annotations

from typing import Any

PLAN: dict[str, Any] = {
    "schema": "packshot.plan/1",
    "name": "steps",
    "title": "How many steps?",
    "question": "How many?",
    "baseline": {"name": "base", "prompt": "a red mug", "steps": 3, "width": 64, "height": 64},
    "vary": {"steps": [5, 7]},
}
