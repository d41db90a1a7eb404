"""What the database itself refuses, in SQLite's words and PostgreSQL's: for the revisions that make such tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

APPEND_ONLY = """
CREATE OR REPLACE FUNCTION packshot_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""

AT_THE_END = """
CREATE OR REPLACE FUNCTION packshot_trail_at_the_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM trail)
        OR NEW.previous <> COALESCE((SELECT digest FROM trail ORDER BY number DESC LIMIT 1), '{genesis}')
    THEN RAISE EXCEPTION 'the trail is append-only'; END IF;
    RETURN NEW;
END $$
"""

COLLATED = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_collation o ON o.oid = a.attcollation
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    AND o.collname <> 'C'
ORDER BY c.relname, a.attnum
"""


def is_postgres(op: Any) -> bool:
    """Whether the revision runs on PostgreSQL; else it is SQLite."""
    return bool(op.get_bind().dialect.name == "postgresql")


def forbid_changes(op: Any, table: str, sentence: str) -> None:
    """Rows of the table are added, and stay."""
    if is_postgres(op):
        op.execute(APPEND_ONLY)
        for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION packshot_append_only()"
            )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )


def append_at_the_end(op: Any, genesis: str) -> None:
    """PostgreSQL: a row of the trail comes behind the newest one. (Its keys refuse the second of two at once.)"""
    op.execute(AT_THE_END.format(genesis=genesis))
    op.execute(
        "CREATE TRIGGER trail_only_at_the_end BEFORE INSERT ON trail "
        "FOR EACH ROW EXECUTE FUNCTION packshot_trail_at_the_end()"
    )


def compare_by_bytes(connection: Connection) -> None:
    """PostgreSQL: every text is compared and ordered byte by byte, as SQLite does, whatever the server's language."""
    columns: dict[str, list[str]] = {}
    for table, column, kind in connection.exec_driver_sql(COLLATED):
        columns.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')
    for table, changes in columns.items():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {", ".join(changes)}')
