"""An experiment's pictures as a grid: arms as rows, seeds (and products) as columns; of one column a row of tiles.

What cells and people are called is escaped. Knows no store: it draws the cells that it is given.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import streamlit as st

from packshot.app.parts.named import state_name
from packshot.app.pictures import thumbnail_address
from packshot.app.words import _, language
from packshot.experiment import SMOKE_GROUP
from packshot.result import Cell, Run, RunState

Cells = Sequence[tuple[Cell, Run | None]]
Block = tuple[str, int]

TILES = "display:flex;flex-wrap:wrap;gap:.8rem"
TILE = "width:112px;margin:0;font-size:.8rem;overflow-wrap:anywhere"
BLANK = (
    "display:flex;align-items:center;justify-content:center;width:112px;height:112px;border-radius:4px;"
    "border:1px solid rgba(128,128,128,.45);box-sizing:border-box;text-align:center;padding:.3rem;font-size:.85rem;"
    "overflow-wrap:anywhere"
)
HEAD = "text-align:left;padding:.3rem .7rem .3rem 0;vertical-align:top;font-weight:600;font-size:.85rem"
IMAGE = "display:block;width:112px;height:112px;object-fit:contain;border-radius:4px"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes of a cell without a run: made now (by its spec hash), to come, or not made at all."""

    working: bool
    at_work: Collection[str] = ()

    def words(self, cell: Cell, run: Run | None) -> str:
        """The cell's state in a word or two."""
        if run is not None and run.state is RunState.FAILED and run.failure is not None:
            return _("failed: {code}").format(code=run.failure.code)
        if run is not None and run.state in (RunState.SUCCEEDED, RunState.CANCELLED):
            return state_name(run.state)
        if not self.working:
            return _("not made")
        return state_name("running") if cell.spec_hash in self.at_work else _("waiting")


def show_grid(cells: Cells, outlook: Outlook) -> None:
    """The cells; a smoke test, which is compared with nothing, before the others."""
    alone = [entry for entry in cells if entry[0].group == SMOKE_GROUP]
    others = [entry for entry in cells if entry[0].group != SMOKE_GROUP]
    blocks = list(dict.fromkeys(_block(cell) for cell, _run in others))
    if len(blocks) <= 1:
        alone, others = [*alone, *others], []
    if alone:
        st.html(f'<div style="{TILES}">{"".join(_tile(cell, run, outlook) for cell, run in alone)}</div>')
    if others:
        st.html(_table(others, blocks, outlook))


def _block(cell: Cell) -> Block:
    return cell.product or "", cell.seed or 0


def _tile(cell: Cell, run: Run | None, outlook: Outlook) -> str:
    below = f"{escape(cell.name)}<br>{escape(outlook.words(cell, run))}"
    return f'<figure style="{TILE}">{_picture(cell, run, outlook)}<figcaption>{below}</figcaption></figure>'


def _table(cells: Cells, blocks: Sequence[Block], outlook: Outlook) -> str:
    placed = {(cell.arm, _block(cell)): (cell, run) for cell, run in cells}
    arms = list(dict.fromkeys(cell.arm for cell, _run in cells))
    heads = [_("Arm"), *(_block_words(block) for block in blocks)]
    head = "".join(f'<th scope="col" style="{HEAD}">{escape(text)}</th>' for text in heads)
    rows = "".join(
        f'<tr><th scope="row" style="{HEAD};min-width:5rem;max-width:9rem;overflow-wrap:anywhere">{escape(arm)}</th>'
        + "".join(_place(placed.get((arm, block)), outlook) for block in blocks)
        + "</tr>"
        for arm in arms
    )
    explained = _("Pictures by arm and seed")
    return (
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{escape(explained)}">'
        f'<table style="border-collapse:collapse"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _place(entry: tuple[Cell, Run | None] | None, outlook: Outlook) -> str:
    inside = "" if entry is None else _picture(*entry, outlook)
    return f'<td style="padding:.2rem .4rem .2rem 0;vertical-align:top">{inside}</td>'


def _block_words(block: Block) -> str:
    product, seed = block
    if product:
        return _("{product}, seed {seed}").format(product=product, seed=seed)
    return _("Seed {seed}").format(seed=seed)


def _picture(cell: Cell, run: Run | None, outlook: Outlook) -> str:
    """The thumbnail, which leads to the picture's details; or the state in a box of the same size."""
    if run is None or run.result is None:
        return f'<div style="{BLANK}">{escape(outlook.words(cell, run))}</div>'
    words = _("{cell}: {prompt}").format(cell=cell.name, prompt=run.resolved.intent.prompt)
    explained = _("All details, in a new tab")
    address = "gallery?" + urlencode({"run": run.id, "lang": language()})
    return (
        f'<a href="{escape(address)}" target="_blank" rel="noopener" title="{escape(explained)}">'
        f'<img src="{thumbnail_address(run.result.picture_digest)}" alt="{escape(words)}" width="112" height="112"'
        f' style="{IMAGE}"></a>'
    )
