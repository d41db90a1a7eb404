"""An experiment's pictures as a grid: arms as rows, seeds (and products) as columns; of one column a row of tiles.

What cells and people are called is escaped. Knows no store: it draws the cells that it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from packshot.app.parts.named import state_name
from packshot.app.pictures import thumbnail_address
from packshot.app.words import _, language
from packshot.result import Cell, Run, RunState

Cells = Sequence[tuple[Cell, Run | None]]

TILE = "width:112px;margin:0;font-size:.8rem;overflow-wrap:anywhere"
BLANK = (
    "display:flex;align-items:center;justify-content:center;width:112px;height:112px;border-radius:4px;"
    "border:1px solid rgba(128,128,128,.45);box-sizing:border-box;text-align:center;padding:.3rem"
)
HEAD = "text-align:left;padding:.3rem .7rem .3rem 0;vertical-align:top;font-weight:600;font-size:.85rem"


def show_grid(cells: Cells, *, working: bool) -> None:
    """The cells. `working` says whether what is not made yet is to come."""
    blocks = list(dict.fromkeys(_block(cell) for cell, _run in cells if not _stands_alone(cell)))
    if len(blocks) <= 1:
        st.html(f'<div style="display:flex;flex-wrap:wrap;gap:.8rem">{_tiles(cells, working)}</div>')
        return
    alone = [entry for entry in cells if _stands_alone(entry[0])]
    if alone:
        st.html(f'<div style="display:flex;flex-wrap:wrap;gap:.8rem">{_tiles(alone, working)}</div>')
    st.html(_table([entry for entry in cells if not _stands_alone(entry[0])], blocks, working))


def _stands_alone(cell: Cell) -> bool:
    """A smoke test is compared with nothing."""
    return cell.seed is None or cell.group == "smoke test"


def _block(cell: Cell) -> tuple[str, int]:
    return cell.product or "", cell.seed or 0


def _tiles(cells: Cells, working: bool) -> str:
    return "".join(
        f'<figure style="{TILE}">{_picture(cell, run, working)}'
        f"<figcaption>{escape(cell.name)}<br>{escape(_state(run, working))}</figcaption></figure>"
        for cell, run in cells
    )


def _table(cells: Cells, blocks: Sequence[tuple[str, int]], working: bool) -> str:
    placed = {(cell.arm, _block(cell)): (cell, run) for cell, run in cells}
    arms = list(dict.fromkeys(cell.arm for cell, _run in cells))
    head = "".join(f'<th scope="col" style="{HEAD}">{escape(_block_words(block))}</th>' for block in blocks)
    rows = "".join(
        f'<tr><th scope="row" style="{HEAD};max-width:9rem;overflow-wrap:anywhere">{escape(arm)}</th>'
        + "".join(_place(placed.get((arm, block)), working) for block in blocks)
        + "</tr>"
        for arm in arms
    )
    corner, explained = _("Arm"), _("Pictures by arm and seed")
    return (
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{escape(explained)}">'
        f'<table style="border-collapse:collapse"><thead><tr><th scope="col" style="{HEAD}">{escape(corner)}</th>{head}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _place(entry: tuple[Cell, Run | None] | None, working: bool) -> str:
    if entry is None:
        return "<td></td>"
    cell, run = entry
    return f'<td style="padding:.2rem .4rem .2rem 0;vertical-align:top">{_picture(cell, run, working)}</td>'


def _block_words(block: tuple[str, int]) -> str:
    product, seed = block
    if product:
        return _("{product}, seed {seed}").format(product=product, seed=seed)
    return _("Seed {seed}").format(seed=seed)


def _picture(cell: Cell, run: Run | None, working: bool) -> str:
    """The thumbnail, which leads to the picture's details; or the state in a box of the same size."""
    if run is None or run.result is None:
        return f'<div style="{BLANK}">{escape(_state(run, working))}</div>'
    words = _("{cell}: {prompt}").format(cell=cell.name, prompt=run.resolved.intent.prompt)
    explained = _("All details, in a new tab")
    address = "gallery?" + urlencode({"run": run.id, "lang": language()})
    return (
        f'<a href="{escape(address)}" target="_blank" rel="noopener" title="{escape(explained)}">'
        f'<img src="{thumbnail_address(run.result.picture_digest)}" alt="{escape(words)}" width="112" height="112"'
        f' style="display:block;width:112px;height:112px;object-fit:contain;border-radius:4px"></a>'
    )


def _state(run: Run | None, working: bool) -> str:
    if run is None:
        return state_name("queued") if working else _("not made")
    if run.state is RunState.FAILED and run.failure is not None:
        return _("failed: {code}").format(code=run.failure.code)
    if not working and run.state in (RunState.QUEUED, RunState.RUNNING):
        return _("not made")
    return state_name(run.state)
