"""What the form of Create holds: names, first values, and how a spec fills it. Knows nothing of how it is shown."""

from __future__ import annotations

from typing import Any, Final, Literal, TypedDict

import streamlit as st

from packshot.settings import AUTO
from packshot.spec import Lora, Mode, Spec, defaults

SIDE_PX: Final = 512


class Keeping(TypedDict):
    """How long a widget's value lives."""

    persist_state: Literal["session"]


KEEP: Final[Keeping] = {"persist_state": "session"}
"""Of every field: what was typed is there again when the person comes back from another page."""


class _Defaults:
    """First values of the fields, set once a session."""

    values: Final[dict[str, Any]] = {
        "mode": Mode.TEXT_TO_IMAGE.value,
        "prompt": "",
        "negative": "",
        "model": defaults.MODEL,
        "followed": defaults.MODEL,
        "scheduler": "",
        "seed": str(defaults.SEED),
        "steps": defaults.STEPS,
        "guidance": defaults.GUIDANCE,
        "size": "own",
        "width": SIDE_PX,
        "height": SIDE_PX,
        "pictures": 1,
        "source": None,
        "strength": defaults.STRENGTH,
        "fit": defaults.FIT,
        "runtime": AUTO,
        "precision": AUTO,
        "memory": AUTO,
        "slots": 0,
        "loras": "",
        "truncation": False,
        "strict": False,
    }

    def begin(self) -> None:
        """Fields that have no value yet get their first."""
        for name, first in self.values.items():
            st.session_state.setdefault(key(name), first)


DEFAULTS: Final = _Defaults()


def is_begun() -> bool:
    """Whether this session has a form already."""
    return key("prompt") in st.session_state


def key(name: str) -> str:
    """The session's key of a field."""
    return f"asked-{name}"


def value(name: str) -> Any:
    """What a field holds."""
    return st.session_state.get(key(name), _Defaults.values[name])


def put(name: str, new: Any) -> None:
    """Before the field is shown, or in a callback."""
    st.session_state[key(name)] = new


def fill_form(spec: Spec) -> None:
    """Everything that a spec asks for, and first values for the rest: before any field is shown."""
    loras = spec.loras or ()
    sized = spec.width is not None and spec.height is not None
    filled = {
        "mode": Mode.IMAGE_TO_IMAGE.value if spec.source else Mode.TEXT_TO_IMAGE.value,
        "prompt": spec.prompt,
        "negative": spec.negative_prompt,
        "model": spec.model,
        "followed": spec.model,
        "scheduler": spec.scheduler,
        "seed": str(spec.seed) if spec.seed is not None else None,
        "size": "other" if sized else None,
        "width": spec.width,
        "height": spec.height,
        "source": spec.source,
        "strength": spec.strength,
        "fit": spec.fit.value if spec.fit is not None else None,
        "runtime": spec.runtime,
        "precision": spec.precision,
        "memory": spec.memory,
        "slots": spec.slots,
        "loras": "\n".join(_written(lora) for lora in loras),
        "truncation": spec.allow_truncation,
        "strict": spec.strict,
    }
    for name, first in _Defaults.values.items():
        put(name, first if filled.get(name) is None else filled[name])
    put("steps", spec.steps)
    put("guidance", spec.guidance)


def _written(lora: Lora) -> str:
    return f"{lora.path}:{lora.weight:g}"
