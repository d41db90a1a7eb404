"""What a family does not know is refused or said; what was left open is the model's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import ModelError, SpecError
from packshot.models import Catalogue, DigestCache, LoraShelf, Model, shortened
from packshot.models.recipes import recipe_of
from packshot.resolve import Order, resolve, share
from packshot.settings import Settings
from packshot.spec import Spec

Ask = Callable[..., Order]


@pytest.fixture
def ask(catalogue: Catalogue, settings: Settings, library: Any, tiny_transformer: Callable[[str], Path]) -> Ask:
    """`ask("flux-dev", guidance=2.0)`; `machine` changes the settings."""

    def asked(name: str, machine: dict[str, Any] | None = None, **fields: Any) -> Order:
        spec = Spec(**({"prompt": "a red mug", "model": str(tiny_transformer(name))} | fields))
        return resolve(spec, catalogue, replace(settings, **machine or {}), library)

    return asked


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (128, 128, 3), np.uint8)).save(path)
    return str(path)


@pytest.mark.parametrize(
    ("name", "family", "scheduler", "steps", "guidance", "side_px", "multiple_px", "rows"),
    [
        ("sd3", "sd3", "FlowMatchEuler", 28, 7.0, 64, 2, 2),
        ("flux-dev", "flux", "FlowMatchEuler", 28, 3.5, 256, 4, 1),
        ("flux-schnell", "flux", "FlowMatchEuler", 4, 0.0, 256, 4, 1),
        ("sana", "sana", "DPM++ Flow", 20, 4.5, 64, 32, 2),
        ("pixart-alpha", "pixart-alpha", "DPM++", 20, 4.5, 64, 8, 2),
        ("pixart-sigma", "pixart-sigma", "DPM++", 20, 4.5, 64, 8, 2),
        ("qwen-image", "qwen-image", "FlowMatchEuler", 50, 4.0, 512, 8, 1),
        ("z-image", "z-image", "FlowMatchEuler", 50, 5.0, 256, 4, 2),
    ],
)
def test_a_plain_call_takes_the_models_own(
    name: str,
    family: str,
    scheduler: str,
    steps: int,
    guidance: float,
    side_px: int,
    multiple_px: int,
    rows: int,
    ask: Ask,
) -> None:
    order = ask(name)
    intent, execution = order.resolved.intent, order.resolved.execution
    assert intent.model.family == family
    assert (intent.scheduler.name, intent.steps, intent.guidance) == (scheduler, steps, guidance)
    config = order.model.description.scheduler_config
    assert intent.scheduler.config == shortened({key: config[key] for key in config if not key.startswith("_")})
    assert (intent.width, order.model.description.multiple_px) == (side_px, multiple_px)
    assert (execution.runtime, execution.precision, execution.slots, execution.rows) == ("torch", "float32", 1, rows)
    assert intent.negative_prompt == ""
    assert order.resolved.origin.notes == ()


@pytest.mark.parametrize(
    ("name", "fields", "code", "words"),
    [
        ("flux-dev", {"negative_prompt": "text"}, "spec.negative_prompt.unsupported", "text"),
        ("flux-schnell", {"negative_prompt": "text"}, "spec.negative_prompt.unsupported", "text"),
        ("flux-schnell", {"guidance": 3.5}, "spec.guidance.unsupported", "3.5"),
        ("flux-dev", {"scheduler": "DDIM"}, "spec.scheduler.unfitting", "FlowMatchEuler"),
        ("sd3", {"scheduler": "EulerA"}, "spec.scheduler.unfitting", "FlowMatchEuler"),
        ("sana", {"scheduler": "FlowMatchEuler"}, "spec.scheduler.unfitting", "DPM++ Flow"),
        ("sana", {"scheduler": "DPM++"}, "spec.scheduler.unfitting", "DPM++ Flow"),
        ("pixart-sigma", {"scheduler": "FlowMatchEuler"}, "spec.scheduler.unfitting", "EulerA"),
        ("z-image", {"scheduler": "FlowMatchEulr"}, "spec.scheduler.unknown", "FlowMatchEuler"),
        ("pixart-alpha", {"steps": 1}, "spec.steps.range", "2 or more"),
        ("flux-dev", {"slots": 8}, "spec.slots.unsupported", "one picture at a time"),
        ("flux-dev", {"slots": 3}, "spec.slots.unsupported", "no such number"),
        ("flux-dev", {"runtime": "openvino"}, "spec.runtime.unsupported", "torch"),
        ("flux-dev", {"precision": "int3"}, "spec.precision.unsupported", "bfloat16"),
        ("flux-dev", {"width": 66}, "spec.size.not_divisible", "multiple of 4"),
        ("sana", {"width": 80}, "spec.size.not_divisible", "multiple of 32"),
    ],
)
def test_what_a_family_does_not_know_is_refused(
    name: str, fields: dict[str, Any], code: str, words: str, ask: Ask
) -> None:
    with pytest.raises(SpecError) as caught:
        ask(name, **fields)
    assert caught.value.code == code
    assert words in str(caught.value)
    assert caught.value.expected
    assert caught.value.got or code == "spec.scheduler.unknown"


@pytest.mark.parametrize("name", ["sana", "pixart-alpha", "pixart-sigma"])
def test_a_source_is_refused_where_there_is_no_such_pipeline(name: str, ask: Ask, photo: str) -> None:
    with pytest.raises(SpecError) as caught:
        ask(name, source=photo)
    assert caught.value.code == "spec.mode.unsupported"


def test_a_scheduler_of_flow_models_does_not_fit_others(
    tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    spec = Spec(prompt="a red mug", model=str(tiny_sd), scheduler="flow match euler")
    with pytest.raises(SpecError) as caught:
        resolve(spec, catalogue, settings, library)
    assert caught.value.code == "spec.scheduler.unfitting"
    assert "DDIM" in (caught.value.expected or "")


def test_what_means_nothing_is_accepted(ask: Ask) -> None:
    assert ask("flux-schnell", guidance=0.0).resolved.intent.guidance == 0.0
    assert ask("flux-dev", negative_prompt="", slots=1, runtime="torch").resolved.intent.negative_prompt == ""
    assert ask("flux-dev", scheduler="FlowMatchEuler").resolved.hash == ask("flux-dev").resolved.hash
    assert ask("flux-dev", runtime="auto").resolved.hash == ask("flux-dev").resolved.hash


def test_a_negative_prompt_without_guidance_is_said(ask: Ask) -> None:
    assert ask("z-image", negative_prompt="text", guidance=1.0).resolved.origin.notes == ()
    for name, guidance, above in (("z-image", 0.0, "0"), ("sd3", 1.0, "1"), ("qwen-image", 1.0, "1")):
        (note,) = ask(name, negative_prompt="text", guidance=guidance).resolved.origin.notes
        assert "no effect" in note
        assert f"above {above}" in note


@pytest.mark.parametrize(("steps", "strength", "taken"), [(5, 0.5, 3), (10, 0.6, 6), (4, 0.1, 1), (4, 1.0, 4)])
def test_a_strength_leaves_as_many_steps_as_the_pipeline_takes(
    steps: int, strength: float, taken: int, ask: Ask, photo: str
) -> None:
    assert ask("flux-dev", source=photo, steps=steps, strength=strength).resolved.intent.steps_taken == taken


def test_a_strength_of_nothing_leaves_no_step(ask: Ask, photo: str) -> None:
    with pytest.raises(SpecError) as caught:
        ask("flux-dev", source=photo, strength=0.0)
    assert caught.value.code == "spec.steps.none_left"


def test_precision_and_runtime_by_device(ask: Ask) -> None:
    cuda = {"device": "cuda"}
    assert ask("flux-dev", cuda).resolved.execution.precision == "bfloat16"
    assert ask("flux-dev", cuda, precision="float16").resolved.execution.precision == "float16"
    assert ask("flux-dev", cuda | {"precision": "float32"}).resolved.execution.precision == "float32"
    assert ask("flux-dev", {"device": "mps"}).resolved.execution.precision == "float32"
    set_for_others = ask("flux-dev", {"runtime": "openvino", "openvino": "2026.4"})
    assert set_for_others.resolved.execution.runtime == "torch"
    (note,) = set_for_others.resolved.origin.notes
    assert "openvino" in note


def test_a_sweep_gives_them_one_slot_and_says_so(ask: Ask, tiny_sd: Path) -> None:
    orders = {
        **{f"flux{seed}": ask("flux-dev", seed=seed) for seed in range(3)},
        "z": ask("z-image"),
        **{f"sd{seed}": ask("sd3", model=str(tiny_sd), seed=seed) for seed in range(3)},
    }
    shared = share(orders, limit=8)
    executions = {
        name: (order.resolved.execution.slots, order.resolved.execution.rows) for name, order in shared.items()
    }
    assert executions["flux0"] == executions["flux2"] == (1, 1)
    assert executions["z"] == (1, 2)
    assert executions["sd0"] == (4, 8)
    assert shared["flux0"] is orders["flux0"]
    asked = share(orders, limit=8, slots=8)
    assert asked["sd0"].resolved.execution.slots == 8
    assert asked["flux1"].resolved.execution.slots == 1
    assert "8 slots do not hold" in asked["flux1"].resolved.origin.notes[-1]
    assert asked["flux1"].resolved.hash == orders["flux1"].resolved.hash


@pytest.mark.parametrize(
    ("repository", "steps", "guidance"),
    [
        ("stabilityai/sdxl-turbo", 4, 0.0),
        ("stabilityai/stable-diffusion-3.5-large-turbo", 4, 0.0),
        ("Tongyi-MAI/Z-Image-Turbo", 9, 0.0),
        (None, 30, 7.5),
    ],
)
def test_a_repository_is_known_by_its_name(
    repository: str | None,
    steps: int,
    guidance: float,
    tiny_sdxl: Path,
    settings: Settings,
    library: Any,
    catalogue: Catalogue,
) -> None:
    recipe = recipe_of("sdxl", guidance_embedded=False, repository=repository)
    plain = catalogue.find(str(tiny_sdxl))
    known = _Known(replace(plain, description=replace(plain.description, recipe=recipe)))
    intent = resolve(Spec(prompt="a red mug"), known, settings, library).resolved.intent
    assert (intent.steps, intent.guidance) == (steps, guidance)
    only_steps = resolve(Spec(prompt="a red mug", steps=2), known, settings, library).resolved.intent
    assert (only_steps.steps, only_steps.guidance) == (2, guidance)
    far = resolve(Spec(prompt="a red mug", steps=30, guidance=7.5), known, settings, library).resolved.origin.notes
    assert [note for note in far if "was distilled for" in note and "30 steps at guidance 7.5" in note] == list(far)
    assert bool(far) is (repository is not None)


def test_schnell_at_thirty_steps_is_said(ask: Ask) -> None:
    assert "1 to 4 steps" in ask("flux-schnell", steps=30).resolved.origin.notes[0]
    assert ask("flux-dev", steps=50).resolved.origin.notes == ()


class _Known:
    """A catalogue of one model."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def find(self, _text: str) -> Model:
        return self._model

    @property
    def loras(self) -> LoraShelf:
        return LoraShelf(DigestCache(None))


def test_a_single_file_of_such_a_family_is_refused(
    tiny_transformer: Callable[[str], Path], catalogue: Catalogue, tmp_path: Path
) -> None:
    import shutil

    copy = tmp_path / "flux"
    shutil.copytree(tiny_transformer("flux-dev"), copy)
    shutil.copy(copy / "transformer" / "diffusion_pytorch_model.safetensors", copy / "flux.safetensors")
    with pytest.raises(ModelError) as caught:
        catalogue.find(str(copy / "flux.safetensors"))
    assert caught.value.code == "model.unsupported"
    assert "FLUX" in caught.value.message


def test_reading_with_the_pipelines_tokenizers_imports_no_torch(
    tiny_transformer: Callable[[str], Path], tmp_path: Path
) -> None:
    code = f"""
import sys
from pathlib import Path
from packshot.models import Catalogue, DigestCache
from packshot.resolve import resolve
from packshot.settings import Settings
from packshot.spec import Spec
settings = Settings(workspace=Path({str(tmp_path)!r}), device="cpu", threads=1, offline=True, output=Path("o"))
for model in {[str(tiny_transformer(name)) for name in ("flux-dev", "sana", "z-image")]!r}:
    resolve(Spec(prompt="a mug", model=model), Catalogue(DigestCache(None), offline=True), settings, None)
assert "transformers" in sys.modules
assert "torch" not in sys.modules and "diffusers" not in sys.modules, "torch was imported"
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
