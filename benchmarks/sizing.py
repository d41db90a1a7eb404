"""What so many pictures a month take: GPUs, storage, rows, money. `python -m benchmarks.sizing --help`.

Arithmetic on figures that are given, every one of which can be replaced; docs/scale.md says where the defaults come
from. `--measure 2000` fills a workspace with so many runs and prints what a run takes in the database.
"""

from __future__ import annotations

import argparse
import math
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOURS_A_MONTH: Final = 730.0
GB: Final = 1e9
FEW: Final = 4
"""Pictures that the runs of a measurement share: each is looked at once, and rows are rows."""

PICTURE_BYTES: Final = {512: 350_000.0, 1024: 1_040_000.0}
"""Of a PNG as the store writes it, by its side: the mean of nine product photos cropped to that side."""

DATABASE_BYTES: Final = 9_200.0
ROWS: Final = 25.6
"""Of a run in SQLite, indexes included: `--measure 4000`."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds of a card for a picture of so many steps, and who measured that."""

    model: str
    card: str
    picture_s: float
    steps: int
    source: str


FIGURES: Final = (
    Figure("sd15", "H100", 0.572, 50, "ONNX Runtime, pull request 22834"),
    Figure("sd15", "A100", 1.604, 50, "fal-ai/stable-diffusion-benchmarks, diffusers"),
    Figure("sd15", "A10", 10.01 / 4, 50, "diffusers, pull request 2764, four at a time"),
    Figure("sdxl", "H100", 2.496, 30, "stabilityai/stable-diffusion-xl-1.0-tensorrt, not optimised"),
    Figure("sdxl", "A100", 3.704, 30, "stabilityai/stable-diffusion-xl-1.0-tensorrt, not optimised"),
    Figure("sdxl", "A10", 9.399, 30, "stabilityai/stable-diffusion-xl-1.0-tensorrt, not optimised"),
)
"""Public figures, none of them measured by this project."""

PRICES: Final = {"H100": 3.0, "A100": 1.8, "A10": 0.8}
"""Assumptions, in money an hour: put in your own."""


@dataclass(frozen=True, slots=True)
class Load:
    """`tries` are the pictures made for each that is counted; `busy` the share of the time that a card has work.

    Work comes in peaks: cards that shall answer at once have less to do on average.
    """

    pictures_a_month: int = 1_000_000
    steps: int = 30
    tries: float = 1.0
    busy: float = 0.5
    overhead: float = 0.05
    months_kept: int = 12


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run takes: bytes of its picture file, bytes and rows of the database."""

    picture_bytes: float
    database_bytes: float
    rows: float


@dataclass(frozen=True, slots=True)
class Prices:
    """Money an hour of a card, and for a gigabyte a month of objects and of database."""

    card_hour: float
    object_gb: float = 0.023
    database_gb: float = 0.115


@dataclass(frozen=True, slots=True)
class Sizing:
    """What it comes to. Hours, cards and money are of a month, the rest of everything that is kept at the end."""

    card_hours: float
    cards: int
    objects_gb: float
    database_gb: float
    rows: float
    cards_money: float
    objects_money: float
    database_money: float

    @property
    def money(self) -> float:
        """A month's money, once the store is as full as it gets."""
        return self.cards_money + self.objects_money + self.database_money


def size(load: Load, figure: Figure, taken: Taken, prices: Prices) -> Sizing:
    """Cards are whole and paid for all the month; steps count in proportion, which is a little too much for fewer."""
    made = load.pictures_a_month * load.tries
    hours = made * figure.picture_s * load.steps / figure.steps * (1 + load.overhead) / 3600
    cards = math.ceil(hours / (HOURS_A_MONTH * load.busy))
    kept = made * load.months_kept
    objects_gb, database_gb = kept * taken.picture_bytes / GB, kept * taken.database_bytes / GB
    return Sizing(
        card_hours=hours,
        cards=cards,
        objects_gb=objects_gb,
        database_gb=database_gb,
        rows=kept * taken.rows,
        cards_money=cards * HOURS_A_MONTH * prices.card_hour,
        objects_money=objects_gb * prices.object_gb,
        database_money=database_gb * prices.database_gb,
    )


def measure_database(count: int) -> tuple[float, dict[str, float]]:
    """Bytes of the SQLite file a run, and rows of each table a run, in a workspace of `count` runs."""
    import numpy as np

    from benchmarks import many_runs
    from packshot.store import DATABASE_NAME

    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "ws"
        many_runs.fill(workspace, count, np.random.default_rng(0), pictures_drawn=FEW)
        file = workspace / DATABASE_NAME
        connection = sqlite3.connect(file)
        try:
            connection.execute("pragma wal_checkpoint(truncate)")
            names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
            rows = {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] / count for name in names}
        finally:
            connection.close()
        return file.stat().st_size / count, {name: each for name, each in sorted(rows.items()) if each >= 0.01}


def table(load: Load, taken: dict[str, Taken], prices: dict[str, Prices]) -> list[str]:
    """Markdown, a line for each figure whose card has a price."""
    lines = [
        "| model | card | card hours | cards | money for cards | for objects | for the database | a picture |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for figure in FIGURES:
        if figure.card in prices and figure.model in taken:
            found = size(load, figure, taken[figure.model], prices[figure.card])
            each = found.money / load.pictures_a_month
            lines.append(
                f"| {figure.model} | {figure.card} | {found.card_hours:,.0f} | {found.cards} "
                f"| {found.cards_money:,.0f} | {found.objects_money:,.0f} | {found.database_money:,.0f} | {each:.4f} |"
            )
    return lines


def stored(load: Load, taken: dict[str, Taken]) -> list[str]:
    """Markdown: what is kept at the end, by model."""
    lines = ["| model | files | objects, GB | rows | database, GB |", "| --- | --- | --- | --- | --- |"]
    for model, each in taken.items():
        kept = load.pictures_a_month * load.tries * load.months_kept
        objects, database = kept * each.picture_bytes / GB, kept * each.database_bytes / GB
        lines.append(f"| {model} | {kept:,.0f} | {objects:,.0f} | {kept * each.rows:,.0f} | {database:,.0f} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    asked = _parser().parse_args(arguments)
    if asked.measure:
        database_bytes, rows = measure_database(asked.measure)
        print(f"{database_bytes:,.0f} bytes a run; rows a run: {sum(rows.values()):.2f}")
        print(", ".join(f"{name} {each:.2f}" for name, each in rows.items()))
        return
    load = Load(asked.pictures, asked.steps, asked.tries, asked.busy, asked.overhead, asked.months)
    taken = {
        "sd15": Taken(asked.bytes_512, asked.database_bytes, asked.rows),
        "sdxl": Taken(asked.bytes_1024, asked.database_bytes, asked.rows),
    }
    cards = {"H100": asked.h100, "A100": asked.a100, "A10": asked.a10}
    prices = {card: Prices(hour, asked.object_gb, asked.database_gb) for card, hour in cards.items()}
    print("\n".join([*table(load, taken, prices), "", *stored(load, taken)]))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    load, prices = Load(), Prices(0.0)
    parser.add_argument("--measure", type=int, metavar="RUNS", help="measure the database instead", default=0)
    parser.add_argument("--pictures", type=int, default=load.pictures_a_month, help="a month")
    parser.add_argument("--steps", type=int, default=load.steps, help="of a picture")
    parser.add_argument("--tries", type=float, default=load.tries, help="pictures made for each that is counted")
    parser.add_argument("--busy", type=float, default=load.busy, help="share of the time that a card has work")
    parser.add_argument("--overhead", type=float, default=load.overhead, help="what Packshot adds to a card's time")
    parser.add_argument("--months", type=int, default=load.months_kept, help="how long everything is kept")
    parser.add_argument("--bytes-512", type=float, default=PICTURE_BYTES[512], help="of a PNG of 512 × 512 px")
    parser.add_argument("--bytes-1024", type=float, default=PICTURE_BYTES[1024], help="of a PNG of 1024 × 1024 px")
    parser.add_argument("--database-bytes", type=float, default=DATABASE_BYTES, help="of a run, indexes included")
    parser.add_argument("--rows", type=float, default=ROWS, help="of a run, in all tables")
    parser.add_argument("--object-gb", type=float, default=prices.object_gb, help="money for a GB of objects a month")
    parser.add_argument(
        "--database-gb", type=float, default=prices.database_gb, help="money for a GB of database a month"
    )
    for card, hour in PRICES.items():
        parser.add_argument(f"--{card.lower()}", type=float, default=hour, help=f"money for an hour of an {card}")
    return parser


if __name__ == "__main__":
    main()
