"""What one intent asks for that another does not, in words that fit a table. Pure; knows nothing about pictures."""

from __future__ import annotations

from typing import Final

from packshot.report.wording import listing, number, short, size
from packshot.spec import Intent

FIELDS: Final = (
    "mode", "prompt", "negative prompt", "model", "LoRA", "scheduler", "steps", "guidance", "strength", "seed", "size",
    "source",
)  # fmt: skip


def settings_of(intent: Intent) -> dict[str, str]:
    """Every setting that a reader compares, as text; empty where it does not apply."""
    return {
        "mode": str(intent.mode),
        "prompt": intent.prompt,
        "negative prompt": intent.negative_prompt,
        "model": intent.model.digest,
        "LoRA": listing([f"{short(lora.digest)} × {number(lora.weight)}" for lora in intent.loras]),
        "scheduler": intent.scheduler.name,
        "steps": str(intent.steps),
        "guidance": number(intent.guidance),
        "strength": "" if intent.strength is None else number(intent.strength),
        "seed": str(intent.seed),
        "size": size(intent.width, intent.height),
        "source": "" if intent.source is None else intent.source.digest,
    }


def differing(intent: Intent, baseline: Intent) -> tuple[str, ...]:
    """The names of the settings that differ, in the order of `FIELDS`."""
    mine, theirs = settings_of(intent), settings_of(baseline)
    return tuple(field for field in FIELDS if mine[field] != theirs[field])
