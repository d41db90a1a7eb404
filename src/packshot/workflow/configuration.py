"""A run's whole configuration as rows of a label and a text: what was asked for, how it was made, where things were.

Labels are plain words, `LABELS` all of them; a face may say them in another language. Nothing is left out that the
record has, but the trace of a failure and the times (they are no configuration).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from packshot.result import LockMeasure, Provenance, Run
from packshot.spec import HIGH, Background, Execution, Intent, LockOrigin, LockPin, LoraPin, Origin, ResolvedSpec

Rows = tuple[tuple[str, str], ...]

LABELS: Final = (
    "prompt", "negative prompt", "model", "model family", "model digest", "model commit", "LoRA", "mode",
    "product lock", "background", "shadow", "product's place", "mask digest", "mask found by", "edge of the mask",
    "first ground",
    "scheduler",
    "scheduler settings", "steps", "guidance", "seed", "size", "size asked for", "source", "source digest", "strength",
    "fit", "runtime asked for", "precision asked for", "end of the prompt", "device", "slots", "memory mode", "runtime",
    "precision", "rows of a call", "threads", "attention", "denormal numbers", "deterministic", "spec hash", "note",
    "run", "replay of", "found otherwise", "made on", "machine", "platform", "packshot", "Python", "libraries",
    "noise drawn on", "weights digest", "scheduler settings used", "denoiser calls", "safety checker",
    "fitted source digest", "most memory", "lock measured", "picture digest", "failure",
)  # fmt: skip
"""Every label that a row may have."""


def configuration_of(run: Run) -> Rows:
    """Everything that the record says of how a picture was made, in a fixed order. Long digests stand whole."""
    resolved = run.resolved
    rows = [
        *_intent(resolved.intent, resolved.origin),
        *_execution(resolved.execution),
        ("spec hash", run.spec_hash),
        *(("note", note) for note in resolved.origin.notes),
        ("run", run.id),
        *_where(("replay of", run.replay_of)),
    ]
    if run.result is not None:
        rows += [*_otherwise(resolved.execution, run.result.provenance), *_provenance(run.result.provenance)]
        rows.append(("picture digest", run.result.picture_digest))
    if run.failure is not None:
        rows.append(("failure", f"{run.failure.code}: {run.failure.message}"))
    return tuple(rows)


def summary_of(resolved: ResolvedSpec) -> Rows:
    """The configuration as a person checks it before the work begins: a line each, digests cut."""
    intent, execution, origin = resolved.intent, resolved.execution, resolved.origin
    commit = f", commit {origin.model_commit[:12]}" if origin.model_commit else ""
    model = ("model", f"{origin.model}  ({intent.model.digest[:19]}…{commit})")
    by_model = [
        ("prompt", intent.prompt),
        ("negative", intent.negative_prompt or "none"),
        model,
        *(("lora", _lora(pin, of.name)) for pin, of in zip(intent.loras, origin.loras, strict=True)),
        ("mode", str(intent.mode)),
        ("scheduler", f"{intent.scheduler.name}  ({intent.scheduler.class_name})"),
        ("steps", _steps(intent)),
        ("guidance", f"{intent.guidance:g}"),
        ("seed", str(intent.seed)),
    ]
    without = intent.lock is not None and intent.lock.background is Background.WHITE
    rows = [
        *([model, ("mode", str(intent.mode))] if without else by_model),
        ("size", _size(intent.width, intent.height)),
    ]
    if intent.source is not None:
        source = f"{origin.source}  ({_size(intent.source.width, intent.source.height)}, {intent.source.digest[:12]}…)"
        rows += [("source", source), *_where(("strength", None if intent.strength is None else f"{intent.strength:g}"))]
        rows += _where(("fit", None if intent.fit is None else str(intent.fit)))
    if intent.lock is not None:
        rows.append(("lock", f"{intent.lock.background}, shadow {intent.lock.shadow}, at {intent.lock.placement}"))
    if origin.lock is not None:
        rows.append(("mask", f"{origin.lock.method}, confidence {origin.lock.confidence:.2f}"))
    rows += [
        ("execution", f"{execution.device}, {execution.runtime}, {execution.precision}, {execution.threads} threads"),
        ("rows", f"{execution.rows} ({execution.slots} slot{'s' if execution.slots > 1 else ''})"),
        *_where(("memory", execution.memory if execution.memory != HIGH else None)),
        ("spec hash", resolved.hash),
    ]
    return tuple(rows)


def _intent(intent: Intent, origin: Origin) -> Iterable[tuple[str, str]]:
    yield "prompt", intent.prompt
    yield "negative prompt", intent.negative_prompt or "none"
    yield "model", origin.model
    yield "model family", intent.model.family
    yield "model digest", intent.model.digest
    yield from _where(("model commit", origin.model_commit))
    names = [lora.name for lora in origin.loras]
    for position, pin in enumerate(intent.loras):
        name = names[position] if position < len(names) else "no name"
        yield "LoRA", f"{name} × {_number(pin.weight)}  ({pin.digest})"
    yield "mode", str(intent.mode)
    if intent.lock is not None:
        yield from _lock(intent.lock, origin.lock)
    yield "scheduler", f"{intent.scheduler.name}  ({intent.scheduler.class_name})"
    yield "scheduler settings", _settings(intent.scheduler.config)
    yield "steps", _steps(intent)
    yield "guidance", _number(intent.guidance)
    yield "seed", str(intent.seed)
    yield "size", _size(intent.width, intent.height)
    yield "size asked for", _asked_size(origin)
    if intent.source is not None:
        yield "source", f"{origin.source or 'no name'}  ({_size(intent.source.width, intent.source.height)})"
        yield "source digest", intent.source.digest
    yield from _where(("strength", None if intent.strength is None else _number(intent.strength)))
    yield from _where(("fit", None if intent.fit is None else str(intent.fit)))
    yield "runtime asked for", intent.runtime or "none"
    yield "precision asked for", intent.precision or "none"
    yield "end of the prompt", "not read" if intent.truncated else "read"


def _lock(pin: LockPin, origin: LockOrigin | None) -> Iterable[tuple[str, str]]:
    yield "product lock", pin.algorithm
    yield "background", str(pin.background)
    yield "shadow", str(pin.shadow)
    yield "product's place", str(pin.placement)
    yield "mask digest", pin.mask
    if origin is not None:
        doubts = [*origin.doubts, *(["accepted by a person"] if origin.accepted else [])]
        within = [f"within {origin.rectangle}"] if origin.rectangle is not None else []
        found = f"{origin.method}, confidence {origin.confidence:.2f}"
        yield "mask found by", "; ".join([found, *within, *doubts])
    yield "edge of the mask", f"{pin.erosion_px} px"
    yield from _where(("first ground", pin.ground))


def _measured(lock: LockMeasure) -> str:
    """The promise, as it was measured."""
    inside = f"{lock.core_difference} of 255 in {lock.core_pixels} pixels inside"
    return f"{inside}, up to {lock.edge_difference} in {lock.edge_pixels} at the edge"


def _execution(execution: Execution) -> Iterable[tuple[str, str]]:
    yield "device", execution.device
    yield "slots", str(execution.slots)
    yield "memory mode", execution.memory
    yield from _computing(execution).items()


def _computing(how: Execution | Provenance) -> dict[str, str]:
    """What is told before the work, and read back from the libraries after it."""
    return {
        "runtime": how.runtime,
        "precision": how.precision,
        "rows of a call": str(how.rows),
        "threads": str(how.threads),
        "attention": how.attention,
        "denormal numbers": "flushed to 0" if how.flush_denormal else "kept as they are",
        "deterministic": "yes" if how.deterministic else "no",
    }


def _otherwise(execution: Execution, found: Provenance) -> list[tuple[str, str]]:
    """What came out otherwise than it was told."""
    told = _computing(execution)
    return [("found otherwise", f"{label} {text}") for label, text in _computing(found).items() if text != told[label]]


def _provenance(provenance: Provenance) -> Iterable[tuple[str, str]]:
    """What was found when it was made."""
    yield "made on", f"{provenance.device_name}  ({provenance.device})"
    yield "machine", provenance.machine
    yield "platform", provenance.platform
    yield "packshot", provenance.packshot
    yield "Python", provenance.python
    yield "libraries", ", ".join(f"{name} {version}" for name, version in sorted(provenance.libraries.items()))
    yield "noise drawn on", provenance.rng_device
    yield "weights digest", provenance.weights_digest
    yield "scheduler settings used", _settings(provenance.scheduler_config)
    yield "denoiser calls", str(provenance.denoiser_calls)
    yield "safety checker", provenance.safety_checker
    yield from _where(("fitted source digest", provenance.fitted_source_digest))
    peak = provenance.peak_memory_bytes
    yield from _where(("most memory", None if peak is None else f"{peak / 2**20:.0f} MiB"))
    if provenance.lock is not None:
        yield "lock measured", _measured(provenance.lock)
    yield from (("note", note) for note in provenance.notes)


def _where(*rows: tuple[str, str | None]) -> list[tuple[str, str]]:
    """Rows that have a value."""
    return [(label, value) for label, value in rows if value is not None]


def _steps(intent: Intent) -> str:
    return f"{intent.steps_taken} of {intent.steps}" if intent.source else str(intent.steps)


def _asked_size(origin: Origin) -> str:
    if origin.asked_width is None and origin.asked_height is None:
        return "none"
    return _size(origin.asked_width or "…", origin.asked_height or "…")


def _size(width: int | str, height: int | str) -> str:
    return f"{width}×{height}"


def _lora(pin: LoraPin, name: str) -> str:
    return f"{name} × {pin.weight:g}  ({pin.digest[:19]}…)"


def _settings(config: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sorted(config.items()))


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
