"""A table of products, one row each, read as a stream: a hundred thousand rows take no more memory than ten.

What is wrong with the table as a whole is an error; what is wrong with a row is told by the row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from packshot.errors import CatalogueError
from packshot.workflow.release_names import SKU_MAX

NEEDED: Final = ("sku", "photo")
SETTINGS: Final = (
    "mask", "background", "prompt", "negative_prompt", "shadow", "ground", "model", "scheduler", "steps", "guidance",
    "seed", "strength",
)  # fmt: skip
"""Columns that say how a row's picture is made; an empty cell leaves it to the command."""
OTHER_NAMES: Final[Mapping[str, str]] = {
    "id": "sku",
    "image": "photo",
    "picture": "photo",
    "file": "photo",
    "image_file": "photo",
    "source": "photo",
}
"""What tables of shops call a column, where none has our name."""
DELIMITERS: Final = (",", ";", "\t")
HEAD_MAX: Final = 64 * 1024
ROWS_MAX: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class TableRow:
    """A product as it stands in the table: its line, SKU, photo, and settings by name; or why it cannot be used."""

    line: int
    sku: str
    photo: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    error: CatalogueError | None = None


class ProductTable:
    """A CSV file (UTF-8; columns parted by commas, semicolons or tabs) with a line of column names.

    `named` says which of the file's columns is which of ours, for tables with other names. `ignored` are the columns
    that nothing is made of. Photos and masks are named from where the table is. Raises CatalogueError.
    """

    def __init__(self, path: Path, named: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._delimiter, head = _head(path)
        self._width = len(head)
        self._columns = _places(head, named or {}, path)
        self.ignored = tuple(name for place, name in enumerate(head) if name and place not in self._columns.values())

    def count(self) -> int:
        """How many rows there are, those that cannot be used among them."""
        return sum(1 for _ in self._cells())

    def rows(self) -> Iterator[TableRow]:
        """The rows in order. Raises CatalogueError where the file stops to be a table."""
        first: dict[str, int] = {}
        for line, cells in self._cells():
            row = self._row(line, cells)
            key = row.sku.casefold()
            if row.error is None and key in first:
                row = TableRow(
                    line,
                    f"{row.sku[: SKU_MAX - 20]} (line {line})",
                    row.photo,
                    error=CatalogueError(
                        "catalogue.row",
                        f"SKU {row.sku!r} stands twice",
                        expected="each SKU once, whatever its case",
                        got=f"lines {first[key]} and {line}",
                    ),
                )
            first.setdefault(key, line)
            yield row

    def _row(self, line: int, cells: list[str]) -> TableRow:
        if len(cells) != self._width:
            where = self._columns.get("sku", 0)
            named = cells[where].strip()[:SKU_MAX] if where < len(cells) else ""
            got = f"{len(cells)} cells"
            return _unusable(line, named, "another number of cells than columns", f"{self._width} cells", got)
        values = {ours: cells[place].strip() for ours, place in self._columns.items()}
        sku, photo = values.pop("sku"), values.pop("photo")
        if not 1 <= len(sku) <= SKU_MAX or not sku.isprintable():
            return _unusable(line, "", "not a SKU", f"1 to {SKU_MAX} printable characters", repr(sku[:SKU_MAX]))
        if not photo or "://" in photo:
            why = "a row without photo" if not photo else "the photo is an address: nothing is fetched"
            return _unusable(line, sku, why, "the name of a picture file", photo[:200] or "nothing")
        settings = {name: text for name, text in values.items() if text}
        if "mask" in settings:
            settings["mask"] = str(self._from_here(settings["mask"]))
        return TableRow(line, sku, self._from_here(photo), settings)

    def _from_here(self, text: str) -> Path:
        return self.path.parent / Path(text).expanduser()

    def _cells(self) -> Iterator[tuple[int, list[str]]]:
        """Line and cells of every row behind the head; empty lines are none."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.reader(file, delimiter=self._delimiter, strict=True)
                next(reader, None)
                before = reader.line_num
                for count, cells in enumerate(reader):
                    line, before = before + 1, reader.line_num
                    if count >= ROWS_MAX:
                        raise CatalogueError(
                            "catalogue.file", "too many rows", expected=f"at most {ROWS_MAX}", got=f"line {line}"
                        )
                    if any(cell.strip() for cell in cells):
                        yield line, cells
        except (UnicodeDecodeError, csv.Error, OSError) as error:
            raise _unreadable(self.path, error) from error


def _head(path: Path) -> tuple[str, list[str]]:
    """What parts the columns, and their names."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            line = file.readline(HEAD_MAX)
    except (UnicodeDecodeError, OSError) as error:
        raise _unreadable(path, error) from error
    delimiter = max(DELIMITERS, key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        raise _unreadable(path, error) from error
    return delimiter, [cell.strip() for cell in cells]


def _places(head: list[str], named: Mapping[str, str], path: Path) -> dict[str, int]:
    """Where each of our columns stands in a row."""
    folded = [name.casefold() for name in head]
    places: dict[str, int] = {}
    for ours, theirs in named.items():
        if ours not in (*NEEDED, *SETTINGS) or theirs.casefold() not in folded:
            known = ", ".join(name for name in head if name)
            raise CatalogueError(
                "catalogue.columns",
                f"no column {ours}={theirs}",
                expected=f"one of {', '.join((*NEEDED, *SETTINGS))}, then one of the table's: {known}"[:400],
                got=f"{ours}={theirs}",
            )
        places[ours] = folded.index(theirs.casefold())
    for ours in (*NEEDED, *SETTINGS):
        names = [ours, *(other for other, meant in OTHER_NAMES.items() if meant == ours)]
        found = next((folded.index(name) for name in names if name in folded), None)
        if ours not in places and found is not None and found not in places.values():
            places[ours] = found
    if twice := [head[place] for place in places.values() if folded.count(folded[place]) > 1]:
        raise CatalogueError(
            "catalogue.columns", f"column {twice[0]!r} stands twice", expected="each column once", got=twice[0]
        )
    if missing := [name for name in NEEDED if name not in places]:
        raise CatalogueError(
            "catalogue.columns",
            f"{path.name} has no column {missing[0]!r}",
            expected="a first line with the columns' names, sku and photo among them",
            got=", ".join(name for name in head if name)[:300] or "nothing",
            hint=f"name the one that is meant: --column {missing[0]}=NAME",
        )
    return places


def _unusable(line: int, sku: str, why: str, expected: str, got: str) -> TableRow:
    error = CatalogueError("catalogue.row", f"line {line}: {why}", expected=expected, got=got)
    return TableRow(line, sku if sku.isprintable() and sku else f"line {line}", Path(), error=error)


def _unreadable(path: Path, error: Exception) -> CatalogueError:
    if isinstance(error, UnicodeDecodeError):
        got = f"a byte that is none ({error.start})"
    else:
        got = error.strerror or "" if isinstance(error, OSError) else str(error)
    return CatalogueError(
        "catalogue.file",
        f"{path} cannot be read as a table",
        expected="a CSV file in UTF-8, one product a line",
        got=got,
        hint="in a spreadsheet: save as CSV UTF-8",
    )
