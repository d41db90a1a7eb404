"""What each measure is called in a sentence, and which way is better. Data, read by effects, trends and the front."""

from __future__ import annotations

import math
from typing import Final

SECONDS: Final = "seconds"
PROPOSED: Final = "proposed_"

WORDS: Final[dict[str, str]] = {
    SECONDS: "seconds per picture",
    "background_lightness": "the background's lightness",
    "background_pure_white": "the share of pure white in the border",
    "background_unevenness": "the background's unevenness",
    "background_as_asked": "the share of pictures with the asked background",
    "off_centre": "the distance from the centre",
    "cut_at_border": "the share of pictures cut at the border",
    "collapsed": "the share of collapsed pictures",
    "text_found": "added text",
    "likeness_psnr": "likeness PSNR",
    "likeness_ssim": "likeness SSIM",
    "likeness_product_ssim": "likeness SSIM inside the product",
    "likeness_colour": "the product's colour difference to the source",
    "likeness_shape": "likeness of the product's shape",
    "likeness_text": "the share of the source's text that is kept",
}
"""All others are called by their name, `_` read as a space."""

HIGHER_IS_BETTER: Final = (
    "adherence",
    "background_as_asked",
    "likeness_product_ssim",
    "likeness_ssim",
    "likeness_psnr",
    "likeness_shape",
    "likeness_text",
    "background_pure_white",
    "sharpness",
    "proposed_total",
    "proposed_adherence",
    "proposed_realism",
    "proposed_artifacts",
    "proposed_usability",
    "proposed_reproducibility",
)
"""In the order in which one is taken for quality where none is named."""

LOWER_IS_BETTER: Final = (
    "likeness_colour",
    "background_unevenness",
    "off_centre",
    "cut_at_border",
    "collapsed",
    "clipped_highlights",
    "clipped_shadows",
    "colour_cast",
    "noise",
    "banding",
    "text_found",
)

YES_NO: Final = ("background_as_asked", "cut_at_border", "collapsed")
"""Kept as words, counted as 1 and 0."""


def words(measure: str) -> str:
    """The measure as a sentence calls it."""
    return WORDS.get(measure, measure.replace("_", " "))


def better(measure: str) -> int:
    """1 where more is better, -1 where less is, 0 where neither can be said (lightness, frame fill)."""
    if measure in HIGHER_IS_BETTER:
        return 1
    return -1 if measure in LOWER_IS_BETTER else 0


def largest_difference(measure: str, unit: str | None) -> float:
    """What two means can differ by at most: shares by 1, percentages by 100."""
    return 1.0 if measure in YES_NO else 100.0 if unit == "%" else math.inf
