"""Scenes around a locked product: equal to diffusers' inpainting, alone as in a batch, and the product the photo's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from packshot.engine import Failed, Finished
from packshot.engine.keeping import free_region
from packshot.engine.local import LocalEngine
from packshot.engine.locked import put_into_scene
from packshot.engine.machine import floating_point
from packshot.models import SCHEDULERS, Loader, effective_config
from packshot.resolve import Order, SourcePicture, restore
from packshot.result import picture_digest
from packshot.spec import Lock, Placement, ResolvedSpec, Shadow
from tests.engine.driving import alone, digest_of, drain, finished


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine(Loader())


def kept_with_a_margin(order: Order) -> np.ndarray:
    """The mask (H, W) of masked denoising, white where it paints: whole latents."""
    assert order.product is not None
    scale = order.model.description.multiple_px
    free = free_region(order.product.over_all(order.product.alpha), scale, "cpu", torch.float32)[0, 0].numpy()
    return np.kron(free, np.ones((scale, scale))).astype(np.uint8) * 255


def by_diffusers(order: Order, mask: np.ndarray) -> np.ndarray:
    """The scene as a script with plain diffusers makes it, before the product is put back."""
    import diffusers

    intent = order.resolved.intent
    pipeline = diffusers.DiffusionPipeline.from_pretrained(order.model.folder, local_files_only=True)
    choice = next(choice for choice in SCHEDULERS if choice.name == intent.scheduler.name)
    config = effective_config(choice, dict(pipeline.scheduler.config), intent.seed)
    pipeline.scheduler = getattr(diffusers, choice.class_name).from_config(config)
    pipeline = diffusers.AutoPipelineForInpainting.from_pipe(pipeline)
    pipeline.set_progress_bar_config(disable=True)
    assert order.source is not None
    with floating_point(flush_denormal=True):
        images = pipeline(
            prompt=intent.prompt,
            image=Image.fromarray(order.source),
            mask_image=Image.fromarray(mask),
            width=intent.width,
            height=intent.height,
            strength=intent.strength,
            num_inference_steps=intent.steps,
            guidance_scale=intent.guidance,
            generator=torch.Generator("cpu").manual_seed(intent.seed),
        ).images
    return np.asarray(images[0])


@pytest.mark.parametrize("strength", [1.0, 0.6])
@pytest.mark.parametrize("name", ["EulerA", "DDIM", "DPM++", "Heun", "LMS", "DPM++ 2M SDE"])
def test_a_scene_equals_diffusers_inpainting(
    name: str, strength: float, engine: LocalEngine, locked: Callable[..., Order]
) -> None:
    order = locked(scheduler=name, strength=strength, guidance=5.0)
    engine.submit(order)
    made = next(event for event in drain(engine) if isinstance(event, Finished | Failed))
    assert isinstance(made, Finished), made
    expected, _ = put_into_scene(order, by_diffusers(order, kept_with_a_margin(order)))
    assert (made.pixels == expected).all()


def test_the_product_is_the_photos(
    engine: LocalEngine, locked: Callable[..., Order], lock: Callable[..., Lock]
) -> None:
    """On a source of the model's size nothing is scaled: its bytes are in the picture."""
    place = Placement.model_validate("44x44+8+4")
    order = locked(lock=lock(placement=place, shadow=Shadow.NONE))
    engine.submit(order)
    made = next(event for event in drain(engine) if isinstance(event, Finished))
    assert made.provenance.lock is not None
    assert made.provenance.lock.core_difference == 0
    assert order.mask is not None
    assert order.source_original is not None
    y, x = np.nonzero(order.mask[..., 0] == 255)
    dy, dx = 4 - int(y.min()), 8 - int(x.min())
    assert (made.pixels[y + dy, x + dx] == order.source_original[y, x]).all()


def test_scenes_share_calls_with_others_and_stay_the_same(
    engine: LocalEngine, locked: Callable[..., Order], order: Callable[..., Order], photo: Path
) -> None:
    """Beside a text-to-image run and another lock, in whatever order: the pixels of the run alone."""
    together = [
        locked(slots=4, seed=1),
        order(slots=4, seed=2),
        locked(slots=4, seed=3, scheduler="DDIM", strength=0.5),
        order(slots=4, seed=4, source=str(photo), strength=0.5),
    ]
    expected = [alone(LocalEngine(Loader()), each) for each in together]
    tickets = [engine.submit(each) for each in together]
    made = finished(drain(engine))
    assert [digest_of(made[ticket]) for ticket in tickets] == expected


def test_a_scene_can_be_paused(engine: LocalEngine, locked: Callable[..., Order]) -> None:
    expected = alone(engine, locked())
    ticket = engine.submit(locked())
    for _ in range(3):
        engine.step()
    engine.pause(ticket)
    engine.resume(ticket)
    assert digest_of(finished(drain(engine))[ticket]) == expected


def test_another_seed_is_another_scene(engine: LocalEngine, locked: Callable[..., Order]) -> None:
    assert alone(engine, locked()) != alone(engine, locked(seed=8))


def test_what_shows_the_product_is_kept_with_a_margin() -> None:
    alpha = np.zeros((48, 40), np.uint8)
    alpha[17:31, 16] = 1
    free = free_region(alpha, 8, "cpu", torch.float32)[0, 0]
    assert free.tolist() == [[1] * 5] + [[1, 0, 0, 0, 1]] * 4 + [[1] * 5]


class _Kept:
    """A library of what an order kept: its photo and its mask."""

    def __init__(self, order: Order) -> None:
        assert order.source_original is not None
        assert order.mask is not None
        pictures = [
            SourcePicture("kept", pixels, picture_digest(pixels), ()) for pixels in (order.source_original, order.mask)
        ]
        self._known = {picture.digest: picture for picture in pictures}

    def by_digest(self, digest: str) -> SourcePicture | None:
        return self._known.get(digest)

    def packaged(self, name: str) -> Path | None:
        return None


def test_what_was_recorded_makes_the_same_scene(
    engine: LocalEngine, locked: Callable[..., Order], lock: Callable[..., Lock], catalogue: Any
) -> None:
    """Through the record's JSON: scaled, moved, begun on a colour of its own."""
    order = locked(lock=lock(ground="saddlebrown", placement=Placement.model_validate("30x30+20+25")))
    recorded = ResolvedSpec.model_validate_json(order.resolved.model_dump_json(by_alias=True))
    assert recorded.hash == order.resolved.hash
    again = restore(recorded, catalogue, _Kept(order))
    assert alone(engine, again) == alone(engine, order)
