"""Fits a spec to its model's family: fills in the model's own defaults, and refuses what the family does not know.

Pure: imports no torch, and knows no pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass

from packshot.errors import SpecError
from packshot.models import (
    COMPOSITOR,
    Guidance,
    Model,
    ModelDescription,
    SchedulerChoice,
    check_fits,
    family_named,
    find_scheduler,
    own_scheduler,
    read_text,
)
from packshot.resolve import checks
from packshot.resolve.order import is_guided
from packshot.spec import Mode, Spec, defaults


@dataclass(frozen=True, slots=True)
class Filled:
    """What the model settles: values for what was left open, and what a person should know about them."""

    steps: int
    guidance: float
    negative_prompt: str
    scheduler: SchedulerChoice
    notes: tuple[str, ...]


def fill_in(spec: Spec, mode: Mode, model: Model) -> Filled:
    """Settle what depends on the model. Raises SpecError on what its family does not know."""
    about = model.description
    _check_mode(mode, about)
    negative = spec.negative_prompt if spec.negative_prompt is not None else defaults.NEGATIVE_PROMPT
    steps = spec.steps if spec.steps is not None else about.recipe.steps
    guidance = spec.guidance if spec.guidance is not None else about.recipe.guidance
    _check_steps(steps, about)
    _check_guidance(guidance, about)
    _check_negative(negative, about)
    notes = [_without_effect(guidance, about)] if negative and not is_guided(guidance, about) else []
    excess = about.recipe.excess(steps, guidance)
    return Filled(steps, guidance, negative, _scheduler(spec, about), tuple(notes + ([excess] if excess else [])))


def check_reading(name: str, text: str, model: ModelDescription, *, allow_truncation: bool) -> tuple[str, list[str]]:
    """The words that no text encoder reads, and notes on those that only some read.

    Raises SpecError where words would be lost and that is not allowed.
    """
    if family_named(model.family).batched:
        return checks.check_tokens(name, text, model, allow_truncation=allow_truncation), []
    reads = read_text(model, text, negative=name == "negative_prompt")
    best = min(reads, key=lambda read: len(read.lost), default=None)
    if best is None:
        return "", []
    checks.refuse_lost(name, best.lost, best.tokens, best.limit, allow_truncation=allow_truncation)
    worst = max(reads, key=lambda read: len(read.lost))
    if len(worst.lost) == len(best.lost):
        return best.lost, []
    what = name.replace("_", " ")
    return best.lost, [
        f"{worst.reader} reads {worst.limit} tokens of the {what} and not {checks.few_words(worst.lost)};"
        f" {best.reader} reads on"
    ]


def _scheduler(spec: Spec, about: ModelDescription) -> SchedulerChoice:
    if spec.scheduler is not None:
        return check_fits(find_scheduler(spec.scheduler), about)
    return find_scheduler(defaults.SCHEDULER) if family_named(about.family).batched else own_scheduler(about)


def _check_mode(mode: Mode, about: ModelDescription) -> None:
    family = family_named(about.family)
    title = family.title
    if family is COMPOSITOR:
        raise SpecError(
            "spec.mode.unsupported",
            "the compositor makes no pictures of its own",
            expected="a product lock on white: packshot lock PHOTO --background white",
            got=str(mode),
        )
    if mode is Mode.LOCK and not family.batched:
        raise SpecError(
            "spec.mode.unsupported",
            f"{title} makes no scene around a locked product",
            expected="a Stable Diffusion or Stable Diffusion XL model",
            got=title,
        )
    if mode is not Mode.LOCK and about.inpainting:
        raise SpecError(
            "spec.mode.unsupported",
            f"this {title} model is an inpainting model: it paints around what it is shown, and nothing else",
            expected="a product lock: packshot lock PHOTO PROMPT",
            got=str(mode),
            hint="sd15 and sdxl make pictures from words or from a source",
        )
    if mode is Mode.IMAGE_TO_IMAGE and not about.image_to_image:
        raise SpecError(
            "spec.mode.unsupported",
            f"{title} makes pictures from words only",
            expected="no source picture",
            got="a source picture",
            hint="diffusers has no image-to-image pipeline for it; sdxl, sd35 and flux-dev have one",
        )
    if mode is Mode.TEXT_TO_IMAGE and not about.text_to_image:
        raise SpecError(
            "spec.mode.unsupported",
            f"this {title} model is a refiner: it makes a picture better and none from words alone",
            expected="--source PICTURE",
            got="none",
            hint="make a picture with its base model first (sdxl), then name it by --source; strength 0.3 is usual",
        )


def _check_steps(steps: int, about: ModelDescription) -> None:
    family = family_named(about.family)
    if steps < family.steps_min:
        raise SpecError(
            "spec.steps.range",
            f"{family.title} cannot be run in so few steps",
            expected=f"{family.steps_min} or more",
            got=str(steps),
        )


def _check_guidance(guidance: float, about: ModelDescription) -> None:
    if about.guidance is Guidance.NONE and guidance > 1:
        raise SpecError(
            "spec.guidance.unsupported",
            f"this {family_named(about.family).title} model takes no guidance: it was distilled without",
            expected="no --guidance, or 0",
            got=f"{guidance:g}",
        )


def _check_negative(negative: str, about: ModelDescription) -> None:
    family = family_named(about.family)
    if negative and not family.negative_prompt:
        raise SpecError(
            "spec.negative_prompt.unsupported",
            f"{family.title} takes no negative prompt",
            expected="none",
            got=f"“{negative}”",
            hint="say in the prompt what shall be there instead",
        )


def _without_effect(guidance: float, about: ModelDescription) -> str:
    """Why a negative prompt does nothing."""
    if about.guidance is Guidance.EMBEDDED:
        return "the negative prompt has no effect: the model takes its guidance as a number"
    off = family_named(about.family).guidance_off
    return f"the negative prompt has no effect at guidance {guidance:g} (it works above {off:g})"
