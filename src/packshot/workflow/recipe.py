"""A run's settings in forms that ask for the same picture again: a spec, JSON, a command, a line of Python.

What was settled by a default is written out, so that the recipe means the same where defaults are others. Sources and
LoRAs stand by their digests: where they are is no part of a record. What only the machine decided (threads, the
runtime where none was asked for) is left to the machine; `replay` restores that too.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from typing import Any, Final

from packshot.errors import SpecError
from packshot.models import find_scheduler
from packshot.result import Run
from packshot.spec import HIGH, Background, Fit, Lock, LockPin, Lora, ResolvedSpec, SchedulerPin, Spec

SCHEMA: Final = "packshot.run/1"
NO_COMMAND: Final = "# no command can carry the NUL character of these words: take the JSON or the Python"
FLAGS: Final = {
    "negative_prompt": "--negative",
    "model": "--model",
    "scheduler": "--scheduler",
    "steps": "--steps",
    "guidance": "--guidance",
    "seed": "--seed",
    "source": "--source",
    "strength": "--strength",
    "fit": "--fit",
    "runtime": "--runtime",
    "precision": "--precision",
    "slots": "--slots",
    "memory": "--memory",
}
"""The options of `packshot generate` and `packshot lock`, by the spec's fields. Size, LoRAs, flags and what belongs to
a lock are written apart."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """`spec` asks for the run's picture again; `json` is the run as it is stored; `command` and `python` may be pasted.

    `command` is quoted for a POSIX shell (control characters as bash and zsh read them).
    """

    spec: Spec
    json: str
    command: str
    python: str


def recipe_of(run: Run) -> Recipe:
    """All settings of a run, whatever became of it. Looks at no file and asks no network."""
    spec = spec_of(run.resolved)
    return Recipe(spec=spec, json=_json(run), command=command_of(spec), python=python_of(spec))


def spec_of(resolved: ResolvedSpec) -> Spec:
    """The spec that resolves to the same intent, with nothing that matters left open."""
    intent, execution = resolved.intent, resolved.execution
    if intent.lock is not None and intent.lock.background is Background.WHITE:
        return Spec(
            prompt="",
            lock=_lock(intent.lock),
            width=intent.width,
            height=intent.height,
            source=intent.source.digest if intent.source is not None else None,
        )
    return Spec(
        prompt=intent.prompt,
        lock=_lock(intent.lock) if intent.lock is not None else None,
        negative_prompt=intent.negative_prompt or None,
        model=_model(resolved),
        loras=tuple(Lora(path=pin.digest, weight=pin.weight) for pin in intent.loras) or None,
        scheduler=_scheduler(intent.scheduler),
        steps=intent.steps,
        guidance=intent.guidance,
        seed=intent.seed,
        width=intent.width,
        height=intent.height,
        source=intent.source.digest if intent.source is not None else None,
        strength=intent.strength,
        fit=intent.fit,
        runtime=intent.runtime,
        precision=intent.precision,
        slots=execution.slots if execution.slots > 1 else None,
        memory=execution.memory if execution.memory != HIGH else None,
        allow_truncation=intent.truncated,
    )


def command_of(spec: Spec) -> str:
    """`packshot generate …` or `lock …` on one line, quoted for a shell. Words go last: they may begin with a dash."""
    given = spec.model_dump(exclude_none=True)
    photo = given.pop("source", "") if spec.lock is not None else None
    options = [_option(flag, _text(given[field])) for field, flag in FLAGS.items() if field in given]
    options += _lock_options(spec.lock) if spec.lock is not None else []
    options += [_option("--lora", _lora(lora)) for lora in spec.loras or ()]
    if spec.width is not None and spec.height is not None:
        options.append(f"--size {spec.width}x{spec.height}")
    options += ["--allow-truncation"] if spec.allow_truncation else []
    options += ["--strict"] if spec.strict else []
    texts = [spec.prompt] if photo is None else [photo, *([spec.prompt] if spec.prompt else [])]
    words = [*(["--"] if any(text.startswith("-") for text in texts) else []), *map(_quoted, texts)]
    command = " ".join(["packshot generate" if photo is None else "packshot lock", *options, *words])
    return NO_COMMAND if "\0" in command else command


def python_of(spec: Spec) -> str:
    """`packshot.generate(…)` with its import, one setting a line."""
    given = spec.model_dump(exclude_defaults=True, exclude={"prompt", "loras", "lock"})
    lines = [repr(spec.prompt), *(f"{name}={_literal(value)}" for name, value in given.items())]
    if spec.lock is not None:
        lock = spec.lock.model_dump(mode="json", exclude_defaults=True)
        boxes = {"placement": spec.lock.placement, "rectangle": spec.lock.rectangle}
        written = {name: str(box) for name, box in boxes.items() if box is not None}
        lines.append(f"lock={ {'background': str(spec.lock.background)} | lock | written!r}")
    if spec.loras:
        lines.append(f"loras={[_lora(lora) for lora in spec.loras]!r}")
    body = "".join(f"    {line},\n" for line in lines)
    return f"import packshot\n\npackshot.generate(\n{body})\n"


def _lock(pin: LockPin) -> Lock:
    """What asks for the same lock: its mask stands by its digest, so that nobody has to find or to accept it again."""
    return Lock(background=pin.background, shadow=pin.shadow, placement=pin.placement, mask=pin.mask, ground=pin.ground)


def _lock_options(lock: Lock) -> list[str]:
    given = {
        "--background": str(lock.background),
        "--shadow": str(lock.shadow),
        "--placement": str(lock.placement) if lock.placement is not None else None,
        "--mask": lock.mask,
        "--rectangle": str(lock.rectangle) if lock.rectangle is not None else None,
        "--ground": lock.ground,
    }
    options = [_option(flag, text) for flag, text in given.items() if text is not None]
    return [*options, "--accept-doubt"] if lock.accept_doubt else options


def _json(run: Run) -> str:
    data = {"schema": SCHEMA, "data": run.model_dump(mode="json", by_alias=True)}
    return json.dumps(data, ensure_ascii=False, indent=2)


def _model(resolved: ResolvedSpec) -> str:
    """The model as it was named; one of the hub at its commit, since a branch moves on."""
    name, commit = resolved.origin.model, resolved.origin.model_commit
    return name if commit is None else f"{name.partition('@')[0]}@{commit}"


def _scheduler(pin: SchedulerPin) -> str | None:
    """Its name; None where it was left to a model whose own configuration is not what the name stands for."""
    try:
        changes = find_scheduler(pin.name).changes
    except SpecError:
        return pin.name
    own = any(pin.config.get(key) != value for key, value in changes.items())
    return None if own else pin.name


def _lora(lora: Lora) -> str:
    return f"{lora.path}:{_text(lora.weight)}"


def _text(value: Any) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _literal(value: Any) -> str:
    return repr(str(value) if isinstance(value, Fit) else value)


def _option(flag: str, text: str) -> str:
    """A value that begins with a dash is joined to its flag: else it would look like another one."""
    return f"{flag}={_quoted(text)}" if text.startswith("-") else f"{flag} {_quoted(text)}"


def _quoted(text: str) -> str:
    """Control characters are written out: a terminal into which they are pasted would act on them."""
    if all(letter == "\n" or (letter >= " " and letter != "\x7f") for letter in text):
        return shlex.quote(text)
    written = text.replace("\\", "\\\\").replace("'", "\\'")
    return (
        "$'" + "".join(letter if letter >= " " and letter != "\x7f" else _escaped(letter) for letter in written) + "'"
    )


def _escaped(letter: str) -> str:
    """Three octal digits, so that a digit behind it stays one of its own. NUL is refused above."""
    return letter if letter == "\0" else f"\\{ord(letter):03o}"
