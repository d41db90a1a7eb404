"""The decoder in OpenVINO: the picture of torch's to 50 dB, equal reruns, and its place in a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from packshot.engine.decode import decode
from packshot.engine.decoder import Decoders
from packshot.engine.denoiser import Denoisers
from packshot.engine.local import LocalEngine
from packshot.engine.machine import floating_point
from packshot.models import EMBEDDED, Catalogue, Loader
from packshot.resolve import resolve, with_decoder
from packshot.result import psnr_db
from packshot.settings import Settings, read_settings
from packshot.spec import OPENVINO_DECODER, TORCH_DECODER, Execution, Spec
from tests.engine.driving import digest_of
from tests.engine.test_anchor import run

EXECUTION = Execution(
    device="cpu", precision="mixed", runtime="openvino", slots=1, rows=2, threads=1, decoder=OPENVINO_DECODER
)

pytest.importorskip("openvino_telemetry", reason="OpenVINO is not installed")
needs_bfloat16 = pytest.mark.skipif(not read_settings({}).bfloat16, reason="this CPU has no bfloat16")


@pytest.fixture(autouse=True)
def arithmetic() -> Iterator[None]:
    """What the engine does around each step."""
    with floating_point(flush_denormal=True):
        yield


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("openvino")


@needs_bfloat16
@pytest.mark.parametrize("shape", [(1, 8, 32, 32), (1, 8, 16, 40)])
def test_it_decodes_what_torch_decodes(shape: tuple[int, ...], cache: Path, catalogue: Catalogue) -> None:
    model = catalogue.find(EMBEDDED)
    pipeline = Loader().load(model, "cpu", "mixed", "openvino")
    latents = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = decode(pipeline, latents, torch.Generator())
    decoders = Decoders(cache)
    decoder = decoders(model, pipeline.vae, EXECUTION, latents)
    assert decoder is not None
    made = decode(pipeline, latents, torch.Generator(), decoder)
    assert made.pixels.shape == expected.pixels.shape
    assert psnr_db(expected.pixels, made.pixels) > 50
    assert made.notes == ()
    anew = Decoders(None)(model, pipeline.vae, EXECUTION, latents)
    assert anew is not None
    assert torch.equal(anew(latents), decoder(latents)), "a conversion made anew, and a second call"


@needs_bfloat16
def test_numbers_that_are_none_are_decoded_again_in_float32(catalogue: Catalogue) -> None:
    pipeline = Loader().load(catalogue.find(EMBEDDED), "cpu", "mixed", "openvino")
    latents = torch.randn((1, 8, 8, 8), generator=torch.Generator().manual_seed(1))

    def broken(given: torch.Tensor) -> torch.Tensor:
        return torch.full((1, 3, 64, 64), torch.nan)

    with torch.no_grad():
        expected = decode(pipeline, latents, torch.Generator())
        made = decode(pipeline, latents, torch.Generator(), broken)
    assert (made.pixels == expected.pixels).all()
    assert len(made.notes) == 1


def test_who_decodes() -> None:
    mixed, tiny = EXECUTION.model_copy(update={"decoder": TORCH_DECODER}), (256, 256)
    assert with_decoder(mixed, *tiny).decoder == OPENVINO_DECODER
    assert with_decoder(mixed, 1024, 1024).decoder == TORCH_DECODER, "nobody counted the memory"
    for change in ({"precision": "float32"}, {"runtime": "torch"}, {"memory": "balanced"}):
        assert with_decoder(EXECUTION.model_copy(update=change), *tiny).decoder == TORCH_DECODER
    record = mixed.model_dump()
    del record["decoder"]
    assert Execution.model_validate(record).decoder == TORCH_DECODER, "a record from before there was another"


@needs_bfloat16
def test_a_record_says_who_decodes_and_a_replay_asks_the_same(
    catalogue: Catalogue, settings: Settings, library: Any, cache: Path
) -> None:
    loader = Loader()
    here = read_settings({})
    mixed = replace(settings, precision="mixed", openvino=here.openvino, bfloat16=True)
    order = resolve(Spec(prompt="a red mug on a white background", steps=3), catalogue, mixed, library)
    assert order.resolved.execution.decoder == OPENVINO_DECODER

    engine = LocalEngine(loader, denoiser=Denoisers(loader, cache), decoders=Decoders(cache))
    first = digest_of(run(engine, order))
    by_torch = replace(order, resolved=order.resolved.with_execution(decoder=TORCH_DECODER))
    assert digest_of(run(engine, by_torch)) != first, "diffusers' own decoder is still asked where the record says so"
    anew = LocalEngine(loader, denoiser=Denoisers(loader, cache), decoders=Decoders(cache))
    assert digest_of(run(anew, order)) == first
