"""Reads text with RapidOCR's detector and recogniser (PP-OCRv6 small), which lie inside its wheel: nothing is fetched.

Every picture is enlarged first, since the detector was made for pages: of 500 words on renders of 512 pixels, cap
height from 20, it finds 0.95 at their own size and 0.98 at a shorter side of 768. A large picture is read at that size
and at its own, for headlines and for small print.
Knows nothing about what was asked for.
"""

from __future__ import annotations

import importlib.metadata
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from packshot.evaluation.instruments import FoundText
from packshot.result import Box, Pixels

SURE: Final = 0.8
"""Confidence from which a piece counts."""
LETTERS_MIN: Final = 3
"""Letters and digits of the shortest piece: a plain ellipse reads as "O" at 0.86."""
SIGNS: Final = "%$€£¥"
"""Count as digits beside one: "-50%" is a price tag's whole text."""

READING_SIDE_PX: Final = 768
FULL_SIDE_PX: Final = 2000
"""Longer side above which no more is read than at this size."""
SECOND_LOOK: Final = 1.25
"""From this many times the reading side on, a picture is read at its own size too."""

DETECTOR, RECOGNISER, TURNER = (
    "PP-OCRv6_det_small.onnx",
    "PP-OCRv6_rec_small.onnx",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
)


class RapidReader:
    """A `Reader`. Made in an instant; the models are loaded with the first picture, once, and kept."""

    def __init__(self, threads: int) -> None:
        self._threads = min(threads, os.cpu_count() or 1)  # more than there are, and RapidOCR would take all
        self._engine: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """With its version, which decides what is found."""
        return f"rapidocr {importlib.metadata.version('rapidocr')}"

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        """Every text of a picture (H, W, 3) that is sure enough, from top to bottom."""
        with self._lock:
            if self._engine is None:
                self._engine = _engine(self._threads)
            looks = [self._look(pixels, scale) for scale in _scales(pixels)]
        pieces = [piece for look in looks for piece in _lines(look) if _counts(piece)]
        found: list[FoundText] = []
        for piece in sorted(pieces, key=lambda piece: -piece.confidence):
            if not any(_same_place(piece.box, other.box) for other in found):
                found.append(piece)
        return tuple(sorted(found, key=lambda piece: (piece.box[1], piece.box[0])))

    def _look(self, pixels: Pixels, scale: float) -> list[FoundText]:
        import cv2

        height, width = pixels.shape[:2]
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        resized = pixels if scale == 1 else cv2.resize(pixels, size, interpolation=how)
        read = self._engine(np.ascontiguousarray(resized[..., ::-1]))
        if read.txts is None or read.boxes is None:
            return []
        return [
            FoundText(text.strip(), float(sure), _box(corners / scale, width, height))
            for text, sure, corners in zip(read.txts, read.scores, read.boxes, strict=True)
            if sure >= SURE
        ]


def _engine(threads: int) -> Any:
    import rapidocr

    models = Path(rapidocr.__file__).parent / "models"
    named = {"Det": DETECTOR, "Rec": RECOGNISER, "Cls": TURNER}
    runtime = "EngineConfig.onnxruntime"
    return rapidocr.RapidOCR(
        params={
            **{f"{part}.model_path": str(models / name) for part, name in named.items()},  # a path is never fetched
            f"{runtime}.intra_op_num_threads": threads,
            f"{runtime}.inter_op_num_threads": 1,
            "Global.log_level": "critical",
            "Global.text_score": SURE,
            "Global.max_side_len": FULL_SIDE_PX,
            "Global.use_cls": True,  # lettering that stands on its head
            "Det.limit_type": "min",
            "Det.limit_side_len": 32,
        }
    )


def _scales(pixels: Pixels) -> list[float]:
    height, width = pixels.shape[:2]
    reading = min(READING_SIDE_PX / min(height, width), FULL_SIDE_PX / max(height, width))
    full = min(1.0, FULL_SIDE_PX / max(height, width))
    return [reading, full] if full >= SECOND_LOOK * reading else [reading]


def _counts(piece: FoundText) -> bool:
    letters = sum(letter.isalnum() for letter in piece.text)
    signs = sum(letter in SIGNS for letter in piece.text) if any(map(str.isdigit, piece.text)) else 0
    return letters + signs >= LETTERS_MIN


def _lines(pieces: list[FoundText]) -> Iterator[FoundText]:
    """Pieces of one line as one: "No." and "1" are three letters together."""
    waiting = sorted(pieces, key=lambda piece: piece.box[0])
    while waiting:
        line = waiting.pop(0)
        while (following := next((piece for piece in waiting if _follows(line.box, piece.box)), None)) is not None:
            waiting.remove(following)
            line = FoundText(
                f"{line.text} {following.text}",
                min(line.confidence, following.confidence),
                _around(line.box, following.box),
            )
        yield line


def _follows(left: Box, right: Box) -> bool:
    """On the same height, and not further away than the lettering is high."""
    lower = min(left[3] - left[1], right[3] - right[1])
    shared = min(left[3], right[3]) - max(left[1], right[1])
    return shared >= 0.6 * lower and -lower / 4 <= right[0] - left[2] <= lower


def _same_place(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return across > 0 and down > 0 and across * down >= 0.5 * smaller


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _box(corners: Any, width: int, height: int) -> Box:
    """The upright box around four corners (4, 2) as x, y."""
    left, top = np.floor(corners.min(axis=0))
    right, bottom = np.ceil(corners.max(axis=0))
    return max(0, int(left)), max(0, int(top)), min(width, int(right)), min(height, int(bottom))
