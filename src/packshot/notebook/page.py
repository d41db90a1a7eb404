"""An experiment at a glance, as HTML for a notebook: thumbnails and a table. What a person wrote is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from packshot.experiment import change_words
from packshot.report.embed import webp_address
from packshot.result import MeasuredCell, Pixels

PICTURES_MAX: Final = 24
ROWS_MAX: Final = 60
THUMBNAIL_PX: Final = 144
FIGURE: Final = "display:inline-block;margin:4px;width:152px;vertical-align:top;font-size:11px;overflow-wrap:anywhere"


def experiment_page(title: str, question: str, measured: Sequence[MeasuredCell], pixels: Mapping[str, Pixels]) -> str:
    """A fragment of HTML without scripts; `pixels` (H, W, 3) are those of the cells to be shown, by cell."""
    made = sum(entry.has_picture for entry in measured)
    figures = "".join(
        f'<figure style="{FIGURE}">'
        f'<img src="{webp_address(pixels[entry.cell.name], THUMBNAIL_PX, 82)}" alt="{_alt(entry)}">'
        f"<figcaption>{escape(entry.cell.name)}</figcaption></figure>"
        for entry in measured
        if entry.cell.name in pixels
    )
    more = f"<p>The first {len(pixels)} of {made} pictures.</p>" if made > len(pixels) >= PICTURES_MAX else ""
    return (
        f"<div><h3>{escape(title)}</h3><p>{escape(question)}</p><p>{made} of {len(measured)} cells have a picture.</p>"
        f"<div>{figures}</div>{more}{_table(measured)}</div>"
    )


def _table(measured: Sequence[MeasuredCell]) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("cell", "changed", "seed", "state", "seconds"))
    rows = "".join(_row(entry) for entry in measured[:ROWS_MAX])
    left = len(measured) - ROWS_MAX
    more = f"<p>{left} more cells: <code>.cells()</code> has them all.</p>" if left > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _row(entry: MeasuredCell) -> str:
    run = entry.run
    result = None if run is None else run.result
    values = (
        entry.cell.name,
        _changed(entry),
        "" if run is None else str(run.resolved.intent.seed),
        "missing" if run is None else str(run.state),
        "" if result is None else f"{result.timings.picture_s:.2f}",
    )
    return f"<tr>{''.join(f'<td>{escape(value)}</td>' for value in values)}</tr>"


def _changed(entry: MeasuredCell) -> str:
    return ", ".join(f"{key} {value}" for key, value in change_words(entry.cell.change)) or "—"


def _alt(entry: MeasuredCell) -> str:
    prompt = "" if entry.run is None else entry.run.resolved.intent.prompt
    return escape(f"{entry.cell.name}: {prompt}", quote=True)
