"""The parameters that an experiment may vary, and how their values are read from what a person types.

Numbers may be ranges (`0.2..0.8 step 0.2`). Limits are those of a spec, checked where a spec is; whether a model can
do it is seen when the plan is forecast.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from packshot.errors import PackshotError, PlanError
from packshot.experiment import ARMS_MAX
from packshot.models import find_scheduler, parse_reference
from packshot.resolve import check_loras, checks
from packshot.spec import Fit, Lora, Spec

NUMBER: Final = r"[+\-−]?[0-9]+(?:\.[0-9]+)?"
RANGE: Final = re.compile(rf"({NUMBER})\s*(?:\.\.+|…)\s*({NUMBER})(?:\s*(?:step|pas|by)\s*({NUMBER}))?", re.IGNORECASE)
NONE: Final = "none"
"""What a person writes for no negative prompt, and for no LoRA."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be varied. `name` stands in code and plans, `label` is for people, `example` shows how values are typed.

    `field` is the plan's key. `one_a_line`: values are text with commas of its own, so each has its line.
    """

    name: str
    label: str
    field: str
    example: str
    read: Callable[[str], Any]
    is_number: bool = False
    is_whole: bool = False
    one_a_line: bool = False


def read_values(parameter: str, text: str) -> tuple[Any, ...]:
    """The values that a person typed, in their order. Raises PlanError, or what a spec with such a value is refused by.

    Parted by commas, by semicolons (then a comma is a decimal one), or by lines.
    """
    of = parameter_named(parameter)
    values = tuple(value for part in _parts(of, text) for value in _values(of, part))
    if not values:
        raise _refused(of, "no value", "nothing")
    if len(values) > ARMS_MAX:
        raise _refused(of, f"more than {ARMS_MAX} values", str(len(values)))
    twice = next((value for place, value in enumerate(values) if value in values[:place]), None)
    if twice is not None:
        raise PlanError("plan.invalid", f"{of.label}: a value stands twice", expected="each value once", got=str(twice))
    return values


def parameter_named(name: str) -> Parameter:
    """The parameter of that name. Raises PlanError that lists them."""
    if name in PARAMETERS:
        return PARAMETERS[name]
    hint = "seeds are replicates: say how many pictures there shall be of each value" if name == "seed" else None
    raise PlanError(
        "plan.invalid", f"nothing to vary by the name {name!r}", expected=", ".join(PARAMETERS), got=name, hint=hint
    )


def _parts(of: Parameter, text: str) -> list[str]:
    lines = text.splitlines()
    if of.one_a_line or len([line for line in lines if line.strip()]) > 1:
        parts = lines
    elif ";" in text:
        parts = text.replace(",", ".").split(";") if of.is_number else text.split(";")
    else:
        parts = text.split(",")
    return [part.strip() for part in parts if part.strip()]


def _values(of: Parameter, part: str) -> list[Any]:
    found = RANGE.fullmatch(part) if of.is_number else None
    texts = _steps(of, part, *found.groups()) if found else [part]
    return [_read(of, text) for text in texts]


def _read(of: Parameter, text: str) -> Any:
    try:
        return of.read(text)
    except PackshotError:
        raise
    except ValueError as error:
        raise _refused(of, "not a value", text) from error


def _steps(of: Parameter, part: str, first: str, last: str, step: str | None) -> list[str]:
    """A range's numbers, exact as decimals are. The end belongs to it where a step meets it."""
    if step is None and not of.is_whole:
        raise _refused(of, "a range without its step", part)
    begin, end, by = (Decimal(number.replace("−", "-")) for number in (first, last, step or "1"))
    if by <= 0:
        raise _refused(of, "a step that leads nowhere", part)
    count = int(abs(end - begin) / by) + 1
    if count > ARMS_MAX:
        raise _refused(of, f"more than {ARMS_MAX} values", part)
    direction = 1 if end >= begin else -1
    return [str(begin + direction * by * turn) for turn in range(count)]


def _refused(of: Parameter, what: str, got: str) -> PlanError:
    return PlanError("plan.invalid", f"{of.label}: {what}", expected=f"values such as {of.example}", got=got[:200])


def _number(text: str) -> float:
    if not re.fullmatch(NUMBER, text):
        raise ValueError(text)
    return float(text.replace("−", "-"))


def _whole(text: str) -> int:
    number = _number(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def _steps_value(text: str) -> int:
    checks.check_steps(found := _whole(text))
    return found


def _guidance(text: str) -> float:
    checks.check_guidance(found := _number(text))
    return found


def _strength(text: str) -> float:
    checks.check_strength(found := _number(text))
    return found


def _side(name: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        checks.check_side(name, found := _whole(text), 1)
        return found

    return read


def _size(text: str) -> str:
    """`512` or `512x768` → WIDTHxHEIGHT."""
    width, cross, height = text.lower().replace("×", "x").replace(" ", "").partition("x")
    sides = _side("width")(width), _side("height")(height if cross else width)
    return f"{sides[0]}x{sides[1]}"


def _prompt(text: str) -> str:
    checks.check_prompt("prompt", text)
    return text


def _negative(text: str) -> str:
    found = "" if text.casefold() == NONE else text
    checks.check_prompt("negative_prompt", found)
    return found


def _model(text: str) -> str:
    parse_reference(text)
    return text


def _loras(text: str) -> tuple[Lora, ...]:
    found = () if text.casefold() == NONE else tuple(Lora.model_validate(each) for each in re.split(r"\s+\+\s+", text))
    check_loras(found)
    return found


def _weight(text: str) -> float:
    check_loras([Lora(path="the LoRA", weight=(found := _number(text)))])
    return found


PARAMETERS: Final[dict[str, Parameter]] = {
    each.name: each
    for each in (
        Parameter("steps", "steps", "steps", "15, 30, 50 or 10..50 step 10", _steps_value, True, True),
        Parameter("guidance", "guidance", "guidance", "1, 4, 7.5 or 2..12 step 2", _guidance, True),
        Parameter("scheduler", "scheduler", "scheduler", "EulerA, DDIM", lambda text: find_scheduler(text).name),
        Parameter("strength", "strength", "strength", "0.3, 0.6 or 0.2..0.8 step 0.2", _strength, True),
        Parameter("prompt_words", "words of the prompt", "prompt", "a blue background, a wooden table", _prompt),
        Parameter("prompt", "prompt", "prompt", "a prompt on each line", _prompt, one_a_line=True),
        Parameter(
            "negative_prompt", "negative prompt", "negative_prompt", f"on lines, {NONE} for no words", _negative,
            one_a_line=True,
        ),
        Parameter("model", "model", "model", "studio-tiny, sd15", _model),
        Parameter("lora_weight", "weight of the LoRA", "loras", "0, 0.5, 1 or 0..1 step 0.25", _weight, True),
        Parameter(
            "loras", "LoRAs", "loras", f"brand.safetensors:0.8 on each line (more joined by +), {NONE} for no LoRA",
            _loras, one_a_line=True,
        ),
        Parameter("size", "size", "size", "256, 512x768", _size),
        Parameter("width", "width", "width", "256, 512 or 256..512 step 64", _side("width"), True, True),
        Parameter("height", "height", "height", "256, 512 or 256..512 step 64", _side("height"), True, True),
        Parameter("source", "source picture", "source", "a file or a digest on each line", str, one_a_line=True),
        Parameter("fit", "fit of the source", "fit", ", ".join(Fit), lambda text: Fit(text.casefold())),
    )
}  # fmt: skip
"""Everything that a plan may vary, by name, what is asked for most often first."""


def on_offer(baseline: Spec) -> tuple[Parameter, ...]:
    """What may be varied against this baseline: strength and fit with a source, a LoRA's weight with a LoRA."""
    return tuple(of for name, of in PARAMETERS.items() if missing(name, baseline) is None)


def missing(parameter: str, baseline: Spec) -> str | None:
    """What the baseline lacks for a parameter, in words; None where it lacks nothing."""
    if parameter in ("strength", "fit") and not baseline.source:
        return "a source picture"
    return "a LoRA" if parameter == "lora_weight" and not baseline.loras else None
