"""Everything that can be refused is refused here, with what was expected and got."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import PackshotError, SpecError
from packshot.models import Catalogue
from packshot.resolve import resolve
from packshot.resolve.checks import few_words
from packshot.settings import Settings
from packshot.spec import Spec


@pytest.fixture
def ask(tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any):
    def resolved(prompt: str = "a red mug", **fields: Any):
        return resolve(Spec(prompt=prompt, model=str(tiny_sd), **fields), catalogue, settings, library)

    return resolved


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (100, 80, 3), np.uint8)).save(path)
    return path


def test_defaults_are_filled_in_once(ask: Any) -> None:
    intent = ask().resolved.intent
    assert (intent.scheduler.name, intent.steps, intent.guidance, intent.seed) == ("EulerA", 30, 7.5, 42)
    assert (intent.width, intent.height) == (64, 64)
    assert intent.model.digest.startswith("sha256:")
    assert intent.runtime is None
    assert ask().resolved.execution.rows == 2


def test_an_explicit_zero_stays_zero(ask: Any) -> None:
    intent = ask(seed=0, guidance=0.0).resolved.intent
    assert (intent.seed, intent.guidance) == (0, 0.0)
    assert ask(guidance=0.0).resolved.execution.rows == 1


def test_execution_is_not_part_of_the_hash(ask: Any) -> None:
    order = ask().resolved
    assert order.with_execution(threads=7).hash == order.hash
    assert ask(seed=1).resolved.hash != order.hash
    assert ask(precision="float32").resolved.hash != order.hash


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"prompt": "  "}, "spec.prompt.empty"),
        ({"prompt": "x" * 2001}, "spec.prompt.too_long"),
        ({"prompt": "shoe " * 90}, "spec.prompt.truncated"),
        ({"negative_prompt": "blurry " * 90}, "spec.prompt.truncated"),
        ({"scheduler": "EulrA"}, "spec.scheduler.unknown"),
        ({"scheduler": "EDMEuler"}, "spec.scheduler.unknown"),
        ({"steps": 0}, "spec.steps.range"),
        ({"steps": 151}, "spec.steps.range"),
        ({"guidance": -0.1}, "spec.guidance.range"),
        ({"guidance": float("nan")}, "spec.guidance.range"),
        ({"seed": -1}, "spec.seed.range"),
        ({"seed": 2**63}, "spec.seed.range"),
        ({"width": 0}, "spec.size.range"),
        ({"height": 8192}, "spec.size.range"),
        ({"width": 65}, "spec.size.not_divisible"),
        ({"mode": "img2img"}, "spec.source.missing"),
        ({"strength": 0.5}, "spec.strength.without_source"),
        ({"mode": "text2img", "source": "x.png"}, "spec.source.unexpected"),
        ({"runtime": "magic"}, "spec.runtime.unsupported"),
        ({"precision": "int3"}, "spec.precision.unsupported"),
        ({"slots": 3}, "spec.slots.unsupported"),
        ({"source": "/nowhere/at/all.png"}, "source.missing"),
        ({"source": "0" * 64}, "source.not_found"),
        ({"source": "builtin:nothing"}, "source.missing"),
    ],
)
def test_what_cannot_be_made_is_refused(ask: Any, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(PackshotError) as caught:
        ask(**fields)
    assert caught.value.code == code
    assert caught.value.exit_code == 2


def test_the_nearest_scheduler_is_suggested(ask: Any) -> None:
    with pytest.raises(SpecError) as caught:
        ask(scheduler="EulrA")
    assert "EulerA" in (caught.value.hint or "")


def test_lost_words_are_named_and_can_be_allowed(ask: Any) -> None:
    prompt = "photo of shoes " * 25 + "on a velvet cushion"
    with pytest.raises(SpecError) as caught:
        ask(prompt=prompt)
    assert "velvet cushion" in caught.value.message
    order = ask(prompt=prompt, allow_truncation=True)
    assert order.resolved.intent.truncated
    assert any("velvet cushion" in note for note in order.resolved.origin.notes)


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("on a cushion", "“on a cushion”"),
        ("one two three four five six", "“one two three four five” and 1 more word"),
        ("shoe " * 900, "“shoe shoe shoe shoe shoe” and 895 more words"),
    ],
)
def test_of_many_lost_words_the_first_stand_for_all(lost: str, words: str) -> None:
    assert few_words(lost) == words
    assert len(few_words("x" * 5000)) < 60


@pytest.mark.parametrize(("strength", "taken"), [(0.35, 10), (0.6, 18), (0.85, 25), (1.0, 30)])
def test_the_steps_really_taken(ask: Any, photo: Path, strength: float, taken: int) -> None:
    assert ask(source=str(photo), strength=strength).resolved.intent.steps_taken == taken


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_strength_outside_its_range(ask: Any, photo: Path, strength: float) -> None:
    with pytest.raises(SpecError) as caught:
        ask(source=str(photo), strength=strength)
    assert caught.value.code == "spec.strength.range"


def test_no_step_left(ask: Any, photo: Path) -> None:
    with pytest.raises(SpecError) as caught:
        ask(source=str(photo), strength=0.03)
    assert caught.value.code == "spec.steps.none_left"
    with pytest.raises(SpecError):
        ask(source=str(photo), strength=0.0)


def test_the_source_is_fitted_and_both_sizes_recorded(ask: Any, photo: Path) -> None:
    order = ask(source=str(photo), strength=0.5)
    intent = order.resolved.intent
    assert (intent.source.width, intent.source.height) == (80, 100)
    assert (intent.width, intent.height) == (64, 64)
    assert order.source.shape == (64, 64, 3)
    assert order.resolved.origin.source == "photo.png", "no folder of this machine travels with the picture"
    assert any("80×100 fitted to 64×64 (pad)" in note for note in order.resolved.origin.notes)


def test_a_source_too_small_is_refused_with_the_number(ask: Any, tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    Image.new("RGB", (20, 19), "red").save(path)
    with pytest.raises(PackshotError) as caught:
        ask(source=str(path), width=128, height=128)
    assert caught.value.code == "source.too_small"
    assert "20×19" in (caught.value.got or "")


def test_the_negative_prompt_without_guidance_is_explained(ask: Any) -> None:
    notes = ask(negative_prompt="logo", guidance=1.0).resolved.origin.notes
    assert any("negative prompt has no effect" in note for note in notes)


def test_resolving_imports_no_torch(tiny_sd: Path, tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from packshot.models import Catalogue, DigestCache
from packshot.resolve import resolve
from packshot.settings import Settings
from packshot.spec import Spec
settings = Settings(workspace=Path({str(tmp_path)!r}), device="cpu", threads=1, offline=True, output=Path("o"))
catalogue = Catalogue(DigestCache(None), offline=True)
order = resolve(Spec(prompt="a mug", model={str(tiny_sd)!r}), catalogue, settings, None)
assert order.resolved.hash.startswith("ps1:")
assert "torch" not in sys.modules and "diffusers" not in sys.modules, "torch was imported"
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
