"""The files: complete, equal when nothing changed, replaced when something did."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image

from packshot.errors import OutputError, RecordError
from packshot.report import write_report
from tests.report.samples import LAB, MemorySource, lab, rating, run_id

EXPORTS = {name: f"{name}.png" for name, _, _ in LAB}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def only(source: MemorySource, group: str) -> MemorySource:
    cells = tuple(cell for cell in source.known.cells if cell.group == group)
    source.known = source.known.model_copy(update={"cells": cells})
    return source


def test_page_text_sheets_and_charts_are_written(tmp_path: Path) -> None:
    files = write_report(lab(), "lab", tmp_path / "new", EXPORTS)
    assert sorted(contents(tmp_path / "new")) == [
        "grid_img2img.png",
        "grid_text2img.png",
        "report-quality.svg",
        "report-seconds.svg",
        "report.html",
        "report.md",
    ]
    assert files.grid_text2img == tmp_path / "new" / "grid_text2img.png"
    assert files.grid_img2img is not None
    with Image.open(files.grid_text2img) as text, Image.open(files.grid_img2img) as source:
        assert text.width < source.width  # three in a row, and the source with its three
    linked = {unquote(name) for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", files.markdown.read_text("utf-8"))}
    assert linked == {"grid_img2img.png", "grid_text2img.png", "report-quality.svg", "report-seconds.svg"} | set(
        EXPORTS.values()
    ) - {"t2i_run01_baseline.png"}


def test_the_same_store_gives_the_same_bytes(tmp_path: Path) -> None:
    write_report(lab(), "lab", tmp_path / "a", EXPORTS)
    write_report(lab(), "lab", tmp_path / "b", EXPORTS)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_later_call_replaces_the_report(tmp_path: Path) -> None:
    source = lab()
    write_report(source, "lab", tmp_path, EXPORTS)
    source.rated[run_id(1)] = [rating(run_id(1), (2, 2, 2, 2, 2))]
    files = write_report(source, "lab", tmp_path, EXPORTS)
    assert "10 of 10" in files.html.read_text("utf-8")


def test_without_a_source_there_is_one_sheet(tmp_path: Path) -> None:
    files = write_report(only(lab(), "text-to-image"), "lab", tmp_path, {})
    assert files.grid_img2img is None
    assert files.grid_text2img is not None
    assert f"packshot replay {run_id(3)}" in files.html.read_text("utf-8")  # no file: the run's id


def test_an_unknown_experiment_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(RecordError):
        write_report(lab(), "other", tmp_path / "new", {})
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError) as caught:
        write_report(lab(), "lab", tmp_path / "file", {})
    assert caught.value.code == "output.unwritable"
