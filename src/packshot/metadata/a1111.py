"""The text that AUTOMATIC1111's webui writes into pictures, and that most tools of the field read.

A courtesy to other tools, not our record: prompts are changed where they would break the readers.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from packshot.metadata.record import PictureRecord
from packshot.spec import LoraPin

_SAMPLERS: Final[dict[str, str]] = {
    "EulerA": "Euler a",
    "PNDM": "PLMS",
    "DPM++": "DPM++ 2M",
}
"""Our name → A1111's, where they differ. "DPM++ 2S" stays: A1111's "DPM++ 2S a" adds noise, diffusers' does not."""

_KARRAS: Final = " Karras"


def sampler_and_schedule(scheduler: str) -> tuple[str, str | None]:
    """A1111's sampler name, and its schedule type where the name asks for one."""
    base = scheduler.removesuffix(_KARRAS)
    return _SAMPLERS.get(base, base), "Karras" if base != scheduler else None


def a1111_text(record: PictureRecord) -> str:
    """Prompt, `Negative prompt: …`, and one line of settings."""
    intent = record.resolved.intent
    sampler, schedule = sampler_and_schedule(intent.scheduler.name)
    settings: dict[str, str | None] = {
        "Steps": str(intent.steps),
        "Sampler": _value(sampler),
        "Schedule type": schedule,
        "CFG scale": _number(intent.guidance),
        "Seed": str(intent.seed),
        "Size": f"{intent.width}x{intent.height}",
        "Model hash": intent.model.digest.removeprefix("sha256:")[:10] or None,
        "Model": _value(_model_name(record.resolved.origin.model)) or None,
        "Denoising strength": None if intent.strength is None else _number(intent.strength),
        "Lora hashes": _lora_hashes(record),
        "Version": f"packshot {_value(record.provenance.packshot)}",
    }
    lines = [" ".join((_prompt(intent.prompt), *_lora_tags(record)))]
    if negative := _prompt(intent.negative_prompt):
        lines.append(f"Negative prompt: {negative}")
    lines.append(", ".join(f"{key}: {value}" for key, value in settings.items() if value is not None))
    return "\n".join(lines)


def _lora_tags(record: PictureRecord) -> list[str]:
    """`<lora:NAME:WEIGHT>` at the end of the prompt: how a person asks that tool for a LoRA."""
    return [f"<lora:{name}:{_number(pin.weight)}>" for name, _, pin in _loras(record)]


def _lora_hashes(record: PictureRecord) -> str | None:
    """`"NAME: HASH, …"`: the first 12 digits of the digest over what follows a file's header."""
    hashes = [f"{name}: {digest[:12]}" for name, digest, _ in _loras(record)]
    return f'"{", ".join(hashes)}"' if hashes else None


def _loras(record: PictureRecord) -> list[tuple[str, str, LoraPin]]:
    pins, origins = record.resolved.intent.loras, record.resolved.origin.loras
    return [
        (re.sub(r"[<>]", "_", _value(origin.name.removesuffix(".safetensors"))), _value(origin.tensors_digest), pin)
        for pin, origin in zip(pins, origins, strict=False)
    ]


def _prompt(text: str) -> str:
    """The prompt without what readers take for structure; its line breaks stay, other control characters go."""
    lines = ("".join(c if c.isprintable() else " " for c in line) for line in text.splitlines())
    joined = "\n".join(re.sub(r"(?i)^(\s*steps)\s*:", r"\1 -", line) for line in lines)
    return re.sub(r"(?i)(negative\s+prompt)\s*:", r"\1 -", joined).strip()


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


def _model_name(origin: str) -> str:
    """A1111 names a model by its file without ending; a hub's `owner/name` stays whole."""
    if re.fullmatch(r"[\w.-]+(/[\w.-]+)?", origin) and not origin.endswith((".safetensors", ".ckpt")):
        return origin
    return PurePosixPath(origin.replace("\\", "/")).name.removesuffix(".safetensors")


def _value(text: str) -> str:
    """A value that cannot end its field: comma, colon and line break separate fields."""
    return re.sub(r"\s+", " ", re.sub(r"[,:\"\x00-\x1f]", "_", text)).strip()
