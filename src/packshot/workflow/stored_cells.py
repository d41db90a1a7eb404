"""An experiment's cells looked up in the store one by one: a mapping that takes no room for its length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from packshot.result import Run, RunState
from packshot.store import Store

Value = TypeVar("Value")
PAGE: Final = 500


class StoredCells(Mapping[str, Value]):
    """By cell's name, what `value` makes of the cell and its run; with `state`, of cells whose run is in it only."""

    def __init__(
        self, store: Store, experiment: str, value: Callable[[str, Run], Value], state: RunState | None = None
    ) -> None:
        self._store, self._experiment, self._value, self._state = store, experiment, value, state

    def __getitem__(self, cell: str) -> Value:
        run = self._store.run_of_cell(self._experiment, cell)
        if run is None or (self._state is not None and run.state is not self._state):
            raise KeyError(cell)
        return self._value(cell, run)

    def __iter__(self) -> Iterator[str]:
        offset = 0
        while page := self._store.cells(self._experiment, limit=PAGE, offset=offset, state=self._state):
            yield from (cell.name for cell, run in page if run is not None)
            offset += len(page)

    def __len__(self) -> int:
        summary = self._store.summary(self._experiment)
        return summary.with_run if self._state is None else summary.states.get(self._state, 0)
