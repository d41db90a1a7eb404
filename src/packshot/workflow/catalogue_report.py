"""What came of a catalogue, as a table for a spreadsheet: one line a product, in the order of the table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from packshot.errors import OutputError
from packshot.metadata import write_atomically
from packshot.result import ProductRow
from packshot.workflow.catalogue_table import ProductTable
from packshot.workflow.rating_sheet import harmless
from packshot.workflow.workbench import Workbench

COLUMNS: Final = (
    "line", "sku", "state", "photo", "run", "handed_in", "broken_rules", "error", "message", "hint", "mask_confidence",
    "notes", "seconds",
)  # fmt: skip


def write_catalogue(bench: Workbench, name: str, products: ProductTable, path: Path) -> Path:
    """Write the table, over an earlier one of the same kind. Products that nothing was tried of have no line.

    Raises OutputError where another file is there, or it cannot be written, and StoreError.
    """
    if path.exists() and not _is_ours(path):
        raise OutputError(
            "output.exists",
            f"{path} is already there",
            expected="a free name, or an earlier table of a catalogue",
            got="another file",
            hint="name another file by --out, or move that one away",
        )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for product in products.rows():
        row = bench.store.product_row(name, product.sku)
        if row is not None:
            writer.writerow(_line(product.line, row))
    write_atomically(path, text.getvalue().encode("utf-8-sig"))
    return path


def _line(line: int, row: ProductRow) -> list[str]:
    broken = [f"{channel}: {', '.join(rules)}" for channel, rules in row.blocked.items()]
    error = row.error
    cells = [
        str(line),
        row.sku,
        row.state,
        row.photo,
        row.run_id or "",
        ", ".join(row.handed_in),
        "; ".join(broken),
        error.code if error else "",
        error.message if error else "",
        (error.hint or "") if error else "",
        "" if row.confidence is None else f"{row.confidence:.2f}",
        "; ".join(row.notes),
        f"{row.seconds:.3f}",
    ]
    return [harmless(cell) for cell in cells]


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.readline(1000).decode("utf-8-sig", "replace").strip() == ",".join(COLUMNS)
    except OSError:
        return False
