"""The rules of the proposed rubric, for a shop's person to read and to argue with.

Every criterion begins with 2 points. A fault takes 1 (it can be retouched) or 2 (it cannot); of several faults the
gravest counts, for three small ones are still retouched in one go. How scores follow from this is in `proposing.py`.

To prove a bad score needs less than to prove a good one: one fault that was seen proves that a picture is not perfect,
but nothing that was looked at proves that nothing else is wrong. So 2 is proposed only where everything in `NEEDED`
was measured and no fault was found, and usability 2 only where the product was compared with its source. For realism
and artifacts nothing suffices: sharpness says nothing about a third arm. There a grave fault proves the 0, a small
one is said, and otherwise the criterion is not evaluated.
"""

from __future__ import annotations

from typing import Final

from packshot.evaluation.fault import Fault, Sign, at_least, below, is_, is_not, measured, names
from packshot.result import Criterion

PURE_WHITE_MIN: Final = 70.0
"""% of the border. Shops want 255 everywhere. Real catalogue photos as JPEG have 76 to 84 %, because the product
reaches into the border and JPEG takes some; pictures that a model made white only by name have next to none."""

UNEVEN: Final = 15.0
"""ΔE*ab. A studio's fall-off stays well below; beyond it another thing stands in the ground. Of a
white ground the share of pure white tells more: a product that fills the frame makes its border uneven."""

FILL_MIN: Final = 60.0
"""% of the frame. Channels ask for 75 to 85 (`packshot check`); below this even a shop of one's own shows it small."""

OFF_CENTRE: Final = 10.0
"""% of the frame: seen beside others in a row of tiles."""

BLURRED: Final = 5.0
"""grey levels², variance of the Laplacian on the product. A sharp photo of a smooth lamp has 29, of cloth 250 to 6700:
this catches only what has no fine contrast at all."""

BURNT_OUT: Final = 30.0
"""% of the product in pure white, or in pure black: what is lost there no retouching brings back, but the shop may."""

NOISY, NO_PHOTO_NOISE = 12.0, 30.0
"""grey levels, by eye: from 12 a product picture looks grainy on a telephone; at 30 it is a picture that was stopped
before it was made."""

BANDED: Final = 15.0
"""% of the smooth ground, by eye: seen at full size, and removed with a little noise."""

SAME_SHAPE, OTHER_SHAPE = 0.85, 0.6
"""Intersection over union of the product's outlines. A disc that moved by a tenth of its width has 0.77, so below 0.6
it is no mere shift."""

SAME_COLOUR, OTHER_COLOUR = 4.0, 15.0
"""CIEDE2000, the mean where the source has its product. From about 2 a trained eye sees a difference side by side, from
10 a colour has another name; a product that only moved a little has some too."""

SAME_DETAIL: Final = 0.6
"""SSIM inside the product. It falls as soon as a product moves, though it be the same: so it never takes 2 points."""

SAME_TEXT, OTHER_TEXT = 99.0, 50.0
"""% of the source's text that is kept: a label with one word wrong misstates the product."""

FITTING, BARELY_FITTING = 0.40, 0.10
"""Cosine of studio-tiny's own CLIP, the only one whose scale is known here. Its pictures have 0.42 to 0.71 to their own
prompts, 0.12 to 0.37 where a colour or the ground is another, and -0.37 to 0.31 where the product is. It says nothing
about photos: real shoes have -0.12 to a prompt for shoes."""

KNOWN_SCORER: Final = "studio-tiny's own CLIP"
"""The scorer that `FITTING` holds for. The number of any other is evidence, but no score follows from it."""

UNTIDY: Final = "has to be retouched before a shop can show it"
OTHER_PRODUCT: Final = "Who buys by this picture gets another product."
ALMOST_THE_PRODUCT: Final = "It has to be corrected to the real product."

_PRODUCT_FOUND: Final = measured("frame_fill")
"""Exposure speaks of the product only where the product was found, else of the whole picture, ground and all."""


def _unlike(what: str, slightly: Sign, gravely: Sign) -> tuple[Fault, Fault]:
    """The product is not the source's: beyond repair, or nearly."""
    return (
        Fault(Criterion.USABILITY, 2, f"another {what} than the source's", OTHER_PRODUCT, (gravely,)),
        Fault(Criterion.USABILITY, 1, f"{what} not quite the source's", ALMOST_THE_PRODUCT, (slightly,)),
    )


ADHERENCE: Final = (
    Fault(Criterion.ADHERENCE, 2, "blank", "Nothing that the prompt asks for is there.", (is_("collapsed", "yes"),)),
    Fault(
        Criterion.ADHERENCE,
        2,
        "not what the prompt says",
        f"Under {BARELY_FITTING} it is another thing than the prompt's.",
        (below("adherence", BARELY_FITTING),),
    ),
    Fault(
        Criterion.ADHERENCE,
        1,
        "fits the prompt in part",
        f"Under {FITTING} an attribute, or the product itself, is in doubt.",
        (below("adherence", FITTING),),
    ),
    Fault(
        Criterion.ADHERENCE,
        1,
        "background not as asked",
        "So one thing that the prompt asks for is missing.",
        (is_("background_as_asked", "no"),),
    ),
)
"""Without a scorer the criterion is not evaluated: a right background under a wrong product is no adherence. A wrong
background then is said, and takes a point as soon as a scorer has seen the product."""

REALISM: Final = (
    Fault(Criterion.REALISM, 2, "blank", "That is no photo of anything.", (is_("collapsed", "yes"),)),
    Fault(
        Criterion.REALISM,
        2,
        "noise instead of a picture",
        "No camera gives so much noise.",
        (at_least("noise", NO_PHOTO_NOISE),),
    ),
    Fault(Criterion.REALISM, 1, "noisy", "A studio's photo has less.", (at_least("noise", NOISY),)),
    Fault(Criterion.REALISM, 1, "banding", "Light does not fall off in steps.", (at_least("banding", BANDED),)),
)

ARTIFACTS: Final = (
    Fault(
        Criterion.ARTIFACTS,
        2,
        "text that nobody asked for",
        "Text or marks that nobody asked for are the rubric's 0.",
        (at_least("text_found", 1),),
    ),
    Fault(Criterion.ARTIFACTS, 2, "blank", "The whole picture is one artifact.", (is_("collapsed", "yes"),)),
    Fault(
        Criterion.ARTIFACTS,
        2,
        "noise instead of a picture",
        "The whole picture is one artifact.",
        (at_least("noise", NO_PHOTO_NOISE),),
    ),
    Fault(Criterion.ARTIFACTS, 1, "banding", "That is a flaw to be removed.", (at_least("banding", BANDED),)),
)

USABILITY: Final = (
    Fault(Criterion.USABILITY, 2, "blank", "There is nothing to show.", (is_("collapsed", "yes"),)),
    Fault(
        Criterion.USABILITY,
        2,
        "text that nobody asked for",
        "A shop may not show a brand or words that the product does not have.",
        (at_least("text_found", 1),),
    ),
    Fault(
        Criterion.USABILITY,
        2,
        "cut by the frame",
        "What is cut off on several sides nobody can put back.",
        (names("cut_at_border", 2, 4),),
    ),
    Fault(
        Criterion.USABILITY,
        1,
        "cut by the frame",
        "The missing part has to be added before a shop can show it.",
        (names("cut_at_border", 1, 1),),
    ),
    Fault(
        Criterion.USABILITY,
        1,
        "background not as asked",
        "The ground has to be replaced before a shop can show it.",
        (is_("background_as_asked", "no"),),
    ),
    Fault(
        Criterion.USABILITY,
        1,
        "white that is not pure",
        "Shops want a white ground of exactly 255, so it has to be cleaned.",
        (
            is_("background_as_asked", "yes"),
            is_("background_colour", "white"),
            below("background_pure_white", PURE_WHITE_MIN),
        ),
    ),
    Fault(
        Criterion.USABILITY,
        1,
        "uneven background",
        f"Such a ground {UNTIDY}.",
        (
            is_("background_as_asked", "yes"),
            is_not("background_colour", "white"),
            at_least("background_unevenness", UNEVEN),
        ),
    ),
    Fault(
        Criterion.USABILITY, 1, "small in the frame", "It has to be cropped closer.", (below("frame_fill", FILL_MIN),)
    ),
    Fault(
        Criterion.USABILITY, 1, "off centre", "It has to be moved to the middle.", (at_least("off_centre", OFF_CENTRE),)
    ),
    Fault(
        Criterion.USABILITY,
        1,
        "blurred",
        "No detail can be seen when a customer zooms in.",
        (_PRODUCT_FOUND, below("sharpness", BLURRED)),
    ),
    Fault(
        Criterion.USABILITY,
        1,
        "burnt out",
        "The product's surface cannot be seen there.",
        (_PRODUCT_FOUND, at_least("clipped_highlights", BURNT_OUT)),
    ),
    Fault(
        Criterion.USABILITY,
        1,
        "lost in black",
        "The product's surface cannot be seen there.",
        (_PRODUCT_FOUND, at_least("clipped_shadows", BURNT_OUT)),
    ),
    Fault(Criterion.USABILITY, 1, "noisy", f"So much noise {UNTIDY}.", (at_least("noise", NOISY),)),
    *_unlike("shape", below("likeness_shape", SAME_SHAPE), below("likeness_shape", OTHER_SHAPE)),
    *_unlike("colour", at_least("likeness_colour", SAME_COLOUR), at_least("likeness_colour", OTHER_COLOUR)),
    Fault(
        Criterion.USABILITY,
        1,
        "detail not quite the source's",
        ALMOST_THE_PRODUCT,
        (below("likeness_product_ssim", SAME_DETAIL),),
    ),
    *_unlike("label", below("likeness_text", SAME_TEXT), below("likeness_text", OTHER_TEXT)),
)
"""Likeness is measured for image-to-image alone: a picture from words shows no real product that it could misstate."""

FAULTS: Final = (*ADHERENCE, *REALISM, *ARTIFACTS, *USABILITY)

NEEDED: Final[dict[Criterion, tuple[str, ...]]] = {
    Criterion.ADHERENCE: ("adherence",),
    Criterion.USABILITY: ("collapsed", "text_found", "cut_at_border", "frame_fill", "off_centre", "sharpness"),
}
"""What must be measured for 2 points. A criterion that is not here cannot be proved good by any evidence."""

NEEDED_WITH_SOURCE: Final = ("likeness_shape", "likeness_colour", "likeness_product_ssim")
"""Also needed for usability where a source was given: else nobody looked whether it is still the product."""

NOT_PROVED: Final[dict[Criterion, str]] = {
    Criterion.REALISM: "Noise, banding and light can prove that a picture is no photo, but not that it holds as one",
    Criterion.ARTIFACTS: "Text and noise can prove an artifact, but nothing here sees extra or broken parts",
}
"""Why such a criterion is not evaluated."""

SHOWN_AS: Final[dict[str, str]] = {
    "collapsed": "whether it is blank",
    "text_found": "text",
    "cut_at_border": "the frame's edge",
    "frame_fill": "fill",
    "off_centre": "place in the frame",
    "background_as_asked": "background",
    "adherence": "the fit to the prompt",
    "likeness_shape": "the source's shape",
    "likeness_colour": "its colour",
    "likeness_product_ssim": "its detail",
}
"""What was looked at, in a reason."""

NOT_SEEN: Final = "whether the product is drawn right only a person sees"
"""Why usability is never 2 for a picture from words: a melted watch on pure white has no fault that is looked for."""

FAULT_SUFFICES: Final = frozenset({Criterion.USABILITY})
"""Where one small fault is enough for a 1, even if not all was looked at: the picture is known to need retouching."""
