"""A run's settings as command and as Python: what they ask for, read back by the faces themselves, is the same run."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot import wiring
from packshot.cli.main import run as run_command
from packshot.cli.output import console, error_console
from packshot.models import Catalogue, DigestCache
from packshot.resolve import resolve
from packshot.result import Run
from packshot.settings import Settings
from packshot.spec import Fit, Lora, Spec, defaults
from packshot.workflow import Workbench, make_picture, recipe_of
from packshot.workflow.sources import KnownSources
from tests.lora_files import write_lora

COMMIT = "89abcdef0123456789abcdef0123456789abcdef"
BASE = {"prompt": "a red mug", "steps": 4}
HARD = '-5% “off”: \\n it\'s $HOME `ls` "quoted" 🍵 é\\\nsecond line\\'


@pytest.fixture
def studio(settings: Settings, monkeypatch: pytest.MonkeyPatch, no_instruments: None) -> Iterator[Workbench]:
    """A workbench of the same workspace that the faces open by the environment."""
    monkeypatch.chdir(settings.workspace.parent)
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")
    monkeypatch.setenv("PACKSHOT_THREADS", "1")
    monkeypatch.setenv("PACKSHOT_WORKSPACE", str(settings.workspace))
    with wiring.open_workbench(wiring.read(), engine="fake") as opened:
        yield opened


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a photo, with comma.png"
    Image.fromarray(np.random.default_rng(5).integers(0, 255, (300, 260, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def commanded(capsys: pytest.CaptureFixture[str]) -> Callable[[str], dict[str, Any]]:
    """The run that a command of a recipe gives: split by a real shell, read by the real command line."""

    def called(command: str) -> dict[str, Any]:
        console.cache_clear()
        error_console.cache_clear()
        capsys.readouterr()
        words = split_by_shell(command)[1:]
        at = 2 if words[0] == "runs" else 1
        code = run_command(["--engine", "fake", *words[:at], "--json", *words[at:]])
        captured = capsys.readouterr()
        assert code == 0, captured.err
        data: dict[str, Any] = json.loads(captured.out)["data"]
        return data

    return called


def split_by_shell(command: str) -> list[str]:
    script = f"shown() {{ printf '%s\\0' \"$@\"; }}; shown {command}"
    return subprocess.run(["bash", "-c", script], check=True, capture_output=True).stdout.decode().split("\0")[:-1]


def called(python: str) -> str:
    """The id of the run that the Python gives, with the fake engine."""
    scope: dict[str, Any] = {}
    exec(
        f"{python.removesuffix(')' + chr(10))}    engine='fake',\n)".replace(
            "packshot.generate(", "made = packshot.generate(", 1
        ),
        scope,
    )
    return str(scope["made"].record.run_id)


def assert_complete(bench: Workbench, run: Run, commanded: Callable[[str], dict[str, Any]]) -> None:
    recipe = recipe_of(run)
    order = resolve(recipe.spec, bench.catalogue, bench.settings, KnownSources(bench))
    assert order.resolved.intent == run.resolved.intent
    assert order.resolved.execution == run.resolved.execution
    answer = commanded(recipe.command)
    assert (answer["id"], answer["already"]) == (run.id, True), "the command finds the run: the same hash"
    assert called(recipe.python) == run.id


SPECS: dict[str, dict[str, Any]] = {
    "plain": {},
    "negative": {"negative_prompt": "text, watermark"},
    "guidance off": {"guidance": 0},
    "a guidance with many digits": {"guidance": 0.1 + 0.2},
    "the smallest seed": {"seed": 0},
    "the largest seed": {"seed": defaults.SEED_MAX},
    "hard words": {"prompt": HARD, "negative_prompt": "--seed 3 'x'\n\\"},
    "words like an option": {"prompt": "--help"},
    "control characters": {"prompt": "a\ttab \x1b[31m\r\x0712 and 'quotes' \\ mug"},
    "size": {"width": 192, "height": 320},
    "scheduler": {"scheduler": "dpm++ 2m sde karras"},
    "noise of the scheduler's own": {"scheduler": "DPM++ SDE", "seed": 7},
    "asked runtime": {"runtime": "torch", "precision": "float32"},
    "asked precision": {"precision": "bfloat16", "runtime": "torch"},
    "auto is nothing": {"runtime": "auto", "precision": "auto"},
    "slots": {"slots": 8},
    "memory": {"memory": "low"},
    "too long": {"prompt": "a red mug " * 60, "allow_truncation": True},
    "strict leaves no trace": {"prompt": "a product photo of a red mug", "strict": False},
}


@pytest.mark.parametrize("changes", SPECS.values(), ids=SPECS)
def test_command_and_python_ask_for_the_same_run(
    studio: Workbench, changes: dict[str, Any], commanded: Callable[[str], dict[str, Any]]
) -> None:
    made = make_picture(studio, Spec(**BASE | changes))
    assert_complete(studio, made.run, commanded)


@pytest.mark.parametrize("fit", list(Fit))
@pytest.mark.parametrize("strength", [0.3, 1.0, 0.55])
def test_a_source_stands_by_its_digest(
    studio: Workbench, source: Path, fit: Fit, strength: float, commanded: Callable[[str], dict[str, Any]]
) -> None:
    made = make_picture(studio, Spec(**BASE, source=str(source), strength=strength, fit=fit))
    source.unlink()
    recipe = recipe_of(made.run)
    assert made.run.resolved.intent.source is not None
    assert recipe.spec.source == made.run.resolved.intent.source.digest
    assert str(source.parent) not in recipe.command + recipe.python
    assert_complete(studio, made.run, commanded)


def test_loras_stand_by_their_digests(
    studio: Workbench, tiny_sd: Path, tmp_path: Path, commanded: Callable[[str], dict[str, Any]]
) -> None:
    paths = [
        write_lora(tiny_sd, tmp_path / name, seed=seed)
        for seed, name in enumerate(("a b.safetensors", "c.safetensors"))
    ]
    loras = (Lora(path=str(paths[0]), weight=-0.35), Lora(path=str(paths[1])))
    made = make_picture(studio, Spec(**BASE, model=str(tiny_sd), loras=loras))
    recipe = recipe_of(made.run)
    assert len(recipe.spec.loras or ()) == 2
    assert str(tmp_path) not in recipe.python.replace(str(tiny_sd), "")
    assert_complete(studio, made.run, commanded)


def test_a_model_of_the_hub_stands_at_its_commit(
    studio: Workbench,
    tiny_sd: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    commanded: Callable[[str], dict[str, Any]],
) -> None:
    import shutil

    from huggingface_hub import constants

    base = tmp_path / "hub" / "models--owner--tiny"
    shutil.copytree(tiny_sd, base / "snapshots" / COMMIT)
    (base / "refs").mkdir()
    for revision in ("main", "v1"):
        (base / "refs" / revision).write_text(COMMIT)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(base.parent))
    for model in ("owner/tiny", "owner/tiny@v1"):
        made = make_picture(studio, Spec(**BASE, model=model, seed=len(model)))
        assert recipe_of(made.run).spec.model == f"owner/tiny@{COMMIT}"
        assert_complete(studio, made.run, commanded)


@pytest.mark.parametrize("name", ["sd3", "flux-dev", "flux-schnell", "sana", "pixart-sigma", "qwen-image", "z-image"])
def test_models_with_schedulers_of_their_own(
    studio: Workbench, tiny_transformer: Callable[[str], Path], name: str, commanded: Callable[[str], dict[str, Any]]
) -> None:
    model = str(tiny_transformer(name))
    made = make_picture(studio, Spec(prompt="a red mug", steps=4, model=model))
    assert_complete(studio, made.run, commanded)


def test_json_is_the_run_as_the_command_line_shows_it(
    studio: Workbench, commanded: Callable[[str], dict[str, Any]]
) -> None:
    run = make_picture(studio, Spec(**BASE)).run
    stored = json.loads(recipe_of(run).json)
    assert stored["schema"] == "packshot.run/1"
    shown = commanded(f"packshot runs show {run.id}")
    assert stored["data"] == {key: value for key, value in shown.items() if key not in ("evidence", "ratings")}
    assert Run.model_validate(stored["data"]) == run


def test_words_that_no_command_can_carry_are_named(studio: Workbench) -> None:
    run = make_picture(studio, Spec(**BASE | {"prompt": "a red\0mug"})).run
    recipe = recipe_of(run)
    assert recipe.command.startswith("#")
    assert called(recipe.python) == run.id


def test_plain_words_need_no_shell_but_posix(studio: Workbench) -> None:
    run = make_picture(studio, Spec(**BASE | {"prompt": HARD})).run
    command = recipe_of(run).command
    assert shlex.split(command)[-2:] == ["--", HARD]


def test_a_failed_run_has_a_recipe_too(studio: Workbench) -> None:
    run = make_picture(studio, Spec(**BASE)).run
    failed = run.model_copy(update={"result": None})
    assert recipe_of(failed).command == recipe_of(run).command


def test_an_unknown_digest_of_a_lora_is_refused_with_a_sentence(tmp_path: Path) -> None:
    from packshot.errors import ModelError

    with pytest.raises(ModelError) as caught:
        Catalogue(DigestCache(None), offline=True, loras=tmp_path).loras.find("sha256:" + "0" * 64, 1.0)
    assert caught.value.code == "model.lora.missing"
    assert caught.value.expected is not None
    assert str(tmp_path) in caught.value.expected
