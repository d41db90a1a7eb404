"""LoRAs: equal to diffusers' own, never in another run's weights, the same in a sweep and alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
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
from tests.lora_files import EVERYWHERE, kohya, kohya_original, kohya_xl, old, old_linear, peft, write_lora

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
    pytest.param("tiny_sd", old_linear, {}, id="sd-old-linear"),
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


def test_several_loras_add_up_in_any_order(engine: LocalEngine, order: Ordered, tiny_sd: Path, tmp_path: Path) -> None:
    pytest.importorskip("peft")
    first = write_lora(tiny_sd, tmp_path / "a.safetensors", seed=1)
    second = write_lora(tiny_sd, tmp_path / "b.safetensors", kohya, seed=2, rank=2, alpha=3.0)
    one = order(guidance=5.0, loras=(f"{first}:0.6", f"{second}:-0.4"))
    other = order(guidance=5.0, loras=(f"{second}:-0.4", f"{first}:0.6"))
    assert one.resolved.hash == other.resolved.hash
    made = run(engine, one).pixels
    added = [(lora.path, lora.pin.weight) for lora in one.model.loras]
    assert {path.name for path, _ in added} == {"a.safetensors", "b.safetensors"}
    assert np.array_equal(made, by_diffusers(tiny_sd, one, added))


@pytest.mark.parametrize("stabilised", [False, True])
def test_the_alpha_of_pefts_configuration_counts(
    stabilised: bool, engine: LocalEngine, order: Ordered, tiny_sd: Path, tmp_path: Path
) -> None:
    """Files by peft have no tensor for it: it stands in the header's texts, where diffusers looks too."""
    peft_library = pytest.importorskip("peft")
    import diffusers

    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(tiny_sd, local_files_only=True)
    torch.manual_seed(3)
    config = peft_library.LoraConfig(
        r=4,
        lora_alpha=10,
        alpha_pattern={"mid_block.attentions.0.transformer_blocks.0.attn1.to_q": 1},
        use_rslora=stabilised,
        init_lora_weights=False,
        target_modules=["to_q", "to_v"],
    )
    pipeline.unet.add_adapter(config)
    pipeline.save_lora_weights(
        tmp_path,
        unet_lora_layers=peft_library.get_peft_model_state_dict(pipeline.unet),
        unet_lora_adapter_metadata=pipeline.unet.peft_config["default"].to_dict(),
        weight_name="x.safetensors",
    )
    path = tmp_path / "x.safetensors"
    asked = order(guidance=5.0, loras=(Lora(path=str(path), weight=0.2),))
    assert np.array_equal(run(engine, asked).pixels, by_diffusers(tiny_sd, asked, [(path, 0.2)]))


def test_half_precision_files_are_added_in_float32(
    engine: LocalEngine, order: Ordered, tiny_sd: Path, tmp_path: Path
) -> None:
    """diffusers rounds the change to the file's precision first: close, not equal."""
    pytest.importorskip("peft")
    path = write_lora(tiny_sd, tmp_path / "x.safetensors", dtype=torch.float16)
    asked = order(guidance=5.0, loras=(str(path),))
    made = run(engine, asked).pixels
    assert psnr_db(made, by_diffusers(tiny_sd, asked, [(path, 1.0)])) > 50


def test_weight_zero_is_the_model_itself(engine: LocalEngine, order: Ordered, tiny_sd: Path, tmp_path: Path) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors")
    plain, none = order(), order(loras=(f"{path}:0",))
    assert plain.resolved.hash != none.resolved.hash
    assert group_of(plain) == group_of(none)
    made = run(engine, none)
    assert np.array_equal(made.pixels, run(engine, plain).pixels)
    assert made.provenance.weights_digest == plain.resolved.intent.model.digest
    assert none.resolved.origin.notes == ("the LoRA x.safetensors has no effect at weight 0",)


@pytest.mark.slow
def test_a_sweep_over_weights_leaks_nowhere_and_replays_alone(order: Ordered, tiny_sd: Path, tmp_path: Path) -> None:
    """Base runs and four mixtures among each other, two seeds each; then each alone, backwards, in a new engine."""
    first = write_lora(tiny_sd, tmp_path / "a.safetensors", seed=1)
    second = write_lora(tiny_sd, tmp_path / "b.safetensors", kohya, seed=2)
    mixtures = [(), (f"{first}:0.5",), (f"{first}:1",), (f"{second}:0.5",), (f"{first}:0.5", f"{second}:0.5"), ()]
    asked = {f"{n} {seed}": order(loras=loras, seed=seed) for seed in (1, 2) for n, loras in enumerate(mixtures)}
    orders = share(asked, limit=4)
    assert {each.resolved.execution.slots for each in orders.values()} == {2, 4}
    together = LocalEngine(Loader())
    tickets = {together.submit(each): name for name, each in orders.items()}
    made = {tickets[ticket]: event for ticket, event in finished(drain(together)).items()}
    digests = {name: digest_of(event) for name, event in made.items()}
    assert len(set(digests.values())) == 10, "the two plain ones are alike, and all others differ"
    again = LocalEngine(Loader())
    assert {name: alone(again, orders[name]) for name in reversed(digests)} == digests
    assert len({event.provenance.weights_digest for event in made.values()}) == 5


def test_one_copy_with_loras_is_kept(order: Ordered, tiny_sd: Path, tmp_path: Path) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors")
    loader = Loader()
    plain, weak, strong = (order(loras=loras).model for loras in ((), (f"{path}:0.5",), (f"{path}:1",)))
    base = loader.load(plain, "cpu", "float32")
    kept = loader.load(weak, "cpu", "float32")
    assert loader.load(weak, "cpu", "float32") is kept
    loader.load(strong, "cpu", "float32")
    assert loader.load(plain, "cpu", "float32") is base
    assert loader.load(weak, "cpu", "float32") is not kept


def test_half_precision_weights_take_a_lora(engine: LocalEngine, order: Ordered, tiny_sd: Path, tmp_path: Path) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors", size=0.1)
    exact = run(engine, order(loras=(str(path),))).pixels
    rounded = run(engine, order(loras=(str(path),), precision="bfloat16")).pixels
    plain = run(engine, order(precision="bfloat16")).pixels
    assert psnr_db(exact, rounded) > psnr_db(exact, plain)


@pytest.mark.skipif(find_spec("openvino") is None, reason="OpenVINO is not installed")
@pytest.mark.parametrize(
    ("model", "weights"),
    [
        pytest.param("tiny_sd", (0.25, 0.5, 1.0), marks=pytest.mark.slow),
        pytest.param("tiny_sdxl", (1.0,), marks=pytest.mark.slow),
    ],
)
def test_openvino_agrees_and_keeps_few_conversions(
    model: str, weights: tuple[float, ...], order: Ordered, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(model)
    path = write_lora(folder, tmp_path / "x.safetensors")
    loader, cache = Loader(), tmp_path / "cache"
    both = LocalEngine(loader, denoiser=Denoisers(loader, cache))

    def made(runtime: str, *loras: str) -> np.ndarray:
        asked = order(folder, loras=loras)
        return run(both, replace(asked, resolved=asked.resolved.with_execution(runtime=runtime))).pixels

    base = made("openvino")
    for weight in weights:
        computed = made("openvino", f"{path}:{weight}")
        assert psnr_db(made("torch", f"{path}:{weight}"), computed) > 60
        assert not np.array_equal(computed, base)
    assert np.array_equal(made("openvino"), base)
    assert len(list(cache.iterdir())) == 1 + min(len(weights), 2), "the plain one, and the last two with the LoRA"


def test_the_built_in_model_takes_a_lora(
    catalogue: Catalogue, settings: Settings, library: Any, engine: LocalEngine, tmp_path: Path
) -> None:
    path = write_lora(embedded_folder(), tmp_path / "x.safetensors", size=0.05)

    def made(*loras: str) -> str:
        spec = Spec(prompt="a red mug", model=EMBEDDED, steps=2, runtime="torch", loras=loras)
        return picture_digest(run(engine, resolve(spec, catalogue, settings, library)).pixels)

    plain = made()
    assert made(f"{path}:0") == plain
    assert made(str(path)) != plain
    assert made(f"{path}:0.5") not in {plain, made(str(path))}


def test_a_file_changed_after_it_was_pinned_makes_no_picture(order: Ordered, tiny_sd: Path, tmp_path: Path) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors")
    asked = order(loras=(str(path),))
    write_lora(tiny_sd, path, seed=5)
    engine = LocalEngine(Loader())
    engine.submit(asked)
    assert [event.failure.code for event in drain(engine)] == ["model.changed"]


def test_numbers_that_are_none_are_named(order: Ordered, tiny_sd: Path, tmp_path: Path) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors", size=float("inf"))
    engine = LocalEngine(Loader())
    engine.submit(order(loras=(str(path),)))
    (failed,) = drain(engine)
    assert failed.failure.code == "model.corrupt"
    assert "x.safetensors makes weights that are no numbers" in failed.failure.message
