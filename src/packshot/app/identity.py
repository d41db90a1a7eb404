"""Under which name somebody decides. Pure: what the gate and the sign-in said goes in, a name or what is missing out.

Where several people reach the studio, a name that anybody may type proves nothing. So it comes from the token, else
from the account that was signed in with (OpenID Connect); only where neither is asked for, on one's own machine, is it
typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Missing = Literal["", "typed", "name of token", "sign-in", "verified e-mail"]
"""What is missing for a decision; nothing where there is a name."""

LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Decider:
    """`name` is empty where something is `missing`. `is_typed` says that the person may write it."""

    name: str
    missing: Missing
    is_typed: bool = False


def decider(token: str | None, claims: Mapping[str, object] | None, typed: str) -> Decider:
    """Who decides. `token` is the name of the token that was shown: None where none is asked for, empty where it has no
    name.

    `claims` are those of the account, None where no provider is set up.
    """
    if token:
        return Decider(token, "")
    if claims is not None:
        name = account_name(claims)
        missing: Missing = "" if name else "verified e-mail" if is_signed_in(claims) else "sign-in"
        return Decider(name or "", missing)
    if token is not None:
        return Decider("", "name of token")
    name = typed.strip()
    return Decider(name, "" if name else "typed", is_typed=True)


def account_name(claims: Mapping[str, object]) -> str | None:
    """The e-mail address that the provider has verified; None without one.

    Other claims do not do: people write what they like as their name, and some providers send addresses that nobody
    verified.
    """
    email = claims.get("email")
    if not is_signed_in(claims) or claims.get("email_verified") not in (True, "true"):
        return None
    if not isinstance(email, str) or not email.strip().isprintable() or not 0 < len(email.strip()) <= LONGEST:
        return None
    return email.strip()


def is_signed_in(claims: Mapping[str, object]) -> bool:
    """Whether the provider vouched for anybody."""
    return claims.get("is_logged_in") is True
