"""Comparing: settings in words for people, pixels by CIEDE2000 in colours that everyone reads."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.color import deltaE_ciede2000

from packshot.errors import RecordError
from packshot.product import lab_from_srgb
from packshot.result import Run
from packshot.spec import Spec
from packshot.workflow import (
    CIVIDIS,
    Difference,
    Workbench,
    difference_map,
    difference_numbers,
    differing,
    make_picture,
    same,
)

SPEC = Spec(prompt="a red mug", steps=3, seed=1)


def made(bench: Workbench, **changes: object) -> Run:
    return make_picture(bench, SPEC.model_copy(update=changes)).run


def test_settings_that_differ_stand_in_a_fixed_order(bench: Workbench, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (64, 64, 3), np.uint8)).save(photo)
    runs = [
        made(bench),
        made(bench, seed=2, steps=4, guidance=4.0, scheduler="ddim", width=128),
        made(bench, source=str(photo), strength=0.7, negative_prompt="text"),
    ]
    assert differing(runs) == (
        Difference("mode", ("text2img", "text2img", "img2img")),
        Difference("negative prompt", ("", "", "text")),
        Difference("scheduler", ("EulerA", "DDIM", "EulerA")),
        Difference("steps", ("3", "4", "3")),
        Difference("guidance", ("7.5", "4", "7.5")),
        Difference("strength", ("", "", "0.7")),
        Difference("seed", ("1", "2", "1")),
        Difference("size", ("64×64", "128×64", "64×64")),
        Difference("source", ("", "", "photo.png")),
        Difference("fit", ("", "", "pad")),
    )
    shared = {found.name: found.values for found in same(runs)}
    assert shared["prompt"] == ("a red mug",)
    assert shared["model"] == ("studio-tiny",)
    assert "LoRA" not in shared
    assert not set(shared) & {found.name for found in differing(runs)}


def test_other_weights_of_one_name_are_told_apart(bench: Workbench) -> None:
    run = made(bench)
    intent = run.resolved.intent
    other = intent.model_copy(update={"model": intent.model.model_copy(update={"digest": "sha256:" + "0" * 64})})
    changed = run.model_copy(update={"resolved": run.resolved.model_copy(update={"intent": other})})
    (found,) = differing([run, changed])
    assert found.name == "model"
    assert found.values[0] != found.values[1]
    assert found.values[1] == "studio-tiny  (sha256:0000000000)"


def test_one_name_for_the_same_weights_is_no_difference(bench: Workbench) -> None:
    run = made(bench)
    moved = run.resolved.origin.model_copy(update={"model": "/elsewhere/studio-tiny"})
    changed = run.model_copy(update={"resolved": run.resolved.model_copy(update={"origin": moved})})
    assert differing([run, changed]) == ()


def test_nothing_to_compare_is_nothing(bench: Workbench) -> None:
    assert differing([]) == same([]) == ()
    run = made(bench)
    assert differing([run]) == differing([run, run]) == ()
    assert same([run]) == same([run, run])


def random(seed: int, height: int = 48, width: int = 32) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_the_map_is_the_colour_difference() -> None:
    one = np.full((20, 30, 3), 120, np.uint8)
    other = one.copy()
    other[:, 10:20] = (130, 118, 118)
    other[0, 0] = (255, 0, 0)
    found = difference_map(one, other)
    expected = float(deltaE_ciede2000(lab_from_srgb(one[:1, 10:11]), lab_from_srgb(other[:1, 10:11])).item())
    assert found.pixels.shape == one.shape
    assert found.pixels.dtype == np.uint8
    assert 5 < expected < found.scale_max == 10
    assert found.largest > 30, "the one red pixel is beyond the scale, and is told"
    assert hexadecimal(found.pixels[5, 5]) == CIVIDIS[0]
    assert hexadecimal(found.pixels[0, 0]) == CIVIDIS[-1]
    place = expected / 10
    near = CIVIDIS[int(place * 11) : int(place * 11) + 2]
    low, high = (np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) for colour in near)
    inside = found.pixels[5, 15]
    assert np.all(inside >= np.minimum(low, high) - 1)
    assert np.all(inside <= np.maximum(low, high) + 1)


def hexadecimal(colour: np.ndarray) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in colour)


def test_equal_pictures_have_an_empty_map() -> None:
    found = difference_map(random(1), random(1))
    assert found.largest == 0
    assert found.scale_max == 5, "what no eye sees does not fill the scale"
    assert {hexadecimal(colour) for colour in found.pixels.reshape(-1, 3)} == {CIVIDIS[0]}


def test_it_matches_a_whole_picture_at_once() -> None:
    one, other = random(1, 300, 200), random(2, 300, 200)
    from packshot.workflow.compare import colour_difference

    whole = deltaE_ciede2000(lab_from_srgb(one), lab_from_srgb(other))
    assert np.allclose(colour_difference(one, other), whole, atol=0.02)


def test_the_scale_grows_lighter_for_every_eye() -> None:
    """Also as the colour-blind see it: lightness alone orders the colours (Machado et al. 2009, severity 1)."""
    colours = np.array([[[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in CIVIDIS]], np.float64)
    blindness = {
        "none": np.eye(3),
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    }
    for seen in blindness.values():
        pixels = np.clip(colours @ np.array(seen).T, 0, 255).astype(np.uint8)
        lightness = lab_from_srgb(pixels)[0, :, 0]
        assert np.all(np.diff(lightness) > 2), seen


def test_different_sizes_are_refused_with_a_sentence() -> None:
    for compare in (difference_map, difference_numbers):
        with pytest.raises(RecordError) as caught:
            compare(random(1), random(1, 64, 64))
        assert caught.value.code == "record.comparison"
        assert caught.value.got == "32×48 px and 64×64 px"
        assert caught.value.expected
        assert caught.value.hint


def test_numbers() -> None:
    one = random(1)
    other = one.copy()
    other[:12] = np.where(one[:12] > 128, one[:12] - 40, one[:12] + 40)
    found = difference_numbers(one, other)
    assert found.largest == 40
    assert found.changed == pytest.approx(0.25)
    assert found.psnr_db == pytest.approx(10 * np.log10(255**2 / (40**2 / 4)))
    assert found.ssim is not None
    assert 0 < found.ssim < 1
    equal = difference_numbers(one, one)
    assert (equal.psnr_db, equal.largest, equal.changed) == (None, 0, 0)
    assert equal.ssim == pytest.approx(1)
    assert difference_numbers(one[:8], other[:8]).ssim is None


def test_a_megapixel_takes_under_a_second() -> None:
    """In processor time, which others on this machine do not lengthen; every pixel differs."""
    one, other = random(1, 1024, 1024), random(2, 1024, 1024)
    took = []
    for _ in range(3):
        began = time.process_time()
        difference_map(one, other)
        took.append(time.process_time() - began)
    print(f"a map of 1024×1024 took {min(took):.2f} s at best")
    assert min(took) < 1
