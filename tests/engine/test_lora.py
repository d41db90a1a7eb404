"""LoRAs: equal to diffusers' own, never in another run's weights, the same in a sweep and alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from packshot.engine.denoiser import Denoisers
from packshot.engine.local import LocalEngine
from packshot.engine.machine import floating_point
from packshot.models import EMBEDDED, Catalogue, Loader, embedded_folder
from packshot.resolve import Order, group_of, resolve, share
from packshot.result import picture_digest, psnr_db
from packshot.settings import Settings
from packshot.spec import Lora, Spec
from tests.engine.driving import alone, digest_of, drain, finished
from tests.engine.test_anchor import run
from tests.lora_files import EVERYWHERE, kohya, kohya_original, kohya_xl, old, peft, write_lora

Ordered = Callable[..., Order]


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine(Loader())


def by_diffusers(folder: Path, order: Order, loras: list[tuple[Path, float]]) -> np.ndarray:
    """The same picture by a script with diffusers' own loader, each LoRA fused and unloaded before the next."""
    import diffusers

    intent = order.resolved.intent
    pipeline = diffusers.DiffusionPipeline.from_pretrained(folder, local_files_only=True)
    pipeline.scheduler = diffusers.EulerAncestralDiscreteScheduler.from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    for path, weight in loras:
        pipeline.load_lora_weights(str(path.parent), weight_name=path.name)
        pipeline.fuse_lora(lora_scale=weight)
        pipeline.unload_lora_weights()
    with floating_point(flush_denormal=True):
        made = pipeline(
            prompt=intent.prompt,
            negative_prompt=intent.negative_prompt or None,
            num_inference_steps=intent.steps,
            guidance_scale=intent.guidance,
            generator=torch.Generator("cpu").manual_seed(intent.seed),
            width=intent.width,
            height=intent.height,
            output_type="pil",
        )
    return np.asarray(made.images[0])


CASES = [
    pytest.param("tiny_sd", peft, {}, id="sd-peft"),
    pytest.param("tiny_sd", old, {}, id="sd-old"),
    pytest.param("tiny_sd", kohya, {"alpha": 2.0}, id="sd-kohya"),
    pytest.param("tiny_sd", peft, {"pattern": EVERYWHERE}, id="sd-peft-everywhere"),
    pytest.param("tiny_sd2", peft, {"pattern": r"attn\d"}, id="sd2-peft-unet-only"),
    pytest.param("tiny_sdxl", peft, {"pattern": EVERYWHERE}, id="sdxl-peft-everywhere"),
    pytest.param("tiny_sdxl", kohya_xl, {"alpha": 1.0}, id="sdxl-kohya"),
    pytest.param("tiny_sdxl", kohya_original, {"alpha": 1.5}, id="sdxl-kohya-original"),
]


@pytest.mark.parametrize(("model", "spell", "options"), CASES)
def test_a_lora_equals_diffusers(
    model: str,
    spell: Any,
    options: dict[str, Any],
    engine: LocalEngine,
    order: Ordered,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    pytest.importorskip("peft")
    folder = request.getfixturevalue(model)
    path = write_lora(folder, tmp_path / "x.safetensors", spell, **options)
    asked = order(folder, guidance=5.0, loras=(f"{path}:0.7",))
    made = run(engine, asked)
    assert np.array_equal(made.pixels, by_diffusers(folder, asked, [(path, 0.7)]))
    assert not np.array_equal(made.pixels, run(engine, order(folder, guidance=5.0)).pixels)
