"""What a form asks for, as specs: fields that people typed, a series of seeds, and what a model wants by itself."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from packshot.errors import SpecError
from packshot.models import FLOW_SCHEDULERS, SCHEDULERS, family_named, own_scheduler
from packshot.resolve import check_known
from packshot.spec import Background, Spec, defaults
from packshot.workflow.workbench import Workbench

NEW_SEED_MAX: Final = 2**32 - 1
"""New seeds stay short enough to be read aloud, and every other tool takes them too."""

WHOLE: Final = re.compile(r"[-+−]?[0-9]+")


@dataclass(frozen=True, slots=True)
class OwnSettings:
    """What a model takes where a person says nothing. Sides in pixels, multiples of `multiple_px`."""

    scheduler: str
    steps: int
    guidance: float
    side_px: int
    multiple_px: int


def own_settings(bench: Workbench, model: str | None) -> OwnSettings | None:
    """None where the model is not on this machine, or nobody knows without fetching: never asks the network.

    Raises ModelError where what is here cannot be used.
    """
    reference = model or defaults.MODEL
    if not bench.catalogue.is_here(reference):
        return None
    about = bench.catalogue.find(reference).description
    batched = family_named(about.family).batched
    scheduler = defaults.SCHEDULER if batched else own_scheduler(about).name
    recipe = about.recipe
    return OwnSettings(scheduler, recipe.steps, recipe.guidance, about.side_px, about.multiple_px)


def foresee(bench: Workbench, prompt: str, model: str | None, *, locks: bool = False) -> tuple[str, ...]:
    """What the model does not know of the prompt, as `resolve` would note it. Never asks the network.

    Where it `locks` a product, the prompt need not name one. Raises ModelError where what is here cannot be used.
    """
    reference = model or defaults.MODEL
    if not prompt.strip() or not bench.catalogue.is_here(reference):
        return ()
    knowledge = bench.catalogue.find(reference).description.knowledge
    return tuple(check_known(prompt, knowledge, strict=False, names_product=not locks))


def scheduler_names() -> tuple[str, ...]:
    """Every name of a scheduler, the common ones first."""
    return tuple(choice.name for choice in (*SCHEDULERS, *FLOW_SCHEDULERS))


def read_spec(fields: Mapping[str, Any]) -> Spec:
    """A spec from fields by name; `seed` may be text. Raises SpecError where one is of the wrong kind."""
    try:
        return Spec(**{**fields, "seed": read_seed(fields.get("seed"))})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SpecError(
            "spec.invalid", f"impossible {name}", expected=first["msg"], got=repr(first["input"])
        ) from error


def read_seed(text: str | int | None) -> int | None:
    """A seed as it was typed; None where nothing was. Raises SpecError where it is no whole number from 0 on."""
    typed = str(text if text is not None else "").strip()
    if not typed:
        return None
    if typed.isascii() and typed.isdigit():
        return int(typed[:40])
    expected = f"0 to {defaults.SEED_MAX}"
    if WHOLE.fullmatch(typed):
        raise SpecError("spec.seed.range", "impossible seed", expected=expected, got=typed[:80])
    raise SpecError("spec.invalid", "the seed is not a whole number", expected=expected, got=typed[:80])


def new_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(NEW_SEED_MAX + 1)


def counted_up(spec: Spec, pictures: int) -> Sequence[Spec]:
    """The same picture `pictures` times, with seeds that count up from the spec's own. On white nothing is drawn by
    chance: it is one picture, without a seed."""
    if spec.lock is not None and spec.lock.background is Background.WHITE:
        return [spec]
    first = spec.seed if spec.seed is not None else defaults.SEED
    return [spec.model_copy(update={"seed": first + number}) for number in range(pictures)]
