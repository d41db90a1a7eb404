"""Named sets of runs in SQL: experiments with cells, catalogues with products. A method is a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from packshot.result import Cell, Experiment, ExperimentSummary, MeasuredCell, ProductRow, Run, RunState
from packshot.store import experiments, measured, product_rows
from packshot.store.transactions import Transactions


class SqlExperiments:
    """The methods of `Store` that say which run belongs where. `SqlStore` is one, so that all are one workspace."""

    def __init__(self, database: Transactions, *, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def save_experiment(self, name: str, plan: dict[str, Any], cells: Iterable[Cell]) -> None:
        """Makes an experiment or gives it a new plan."""
        with self._database.write() as connection:
            experiments.save_experiment(connection, name, plan, cells, self._now())

    def link_cell(self, experiment: str, cell_name: str, run_id: str) -> None:
        """Points a cell to the run of its spec hash."""
        with self._database.write() as connection:
            experiments.link_cell(connection, experiment, cell_name, run_id)

    def link_cells(self, experiment: str, runs: Mapping[str, str]) -> None:
        """Points cells to runs of their spec hashes."""
        with self._database.write() as connection:
            experiments.link_cells(connection, experiment, runs)

    def resolve_cells(self, experiment: str, hashes: Mapping[str, str]) -> None:
        """Gives cells the spec hashes that they were waiting for."""
        with self._database.write() as connection:
            experiments.resolve_cells(connection, experiment, hashes)

    def summaries(self) -> list[ExperimentSummary]:
        """All experiments in numbers, newest first."""
        with self._database.read() as connection:
            return experiments.summarise(connection)

    def summary(self, experiment: str) -> ExperimentSummary:
        """An experiment in numbers."""
        with self._database.read() as connection:
            return experiments.summarise(connection, experiment)[0]

    def plan(self, experiment: str) -> dict[str, Any]:
        """An experiment's plan."""
        with self._database.read() as connection:
            return dict(experiments.require_experiment(connection, experiment)["plan"])

    def cells(
        self, experiment: str, *, limit: int = 50, offset: int = 0, state: RunState | None = None
    ) -> list[tuple[Cell, Run | None]]:
        """Cells in order, each with its run."""
        with self._database.read() as connection:
            return experiments.page_of_cells(connection, experiment, limit=limit, offset=offset, state=state)

    def run_of_cell(self, experiment: str, cell: str) -> Run | None:
        """The run that a cell points to."""
        with self._database.read() as connection:
            return experiments.run_of_cell(connection, experiment, cell)

    def cells_of_run(self, run_id: str) -> list[tuple[str, str]]:
        """Experiment and cell that point to a run."""
        with self._database.read() as connection:
            return experiments.cells_of_run(connection, run_id)

    def products_of_run(self, run_id: str) -> list[tuple[str, str, str | None]]:
        """Experiment or catalogue, cell and product that point to a run."""
        with self._database.read() as connection:
            of_catalogues = product_rows.skus_of_run(connection, run_id)
            return [
                *experiments.products_of_run(connection, run_id),
                *((catalogue, sku, sku) for catalogue, sku in of_catalogues),
            ]

    def experiment(self, name: str) -> Experiment:
        """The experiment with its cells in order."""
        with self._database.read() as connection:
            return experiments.find_experiment(connection, name)

    def measured(self, experiment: str) -> list[MeasuredCell]:
        """The cells in order, with all that is known of their pictures."""
        return list(self.each_measured(experiment))

    def each_measured(self, experiment: str) -> Iterator[MeasuredCell]:
        """The same, read page by page as they are taken."""
        for page in measured.pages(self.experiment(experiment).cells):
            with self._database.read() as connection:
                found = measured.measured_of(connection, page)
            yield from found

    def experiments(self) -> list[Experiment]:
        """All experiments, newest first."""
        with self._database.read() as connection:
            return experiments.list_experiments(connection)

    def save_product_row(self, row: ProductRow) -> None:
        """Keeps what came of a product of a catalogue."""
        with self._database.write() as connection:
            product_rows.save_row(connection, row)

    def product_row(self, catalogue: str, sku: str) -> ProductRow | None:
        """What came of a product."""
        with self._database.read() as connection:
            return product_rows.find_row(connection, catalogue, sku)
