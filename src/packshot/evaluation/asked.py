"""What was asked for, as far as evidence is measured against it: also of pictures that other tools made."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.spec import Intent, Mode


@dataclass(frozen=True, slots=True)
class Asked:
    """The prompts and the mode."""

    prompt: str
    negative_prompt: str = ""
    mode: Mode = Mode.TEXT_TO_IMAGE


def asked_by(intent: Intent) -> Asked:
    """What an intent asks for."""
    return Asked(intent.prompt, intent.negative_prompt, intent.mode)
