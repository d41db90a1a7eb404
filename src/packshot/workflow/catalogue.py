"""A catalogue: each product of a table from its photo to the review queue, several at a time, going on where it was."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packshot.channels import find_channel
from packshot.engine import SharedEngine
from packshot.errors import CatalogueError, Interrupted
from packshot.result import ProductRow, RowState
from packshot.spec import Background
from packshot.workflow.at_once import photos_at_once
from packshot.workflow.catalogue_row import CatalogueAsked, RowDone, RowMaker
from packshot.workflow.catalogue_table import ProductTable
from packshot.workflow.workbench import Workbench

AHEAD: Final = 4
"""Rows that wait for each worker: enough that none is idle, few enough that memory does not grow with the table."""
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class CatalogueProgress:
    """A row that ended, and where the catalogue stands: `done` of `total`, `left_s` once something was measured."""

    row: ProductRow
    already: bool
    done: int
    total: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class CatalogueDone:
    """How many products are in which state, how many were made by this call, and the seconds that they took.

    `failures` says how many failed with which code.
    `states` counts the table's products alone, not those that left it since an earlier call.
    """

    name: str
    states: dict[RowState, int]
    failures: dict[str, int]
    made: int
    seconds: float

    @property
    def seconds_each(self) -> float | None:
        """Of the machine, for each product that was made; None where none was."""
        return self.seconds / self.made if self.made else None

    def cost_each(self, per_hour: float) -> float | None:
        """The same in money, at a price of the machine per hour."""
        return None if self.seconds_each is None else self.seconds_each / 3600 * per_hour


OnRow = Callable[[CatalogueProgress], None]


def catalogue_name(text: str) -> str:
    """A name for a catalogue. Raises CatalogueError."""
    if not NAME.fullmatch(text):
        raise CatalogueError(
            "catalogue.file",
            f"not a catalogue's name: {text[:100]!r}",
            expected="1 to 100 letters, digits, dots, dashes and underlines, the first a letter or digit",
            got=text[:100],
            hint="name it by --name",
        )
    return text


def run_catalogue(
    bench: Workbench,
    table: ProductTable,
    asked: CatalogueAsked,
    *,
    on_row: OnRow = lambda _progress: None,
    clock: Callable[[], float] = time.perf_counter,
) -> CatalogueDone:
    """Make what is missing of a catalogue. A row that fails stops no other, and is told by its row.

    Called again, rows whose photo, mask and settings are the same are not made again; those that failed by what was
    asked for neither, unless `asked.retry`. Raises CatalogueError, ChannelError, StoreError, and Interrupted on Ctrl-C.
    """
    catalogue_name(asked.name)
    rules = tuple(find_channel(name, bench.channels) for name in asked.channels)
    total = table.count()
    shared = SharedEngine(bench.engine)
    maker = RowMaker(bench, shared, asked, rules, clock)
    workers = _at_once(bench, asked)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="catalogue")
    waiting: set[Future[RowDone]] = set()
    states = dict.fromkeys(RowState, 0)
    failures: dict[str, int] = {}
    begun, done, made = clock(), 0, 0

    def ended(futures: set[Future[RowDone]]) -> Iterator[CatalogueProgress]:
        nonlocal done, made
        for future in futures:
            found = future.result()
            done += 1
            made += not found.already
            states[found.row.state] += 1
            if found.row.error is not None:
                failures[found.row.error.code] = failures.get(found.row.error.code, 0) + 1
            left = (clock() - begun) / made * (total - done) if made else None
            yield CatalogueProgress(found.row, found.already, done, total, left)

    try:
        for row in table.rows():
            if len(waiting) >= AHEAD * workers:
                over, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for progress in ended(over):
                    on_row(progress)
            waiting.add(pool.submit(maker.make, row))
        while waiting:
            over, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for progress in ended(over):
                on_row(progress)
    except KeyboardInterrupt as error:
        raise Interrupted("stopped; everything finished so far is kept, and the next call goes on") from error
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown(wait=True)
        shared.close()
    return CatalogueDone(asked.name, states, failures, made, clock() - begun)


def read_table(path: Path, columns: tuple[str, ...] = ()) -> ProductTable:
    """A table, with columns named as `OURS=THEIRS`. Raises CatalogueError."""
    named: dict[str, str] = {}
    for text in columns:
        ours, equals, theirs = text.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise CatalogueError("catalogue.columns", "not a column", expected="OURS=THEIRS, such as sku=id", got=text)
        named[ours.strip().lower()] = theirs.strip()
    return ProductTable(path, named)


def _at_once(bench: Workbench, asked: CatalogueAsked) -> int:
    """Scenes take all cores, and share denoiser calls by slots."""
    is_scene = asked.settings.get("background") == Background.SCENE
    return (asked.slots or 1) + 1 if is_scene else photos_at_once(bench.settings.threads)
