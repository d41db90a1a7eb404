"""The tokens that let people in: `PACKSHOT_TOKEN`, a file with one `name: token` a line, and those of a workspace.

Knows no HTTP. One value for the studio and for the API.
"""

from __future__ import annotations

import hashlib
import hmac
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from packshot.errors import UsageError
from packshot.result import AccessToken, Role

VARIABLE: Final = "PACKSHOT_TOKEN"
FILE_VARIABLE: Final = "PACKSHOT_TOKEN_FILE"
SHORTEST: Final = 16
"""Characters. A token of 16 random letters cannot be guessed at the pace that the gate allows."""

LONGEST_NAME: Final = 60
NEW_TOKEN: Final = 'python3 -c "import secrets; print(secrets.token_urlsafe(24))"'


NAMED_ROLES: Final = frozenset({Role.CREATE, Role.REVIEW})
"""Of a token from the environment or a file: what one does in the studio."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token it is: `name` is empty for a token without one, `id` tells it from every other.

    `is_random` where Packshot made it: nobody guesses such a one, at any pace.
    """

    id: str
    name: str
    roles: frozenset[Role]
    is_random: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens with the names they belong to, `""` for one without a name. `warnings` are sentences for who starts it.

    `stored` are the workspace's, of which only the digests are known; those that were revoked let nobody in.
    """

    named: tuple[tuple[str, str], ...] = field(repr=False)
    warnings: tuple[str, ...] = ()
    stored: tuple[AccessToken, ...] = field(default=(), repr=False)

    def name_of(self, offered: str) -> str | None:
        """The name that belongs to a token; None for nobody's."""
        found = self.holder_of(offered)
        return None if found is None else found.name

    def holder_of(self, offered: str) -> Holder | None:
        """Whose token that is; None for nobody's. Compares with all of them, each in constant time."""
        found = None
        shown = _digest(offered)
        for holder, digest in self._holders():
            if hmac.compare_digest(digest, shown):
                found = holder
        return found

    def known(self, holder_id: str) -> tuple[Holder, bytes] | None:
        """Who has that id, with the digest of their token (32 bytes); None for somebody who has none any more."""
        return next((each for each in self._holders() if each[0].id == holder_id), None)

    def digest_of_named(self) -> bytes:
        """32 bytes that change with every token and name of the environment or the file."""
        return _digest("\0\0".join(sorted(f"{name}\0{token}" for name, token in self.named)))

    def _holders(self) -> Iterator[tuple[Holder, bytes]]:
        for name, token in self.named:
            yield Holder(f"named:{_digest(name).hex()[:16]}", name, NAMED_ROLES, is_random=False), _digest(token)
        for each in self.stored:
            if each.is_valid:
                yield Holder(each.id, each.name, frozenset(each.roles), is_random=True), bytes.fromhex(each.digest)


def of_studio(stored: Iterable[AccessToken]) -> tuple[AccessToken, ...]:
    """Of the workspace's tokens those that are for the studio too: who has one may both create and review.

    Also those that were revoked: they let nobody in, and taking back the last one opens nothing.
    """
    return tuple(each for each in stored if Role.ADMIN in each.roles or set(each.roles) >= NAMED_ROLES)


def token_digest(token: str) -> str:
    """What is kept of a token: its SHA-256 in hex. Tokens are random, so that no slower hash is needed."""
    return _digest(token).hex()


def read_tokens(environ: Mapping[str, str]) -> Tokens | None:
    """What the environment names, the file first; None where it names none. Raises UsageError settings.token."""
    if environ.get(FILE_VARIABLE):
        return read_token_file(Path(environ[FILE_VARIABLE]))
    if environ.get(VARIABLE):
        return Tokens((("", _checked(environ[VARIABLE].strip(), VARIABLE)),))
    return None


def read_token_file(path: Path) -> Tokens:
    """The tokens of a file. Raises UsageError settings.token, with the line and never with a token."""
    try:
        text = path.read_text(encoding="utf-8")
        readable = bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(f"{path} cannot be read", expected="a text file", got=type(error).__name__) from error
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), 1))
    named = tuple(_pair(line, f"{path}, line {number}") for number, line in lines if line and not line.startswith("#"))
    if not named:
        raise _refused(f"{path} has no token", expected="a line `name: token`", got="none")
    _all_differ(path, named)
    warning = f"{path} can be read by others on this machine: chmod 600 {path}"
    return Tokens(named, (warning,) if readable else ())


def _pair(line: str, where: str) -> tuple[str, str]:
    name, colon, token = (part.strip() for part in line.partition(":"))
    if not colon or not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise _refused(f"{where} is no line of a token", expected="name: token", got="another form")
    return name, _checked(token, where)


def _checked(token: str, where: str) -> str:
    if len(token) < SHORTEST or not token.isprintable() or " " in token:
        raise _refused(
            f"the token of {where} is too easy",
            expected=f"{SHORTEST} characters or more, without spaces",
            got=f"{len(token)} characters",
        )
    return token


def _all_differ(path: Path, named: tuple[tuple[str, str], ...]) -> None:
    names = [name for name, _token in named]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _refused(f"{path} names a person twice", expected="one line for each person", got=", ".join(twice))
    if len({token for _name, token in named}) < len(named):
        raise _refused(f"{path} has the same token twice", expected="a token of their own for each person", got="one")


def _refused(message: str, *, expected: str, got: str) -> UsageError:
    return UsageError("settings.token", message, expected=expected, got=got, hint=f"a new token: {NEW_TOKEN}")


def _digest(text: str) -> bytes:
    """Of one length for every text, so that a comparison tells nothing about the token's."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
