"""Where in its files a plan's parts stand, so that a mistake found later is still pointed at."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Places:
    """`lines` are those of keys, by arm (or baseline, or smoke test) and key; `rows` those of products, by SKU.

    `table` is the file that the rows are in: the plan's own where they stand there.
    """

    file: str = ""
    lines: dict[tuple[str, str], int] = field(default_factory=dict)
    table: str = ""
    rows: dict[str, int] = field(default_factory=dict)

    def of_setting(self, arm: str, key: str) -> str | None:
        """`plan.yaml, line 7` for a key of an arm."""
        line = self.lines.get((arm, key))
        return f"{self.file}, line {line}" if line is not None else None

    def of_row(self, sku: str, key: str) -> str | None:
        """`products.csv, line 3, column source` for a product's setting."""
        line = self.rows.get(sku)
        return f"{self.table}, line {line}, column {key}" if line is not None else None
