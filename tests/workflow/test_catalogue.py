"""A table of products: each goes its way to the review queue alone, and what is done stays done."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.engine.compositor import CompositorEngine
from packshot.errors import CatalogueError, Interrupted, OutputError
from packshot.result import Decision, ReviewState, RowState
from packshot.workflow import (
    CatalogueAsked,
    CatalogueProgress,
    ReleaseRequest,
    Workbench,
    read_table,
    release_pictures,
    review_picture,
    run_catalogue,
    state_of,
    write_catalogue,
)
from tests.product.drawings import GROUNDS, disc, draw
from tests.workflow.test_lock import photo_of

WHITE = {"background": "white"}


@pytest.fixture
def bench(open_bench: Callable[..., Any]) -> Any:
    with open_bench(CompositorEngine()) as opened:
        yield opened


@pytest.fixture
def products(tmp_path: Path) -> Path:
    """Three products, one photo that is none, and rows that cannot be used."""
    photo_of(tmp_path / "red.png", ground="white")
    photo_of(tmp_path / "blue.png", ground="white", product=(30, 40, 180))
    photo_of(tmp_path / "green.png", ground="white", product=(30, 140, 60))
    (tmp_path / "broken.jpg").write_bytes(b"nothing")
    rows = [
        "sku,photo,weight",
        "R-1,red.png,3",
        "B-1,blue.png,3",
        "X-1,broken.jpg,1",
        "r-1,green.png,2",
        "G-1,green.png,",
    ]
    rows += [",red.png,1", "W-1,https://example.org/x.jpg,1", "short,red.png"]
    return _table(tmp_path, rows)


def _table(folder: Path, rows: list[str], encoding: str = "utf-8") -> Path:
    path = folder / "products.csv"
    path.write_text("\n".join(rows) + "\n", encoding=encoding)
    return path


def _asked(*channels: str, **fields: Any) -> CatalogueAsked:
    given: dict[str, Any] = {"name": "spring", "channels": channels or ("shopify",), "by": "Ada", "settings": WHITE}
    return CatalogueAsked(**given | fields)


def test_each_product_goes_to_review_and_what_fails_stops_no_other(bench: Workbench, products: Path) -> None:
    seen: list[CatalogueProgress] = []
    done = run_catalogue(
        bench, read_table(products), _asked("shopify", "ebay", width=88, height=88), on_row=seen.append
    )
    assert done.states == {RowState.IN_REVIEW: 3, RowState.HELD: 0, RowState.FAILED: 5}
    assert done.failures == {"source.format": 1, "catalogue.row": 4}
    assert [progress.done for progress in seen[-8:]] == list(range(1, 9))
    assert seen[-1].left_s == 0.0
    row = bench.store.product_row("spring", "R-1")
    assert row is not None
    assert row.run_id is not None
    assert (row.handed_in, row.blocked) == (("shopify",), {"ebay": ("longest side",)})
    assert state_of(bench, row.run_id, "shopify") is ReviewState.IN_REVIEW
    assert state_of(bench, row.run_id, "ebay") is ReviewState.DRAFT
    held = run_catalogue(bench, read_table(products), _asked("ebay", width=88, height=88))
    assert held.states[RowState.HELD] == 3
    all_in = run_catalogue(bench, read_table(products), _asked("ebay", width=88, height=88, hand_in_all=True))
    assert all_in.states[RowState.IN_REVIEW] == 3
    assert state_of(bench, row.run_id, "ebay") is ReviewState.IN_REVIEW
    assert row.confidence is not None
    assert row.seconds > 0


def test_the_frame_keeps_the_rules_of_all_places(bench: Workbench, tmp_path: Path) -> None:
    drawn = draw(disc(900, radius=0.25), GROUNDS["white"], (180, 30, 40), blur=1.0)
    Image.fromarray(drawn).save(tmp_path / "big.png")
    photo_of(tmp_path / "small.png", ground="white")
    table = read_table(_table(tmp_path, ["sku,photo", "BIG,big.png", "SMALL,small.png"]))
    done = run_catalogue(bench, table, _asked("amazon-main", "google-merchant"))
    assert done.failures == {"catalogue.small": 1}
    row = bench.store.product_row("spring", "BIG")
    assert row is not None
    assert row.handed_in == ("amazon-main", "google-merchant"), row.blocked
    intent = bench.store.run(str(row.run_id)).resolved.intent
    assert intent.width == intent.height >= 500
    assert intent.lock is not None
    assert 85 <= 100 * max(intent.lock.placement.width, intent.lock.placement.height) / intent.width <= 90
    assert intent.lock.shadow == "none", "a shadow is not exact white"


def test_called_again_nothing_is_done_again(bench: Workbench, products: Path) -> None:
    first = run_catalogue(bench, read_table(products), _asked())
    assert first.made == 8
    seen: list[CatalogueProgress] = []
    again = run_catalogue(bench, read_table(products), _asked(), on_row=seen.append)
    assert (again.made, again.states) == (0, first.states)
    assert all(progress.already for progress in seen)
    photo_of(products.parent / "red.png", ground="white", product=(90, 90, 20))
    changed = run_catalogue(bench, read_table(products), _asked())
    assert changed.made == 1, "another photo is another row"
    assert run_catalogue(bench, read_table(products), _asked(retry=True)).made == 5
    assert len(bench.store.runs(limit=50)) == 4


def test_what_another_network_may_see_is_looked_at_again(
    bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_of(tmp_path / "red.png", ground="white")
    Image.new("RGB", (64, 64), "white").save(tmp_path / "empty.png")
    table = read_table(_table(tmp_path, ["sku,photo", "R-1,red.png", "E-1,empty.png"]))
    assert run_catalogue(bench, table, _asked()).failures == {"source.no_product": 1}
    assert run_catalogue(bench, table, _asked()).made == 0
    monkeypatch.setattr("packshot.product.finding.network_digest", lambda: "of another network")
    assert run_catalogue(bench, table, _asked()).made == 2
    assert run_catalogue(bench, table, _asked()).made == 0


def test_stopped_it_goes_on_where_it_was(bench: Workbench, products: Path) -> None:
    def stop(_progress: CatalogueProgress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run_catalogue(bench, read_table(products), _asked(), on_row=stop)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("catalogue")]
    done = run_catalogue(bench, read_table(products), _asked())
    assert done.states[RowState.IN_REVIEW] == 3
    assert len(bench.store.runs(limit=50)) == 3


def test_a_row_has_its_own_settings(bench: Workbench, tmp_path: Path) -> None:
    photo_of(tmp_path / "red.png", ground="white")
    mask = np.zeros((160, 160), np.uint8)
    mask[50:110, 40:130] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    table = _table(tmp_path, ["id;image;mask;shadow", "M;red.png;mask.png;none", "N;red.png;;", "O;red.png;;purple"])
    done = run_catalogue(bench, read_table(table), _asked())
    assert done.failures == {"spec.invalid": 1}
    rows = [bench.store.product_row("spring", sku) for sku in "MN"]
    boxes = [bench.store.run(str(row.run_id)).resolved.intent.lock for row in rows if row is not None]
    assert [(box.shadow, box.placement.width > box.placement.height) for box in boxes if box is not None] == [
        ("none", True),
        ("natural", False),
    ]


def test_what_is_said_of_scenes_leaves_rows_on_white_alone(bench: Workbench, tmp_path: Path) -> None:
    photo_of(tmp_path / "red.png", ground="white")
    table = _table(tmp_path, ["sku,photo,background,prompt", "W,red.png,white,", "X,red.png,white,a table"])
    scenes = {"background": "scene", "prompt": "on a blue background", "model": "studio-tiny"}
    done = run_catalogue(bench, read_table(table), _asked(settings=scenes))
    assert done.states[RowState.IN_REVIEW] == 1, bench.store.product_row("spring", "W")
    assert done.failures == {"spec.lock": 1}


def test_released_files_are_named_by_sku(bench: Workbench, products: Path, tmp_path: Path) -> None:
    run_catalogue(bench, read_table(products), _asked())
    row = bench.store.product_row("spring", "B-1")
    assert row is not None
    assert row.run_id is not None
    review_picture(bench, row.run_id, Decision.APPROVE, "Bob", channel="shopify")
    request = ReleaseRequest(channel="shopify", out=tmp_path / "shop", by="Bob", runs=(row.run_id,))
    release_pictures(bench, request)
    assert [path.stem for path in (tmp_path / "shop").iterdir() if path.stem == "B-1"]


def test_what_came_of_it_stands_in_a_table(bench: Workbench, products: Path, tmp_path: Path) -> None:
    products.write_text(products.read_text().replace("B-1,", "=1+1,"), encoding="utf-8-sig")
    run_catalogue(bench, read_table(products), _asked())
    path = write_catalogue(bench, "spring", read_table(products), tmp_path / "out" / "catalogue.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["sku"] for line in lines[:3]] == ["R-1", "'=1+1", "X-1"]
    assert [line["line"] for line in lines] == [str(number) for number in range(2, 10)]
    assert lines[2]["error"] == "source.format"
    assert {line["state"] for line in lines} == {"in review", "failed"}
    write_catalogue(bench, "spring", read_table(products), path)
    (tmp_path / "mine.csv").write_text("a,b\n")
    with pytest.raises(OutputError, match="already there"):
        write_catalogue(bench, "spring", read_table(products), tmp_path / "mine.csv")


@pytest.mark.parametrize(
    ("rows", "encoding", "code"),
    [
        (["sku,price", "A,1"], "utf-8", "catalogue.columns"),
        (["sku,photo,SKU", "A,x.png,B"], "utf-8", "catalogue.columns"),
        ([""], "utf-8", "catalogue.columns"),
        (["sku,photo", "Größe,x.png"], "latin-1", "catalogue.file"),
        (["sku,photo", 'A,"x.png'], "utf-8", "catalogue.file"),
    ],
)
def test_a_table_that_is_none_is_told_before_anything_is_made(
    tmp_path: Path, rows: list[str], encoding: str, code: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_table(_table(tmp_path, rows, encoding)).count()
    assert caught.value.code == code
    assert caught.value.expected


def test_columns_of_other_names_are_named(tmp_path: Path) -> None:
    path = _table(tmp_path, ["Artikel\tBild\tsku", "A\tx.png\tB"])
    table = read_table(path, ("sku=artikel", "photo=Bild"))
    assert [(row.sku, row.photo.name) for row in table.rows()] == [("A", "x.png")]
    assert table.ignored == ("sku",)
    for wrong in ("sku", "colour=Bild", "photo=picture"):
        with pytest.raises(CatalogueError):
            read_table(path, (wrong,))
