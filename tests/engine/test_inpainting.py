"""Inpainting models make scenes around a locked product, equal to diffusers; they make nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from packshot.engine import Finished
from packshot.engine.denoiser import Denoisers
from packshot.engine.inpainting import paintable
from packshot.engine.local import LocalEngine
from packshot.engine.locked import put_into_scene
from packshot.errors import ModelError, SpecError
from packshot.models import Loader
from packshot.models.description import describe
from packshot.resolve import Order
from packshot.result import psnr_db
from tests.engine.driving import alone, digest_of, drain, finished
from tests.engine.test_lock import by_diffusers
from tests.single_file import write_single_file
from tests.tiny_models import save_tiny_sd, save_tiny_sdxl

FIVE = 5
"""Channels of a mask and of another picture's latents."""


@pytest.fixture(scope="module")
def engine() -> LocalEngine:
    return LocalEngine(Loader())


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("inpainting")
    return {
        "sd": save_tiny_sd(root / "sd", extra_channels=FIVE),
        "sdxl": save_tiny_sdxl(root / "sdxl", extra_channels=FIVE),
    }


def white_where_painted(order: Order) -> np.ndarray:
    assert order.product is not None
    mask: np.ndarray = paintable(order.product)[0, 0].numpy().astype(np.uint8) * 255
    return mask


def made(engine: LocalEngine, order: Order) -> Finished:
    engine.submit(order)
    last = drain(engine)[-1]
    assert isinstance(last, Finished), last
    return last


@pytest.mark.parametrize("strength", [None, 0.6])
@pytest.mark.parametrize("family", ["sd", "sdxl"])
@pytest.mark.parametrize("name", ["EulerA", "DDIM", "Heun", "DPM++ 2M SDE"])
def test_a_scene_equals_diffusers(
    name: str,
    family: str,
    strength: float | None,
    folders: dict[str, Path],
    engine: LocalEngine,
    locked: Callable[..., Order],
) -> None:
    order = locked(model=folders[family], scheduler=name, strength=strength, guidance=5.0)
    assert order.resolved.intent.strength == (strength or 1.0)
    picture = made(engine, order)
    expected, _ = put_into_scene(order, by_diffusers(order, white_where_painted(order)))
    assert (picture.pixels == expected).all()
    assert picture.provenance.lock is not None
    assert picture.provenance.lock.core_difference == 0


@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_without_guidance_equals_diffusers(
    family: str, folders: dict[str, Path], engine: LocalEngine, locked: Callable[..., Order]
) -> None:
    order = locked(model=folders[family], guidance=1.0)
    assert order.resolved.execution.rows == 1
    expected, _ = put_into_scene(order, by_diffusers(order, white_where_painted(order)))
    assert (made(engine, order).pixels == expected).all()


def test_what_is_shown_counts(folders: dict[str, Path], engine: LocalEngine, locked: Callable[..., Order]) -> None:
    """The comparisons above could not tell it from a model of four channels if the others changed nothing."""
    order = locked(model=folders["sd"])
    loader = Loader()
    seen = alone(LocalEngine(loader), order)
    loader.load(order.model, "cpu", "float32").unet.conv_in.weight.data[:, -FIVE:] = 0.0
    assert alone(LocalEngine(loader), order) != seen


def test_scenes_share_calls_and_stay_the_same(folders: dict[str, Path], locked: Callable[..., Order]) -> None:
    together = [
        locked(model=folders["sd"], slots=4, seed=1),
        locked(model=folders["sd"], slots=4, seed=2, guidance=1.0, strength=0.5),
        locked(model=folders["sd"], slots=4, seed=3, scheduler="DDIM", steps=4),
    ]
    expected = [alone(LocalEngine(Loader()), each) for each in together]
    engine = LocalEngine(Loader())
    tickets = [engine.submit(each) for each in together]
    pictures = finished(drain(engine))
    assert [digest_of(pictures[ticket]) for ticket in tickets] == expected


@pytest.mark.slow
@pytest.mark.skipif(find_spec("openvino") is None, reason="OpenVINO is not installed")
def test_openvino_is_near(folders: dict[str, Path], locked: Callable[..., Order], tmp_path: Path) -> None:
    loader = Loader()
    both = LocalEngine(loader, denoiser=Denoisers(loader, tmp_path / "cache"))
    order = locked(model=folders["sd"])
    near = made(both, replace(order, resolved=order.resolved.with_execution(runtime="openvino")))
    anchor = made(both, order)
    assert near.provenance.runtime == "openvino"
    assert psnr_db(near.pixels, anchor.pixels) > 40


def test_other_modes_are_refused(folders: dict[str, Path], order: Callable[..., Order], photo: Path) -> None:
    for fields in ({}, {"source": str(photo)}):
        with pytest.raises(SpecError) as caught:
            order(folders["sd"], **fields)
        assert caught.value.code == "spec.mode.unsupported"
        assert "inpainting model" in caught.value.message
        assert "packshot lock" in str(caught.value)


def test_a_single_file_is_its_folder(
    folders: dict[str, Path], tiny_sd: Path, tmp_path: Path, engine: LocalEngine, locked: Callable[..., Order]
) -> None:
    shutil.copytree(folders["sd"], tmp_path / "one", ignore=shutil.ignore_patterns("*.safetensors"))
    file = write_single_file(folders["sd"], tmp_path / "one" / "inpainting.safetensors")
    assert alone(engine, locked(model=file)) == alone(engine, locked(model=folders["sd"]))
    shutil.copytree(tiny_sd, tmp_path / "other", ignore=shutil.ignore_patterns("*.safetensors"))
    for where, code in (("other", "model.unsupported"), ("alone", "model.not_cached")):
        (tmp_path / where).mkdir(exist_ok=True)
        shutil.copy(file, tmp_path / where)
        with pytest.raises(ModelError) as caught:
            locked(model=tmp_path / where / file.name)
        assert caught.value.code == code
    assert "stable-diffusion-inpainting" in caught.value.message


def test_the_kind_is_read_from_the_denoiser(folders: dict[str, Path], tiny_sd: Path, tmp_path: Path) -> None:
    assert [describe(folder).inpainting for folder in (*folders.values(), tiny_sd)] == [True, True, False]
    assert not describe(folders["sdxl"]).refiner
    with pytest.raises(ModelError) as caught:
        describe(save_tiny_sd(tmp_path / "depth", extra_channels=1))
    assert caught.value.code == "model.unsupported"
    assert "5 channels" in caught.value.message
