"""Writes the audit trail out, so that anybody can verify it without Packshot (docs/review.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from packshot.errors import OutputError
from packshot.metadata import write_atomically
from packshot.result import Link
from packshot.spec import canonical_json
from packshot.workflow.workbench import Workbench


def export_trail(bench: Workbench, path: Path) -> int:
    """Write every row as a line of JSON, in order, and return their number. Raises OutputError."""
    lines = [canonical_json(_row(link)) + "\n" for link in bench.store.links()]
    try:
        write_atomically(path, "".join(lines).encode("utf-8"), keep_existing=True)
    except FileExistsError:
        raise OutputError(
            "output.exists",
            f"{path} is already there",
            expected="a free name: an earlier trail may be what proves the end of this one",
            got=path.name,
            hint="name another file",
        ) from None
    return len(lines)


def _row(link: Link) -> dict[str, Any]:
    row = {"number": link.number, "kind": link.kind, "previous": link.previous, "digest": link.digest}
    try:
        return row | {"entry": json.loads(link.entry)}
    except ValueError:
        return row | {"entry": link.entry}
