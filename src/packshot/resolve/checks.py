"""The checks of single fields: each raises a SpecError with what was expected and got."""

from __future__ import annotations

import math
from typing import Final

from packshot.errors import SpecError
from packshot.models import ModelDescription, count_tokens
from packshot.spec import Mode, defaults

_WORDS_SHOWN: Final = 5
_LETTERS_SHOWN: Final = 48


def check_prompt(name: str, text: str) -> None:
    """At most 2000 characters; the prompt itself may not be empty."""
    if name == "prompt" and not text.strip():
        raise SpecError("spec.prompt.empty", "no prompt was given", expected="words that say what to make", got="none")
    if not text.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise SpecError("spec.invalid", f"the {name.replace('_', ' ')} is not valid text", expected="UTF-8")
    if len(text) > defaults.PROMPT_MAX_CHARS:
        raise SpecError(
            "spec.prompt.too_long",
            f"the {name.replace('_', ' ')} is too long",
            expected=f"at most {defaults.PROMPT_MAX_CHARS} characters",
            got=f"{len(text)} characters",
        )


def check_tokens(name: str, text: str, model: ModelDescription, *, allow_truncation: bool) -> str:
    """The words that the text encoder would lose: empty, or allowed. Raises SpecError where not allowed."""
    lost = ""
    for folder in model.tokenizers[:1]:
        count = count_tokens(folder, text)
        refuse_lost(name, count.lost, count.tokens, count.limit, allow_truncation=allow_truncation)
        lost = count.lost
    return lost


def few_words(lost: str) -> str:
    """`“on a red velvet chair” and 190 more words`: the first of many words stand for all, long ones are cut."""
    words = lost.split()
    shown = " ".join(
        word if len(word) <= _LETTERS_SHOWN else f"{word[: _LETTERS_SHOWN - 1]}…" for word in words[:_WORDS_SHOWN]
    )
    more = len(words) - _WORDS_SHOWN
    return f"“{shown}”" + (f" and {more} more word{'s' if more > 1 else ''}" if more > 0 else "")


def refuse_lost(name: str, lost: str, tokens: int, limit: int, *, allow_truncation: bool) -> None:
    """Raise SpecError where words would be lost and that is not allowed."""
    if lost and not allow_truncation:
        raise SpecError(
            "spec.prompt.truncated",
            f"the text encoder would not read the end of the {name.replace('_', ' ')}: {few_words(lost)}",
            expected=f"at most {limit} tokens",
            got=f"{tokens} tokens",
            hint="shorten it, or accept the loss with --allow-truncation",
        )


def check_steps(steps: int) -> None:
    """1 to 150."""
    if not defaults.STEPS_MIN <= steps <= defaults.STEPS_MAX:
        raise SpecError(
            "spec.steps.range",
            "impossible number of steps",
            expected=f"{defaults.STEPS_MIN} to {defaults.STEPS_MAX}",
            got=str(steps),
        )


def check_guidance(guidance: float) -> None:
    """0 to 50."""
    if not math.isfinite(guidance) or not 0 <= guidance <= defaults.GUIDANCE_MAX:
        raise SpecError(
            "spec.guidance.range", "impossible guidance", expected=f"0 to {defaults.GUIDANCE_MAX:g}", got=str(guidance)
        )


def check_seed(seed: int) -> None:
    """0 to 2⁶³ − 1, what a torch generator takes."""
    if not 0 <= seed <= defaults.SEED_MAX:
        raise SpecError("spec.seed.range", "impossible seed", expected=f"0 to {defaults.SEED_MAX}", got=str(seed))


def check_side(name: str, side_px: int, multiple_px: int) -> None:
    """64 to 4096 px and a multiple of what the autoencoder needs."""
    if not defaults.SIDE_MIN_PX <= side_px <= defaults.SIDE_MAX_PX:
        raise SpecError(
            "spec.size.range",
            f"impossible {name}",
            expected=f"{defaults.SIDE_MIN_PX} to {defaults.SIDE_MAX_PX} px",
            got=f"{side_px} px",
        )
    if side_px % multiple_px:
        low = side_px - side_px % multiple_px
        raise SpecError(
            "spec.size.not_divisible",
            f"the model cannot make this {name}",
            expected=f"a multiple of {multiple_px} px, such as {low} or {low + multiple_px}",
            got=f"{side_px} px",
        )


def check_strength(strength: float) -> None:
    """0 to 1."""
    if not math.isfinite(strength) or not 0 <= strength <= 1:
        raise SpecError("spec.strength.range", "impossible strength", expected="0 to 1", got=str(strength))


def steps_taken(mode: Mode, steps: int, strength: float | None, *, rounds_up: bool = False) -> int:
    """The steps really taken: all, or for image-to-image `int(steps × strength)`, as in SDEdit (arXiv:2108.01073).

    The pipelines of some families round that up (`rounds_up`): they leave `int(steps − steps × strength)` out.
    Raises SpecError where that leaves none.
    """
    if mode is Mode.TEXT_TO_IMAGE or strength is None:
        return steps
    taken = steps - int(steps - steps * strength) if rounds_up else min(int(steps * strength), steps)
    if taken < 1:
        raise SpecError(
            "spec.steps.none_left",
            f"strength {strength:g} of {steps} steps leaves no step to take",
            expected=f"one step or more: strength from {math.ceil(1000 / steps) / 1000:g} at {steps} steps",
            got=f"{strength * steps:.4g}",
            hint="raise the strength or the steps",
        )
    return taken
