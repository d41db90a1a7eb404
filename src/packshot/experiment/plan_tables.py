"""Products and prompts: from a CSV file (one row each) or written in the plan. Mistakes name file, line and column."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from packshot.errors import PlanError, SpecError
from packshot.experiment.plan import Product
from packshot.experiment.plan_mistakes import expected_words, mistake, row_keys
from packshot.experiment.yaml_lines import Lines, line_of

ROWS_MAX: Final = 100_000
BYTES_MAX: Final = 50_000_000
WHOLE: Final = ("steps", "width", "height")
NUMBERS: Final = ("guidance", "strength")


@dataclass(frozen=True, slots=True)
class Table:
    """Products with the lines of a file that they stand on."""

    file: str
    products: tuple[Product, ...]
    lines: tuple[int, ...]


def read_table(key: str, value: Any, folder: Path, lines: Lines, name: str) -> Table:
    """What `products:` or `prompts:` (the key) says. Raises PlanError."""
    named_by = "name" if key == "prompts" else "sku"
    place = f"{name}, line {line_of((key,), lines)}"
    if isinstance(value, str):
        return _read_csv(folder / Path(value).expanduser(), named_by, place, key)
    if not isinstance(value, list) or not value:
        expected = "a CSV file's name, or a list" + (" of prompts" if key == "prompts" else " of products")
        raise mistake(place, f"{key}: the value does not fit", expected=expected, got=repr(value))
    products, found = [], []
    for position, entry in enumerate(value):
        line = line_of((key, position), lines)
        row = {"prompt": entry} if key == "prompts" and isinstance(entry, str) else entry
        if not isinstance(row, dict):
            raise mistake(f"{name}, line {line}", f"{key}.{position}: expected a mapping", expected="keys", got=row)
        places = {column: f"{name}, line {line_of((key, position, column), lines)}" for column in row}
        products.append(_product(row, named_by, position, places, f"{name}, line {line}"))
        found.append(line)
    return _unique(Table(name, tuple(products), tuple(found)), named_by)


def _read_csv(path: Path, named_by: str, place: str, key: str) -> Table:
    text = _text(path, place, key)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns: list[str] | None = None
    products: list[Product] = []
    lines: list[int] = []
    before = 0
    try:
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, path.name, line, named_by)
                continue
            products.append(_row(cells, columns, path, line, named_by, len(products)))
            lines.append(line)
            if len(products) > ROWS_MAX:
                raise mistake(f"{path.name}, line {line}", "too many rows", expected=f"at most {ROWS_MAX}")
    except csv.Error as error:
        line = reader.line_num
        raise mistake(f"{path.name}, line {line}", f"not CSV: {error}", expected="columns parted by commas") from error
    if not products:
        raise mistake(path.name, "no rows", expected="a line of column names, then one row each", got="nothing")
    return _unique(Table(path.name, tuple(products), tuple(lines)), named_by)


def _text(path: Path, place: str, key: str) -> str:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise mistake(place, f"{key}: {path} is too large", expected=f"at most {BYTES_MAX} bytes")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise mistake(place, f"{key}: {path} is not UTF-8 text", expected="UTF-8", got=f"byte {error.start}") from error
    except OSError as error:
        expected = "a CSV file, named from where the plan is"
        raise mistake(place, f"{key}: {path} cannot be read: {error.strerror}", expected=expected, got=path) from error


def _delimiter(text: str) -> str:
    """A spreadsheet whose decimal point is a comma parts columns by semicolons."""
    head = text.partition("\n")[0]
    return ";" if ";" in head and "," not in head else ","


def _columns(cells: list[str], file: str, line: int, named_by: str) -> list[str]:
    columns = [cell.strip() for cell in cells]
    known = row_keys(named_by)
    needed = "prompt" if named_by == "name" else named_by
    for column in columns:
        if column not in known:
            found = mistake(
                f"{file}, line {line}", f"unknown column {column!r}", expected=", ".join(known), got=column, near=known
            )
            if column == "seed":
                found.hint = "seeds are replicates, the same for every product: write `seeds:` in the plan"
            raise found
        if columns.count(column) > 1:
            raise mistake(f"{file}, line {line}", f"column {column!r} stands twice", expected="each column once")
    if needed not in columns:
        raise mistake(f"{file}, line {line}", f"no column {needed!r}", expected=needed, got=", ".join(columns))
    return columns


def _row(cells: list[str], columns: list[str], path: Path, line: int, named_by: str, position: int) -> Product:
    place = f"{path.name}, line {line}"
    if len(cells) != len(columns):
        raise mistake(
            place, "another number of columns than in the head", expected=f"{len(columns)}", got=f"{len(cells)}"
        )
    row = {column: _value(column, cell.strip()) for column, cell in zip(columns, cells, strict=True) if cell.strip()}
    places = {column: f"{place}, column {column}" for column in columns}
    source = row.get("source")
    if isinstance(source, str) and not source.startswith("builtin:") and not _is_digest(source):
        row["source"] = str(path.parent / Path(source).expanduser())
        if not Path(row["source"]).is_file():
            expected = "a picture file, named from where the table is; a picture's digest; or builtin:NAME"
            raise mistake(places["source"], "no such source picture", expected=expected, got=source)
    return _product(row, named_by, position, places, place)


def _value(column: str, text: str) -> Any:
    """Numbers as numbers; what is none stays text, and is refused as such. Several LoRAs are parted by `;`."""
    if column == "loras":
        return [part.strip() for part in text.split(";") if part.strip()]
    try:
        return int(text) if column in WHOLE else float(text) if column in NUMBERS else text
    except ValueError:
        return text


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)


def _product(row: dict[str, Any], named_by: str, position: int, places: dict[str, str], place: str) -> Product:
    known = row_keys(named_by)
    for column in row:
        if column not in known:
            raise mistake(places[column], f"unknown key {column!r}", expected=", ".join(known), got=column, near=known)
    own = {column: value for column, value in row.items() if column != named_by}
    sku = row.get(named_by)
    if named_by == "name":
        sku = sku or f"p{position + 1}"
        if not own.get("prompt"):
            raise mistake(place, "a row without prompt", expected="words that say what to make", got="nothing")
    if sku is None:
        raise mistake(place, "a row without sku", expected="a name that is safe in a file's name", got="nothing")
    try:
        return Product(sku=sku, **own)
    except ValidationError as error:
        first = error.errors()[0]
        column = str(first["loc"][0])
        column = named_by if column == "sku" else column
        expected = expected_words(first)
        got = repr(row.get(column, sku))
        raise mistake(
            places.get(column, place), f"{column}: the value does not fit", expected=expected, got=got
        ) from error
    except SpecError as error:
        raise PlanError(
            "plan.invalid", f"{places.get('loras', place)}: {error.message}", expected=error.expected, got=error.got
        ) from error


def _unique(table: Table, named_by: str) -> Table:
    first: dict[str, int] = {}
    for product, line in zip(table.products, table.lines, strict=True):
        key = product.sku.casefold()
        if key in first:
            raise mistake(
                f"{table.file}, line {line}, column {named_by}",
                f"{product.sku!r} stands twice (first on line {first[key]})",
                expected=f"each {named_by} once, whatever its case",
                got=product.sku,
            )
        first[key] = line
    return table
