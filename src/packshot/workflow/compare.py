"""What pictures have in common and what not: settings as a table, the pixels of two as a map and in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.errors import RecordError
from packshot.evaluation import ssim
from packshot.product import lab_from_srgb
from packshot.report.differences import settings_of
from packshot.report.wording import short
from packshot.result import Pixels, Run, psnr_db

CIVIDIS: Final = (
    "#00204d", "#00306f", "#2a406c", "#48526b", "#5e626e", "#727374", "#878479", "#9e9677", "#b6a971", "#d0be67",
    "#ead357", "#ffea46",
)  # fmt: skip
"""The colours of a difference map, from none to the scale's end: Nuñez, Anderton and Renslow, PLoS ONE 13(7), 2018.

Made so that people with and without colour blindness read the same; it grows lighter all the way.
"""

SCALES: Final = (5.0, 10.0, 20.0, 50.0, 100.0)
"""Where a map's scale may end, in ΔE00. Few, so that two maps are often alike; never so small that what no eye sees
(under 1) looks like much."""

WITHIN: Final = 0.99
"""The share of pixels that lie within the scale: a few outliers shall not darken the rest."""

STRIP: Final = 1 << 15
"""Pixels that are compared at a time: so many stay in a processor's cache."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting by its name, and its values in the order of the runs (one, where all are the same); "" for none."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DifferenceMap:
    """`pixels` (H, W, 3) show the colour difference from 0 to `scale_max` by `CIVIDIS`; above, the last colour.

    `scale_max` and `largest`, the largest difference of all, are in ΔE00 (1 is about the smallest that an eye sees).
    """

    pixels: Pixels
    scale_max: float
    largest: float


@dataclass(frozen=True, slots=True)
class DifferenceNumbers:
    """Two pictures of one size in numbers.

    `psnr_db` is None for equal pictures, `ssim` is 1 for them and None under 11 pixels a side. `largest` is the largest
    difference of a channel (0 to 255), `changed` the share of pixels (0 to 1) with any difference.
    """

    psnr_db: float | None
    ssim: float | None
    largest: int
    changed: float


def differing(runs: Sequence[Run]) -> tuple[Difference, ...]:
    """The settings in which the runs differ, and what may have changed a picture besides, in a fixed order."""
    return tuple(Difference(name, texts) for name, keys, texts in _table(runs) if len(set(keys)) > 1)


def same(runs: Sequence[Run]) -> tuple[Difference, ...]:
    """The settings that all runs share, each with its one value; those that none of them has are left out."""
    shared = ((name, texts[0]) for name, keys, texts in _table(runs) if len(set(keys)) == 1)
    return tuple(Difference(name, (text,)) for name, text in shared if text)


def difference_map(one: Pixels, other: Pixels) -> DifferenceMap:
    """Where two pictures (H, W, 3) of one size differ, as CIEDE2000 (CIE 142-2001) of each pixel.

    Raises RecordError (`record.comparison`) on pictures of different sizes.
    """
    _check_sizes(one, other)
    distance = colour_difference(one, other)
    within = float(np.quantile(distance, WITHIN))
    scale_max = next((scale for scale in SCALES if scale >= within), SCALES[-1])
    return DifferenceMap(_coloured(distance / scale_max), scale_max, float(distance.max()))


def difference_numbers(one: Pixels, other: Pixels) -> DifferenceNumbers:
    """How much two pictures (H, W, 3) of one size differ. Raises RecordError (`record.comparison`)."""
    _check_sizes(one, other)
    away = np.abs(one.astype(np.int16) - other.astype(np.int16)).max(axis=2)
    decibels = psnr_db(one, other)
    return DifferenceNumbers(
        psnr_db=None if decibels == float("inf") else decibels,
        ssim=ssim(one, other) if min(one.shape[:2]) > 10 else None,
        largest=int(away.max()),
        changed=float((away > 0).mean()),
    )


def colour_difference(one: Pixels, other: Pixels) -> NDArray[np.float32]:
    """CIEDE2000 (H, W) of two pictures (H, W, 3) of one size. Pixels that are equal cost nothing."""
    from skimage.color import deltaE_ciede2000

    distance = np.zeros(one.shape[:2], np.float32).reshape(-1)
    flat, flat_other = one.reshape(-1, 3), other.reshape(-1, 3)
    apart = np.flatnonzero((flat != flat_other).any(axis=1))
    for start in range(0, len(apart), STRIP):
        part = apart[start : start + STRIP]
        labs = (lab_from_srgb(pixels[part]).astype(np.float32) for pixels in (flat, flat_other))
        distance[part] = deltaE_ciede2000(*labs)
    return distance.reshape(one.shape[:2])


def _coloured(share: NDArray[np.float32]) -> Pixels:
    """0 … 1 (H, W) as colours (H, W, 3)."""
    anchors = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in CIVIDIS])
    along = np.linspace(0, 1, 256)
    table = np.stack([np.interp(along, np.linspace(0, 1, len(anchors)), channel) for channel in anchors.T], axis=1)
    return np.asarray(np.rint(table).astype(np.uint8)[(np.minimum(share, 1) * 255 + 0.5).astype(np.uint8)])


def _check_sizes(one: Pixels, other: Pixels) -> None:
    if one.shape != other.shape:
        sizes = [f"{pixels.shape[1]}×{pixels.shape[0]} px" for pixels in (one, other)]
        raise RecordError(
            "record.comparison",
            "pictures of different sizes cannot be compared pixel by pixel",
            expected="two pictures of the same size",
            got=" and ".join(sizes),
            hint="make one of them again in the other's size",
        )


def _table(runs: Sequence[Run]) -> Iterator[tuple[str, list[str], tuple[str, ...]]]:
    """Each setting: its name, what tells values apart, and how a person reads them.

    Values that differ and read alike (two models of one name) get their digest.
    """
    columns = [_settings(run) for run in runs]
    for name in columns[0] if columns else ():
        keys = [column[name][0] for column in columns]
        texts = [column[name][1] for column in columns]
        if len(set(texts)) < len(set(keys)):
            texts = [f"{text}  ({short(key)})" if text else text for key, text in zip(keys, texts, strict=True)]
        yield name, keys, tuple(texts)


def _settings(run: Run) -> dict[str, tuple[str, str]]:
    """Of each setting what identifies it, and its text. The report's settings first, then how it was computed."""
    intent, execution, origin = run.resolved.intent, run.resolved.execution, run.resolved.origin
    read = settings_of(intent)
    texts = read | {"model": origin.model, "LoRA": _loras(run), "source": _source(run)}
    keys = read | {"LoRA": " ".join(f"{pin.digest} {pin.weight!r}" for pin in intent.loras)}
    found = {name: (keys[name], text) for name, text in texts.items()}
    besides = {
        "fit": "" if intent.fit is None else str(intent.fit),
        "device": execution.device,
        "runtime": execution.runtime,
        "precision": execution.precision,
        "memory mode": execution.memory,
        "slots": str(execution.slots),
        "rows of a call": str(execution.rows),
        "threads": str(execution.threads),
    }
    return found | {name: (text, text) for name, text in besides.items()}


def _loras(run: Run) -> str:
    pins, names = run.resolved.intent.loras, [lora.name for lora in run.resolved.origin.loras]
    named = zip(pins, [*names, *(short(pin.digest) for pin in pins[len(names) :])], strict=True)
    return " + ".join(f"{name} × {pin.weight:g}" for pin, name in named)


def _source(run: Run) -> str:
    """Its name, where it was given by one; a digest is cut."""
    pin, name = run.resolved.intent.source, run.resolved.origin.source
    if pin is None:
        return ""
    return short(pin.digest) if name is None or name == pin.digest else name
