"""What a picture file says about itself, enough to make the picture again. Knows nothing about PNG."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, Literal

from pydantic import Field, ValidationError

from packshot.errors import RecordError
from packshot.result import Provenance, Timings
from packshot.settings import SLOTS
from packshot.spec import Background, Frozen, ResolvedSpec, canonical_json, defaults

SCHEMA: Final = "packshot.picture/1"
HINT: Final = "replay the run by its id from the workspace, or give the prompt and the settings to `packshot generate`"
THREADS_MAX: Final = 4096
"""No machine has more threads: beyond it the file lies."""
LOCK_EROSION_MAX_PX: Final = 64
"""Far more than any version erodes."""


class PictureRecord(Frozen):
    """The record inside a picture file. `picture_digest` is that of the decoded pixels."""

    schema_: Literal["packshot.picture/1"] = Field(default=SCHEMA, alias="schema")
    resolved: ResolvedSpec
    spec_hash: str
    picture_digest: str
    run_id: str
    provenance: Provenance
    timings: Timings
    created_at: datetime

    @property
    def by_model(self) -> bool:
        """Whether a model made any of it: else other tools have no use for its settings."""
        lock = self.resolved.intent.lock
        return lock is None or lock.background is not Background.WHITE

    def to_text(self) -> str:
        """Canonical JSON: the same record is the same text. Numbers that JSON lacks (infinity) become null."""
        return canonical_json(json.loads(self.model_dump_json(by_alias=True)))

    @classmethod
    def from_text(cls, text: bytes | str, *, name: str) -> PictureRecord:
        """Read back what `to_text` wrote; `name` is the file's, for messages. The text may be hostile.

        Raises RecordError record.no_spec on anything but a record whose hash derives from its own intent and whose
        numbers a spec could have.
        """
        try:
            record = cls.model_validate_json(text)
            derived = record.resolved.hash
        except (ValidationError, ValueError) as error:
            raise _no_spec(name, f"a record of schema {SCHEMA}", _first_line(error)) from error
        if derived != record.spec_hash:
            raise _no_spec(name, f"the hash {derived}, derived from the intent in the file", record.spec_hash)
        wrong = _out_of_range(record.resolved)
        if wrong is not None:
            raise _no_spec(name, "settings within the limits of a spec", wrong)
        return record


def _no_spec(name: str, expected: str, got: str) -> RecordError:
    return RecordError(
        "record.no_spec", f"{name} carries no usable Packshot record", expected=expected, got=got, hint=HINT
    )


def _first_line(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        details = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in details["loc"]) or "the text"
        return f"{where}: {details['msg']}"[:200]
    return str(error)[:200]


def _out_of_range(resolved: ResolvedSpec) -> str | None:
    """The first number that no resolved spec can have: a replay of it could take the machine down."""
    intent, execution = resolved.intent, resolved.execution
    ranges: dict[str, tuple[float, float, float]] = {
        "steps": (intent.steps, defaults.STEPS_MIN, defaults.STEPS_MAX),
        "steps_taken": (intent.steps_taken, defaults.STEPS_MIN, defaults.STEPS_MAX),
        "guidance": (intent.guidance, 0, defaults.GUIDANCE_MAX),
        "seed": (intent.seed, 0, defaults.SEED_MAX),
        "width": (intent.width, 1, defaults.SIDE_MAX_PX),
        "height": (intent.height, 1, defaults.SIDE_MAX_PX),
        "strength": (0 if intent.strength is None else intent.strength, 0, 1),
        "prompt characters": (len(intent.prompt), 0, defaults.PROMPT_MAX_CHARS),
        "negative prompt characters": (len(intent.negative_prompt), 0, defaults.PROMPT_MAX_CHARS),
        "LoRAs": (len(intent.loras), 0, defaults.LORAS_MAX),
        "names of LoRAs": (len(resolved.origin.loras), len(intent.loras), len(intent.loras)),
        "slots": (execution.slots, SLOTS[0], SLOTS[-1]),
        "rows": (execution.rows, execution.slots, 2 * execution.slots),
        "threads": (execution.threads, 1, THREADS_MAX),
    }
    if intent.lock is not None:
        at = intent.lock.placement
        ranges["right side of the product"] = (at.left + at.width, 1, intent.width)
        ranges["lower side of the product"] = (at.top + at.height, 1, intent.height)
        ranges["erosion of the mask"] = (intent.lock.erosion_px, 0, LOCK_EROSION_MAX_PX)
    for position, lora in enumerate(intent.loras):
        ranges[f"weight of LoRA {position}"] = (lora.weight, -defaults.LORA_WEIGHT_MAX, defaults.LORA_WEIGHT_MAX)
    for field, (value, low, high) in ranges.items():
        if not low <= value <= high:
            return f"{field} {value}"
    return None
