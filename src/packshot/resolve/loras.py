"""A spec's LoRAs → files, pins and notes; and those of a record → files. Imports no torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from packshot.errors import ModelError, SpecError
from packshot.models import LORA_FAMILIES, FoundLora, LoraShelf, Model, lay_out, read_lora, stored_shapes
from packshot.spec import Lora, LoraOrigin, ResolvedSpec, defaults


def check_loras(asked: Sequence[Lora]) -> None:
    """How many, and how strong. Raises SpecError. Looks at no file."""
    if len(asked) > defaults.LORAS_MAX:
        raise SpecError(
            "spec.lora.many", "too many LoRAs", expected=f"at most {defaults.LORAS_MAX}", got=str(len(asked))
        )
    for lora in asked:
        if not math.isfinite(lora.weight) or abs(lora.weight) > defaults.LORA_WEIGHT_MAX:
            limit = f"{defaults.LORA_WEIGHT_MAX:g}"
            raise SpecError(
                "spec.lora.weight",
                f"impossible weight of the LoRA {Path(lora.path).name}",
                expected=f"-{limit} to {limit}",
                got=str(lora.weight),
            )


def find_loras(asked: Sequence[Lora], model: Model, shelf: LoraShelf) -> tuple[FoundLora, ...]:
    """The files, each checked against the model as far as headers tell, sorted by digest: their order has no meaning.

    Raises ModelError, and SpecError where one is named twice.
    """
    if asked and model.description.family not in LORA_FAMILIES:
        raise ModelError(
            "model.lora.unsupported",
            f"LoRAs cannot be added to models of the family {model.description.family} here",
            expected=f"a model of the families {', '.join(LORA_FAMILIES)}",
            got=model.reference,
        )
    # adding 0 to -0 gives 0: one weight, one hash
    found = [shelf.find(lora.path, lora.weight + 0.0) for lora in asked]
    digests = [lora.pin.digest for lora in found]
    for position, lora in enumerate(found):
        if lora.pin.digest in digests[:position]:
            raise SpecError(
                "spec.lora.twice",
                f"the LoRA {lora.path.name} is named twice",
                expected="each file once, with one weight",
                got=lora.pin.digest,
            )
    shapes = stored_shapes(model) if found else None
    for lora in found:
        contents = read_lora(lora.path)
        if shapes is not None:
            lay_out(contents, shapes)
    return tuple(sorted(found, key=lambda lora: lora.pin.digest))


def with_loras(model: Model, loras: Sequence[FoundLora]) -> Model:
    """The model with LoRAs added; at weight 0 nothing is added, and the model's own weights compute."""
    return replace(model, loras=tuple(lora for lora in loras if lora.pin.weight != 0))


def lora_notes(loras: Sequence[FoundLora]) -> list[str]:
    """What a person should know of them."""
    return [f"the LoRA {lora.path.name} has no effect at weight 0" for lora in loras if lora.pin.weight == 0]


def lora_origin(lora: FoundLora) -> LoraOrigin:
    """For the record: a file's name without its folders."""
    name = lora.path.name.encode("utf-8", "backslashreplace").decode("utf-8")
    return LoraOrigin(name=name, tensors_digest=lora.tensors_digest)


def restore_loras(resolved: ResolvedSpec, shelf: LoraShelf, named: Sequence[Path]) -> tuple[FoundLora, ...]:
    """The files that a record pins, by their digests. `named` are files that the person points to.

    Raises ModelError on what is not at hand, and on a named file that is none of the run's.
    """
    pins = resolved.intent.loras
    for path in named:
        digest = shelf.digest_of(path)
        if digest not in {pin.digest for pin in pins}:
            raise ModelError(
                "model.lora.not_found",
                f"{path.name} is no LoRA of this run",
                expected=", ".join(f"the file with digest {pin.digest}" for pin in pins) or "none: it had no LoRA",
                got=digest,
            )
    names = [lora.name for lora in resolved.origin.loras]
    missing = [None] * (len(pins) - len(names))
    return tuple(
        shelf.find_pinned(pin, name, named) for pin, name in zip(pins, [*names, *missing][: len(pins)], strict=True)
    )
