"""The list of what was released into a folder, as JSON and as CSV. It proves nothing: the audit trail does."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from packshot.errors import OutputError
from packshot.metadata import write_atomically
from packshot.workflow.rating_sheet import as_csv, harmless
from packshot.workflow.release_request import ReleasedPicture

MANIFEST: Final = "release-manifest.json"
TABLE: Final = "release-manifest.csv"
SCHEMA: Final = "packshot.release-manifest/1"
MANIFEST_MAX_BYTES: Final = 256 * 1024 * 1024


def read_manifest(folder: Path) -> list[ReleasedPicture]:
    """The rows, in order; none without a manifest. Raises OutputError (output.exists) on one that is not ours."""
    path = folder / MANIFEST
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MANIFEST_MAX_BYTES:
            raise _foreign(path, "no plain file of a size that is read")
        value = json.loads(path.read_text(encoding="utf-8"))
        if value["schema"] != SCHEMA:
            raise _foreign(path, str(value["schema"])[:100])
        return [ReleasedPicture.model_validate(row) for row in value["data"]]
    except FileNotFoundError:
        return []
    except (OSError, ValidationError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise _foreign(path, type(error).__name__) from error


def write_manifest(folder: Path, rows: Iterable[ReleasedPicture]) -> None:
    """Write both files, each whole or not at all. Raises OutputError and StoreError."""
    for name, content in manifest_files(rows).items():
        write_atomically(folder / name, content)


def manifest_files(rows: Iterable[ReleasedPicture]) -> dict[str, bytes]:
    """Both files by their names."""
    values = [row.model_dump(mode="json") for row in rows]
    whole = json.dumps({"schema": SCHEMA, "data": values}, ensure_ascii=False, indent=2) + "\n"
    safe = [{name: harmless(v) if isinstance(v, str) else v for name, v in row.items()} for row in values]
    table = as_csv(tuple(ReleasedPicture.model_fields), safe)
    return {MANIFEST: whole.encode("utf-8"), TABLE: table.encode("utf-8-sig")}


def _foreign(path: Path, got: str) -> OutputError:
    return OutputError(
        "output.exists",
        f"{path} is no manifest that can be read",
        expected=SCHEMA,
        got=got,
        hint="move it away: a new one is made from the files that are there and the audit trail",
    )
