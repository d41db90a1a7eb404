"""What a form asks for, as specs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from packshot.errors import SourceError, SpecError
from packshot.spec import Fit, Spec, defaults
from packshot.workflow import (
    Workbench,
    counted_up,
    new_seed,
    own_settings,
    read_spec,
    scheduler_names,
    source_as_taken,
)


def test_seeds_count_up_from_the_specs_own() -> None:
    assert [each.seed for each in counted_up(Spec(prompt="a mug", seed=7), 3)] == [7, 8, 9]
    assert [each.seed for each in counted_up(Spec(prompt="a mug"), 2)] == [defaults.SEED, defaults.SEED + 1]


@pytest.mark.parametrize(("typed", "seed"), [(" 42 ", 42), ("", None), (None, None), (str(2**63 - 1), 2**63 - 1)])
def test_a_seed_as_it_was_typed(typed: str | None, seed: int | None) -> None:
    assert read_spec({"prompt": "a mug", "seed": typed}).seed == seed


@pytest.mark.parametrize(
    ("typed", "code"),
    [("-1", "spec.seed.range"), *((typed, "spec.invalid") for typed in ("1.5", "many", "²", "0x10"))],
)
def test_what_is_no_seed_is_refused_for_what_it_is(typed: str, code: str) -> None:
    with pytest.raises(SpecError) as refused:
        read_spec({"prompt": "a mug", "seed": typed})
    assert (refused.value.code, refused.value.got) == (code, typed)
    assert ("not a whole number" in refused.value.message) == (code == "spec.invalid")


def test_a_field_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(SpecError) as refused:
        read_spec({"prompt": "a mug", "fit": "squeeze"})
    assert (refused.value.code, refused.value.got) == ("spec.invalid", "'squeeze'")


def test_a_line_for_a_lora_is_read() -> None:
    (lora,) = read_spec({"prompt": "a mug", "loras": ("brand.safetensors:0.8",)}).loras or ()
    assert (lora.path, lora.weight) == ("brand.safetensors", 0.8)


def test_new_seeds_are_within_the_limits_and_differ() -> None:
    seeds = {new_seed() for _time in range(20)}
    assert len(seeds) == 20
    assert all(0 <= seed <= 2**32 - 1 for seed in seeds)


def test_the_common_schedulers_come_first() -> None:
    names = scheduler_names()
    assert names[:3] == ("EulerA", "DDIM", "DPM++")
    assert len(set(names)) == len(names)


def test_what_a_model_takes_by_itself(bench: Workbench, tiny_sd: Path) -> None:
    own = own_settings(bench, None)
    assert own is not None
    assert (own.scheduler, own.steps, own.guidance) == ("EulerA", defaults.STEPS, defaults.GUIDANCE)
    assert own.side_px % own.multiple_px == 0
    assert own_settings(bench, str(tiny_sd)) == own


@pytest.mark.parametrize("model", ["sdxl", "nobody/has-this", "/no/such/folder", "what?"])
def test_nobody_is_asked_about_a_model_that_is_not_here(bench: Workbench, model: str) -> None:
    assert own_settings(bench, model) is None


def test_a_source_as_the_model_takes_it(bench: Workbench) -> None:
    pixels = np.full((30, 60, 3), 200, np.uint8)
    digest = bench.store.keep_source(pixels)
    assert source_as_taken(bench, digest, (64, 64), Fit.PAD).shape == (64, 64, 3)
    with pytest.raises(SourceError) as small:
        source_as_taken(bench, digest, (640, 640), Fit.PAD)
    assert small.value.code == "source.too_small"
    with pytest.raises(SourceError) as unknown:
        source_as_taken(bench, "0" * 64, (64, 64), Fit.PAD)
    assert unknown.value.code == "source.not_found"
