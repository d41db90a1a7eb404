"""A decoder that overflows in half precision decodes again in float32, and the record says so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from packshot.engine import Finished
from packshot.engine.decode import decode
from packshot.engine.local import LocalEngine
from packshot.models import Loader
from packshot.resolve import Order
from tests.engine.driving import drain, finished

NOTE = "the decoder gave NaN in half precision; decoded again in float32"


@pytest.fixture(scope="module")
def overflowing(tiny_sd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with a decoder whose first layer gives numbers over 65504; later layers normalise them again."""
    folder = tmp_path_factory.mktemp("half") / "tiny"
    shutil.copytree(tiny_sd, folder)
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(path)
    tensors["decoder.conv_in.weight"] *= 60_000 / tensors["decoder.conv_in.weight"].abs().max()
    save_file(tensors, path, {"format": "pt"})
    config = folder / "vae" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"force_upcast": False}))
    return folder


def in_half(order: Order, loader: Loader) -> Finished:
    """As a GPU would compute it; a CPU can."""
    engine = LocalEngine(loader)
    engine.submit(replace(order, resolved=order.resolved.with_execution(precision="float16")))
    made = finished(events := drain(engine))
    assert made, events
    return next(iter(made.values()))


def test_the_decoder_is_asked_again_in_float32(order: Callable[..., Order], overflowing: Path) -> None:
    loader = Loader()
    asked = order(overflowing, steps=1)
    made = in_half(asked, loader)
    assert made.provenance.notes[-1] == NOTE
    assert made.provenance.precision == "float16"
    pipeline = loader.load(asked.model, "cpu", "float16")
    assert pipeline.vae.dtype == torch.float16, "and afterwards it is as it was"


def test_a_decoder_that_does_not_overflow_is_asked_once(order: Callable[..., Order], tiny_sd: Path) -> None:
    assert in_half(order(tiny_sd, steps=1), Loader()).provenance.notes == ()


def test_the_second_picture_is_that_of_float32(order: Callable[..., Order], overflowing: Path) -> None:
    pipeline = Loader().load(order(overflowing).model, "cpu", "float16")
    latents = torch.randn((1, 4, 32, 32), generator=torch.Generator().manual_seed(0)).half()
    with torch.no_grad():
        half = pipeline.vae.decode(latents / pipeline.vae.config.scaling_factor).sample
        assert not bool(torch.isfinite(half).all()), "float16 truly overflows"
        decoded = decode(pipeline, latents, torch.Generator())
        pipeline.vae.float()
        alone = decode(pipeline, latents.float(), torch.Generator())
    assert decoded.notes == (NOTE,)
    assert alone.notes == ()
    assert np.array_equal(decoded.pixels, alone.pixels)


def test_layers_that_wait_elsewhere_are_decoded_again_too(order: Callable[..., Order], overflowing: Path) -> None:
    """`--memory low` on a GPU moves single layers there: accelerate's hooks, with the CPU as the card."""
    import accelerate

    asked = order(overflowing, steps=1)
    plain = in_half(asked, Loader())
    loader = Loader()
    accelerate.cpu_offload(loader.load(asked.model, "cpu", "float16").vae, "cpu")
    made = in_half(asked, loader)
    assert made.provenance.notes[-1] == NOTE
    assert np.array_equal(made.pixels, plain.pixels)
