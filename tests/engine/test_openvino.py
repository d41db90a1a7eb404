"""OpenVINO keeps the promise of torch: rows that depend on no other, equal reruns, an entry on disk that is whole."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from packshot.engine import Finished
from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser import Denoisers, TorchDenoiser, conversion
from packshot.engine.denoiser.openvino_library import own_logging
from packshot.engine.local import LocalEngine
from packshot.engine.machine import floating_point
from packshot.errors import SpecError
from packshot.models import EMBEDDED, Catalogue, Loader, Model
from packshot.resolve import AGREEMENT_DB, Order, resolve
from packshot.result import psnr_db
from packshot.settings import Settings, read_settings
from packshot.spec import Execution, Spec
from tests.engine.test_anchor import run

ROOT = Path(__file__).resolve().parents[2]
PRECISIONS = [
    "float32",
    pytest.param(
        "bfloat16", marks=pytest.mark.skipif(not read_settings({}).bfloat16, reason="this CPU has no bfloat16")
    ),
]

pytest.importorskip("openvino_telemetry", reason="OpenVINO is not installed")


@pytest.fixture(autouse=True)
def arithmetic() -> Iterator[None]:
    """What the engine does around each step: OpenVINO leaves denormals flushed in the thread that called it."""
    with floating_point(flush_denormal=True):
        yield


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by the tests of this file: each model is converted once."""
    return tmp_path_factory.mktemp("openvino")


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader()


def execution(rows: int, precision: str = "float32") -> Execution:
    return Execution(device="cpu", precision=precision, runtime="openvino", slots=1, rows=rows, threads=1)


def random_call(pipeline: Any, rows: int, side: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, Conditioning]:
    """Latents (R, C, side, side), timesteps (R,) and conditioning of a model, all random."""
    config = pipeline.unet.config
    generator = torch.Generator().manual_seed(seed)
    width = config.cross_attention_dim
    added = None
    if config.addition_embed_type == "text_time":
        pooled = config.projection_class_embeddings_input_dim - 6 * config.addition_time_embed_dim
        added = {
            "text_embeds": torch.randn((rows, pooled), generator=generator),
            "time_ids": torch.randint(0, 512, (rows, 6), generator=generator).float(),
        }
    conditioning = Conditioning(torch.randn((rows, 77, width), generator=generator), added, None)
    latents = torch.randn((rows, config.in_channels, side, side), generator=generator)
    return latents, torch.linspace(999, 1, rows), conditioning


def opened(loader: Loader, cache: Path | None, model: Model, call: Any, precision: str = "float32") -> Any:
    latents, _, conditioning = call
    pipeline = loader.load(model, "cpu", precision, "openvino")
    return Denoisers(loader, cache)(model, pipeline, execution(len(latents), precision), latents, conditioning)


@pytest.mark.parametrize(
    "family",
    ["tiny_sd", pytest.param("tiny_sd2", marks=pytest.mark.slow), pytest.param("tiny_sdxl", marks=pytest.mark.slow)],
)
@pytest.mark.parametrize(("rows", "side"), [(2, 32), pytest.param(4, 19, marks=pytest.mark.slow)])
def test_every_family_agrees_with_torch(
    family: str,
    rows: int,
    side: int,
    loader: Loader,
    cache: Path,
    catalogue: Catalogue,
    request: pytest.FixtureRequest,
) -> None:
    """Also at other rows, and at a size that the UNet cannot halve and double back."""
    model = catalogue.find(str(request.getfixturevalue(family)))
    pipeline = loader.load(model, "cpu", "float32")
    call = random_call(pipeline, rows, side)
    expected = TorchDenoiser(pipeline.unet).predict(*call)
    got = opened(loader, cache, model, call).predict(*call)
    assert got.shape == expected.shape
    assert torch.allclose(got, expected.detach(), rtol=0, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("precision", PRECISIONS)
def test_rows_are_independent_and_reruns_equal(
    precision: str, loader: Loader, cache: Path, catalogue: Catalogue
) -> None:
    model = catalogue.find(EMBEDDED)
    pipeline = loader.load(model, "cpu", precision, "openvino")
    latents, timesteps, conditioning = random_call(pipeline, 4, 32)
    denoiser = opened(loader, cache, model, (latents, timesteps, conditioning), precision)
    together = denoiser.predict(latents, timesteps, conditioning)
    kept = together.clone()
    alone, times, prompts = torch.zeros_like(latents), torch.zeros(4), torch.zeros_like(conditioning.embeddings)
    for place in (0, 3):
        alone[place], times[place], prompts[place] = latents[1], timesteps[1], conditioning.embeddings[1]
    padded = denoiser.predict(alone, times, replace(conditioning, embeddings=prompts))
    assert torch.equal(padded[0], together[1]), "neither neighbours nor place matter"
    assert torch.equal(padded[3], together[1])
    assert torch.equal(together, kept), "the result is new memory"
    assert torch.equal(denoiser.predict(latents, timesteps, conditioning), kept)
    again = opened(loader, cache, model, (latents, timesteps, conditioning), precision)
    assert torch.equal(again.predict(latents, timesteps, conditioning), kept), "compiled again"


@pytest.mark.slow
def test_the_second_start_does_not_convert(
    loader: Loader, tmp_path: Path, tiny_sd: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = catalogue.find(str(tiny_sd))
    pipeline = loader.load(model, "cpu", "float32", "openvino")
    conversions: list[int] = []
    convert = conversion.convert
    monkeypatch.setattr(conversion, "convert", lambda *given: (conversions.append(1), convert(*given))[1])
    first = random_call(pipeline, 2, 32)
    expected = opened(loader, tmp_path, model, first).predict(*first)
    assert len(conversions) == 1
    assert torch.equal(opened(loader, tmp_path, model, first).predict(*first), expected)
    wider = random_call(pipeline, 4, 24)
    opened(loader, tmp_path, model, wider).predict(*wider)
    assert len(conversions) == 1, "rows and size share a conversion"
    (entry,) = tmp_path.iterdir()
    weights = entry / "denoiser.bin"
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    assert torch.equal(opened(loader, tmp_path, model, first).predict(*first), expected)
    assert len(conversions) == 2, "one flipped bit: thrown away and converted again"
    (entry / "manifest.json").write_text("{", encoding="utf-8")
    (tmp_path / ".partial-old").mkdir()
    assert torch.equal(opened(loader, tmp_path, model, first).predict(*first), expected)
    assert len(conversions) == 3
    assert torch.equal(opened(loader, tmp_path, model, first).predict(*first), expected)
    assert len(conversions) == 3


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_costs_time_only(
    loader: Loader, cache: Path, tmp_path: Path, tiny_sd: Path, catalogue: Catalogue
) -> None:
    model = catalogue.find(str(tiny_sd))
    call = random_call(loader.load(model, "cpu", "float32", "openvino"), 2, 32)
    expected = opened(loader, cache, model, call).predict(*call)
    file = tmp_path / "file"
    file.write_text("no folder", encoding="utf-8")
    for folder in (None, file):
        assert torch.equal(opened(loader, folder, model, call).predict(*call), expected)


QUIET = """
import socket, sys
from pathlib import Path
def refuse(*arguments, **options):
    print("NETWORK", arguments, flush=True)
    raise OSError("no network in this test")
socket.getaddrinfo = socket.create_connection = socket.socket.connect = socket.socket.connect_ex = refuse
import torch
from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser import Denoisers
from packshot.models import Catalogue, DigestCache, Loader
from packshot.spec import Execution
loader, model = Loader(), Catalogue(DigestCache(None), offline=True).find(sys.argv[1])
pipeline = loader.load(model, "cpu", "float32", "openvino")
latents, conditioning = torch.ones(2, 4, 32, 32), Conditioning(torch.ones(2, 77, 32), None, None)
execution = Execution(device="cpu", precision="float32", runtime="openvino", slots=1, rows=2, threads=1)
denoiser = Denoisers(loader, Path(sys.argv[2]))(model, pipeline, execution, latents, conditioning)
made = denoiser.predict(latents, torch.tensor(500.0), conditioning)
assert "openvino" in sys.modules and sys.modules["openvino_telemetry"] is None
import hashlib
print(hashlib.sha256(made.numpy().tobytes()).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_no_telemetry_and_each_process_gives_the_same_bits(processes: int, tmp_path: Path, tiny_sd: Path) -> None:
    """Each process converts for itself, in a home folder where nobody ever consented or refused."""
    printed = set()
    for number in range(processes):
        home = tmp_path / f"home{number}"
        home.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", QUIET, str(tiny_sd), str(home / "cache")],
            env={"HOME": str(home), "PATH": "/usr/bin", "PYTHONPATH": str(ROOT / "src"), "HF_HUB_OFFLINE": "1"},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "NETWORK" not in done.stdout
        assert not (home / "intel").exists(), "no consent was written in the person's name"
        printed.add(done.stdout.split()[-1])
    assert len(printed) == 1


def test_what_is_put_at_the_root_meanwhile_hears_nothing_of_ours_and_goes() -> None:
    """OpenVINO's own handler printed what a server logged during a conversion, without the words in their places."""
    root, ours, heard = logging.getLogger(), logging.getLogger("packshot"), io.StringIO()
    theirs, propagates, level = logging.StreamHandler(heard), ours.propagate, root.level
    with own_logging():
        root.addHandler(theirs)
        root.setLevel(logging.DEBUG)
        ours.error("%s was asked", "GET")
        logging.getLogger("packshot.api").error("%s was asked", "GET")
    assert heard.getvalue() == ""
    assert theirs not in root.handlers
    assert (root.level, ours.propagate) == (level, propagates)


def test_openvino_is_imported_in_one_place_only() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        if path.name != "openvino_library.py":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"^\s*(import|from) openvino", text, re.MULTILINE), path


@pytest.fixture
def order(catalogue: Catalogue, settings: Settings, library: Any) -> Callable[..., Order]:
    def ordered(runtime: str, precision: str, **fields: Any) -> Order:
        spec = Spec(**({"prompt": "a red mug on a white background", "steps": 5} | fields))
        made = resolve(spec, catalogue, settings, library)
        return replace(made, resolved=made.resolved.with_execution(runtime=runtime, precision=precision))

    return ordered


@pytest.mark.parametrize("precision", PRECISIONS)
def test_pictures_agree_with_the_anchor(
    precision: str, order: Callable[..., Order], loader: Loader, cache: Path
) -> None:
    engine = LocalEngine(loader, denoiser=Denoisers(loader, cache))
    for name in ("DDIM", "DPM++"):
        expected = run(engine, order("torch", "float32", scheduler=name))
        made = run(engine, order("openvino", precision, scheduler=name))
        assert psnr_db(expected.pixels, made.pixels) >= AGREEMENT_DB
        assert (made.provenance.runtime, made.provenance.precision) == ("openvino", precision)
        assert "openvino" in made.provenance.libraries
        assert "openvino" not in expected.provenance.libraries


def test_torch_in_bfloat16_on_a_cpu(
    order: Callable[..., Order], loader: Loader, tiny_sd: Path, tiny_sdxl: Path
) -> None:
    """Diffusers' own way: all parts in bfloat16."""
    engine = LocalEngine(loader)
    for folder, name in ((tiny_sd, "EulerA"), (tiny_sdxl, "DPM++")):
        made = run(engine, order("torch", "bfloat16", scheduler=name, model=str(folder), steps=2))
        assert isinstance(made, Finished)
        assert made.provenance.precision == "bfloat16"


def test_a_runtime_of_another_version_is_refused(order: Callable[..., Order], loader: Loader, tiny_sd: Path) -> None:
    resolved = order("later", "float32", model=str(tiny_sd))
    pipeline = loader.load(resolved.model, "cpu", "float32")
    latents, _, conditioning = random_call(pipeline, 2, 32)
    with pytest.raises(SpecError) as caught:
        Denoisers(loader)(resolved.model, pipeline, resolved.resolved.execution, latents, conditioning)
    assert caught.value.code == "spec.runtime.unsupported"


def test_measuring(order: Callable[..., Order], cache: Path, tiny_sd: Path) -> None:
    from packshot.engine.bench import ROWS, measure

    orders = [order("torch", "float32", model=str(tiny_sd), scheduler="DDIM", steps=2)]
    anchor, fast = measure(orders, [("torch", "float32"), ("openvino", "float32")], cache, repetitions=1)
    assert anchor.psnr_db is None
    assert fast.psnr_db is None or fast.psnr_db > AGREEMENT_DB
    assert set(fast.call_s) == set(ROWS)
    assert json.loads(fast.model_dump_json())["call_s"]["2"] > 0


def test_threads_that_the_machine_has_not_are_not_claimed(
    order: Callable[..., Order], loader: Loader, cache: Path
) -> None:
    """The record has the number that computed, so that a replay elsewhere is told that one."""
    asked = order("openvino", "float32", steps=1)
    asked = replace(asked, resolved=asked.resolved.with_execution(threads=64))
    made = run(LocalEngine(loader, denoiser=Denoisers(loader, cache)), asked)
    assert 1 <= made.provenance.threads <= (os.cpu_count() or 1)
