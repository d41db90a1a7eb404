"""Writes an experiment's report again, from the store alone."""

from __future__ import annotations

from pathlib import Path

from packshot.report import SHOWN, ReportFiles, open_language, write_report
from packshot.result import RunState
from packshot.workflow.export import export_picture
from packshot.workflow.workbench import Workbench


def report(
    bench: Workbench,
    experiment: str,
    folder: Path | None = None,
    *,
    language: str = "en",
    pictures: int | None = None,
) -> ReportFiles:
    """Pictures, grids, charts, report.html and report.md of an experiment, in a language (en, fr).

    The page shows `pictures` pictures at most (200); all of them are exported. Raises RecordError where there is none,
    and UsageError on an unknown language.
    """
    said = open_language(language)
    found = bench.store.experiment(experiment)
    target = folder or bench.settings.output / found.name
    exports: dict[str, str] = {}
    for cell in found.cells:
        if cell.run_id is None:
            continue
        run = bench.store.run(cell.run_id)
        if run.state is RunState.SUCCEEDED:
            exports[cell.name] = export_picture(bench, run, target / f"{cell.name}.png", displace=True).name
    return write_report(bench.store, found.name, target, exports, language=said, shown=pictures or SHOWN)
