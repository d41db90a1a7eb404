"""An experiment as a notebook sees it: tables, pictures, report. Each is read from the workspace when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from packshot.errors import RecordError
from packshot.experiment import SMOKE_GROUP, Findings, change_words
from packshot.notebook.access import Access
from packshot.notebook.page import PICTURES_MAX, experiment_page
from packshot.notebook.picture import Picture, Sheet, read_picture
from packshot.notebook.tables import (
    cells_table,
    effects_table,
    evidence_table,
    front_table,
    ratings_table,
    trends_table,
    words_of,
)
from packshot.report import SheetCell, contact_sheet
from packshot.report.grid import columns_for
from packshot.result import MeasuredCell
from packshot.workflow import experiment_effects, report

if TYPE_CHECKING:
    from pandas import DataFrame

    from packshot.experiment import Recommendation


class OpenedExperiment:
    """An experiment by name. Raises RecordError where the workspace has none of that name."""

    def __init__(self, name: str, access: Access) -> None:
        self.name = name
        self._access = access
        with access.bench() as bench:
            plan = bench.store.experiment(name).plan
        self.title = str(plan.get("title") or name)
        self.question = str(plan.get("question") or "")

    def findings(self, measure: str | None = None, at_least: float | None = None) -> Findings:
        """Effects, trends, front and caveats as values. Raises RecordError on an unknown measure."""
        with self._access.bench() as bench:
            return experiment_effects(bench, self.name, measure=measure, at_least=at_least)

    def effects(self, measure: str | None = None) -> DataFrame:
        """What each arm changed: one row for each arm and measure, `measure` alone where it is named.

        `attrs` holds the caveats, and what was not compared and why.
        """
        found = self.findings(measure)
        table = effects_table(entry for entry in found.effects if measure in (None, entry.measure))
        table.attrs["caveats"] = list(found.caveats)
        table.attrs["left_out"] = [entry.sentence for entry in found.left_out]
        return table

    def trends(self, measure: str | None = None) -> DataFrame:
        """How measures go along steps, guidance and strength: one row for each level."""
        return trends_table(entry for entry in self.findings(measure).trends if measure in (None, entry.measure))

    def front(self, measure: str | None = None) -> DataFrame:
        """Each setting's quality against its seconds; `attrs` names the measure and what is recommended."""
        found = self.findings(measure)
        table = front_table(found.settings)
        table.attrs["measure"] = found.quality
        table.attrs["recommendation"] = found.recommendation.sentence if found.recommendation else None
        return table

    def recommend(self, measure: str | None = None, at_least: float | None = None) -> Recommendation | None:
        """The quickest setting that is good enough; None where nothing can be compared."""
        return self.findings(measure, at_least).recommendation

    def cells(self) -> DataFrame:
        """One row for each cell: settings, seconds, digest, and evidence as columns."""
        return cells_table(self._measured())

    def evidence(self) -> DataFrame:
        """One row for each evidence of each cell."""
        return evidence_table(self._measured())

    def ratings(self) -> DataFrame:
        """One row for each score that a person gave."""
        return ratings_table(self._measured())

    @property
    def pictures(self) -> Pictures:
        """Pictures by cell, read when taken."""
        return Pictures(self.name, self._access)

    def grid(self, limit: int = 60) -> Sheet:
        """The first `limit` pictures side by side, without the smoke test. Raises RecordError where there is none."""
        with self._access.bench() as bench:
            entries = [entry for entry in _distinct(bench.store.measured(self.name)) if entry.cell.group != SMOKE_GROUP]
            cells = [
                SheetCell(
                    entry.cell.name,
                    (words_of_cell(entry),),
                    bench.store.pictures.get(entry.run.result.picture_digest),
                )
                for entry in entries[: max(limit, 1)]
                if entry.run is not None and entry.run.result is not None
            ]
        if not cells:
            raise RecordError("record.unfinished", f"{self.name} has no picture yet", expected="at least one")
        said = self.question if len(cells) == len(entries) else f"{len(cells)} of {len(entries)} pictures"
        return Sheet(contact_sheet(self.title, said, cells, columns_for(len(cells))))

    @property
    def report(self) -> Path:
        """The report's page. Raises RecordError where it was not written: `write_report` does."""
        path = self._access.settings.output / self.name / "report.html"
        if not path.is_file():
            raise RecordError(
                "record.not_found", "the report is not there", expected=str(path), hint="call write_report()"
            )
        return path

    def write_report(
        self, folder: str | Path | None = None, *, language: str = "en", pictures: int | None = None
    ) -> Path:
        """Write pictures, grids and report again, from the store alone, in a language (en, fr); returns the page.

        The page shows `pictures` pictures at most (200). Raises UsageError on an unknown language.
        """
        target = None if folder is None else Path(folder).expanduser()
        with self._access.bench() as bench:
            return report(bench, self.name, target, language=language, pictures=pictures).html

    def _measured(self) -> list[MeasuredCell]:
        with self._access.bench() as bench:
            return bench.store.measured(self.name)

    def __repr__(self) -> str:
        return f"<experiment {self.name}: {self.title}>"

    def _repr_html_(self) -> str:
        with self._access.bench() as bench:
            measured = bench.store.measured(self.name)
            shown = _distinct(measured)[:PICTURES_MAX]
            pixels = {
                entry.cell.name: bench.store.pictures.get(entry.run.result.picture_digest)
                for entry in shown
                if entry.run is not None and entry.run.result is not None
            }
        return experiment_page(self.title, self.question, measured, pixels)


class Pictures(Mapping[str, Picture]):
    """The pictures of an experiment by the name of their cell. Cells without one are not in it."""

    def __init__(self, name: str, access: Access) -> None:
        self._name = name
        self._access = access

    def __getitem__(self, cell: str) -> Picture:
        with self._access.bench() as bench:
            cells = {entry.name: entry.run_id for entry in bench.store.experiment(self._name).cells}
            run_id = cells.get(cell)
            run = None if run_id is None else bench.store.run(run_id)
            if run is None or run.result is None:
                raise KeyError(cell)
            return read_picture(bench, self._access, run, self._path(cell))

    def __iter__(self) -> Iterator[str]:
        with self._access.bench() as bench:
            names = [entry.cell.name for entry in bench.store.measured(self._name) if entry.has_picture]
        return iter(names)

    def __len__(self) -> int:
        return sum(1 for _name in self)

    def __repr__(self) -> str:
        return f"<{len(self)} pictures of {self._name}>"

    def _path(self, cell: str) -> Path | None:
        path = self._access.settings.output / self._name / f"{cell}.png"
        return path if path.is_file() else None


def words_of_cell(entry: MeasuredCell) -> str:
    """What a caption says of a cell: its change, product and seed."""
    parts = [words_of(change_words(entry.cell.change)) or "baseline", entry.cell.product or ""]
    if entry.run is not None:
        parts.append(f"seed {entry.run.resolved.intent.seed}")
    return " · ".join(part for part in parts if part)


def _distinct(measured: list[MeasuredCell]) -> list[MeasuredCell]:
    """Cells with a picture, each run once."""
    by_run = {entry.run.id: entry for entry in reversed(measured) if entry.run is not None and entry.has_picture}
    return [entry for entry in measured if entry.run is not None and by_run.get(entry.run.id) is entry]
