"""The embedded model as a user has it: pictures, replay in a new process, real photos, plain diffusers."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.models import embedded_folder
from packshot.settings import read_settings

BFLOAT16 = read_settings({}).bfloat16
SHOES = (
    "ultra-realistic product photo of a pair of running shoes on a white background, "
    "studio lighting, soft shadow, very sharp"
)
NEGATIVE = "text, watermark, logo, low quality, blurry, deformed"


def packshot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PACKSHOT_DEVICE": "cpu", "HF_HUB_OFFLINE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "packshot", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.slow
def test_a_picture_is_what_was_asked_for_and_replays_without_its_workspace(tmp_path: Path) -> None:
    prompt = "product photo of a red mug on a yellow background"
    made = packshot(tmp_path, "generate", prompt, "--negative", NEGATIVE, "--out", "mug.png", "--json")
    assert made.returncode == 0, made.stderr
    data = json.loads(made.stdout)["data"]
    evidence = {entry["name"]: entry["value"] for entry in data["evidence"]}
    assert evidence["background_as_asked"] == "yes"
    assert data["result"]["width"] == 256
    assert data["result"]["provenance"]["weights_digest"] == data["resolved"]["intent"]["model"]["digest"]
    shutil.rmtree(tmp_path / ".packshot")
    replayed = packshot(tmp_path, "replay", "mug.png")
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert "identical" in replayed.stdout


@pytest.mark.slow
def test_a_replay_restores_another_number_of_threads(tmp_path: Path) -> None:
    arguments = ("generate", SHOES, "--steps", "6", "--out", "shoes.png")
    assert packshot(tmp_path, "--threads", "2", *arguments).returncode == 0
    replayed = packshot(tmp_path, "--threads", "1", "replay", "shoes.png", "--json")
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    assert json.loads(replayed.stdout)["data"]["verdict"]["sameness"] == "identical"


@pytest.mark.slow
@pytest.mark.parametrize(
    "precision",
    [
        "float32",
        pytest.param(
            "bfloat16",
            marks=[pytest.mark.slow, pytest.mark.skipif(not BFLOAT16, reason="this CPU has no bfloat16")],
        ),
    ],
)
def test_openvino_replays_itself_and_converts_once(precision: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("openvino") is None:  # looked for, not imported: that would report to its makers
        pytest.skip("OpenVINO is not installed")
    asked = ("--runtime", "openvino", "--precision", precision, "--steps", "6", "--out", "shoes.png", "--json")
    made = packshot(tmp_path, "generate", SHOES, *asked)
    assert made.returncode == 0, made.stderr
    provenance = json.loads(made.stdout)["data"]["result"]["provenance"]
    assert provenance["runtime"] == "openvino"
    assert provenance["libraries"]["openvino"]
    (entry,) = (tmp_path / ".packshot" / "cache" / "openvino").iterdir()
    before = (entry / "manifest.json").stat().st_mtime_ns
    replayed = packshot(tmp_path, "replay", "shoes.png", "--json")
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
    data = json.loads(replayed.stdout)["data"]
    assert data["verdict"]["sameness"] == "identical"
    assert (entry / "manifest.json").stat().st_mtime_ns == before
    shutil.rmtree(tmp_path / ".packshot")
    assert packshot(tmp_path, "replay", "shoes.png").returncode == 0, "converted anew, the same bits"


@pytest.mark.slow
def test_a_real_photo_as_source(tmp_path: Path, photos: Path) -> None:
    source = photos / "abo_bag_528c608a.jpg"
    prompt = "product photo of a pair of black headphones on a yellow background"
    arguments = ("generate", prompt, "--source", str(source), "--strength", "0.5", "--out", "bag.png", "--json")
    made = packshot(tmp_path, *arguments)
    assert made.returncode == 0, made.stderr
    intent = json.loads(made.stdout)["data"]["resolved"]["intent"]
    with Image.open(source) as photo:
        assert (intent["source"]["width"], intent["source"]["height"]) == photo.size
    assert intent["steps_taken"] == 15


@pytest.mark.parametrize("name", ["EulerA", "DDIM", "DPM++"])
def test_plain_diffusers_makes_the_same_pixels(name: str, catalogue: Any, settings: Any, library: Any) -> None:
    from packshot.engine.local import LocalEngine
    from packshot.models import Loader
    from packshot.resolve import resolve
    from packshot.spec import Spec
    from tests.engine.test_anchor import assert_equal, by_diffusers, run

    spec = Spec(prompt=SHOES, negative_prompt=NEGATIVE, scheduler=name, steps=8, seed=42)
    order = resolve(spec, catalogue, settings, library)
    assert_equal(run(LocalEngine(Loader()), order).pixels, by_diffusers(embedded_folder(), order))


def test_the_folder_is_small_and_licensed() -> None:
    folder = embedded_folder()
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size <= 40_000_000
    assert json.loads((folder / "packshot.json").read_text(encoding="utf-8"))["licence"] == "Apache-2.0"
    assert not [path for path in folder.rglob("*") if path.suffix in {".bin", ".ckpt", ".pt"}]


@pytest.mark.slow
def test_the_whole_lab_and_the_replay_of_every_picture(tmp_path: Path) -> None:
    done = packshot(tmp_path, "experiment", "run", "lab", "--json")
    assert done.returncode == 0, done.stderr
    cells = json.loads(done.stdout)["data"]["cells"]
    assert len(cells) == 11
    assert len({cell["digest"] for cell in cells.values()}) == 10
    for name in cells:
        with Image.open(tmp_path / "outputs" / "lab" / f"{name}.png") as picture:
            assert np.asarray(picture).std() > 5
        replayed = packshot(tmp_path, "replay", f"outputs/lab/{name}.png")
        assert replayed.returncode == 0, (name, replayed.stdout)
    assert packshot(tmp_path, "verify").returncode == 0
