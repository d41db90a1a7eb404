"""The base of every value."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value: never changed after it was made, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())
