"""PostgreSQL's errors become ours, by their SQLSTATE (postgresql.org/docs/15/errcodes-appendix.html).

What the server says of rows and statements is left out: values of people, prompts among them, stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import exc

from packshot.errors import PackshotError, StoreError, WorkspaceError

WAITED: Final = frozenset({"55P03", "40P01", "40001"})
"""A lock that did not come in time, a deadlock, two snapshots that do not fit together."""

FULL: Final = frozenset({"53100", "53200"})
"""Disk or memory of the server."""

GONE: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "53300", "25P03"})
"""The server shuts down, crashed, or starts; too many connections; it ended ours."""

NO_CHARACTER: Final = "22021"
NUL: Final = "cannot contain NUL"
"""The driver's own words, before anything is sent."""

REFUSED: Final = ("28", "3D", "42501", "25006", "XX001", "XX002")
"""Name or password, no such database, no permission, a read-only server, damaged pages."""


@contextmanager
def mapped(place: str) -> Iterator[None]:
    """Raises StoreError or WorkspaceError, with `place` in its words, for errors of PostgreSQL and its driver."""
    try:
        yield
    except PackshotError:
        raise
    except exc.TimeoutError as error:
        raise _locked(place) from error
    except exc.DBAPIError as error:
        raise of_postgres(error, place) from error
    except exc.SQLAlchemyError as error:
        raise failed(place, type(error).__name__) from error


def of_postgres(error: exc.DBAPIError, place: str) -> PackshotError:
    """Our error for the server's or the driver's."""
    cause: Any = error.orig
    state, said = getattr(cause, "sqlstate", None) or "", _said(cause)
    if state in WAITED:
        return _locked(place)
    if state in FULL:
        return StoreError(
            "store.full",
            f"the database has no room left: {place}",
            got=said,
            hint="free some space on its server and try again; everything finished so far is kept",
        )
    if is_unreachable(error):
        return unreachable(place, said)
    if state == NO_CHARACTER or (not state and NUL in said):
        return StoreError(
            "store.text",
            "a text has a character that the database does not keep",
            expected="texts without the character NUL",
            hint="write it without the character; nothing was kept",
        )
    if state.startswith(REFUSED) or (not state and _lets_nobody_in(cause)):
        return WorkspaceError(
            "workspace.unusable",
            f"the database cannot be used: {place}",
            got=said,
            hint="check name, user and password (PGPASSWORD or ~/.pgpass), and what the user may do there",
        )
    return failed(place, said)


def unreachable(place: str, said: str) -> StoreError:
    """Nobody answers, or no longer."""
    return StoreError(
        "store.unreachable",
        f"the database cannot be reached: {place}",
        got=said,
        hint="start it, or wait until it is back, and call again; everything finished so far is kept",
    )


def is_unreachable(error: exc.DBAPIError) -> bool:
    """Whether a connection that was not made might be made a moment later."""
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in WAITED or state in FULL:
        return False
    return state in GONE or state.startswith("08") or error.connection_invalidated or _without_answer(error, state)


def _without_answer(error: exc.DBAPIError, state: str) -> bool:
    """The driver's own errors have no state: that no connection came about, or that it broke."""
    cause = error.orig
    return (
        not state and type(cause).__name__ in ("OperationalError", "ConnectionTimeout") and not _lets_nobody_in(cause)
    )


def _lets_nobody_in(cause: Any) -> bool:
    """What the server answers to a new connection comes without a state."""
    return any(word in str(cause) for word in ("password", "does not exist", "no pg_hba.conf"))


def _said(cause: Any) -> str:
    """The first line alone: details name values."""
    found = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    return str(found).strip().splitlines()[0] if str(found).strip() else type(cause).__name__


def _locked(place: str) -> StoreError:
    return StoreError(
        "store.locked",
        f"the database stays locked by another process: {place}",
        hint="wait for the other process or stop it, then try again",
    )


def failed(place: str, said: str) -> StoreError:
    """Anything else."""
    return StoreError("store.failed", f"the store could not be read or written: {place}", got=said)
