"""Packshot: product pictures with diffusion models as controlled, reproducible experiments.

    import packshot

    packshot.run("lab").effects()
    packshot.generate("product photo of a red mug on a white background", seed=7).replay()

    with packshot.open_workbench() as bench:
        made = packshot.make_picture(bench, packshot.Spec(prompt="product photo of a red mug on a white background"))
        print(made.path, packshot.replay(bench, made.run.id).verdict)

Importing it imports neither torch nor anything else that is heavy: names are found on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "Lora": "packshot.spec",
    "PackshotError": "packshot.errors",
    "Spec": "packshot.spec",
    "find_plan": "packshot.experiment",
    "generate": "packshot.notebook",
    "make_picture": "packshot.workflow",
    "open": "packshot.notebook",
    "open_workbench": "packshot.wiring",
    "replay": "packshot.workflow",
    "run": "packshot.notebook",
    "run_experiment": "packshot.workflow",
}

_NAMED_THERE = {"open": "open_experiment", "run": "run_plan"}
"""Short names that would hide something where they are defined."""

__all__ = [
    "Lora",
    "PackshotError",
    "Spec",
    "__version__",
    "find_plan",
    "generate",
    "make_picture",
    "open",
    "open_workbench",
    "replay",
    "run",
    "run_experiment",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), _NAMED_THERE.get(name, name))
    raise AttributeError(f"module 'packshot' has no attribute {name!r}")
