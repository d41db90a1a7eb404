"""Text in the picture that nobody asked for: invented brands, watermarks, prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from packshot.evaluation.reading import Reading
from packshot.evaluation.text_match import in_prompt, is_alike, letters_of, unexplained
from packshot.result import Evidence

QUOTED_MAX: Final = 5
"""Pieces that a sentence quotes."""


def text_evidence(reading: Reading, prompt: str) -> Evidence:
    """How many pieces of text neither the prompt nor the source has, and where they are."""
    if reading.reason is not None:
        return _entry(None, f"Not evaluated: {reading.reason}.")
    unasked = [piece for piece in reading.picture if not in_prompt(piece.text, prompt)]
    new = [unasked[k] for k in unexplained([p.text for p in unasked], [p.text for p in reading.source or ()])]
    owners = "the prompt has not" if reading.source is None else "neither the prompt nor the source has"
    if not new:
        known = [piece.text for piece in reading.picture]
        rest = f" ({quoted(known)} is asked for, or the source's)" if known else ""
        return _entry(0.0, f"No text can be read that {owners}{rest}.")
    texts = quoted([piece.text for piece in new])
    sentence = f"{texts} can be read in the picture, which {owners}."
    return Evidence(
        name="text_found",
        value=float(len(new)),
        unit="pieces",
        sentence=sentence,
        regions=tuple(piece.box for piece in new),
    )


def text_likeness(reading: Reading) -> Evidence:
    """The share of the source's letters, in per cent, whose piece of text can be read in the picture too."""
    if reading.reason is not None:
        return _likeness(None, f"Not evaluated: {reading.reason}.")
    wanted = [(piece, letters_of(piece.text)) for piece in reading.source or ()]
    if not wanted:
        return _likeness(None, "Not evaluated: no text can be read in the source.")
    there = [letters_of(piece.text) for piece in reading.picture]
    lost = [piece.text for piece, letters in wanted if not any(is_alike(letters, other) for other in there)]
    kept = sum(len(letters) for piece, letters in wanted if piece.text not in lost)
    share = 100 * kept / sum(len(letters) for _, letters in wanted)
    rest = f"; {quoted(lost)} cannot be read any more" if lost else ""
    return _likeness(round(share, 1), f"{share:.0f} % of the source's text can still be read{rest}.")


def no_text_likeness(reason: str) -> Evidence:
    """The same without a value."""
    return _likeness(None, f"Not evaluated: {reason}.")


def quoted(texts: Sequence[str]) -> str:
    """“NIKE” and “100”, the first few."""
    marked = [f"“{text}”" for text in texts[:QUOTED_MAX]]
    if len(texts) > QUOTED_MAX:
        marked.append(f"{len(texts) - QUOTED_MAX} more")
    return " and ".join((", ".join(marked[:-1]), marked[-1])) if len(marked) > 1 else marked[0]


def _entry(value: float | None, sentence: str) -> Evidence:
    return Evidence(name="text_found", value=value, unit="pieces", sentence=sentence)


def _likeness(value: float | None, sentence: str) -> Evidence:
    return Evidence(name="likeness_text", value=value, unit="%", sentence=sentence)
