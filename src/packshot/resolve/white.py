"""A product on pure white, resolved: no model, no words, no noise. Imports no torch."""

from __future__ import annotations

from typing import Final

from packshot.errors import SpecError
from packshot.models import COMPOSITOR, Catalogue
from packshot.resolve import checks
from packshot.resolve.library import SourceLibrary, find_source, source_name
from packshot.resolve.locking import lock_product
from packshot.resolve.order import Order
from packshot.resolve.source import SourcePicture
from packshot.settings import Settings
from packshot.spec import Execution, Intent, Lock, Mode, Origin, ResolvedSpec, SchedulerPin, SourcePin, Spec, defaults

NONE: Final = "none"
RUNTIME: Final = "numpy"
UNUSED: Final = (
    "prompt", "negative_prompt", "scheduler", "steps", "guidance", "seed", "strength", "fit", "loras", "runtime",
    "precision", "slots",
)  # fmt: skip
"""Settings that say something to a model."""


def resolve_white(spec: Spec, lock: Lock, catalogue: Catalogue, settings: Settings, library: SourceLibrary) -> Order:
    """Leave nothing open. Raises SpecError and SourceError."""
    _refuse_unused(spec)
    photo = find_source(spec.source or "", library)
    width, height, notes = _size(spec, photo)
    locked = lock_product(lock, photo, (width, height), library)
    model = catalogue.find(COMPOSITOR.name)
    intent = Intent(
        mode=Mode.LOCK,
        prompt="",
        negative_prompt="",
        model=model.pin,
        scheduler=SchedulerPin(name=NONE, class_name=NONE, config={}),
        steps=1,
        steps_taken=1,
        guidance=0.0,
        seed=0,
        width=width,
        height=height,
        source=SourcePin(digest=photo.digest, width=photo.size[0], height=photo.size[1]),
        lock=locked.pin,
    )
    execution = Execution(
        device="cpu", precision="uint8", runtime=RUNTIME, slots=1, rows=1, threads=settings.threads, deterministic=True
    )
    origin = Origin(
        model=model.reference,
        source=source_name(spec.source or ""),
        asked_width=spec.width,
        asked_height=spec.height,
        notes=(*notes, *locked.notes),
        lock=locked.origin,
    )
    return Order(
        resolved=ResolvedSpec(intent=intent, execution=execution, origin=origin),
        model=model,
        source_original=photo.pixels,
        source_labels=photo.labels,
        source_file=photo.original,
        product=locked.product,
        mask=locked.mask,
    )


def _refuse_unused(spec: Spec) -> None:
    given = [name for name in UNUSED if getattr(spec, name) not in (None, "", ())]
    if spec.model not in (None, COMPOSITOR.name):
        given.append("model")
    if given:
        raise SpecError(
            "spec.lock",
            f"a product on white is made without a model: {given[0].replace('_', ' ')} has no effect",
            expected="photo, mask, placement, size and shadow alone",
            got=", ".join(given),
            hint="--background scene makes a picture around the product",
        )


def white_size(photo: tuple[int, int]) -> tuple[int, int]:
    """Width and height of a product on white where none was asked for: the photo's, or smaller where that is beyond
    the largest picture."""
    scale = min(1.0, defaults.SIDE_MAX_PX / max(photo))
    return round(photo[0] * scale), round(photo[1] * scale)


def _size(spec: Spec, photo: SourcePicture) -> tuple[int, int, list[str]]:
    """The size asked for, else the photo's, made smaller where it is beyond the largest picture."""
    own = white_size(photo.size)
    width = spec.width if spec.width is not None else own[0]
    height = spec.height if spec.height is not None else own[1]
    checks.check_side("width", width, 1)
    checks.check_side("height", height, 1)
    smaller = own != photo.size and spec.width is None and spec.height is None
    notes = [f"the photo has {photo.size[0]}×{photo.size[1]} px: made smaller to {width}×{height}"] if smaller else []
    return width, height, notes
