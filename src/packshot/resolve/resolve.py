"""Spec + catalogue + settings → resolved spec. Everything that can be refused is refused here, in milliseconds.

Imports no torch. Nothing downstream invents a default or corrects an input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from packshot.errors import ModelError, SourceError, SpecError
from packshot.models import REMOTE, Catalogue, Model, family_named, find_scheduler, pin_scheduler
from packshot.resolve import checks
from packshot.resolve.bench_file import read_bench
from packshot.resolve.decoder import with_decoder
from packshot.resolve.family_rules import check_reading, fill_in
from packshot.resolve.fitting import check_not_too_small, fit_source
from packshot.resolve.knowing import check_known
from packshot.resolve.library import SourceLibrary, as_text, find_source, source_name
from packshot.resolve.locking import LockedProduct, first_ground, lock_product, restore_lock
from packshot.resolve.loras import check_loras, find_loras, lora_notes, lora_origin, restore_loras, with_loras
from packshot.resolve.memory import attention_for, check_memory_slots, choose_memory
from packshot.resolve.order import Order, is_guided
from packshot.resolve.room import check_room
from packshot.resolve.runtime import asked, choose_runtime
from packshot.resolve.served import plan_served, served_notes
from packshot.resolve.slots import check_slots, rows_for
from packshot.resolve.source import SourcePicture
from packshot.resolve.torch_only import plan_alone, runtime_notes
from packshot.resolve.white import resolve_white
from packshot.result import Pixels
from packshot.settings import Settings
from packshot.spec import (
    Background,
    Execution,
    Fit,
    Intent,
    Lock,
    Mode,
    Origin,
    ResolvedSpec,
    SourcePin,
    Spec,
    defaults,
)


def resolve(spec: Spec, catalogue: Catalogue, settings: Settings, library: SourceLibrary) -> Order:
    """Leave nothing open. Raises SpecError, SourceError or ModelError with what was expected and got.

    What needs no model is checked first: finding one may fetch it.
    """
    mode = _mode(spec)
    lock = (spec.lock or Lock()) if mode is Mode.LOCK else None
    if lock is not None and lock.background is Background.WHITE:
        return resolve_white(spec, lock, catalogue, settings, library)
    seed = spec.seed if spec.seed is not None else defaults.SEED
    _check_without_model(spec, seed)
    fit, source = _source(spec, mode, library)
    model = catalogue.find(spec.model or defaults.MODEL)
    loras = find_loras(spec.loras or (), model, catalogue.loras)
    model = with_loras(model, loras)
    family = family_named(model.description.family)
    filled = fill_in(spec, mode, model)
    strength = _strength(spec, mode, model)
    taken = checks.steps_taken(mode, filled.steps, strength, rounds_up=family.strength_rounds_up)
    notes = check_known(spec.prompt, model.description.knowledge, strict=spec.strict, names_product=lock is None)
    truncated, unread = _read(spec, filled.negative_prompt, model)
    notes += [*unread, *filled.notes, *runtime_notes(spec, model, settings), *lora_notes(loras)]
    notes += served_notes(spec, model.description)
    execution = plan_execution(spec, model, settings, filled.guidance)
    notes += check_room(model, execution, settings)
    width, height = _size(spec, model)
    taken_in = _taken(source, fit, lock, (width, height), library)
    notes += taken_in.notes
    locked = taken_in.locked
    intent = Intent(
        mode=mode,
        prompt=spec.prompt,
        negative_prompt=filled.negative_prompt,
        model=model.pin,
        scheduler=pin_scheduler(filled.scheduler, model.description.scheduler_config, seed),
        steps=filled.steps,
        steps_taken=taken,
        guidance=float(filled.guidance),
        seed=seed,
        width=width,
        height=height,
        source=SourcePin(digest=source.digest, width=source.size[0], height=source.size[1]) if source else None,
        strength=strength,
        fit=fit,
        runtime=asked(spec.runtime),
        precision=asked(spec.precision),
        truncated=truncated,
        loras=tuple(lora.pin for lora in loras),
        lock=locked.pin if locked else None,
    )
    return Order(
        resolved=ResolvedSpec(
            intent=intent,
            execution=with_decoder(execution, width, height),
            origin=Origin(
                model=as_text(model.reference),
                model_commit=model.commit,
                source=source_name(spec.source or "") if source else None,
                asked_width=spec.width,
                asked_height=spec.height,
                notes=tuple(notes),
                loras=tuple(lora_origin(lora) for lora in loras),
                lock=locked.origin if locked else None,
            ),
        ),
        model=model,
        source=taken_in.pixels,
        source_original=source.pixels if source else None,
        source_labels=source.labels if source else None,
        source_file=source.original if source else None,
        product=locked.product if locked else None,
        mask=locked.mask if locked else None,
    )


def _check_without_model(spec: Spec, seed: int) -> None:
    checks.check_prompt("prompt", spec.prompt)
    checks.check_prompt("negative_prompt", spec.negative_prompt or "")
    checks.check_steps(spec.steps if spec.steps is not None else defaults.STEPS)
    checks.check_guidance(spec.guidance if spec.guidance is not None else defaults.GUIDANCE)
    checks.check_seed(seed)
    check_loras(spec.loras or ())
    find_scheduler(spec.scheduler or defaults.SCHEDULER)


def _read(spec: Spec, negative: str, model: Model) -> tuple[bool, list[str]]:
    """Whether words of the prompts are lost to every text encoder, and notes on what is not read."""
    truncated, notes = False, list[str]()
    for name, text in (("prompt", spec.prompt), ("negative_prompt", negative)):
        lost, partly = check_reading(name, text, model.description, allow_truncation=spec.allow_truncation)
        truncated |= bool(lost)
        notes += [f"the text encoder did not read: {checks.few_words(lost)}"] if lost else partly
    return truncated, notes


@dataclass(frozen=True, slots=True)
class _Taken:
    """The source as the model takes it, what is locked of it, and what was done to it."""

    pixels: Pixels | None = None
    locked: LockedProduct | None = None
    notes: tuple[str, ...] = ()


def _taken(
    source: SourcePicture | None, fit: Fit | None, lock: Lock | None, size: tuple[int, int], library: SourceLibrary
) -> _Taken:
    if source is not None and lock is not None:
        locked = lock_product(lock, source, size, library)
        return _Taken(first_ground(locked.pin, locked.product), locked, locked.notes)
    if source is not None and fit is not None:
        pixels, notes = _fitted(source, fit, size)
        return _Taken(pixels, notes=tuple(notes))
    return _Taken()


def _fitted(source: SourcePicture, fit: Fit, size: tuple[int, int]) -> tuple[Pixels, list[str]]:
    """The source as the model takes it, and what was done to it."""
    notes = [f"source {source.name}: {note}" for note in source.notes]
    check_not_too_small(fit, source.size, size)
    if source.size != size:
        notes.append(f"source {source.name}: {source.size[0]}×{source.size[1]} fitted to {size[0]}×{size[1]} ({fit})")
    return fitted(source, size, fit), notes


@lru_cache(maxsize=4)
def fitted(source: SourcePicture, size: tuple[int, int], fit: Fit) -> Pixels:
    """`fit_source`, remembered: the arms of an experiment share their source."""
    return fit_source(source.pixels, size, fit)


def restore(
    resolved: ResolvedSpec,
    catalogue: Catalogue,
    library: SourceLibrary,
    *,
    model: str | None = None,
    any_weights: bool = False,
    loras: Sequence[Path] = (),
) -> Order:
    """An order for a recorded resolved spec, unchanged: the pinned weights, LoRAs and source by their digests.

    `model` says where the weights are now, where that has changed; `any_weights` takes them even if they are others;
    `loras` are files with LoRAs of the run.
    Raises ModelError or SourceError.
    """
    reference = model or resolved.origin.model
    found = catalogue.find(reference) if any_weights else _pinned(catalogue, reference, resolved)
    found = with_loras(found, restore_loras(resolved, catalogue.loras, loras))
    pin, lock = resolved.intent.source, resolved.intent.lock
    if pin is None or (resolved.intent.fit is None and lock is None):
        return Order(resolved, found)
    source = library.by_digest(pin.digest)
    if source is None:
        raise SourceError(
            "source.not_found",
            f"the source picture of this run is not at hand ({resolved.origin.source or 'no name'})",
            expected=f"the picture with digest {pin.digest} ({pin.width}×{pin.height} px)",
            got="not in the workspace, nor in the package",
            hint="name the file by --source",
        )
    target = (resolved.intent.width, resolved.intent.height)
    if lock is not None:
        drawn = resolved.origin.lock.rectangle if resolved.origin.lock is not None else None
        product, mask = restore_lock(lock, source, target, library, drawn)
        taken = first_ground(lock, product)
        return Order(resolved, found, taken, source.pixels, source.labels, source.original, product, mask)
    taken = fit_source(source.pixels, target, resolved.intent.fit or Fit(defaults.FIT))
    return Order(resolved, found, taken, source.pixels, source.labels, source.original)


def _pinned(catalogue: Catalogue, reference: str, resolved: ResolvedSpec) -> Model:
    try:
        return catalogue.find_pinned(reference, resolved.intent.model, resolved.origin.model_commit)
    except ModelError as error:
        error.hint = f"{error.hint + '; ' if error.hint else ''}--model says where the weights are now"
        raise


def plan_execution(spec: Spec, model: Model, settings: Settings, guidance: float) -> Execution:
    """How it is made: device, precision, rows, threads. Raises SpecError on what this version has not."""
    slots = spec.slots if spec.slots is not None else defaults.SLOTS
    check_slots(slots)
    if model.description.family == REMOTE.name:
        return plan_served(spec, settings)
    if not family_named(model.description.family).batched:
        return plan_alone(spec, model, settings, guidance)
    bench = read_bench(settings, model.pin.digest) if settings.device == "cpu" else None
    choice = choose_runtime(
        asked(spec.runtime or settings.runtime),
        asked(spec.precision or settings.precision),
        settings,
        bench,
        model.description.agreement_db,
    )
    memory = choose_memory(spec.memory, settings.memory)
    check_memory_slots(slots, memory)
    return Execution(
        device=settings.device,
        precision=choice.precision,
        runtime=choice.runtime,
        slots=slots,
        rows=rows_for(slots, guided=is_guided(guidance, model.description)),
        threads=settings.threads,
        attention=attention_for(memory, settings.device, choice.runtime),
        deterministic=settings.device != "cpu",
        memory=memory,
    )


def _mode(spec: Spec) -> Mode:
    begun = Mode.IMAGE_TO_IMAGE if spec.source else Mode.TEXT_TO_IMAGE
    mode = spec.mode or (Mode.LOCK if spec.lock is not None else begun)
    if spec.lock is not None and mode is not Mode.LOCK:
        raise SpecError(
            "spec.lock", "a product lock is a way of its own to make a picture", expected=Mode.LOCK, got=str(mode)
        )
    if mode is Mode.LOCK and not spec.source:
        raise SpecError(
            "spec.source.missing", "a product lock needs the product's photo", expected="--source PICTURE", got="none"
        )
    if mode is Mode.IMAGE_TO_IMAGE and not spec.source:
        raise SpecError(
            "spec.source.missing",
            "image-to-image needs a source picture",
            expected="--source PICTURE",
            got="none",
        )
    if mode is Mode.TEXT_TO_IMAGE and spec.source:
        raise SpecError(
            "spec.source.unexpected", "text-to-image takes no source picture", expected="none", got=spec.source
        )
    if mode is Mode.TEXT_TO_IMAGE and spec.strength is not None:
        raise SpecError(
            "spec.strength.without_source",
            "a strength says how much of a source is changed, and there is no source",
            expected="--source PICTURE with it",
            got=f"strength {spec.strength:g} alone",
        )
    return mode


def _size(spec: Spec, model: Model) -> tuple[int, int]:
    width = spec.width if spec.width is not None else model.description.side_px
    height = spec.height if spec.height is not None else model.description.side_px
    checks.check_side("width", width, model.description.multiple_px)
    checks.check_side("height", height, model.description.multiple_px)
    return width, height


def _source(spec: Spec, mode: Mode, library: SourceLibrary) -> tuple[Fit | None, SourcePicture | None]:
    if mode is Mode.TEXT_TO_IMAGE or spec.source is None:
        return None, None
    if spec.strength is not None:
        checks.check_strength(spec.strength)
    fit = None if mode is Mode.LOCK else spec.fit or Fit(defaults.FIT)
    return fit, find_source(spec.source, library)


def _strength(spec: Spec, mode: Mode, model: Model) -> float | None:
    """What was asked for, else what is usual for the mode and the kind of model; None from words alone."""
    if mode is Mode.TEXT_TO_IMAGE:
        return None
    usual = defaults.STRENGTH
    if mode is Mode.LOCK:
        usual = defaults.LOCK_STRENGTH_INPAINTING if model.description.inpainting else defaults.LOCK_STRENGTH
    return float(spec.strength if spec.strength is not None else usual)
