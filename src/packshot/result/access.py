"""A token of the workspace: its name, what it may do, and the digest that it is known by; never the token itself."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from packshot.spec import Frozen


class Role(StrEnum):
    """What a token may do beside reading. `admin` may do everything."""

    CREATE = "create"
    REVIEW = "review"
    RELEASE = "release"
    ADMIN = "admin"


class AccessToken(Frozen):
    """`digest` is the SHA-256 (hex) of the token, `name` the person or program that it was made for."""

    id: str
    name: str
    digest: str
    roles: tuple[Role, ...]
    created_at: datetime
    revoked_at: datetime | None = None

    @property
    def is_valid(self) -> bool:
        """Whether it was not revoked."""
        return self.revoked_at is None
