"""What the form of Create holds: names, first values, and how a spec fills it. Knows nothing of how it is shown."""

from __future__ import annotations

from typing import Any, Final, Literal, TypedDict

import streamlit as st

from packshot.settings import AUTO
from packshot.spec import Background, Lock, Lora, Mode, Shadow, Spec, defaults

SIDE_PX: Final = 512
GROUND: Final = "#d9d4cc"
"""Where another first ground of a scene is begun with."""

ANY: Final = "any"
"""Of a mask that was accepted before it was found again: a job's form after a reload."""


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
        "background": Background.SCENE.value,
        "shadow": Shadow.NATURAL.value,
        "finding": "photo",
        "rectangle": "",
        "mask": None,
        "accepted": None,
        "place": "own",
        "box": None,
        "ground": "own",
        "colour": GROUND,
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

OF_PHOTO: Final = ("finding", "rectangle", "mask", "accepted", "place", "box")
"""Fields that speak of one photo."""


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
        "mode": _begun(spec).value,
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
        **(_of_lock(spec.lock) if spec.lock is not None else {}),
    }
    for name, first in _Defaults.values.items():
        put(name, first if filled.get(name) is None else filled[name])
    if spec.lock is None or spec.lock.background is Background.SCENE:
        put("steps", spec.steps)
        put("guidance", spec.guidance)


def forget_product() -> None:
    """What was said of the product in another photo: it stands elsewhere in this one."""
    for name in OF_PHOTO:
        put(name, _Defaults.values[name])


def _begun(spec: Spec) -> Mode:
    if spec.lock is not None:
        return Mode.LOCK
    return Mode.IMAGE_TO_IMAGE if spec.source else Mode.TEXT_TO_IMAGE


def _of_lock(lock: Lock) -> dict[str, Any]:
    box, rectangle = lock.placement, lock.rectangle
    return {
        "background": lock.background.value,
        "shadow": lock.shadow.value,
        "finding": "mask" if lock.mask else "rectangle" if rectangle is not None else "photo",
        "rectangle": str(rectangle) if rectangle is not None else None,
        "mask": lock.mask,
        "accepted": ANY if lock.accept_doubt else None,
        "place": "other" if box is not None else None,
        "box": (box.left, box.top, box.width) if box is not None else None,
        "ground": "other" if lock.ground is not None else None,
        "colour": lock.ground,
    }


def _written(lora: Lora) -> str:
    return f"{lora.path}:{lora.weight:g}"
