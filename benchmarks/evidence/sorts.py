"""All sorts of pictures of the benchmark: what is drawn, how many, how large."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from benchmarks.evidence import faults, grounds, pairs, places, softened, words
from benchmarks.evidence.case import Sort
from training.render.swap import CONTROLS, PRODUCT_CHANGES

FEWER = 100
"""Pictures of each sort that are drawn again at 512 pixels, and through studio-tiny's autoencoder."""

CAPS, SMALL_CAPS = (20.0, 40.0), (12.0, 20.0)
"""Pixels at 512."""
CLEAR, FAINT = (3.0, 21.0), (1.5, 3.0)
"""Contrast ratios."""

GROUNDS = (
    Sort("ground as asked", partial(grounds.coloured, asked_rightly=True)),
    Sort("another ground asked", partial(grounds.coloured, asked_rightly=False)),
    Sort("white", grounds.white),
    Sort("not white", grounds.not_white),
)
PLACES = (Sort("framed", places.framed), Sort("whole", places.whole), Sort("cut", places.cut))
WORDS = (
    Sort("no word", words.plain, 512, reads_text=True),
    Sort("word", partial(words.written, caps=CAPS, ratios=CLEAR), 512, reads_text=True),
    Sort("small word", partial(words.written, caps=SMALL_CAPS, ratios=CLEAR), 512, 250, reads_text=True),
    Sort("faint word", partial(words.written, caps=CAPS, ratios=FAINT), 512, 250, reads_text=True),
)
CHANGES = tuple(
    Sort(f"changed: {change}", partial(pairs.changed, change=change)) for change in (*PRODUCT_CHANGES, *CONTROLS)
)
FAULTS = (
    Sort("noise", faults.noisy),
    Sort("smooth", partial(faults.stepped, levels=None)),
    Sort("steps", partial(faults.stepped, levels=(12, 32))),
    Sort("burnt", faults.burnt),
    *(Sort(f"blur {sigma}", partial(faults.blurred, sigma_px=sigma), count=200) for sigma in faults.BLURS_PX),
)
AGAIN = (*GROUNDS, *PLACES)
LARGE = tuple(replace(sort, name=f"{sort.name}, 512 px", size=512, count=FEWER) for sort in AGAIN)
SOFT = tuple(
    replace(sort, name=f"{sort.name}, softened", draw=partial(softened.softened, draw=sort.draw), count=FEWER)
    for sort in AGAIN
)

SORTS: tuple[Sort, ...] = (*GROUNDS, *PLACES, *WORDS, *CHANGES, *FAULTS, *LARGE, *SOFT)
