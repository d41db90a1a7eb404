"""The few places where SQLite and PostgreSQL say the same thing in other words."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import JSON, Connection, LargeBinary, Table, cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

NUL: Final = r"\u0000"
"""How JSON spells the character that no text of PostgreSQL may hold."""


def insert_or(connection: Connection, table: Table) -> sqlite.Insert:
    """An insert that can be told what to do with a row that is there (both dialects name it alike)."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)


class AsBytes(FunctionElement[bytes]):
    """The bytes of a text as they are stored, whatever they are."""

    inherit_cache = True
    type = LargeBinary()


class Readable(FunctionElement[Any]):
    """A JSON column whose parts are looked at in SQL; null where PostgreSQL could not, for a NUL inside.

    PostgreSQL keeps such a text whole, and gives it back whole, but fails when it is to find something in it.
    """

    inherit_cache = True
    type = JSON()


@compiles(AsBytes)
def _cast(element: AsBytes, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(cast(next(iter(element.clauses)), LargeBinary), **kw))


@compiles(AsBytes, "postgresql")
def _convert(element: AsBytes, compiler: Any, **kw: Any) -> str:
    # a cast would take backslashes for escapes
    return f"convert_to({compiler.process(element.clauses, **kw)}, 'UTF8')"


@compiles(Readable)
def _as_it_is(element: Readable, compiler: Any, **kw: Any) -> str:
    return str(compiler.process(element.clauses, **kw))


@compiles(Readable, "postgresql")
def _without_nul(element: Readable, compiler: Any, **kw: Any) -> str:
    text = compiler.process(element.clauses, **kw)
    return f"(CASE WHEN strpos({text}::text, '{NUL}') = 0 THEN {text} END)"
