"""What the parameters of an experiment are called on a page, and how their values are typed."""

from __future__ import annotations

from typing import Final

from packshot.app.parts.named import capital
from packshot.app.words import _
from packshot.spec import Spec
from packshot.workflow import on_offer

SEED: Final = "seed"
"""No parameter of a plan: its values are the replicates."""


def parameters_for(baseline: Spec) -> list[str]:
    """What may be varied against this baseline, what is asked for most often first, other seeds last."""
    return [*(of.name for of in on_offer(baseline)), SEED]


def parameter_name(name: str) -> str:
    """Beginning with a capital letter."""
    return capital(parameter_words(name))


def parameter_words(name: str) -> str:
    """As it stands inside a sentence."""
    return {
        "steps": _("steps"),
        "guidance": _("guidance"),
        "scheduler": _("scheduler"),
        "strength": _("strength"),
        "prompt_words": _("words of the prompt"),
        "prompt": _("prompt"),
        "negative_prompt": _("negative prompt"),
        "model": _("model"),
        "lora_weight": _("weight of the LoRA"),
        "loras": _("LoRAs"),
        "size": _("size"),
        "width": _("width"),
        "height": _("height"),
        "source": _("source picture"),
        "fit": _("fit of the source"),
        SEED: _("seed alone"),
    }[name]


def example_of(name: str) -> str:
    """How its values are typed."""
    return {
        "steps": _("15, 30, 50 or 10..50 step 10"),
        "guidance": _("1, 4, 7.5 or 2..12 step 2"),
        "scheduler": _("EulerA, DDIM"),
        "strength": _("0.3, 0.6 or 0.2..0.8 step 0.2"),
        "prompt_words": _("a blue background, a wooden table"),
        "prompt": _("a prompt on each line"),
        "negative_prompt": _("on lines, none for no words"),
        "model": _("studio-tiny, sd15"),
        "lora_weight": _("0, 0.5, 1 or 0..1 step 0.25"),
        "loras": _("file.safetensors:0.8 on each line, none for no LoRA"),
        "size": _("256, 512x768"),
        "width": _("256, 512 or 256..512 step 64"),
        "height": _("256, 512 or 256..512 step 64"),
        "source": _("a file or a digest on each line"),
        "fit": _("pad, crop, stretch"),
    }[name]
