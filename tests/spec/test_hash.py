"""The spec hash is a published contract: the same intent gives the same hash, for ever."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from packshot.spec import (
    Intent,
    LoraPin,
    Mode,
    ModelPin,
    Origin,
    SchedulerPin,
    SourcePin,
    Spec,
    canonical_json,
    spec_hash,
)

INTENTS = st.builds(
    Intent,
    mode=st.sampled_from(Mode),
    prompt=st.text(max_size=60),
    negative_prompt=st.text(max_size=20),
    model=st.builds(ModelPin, family=st.just("sd"), digest=st.just("sha256:ab")),
    scheduler=st.builds(
        SchedulerPin, name=st.just("DDIM"), class_name=st.just("DDIMScheduler"), config=st.just({"beta_end": 0.012})
    ),
    steps=st.integers(1, 150),
    steps_taken=st.integers(1, 150),
    guidance=st.floats(0, 50, allow_nan=False),
    seed=st.integers(0, 2**63 - 1),
    width=st.integers(64, 4096),
    height=st.integers(64, 4096),
    source=st.none() | st.builds(SourcePin, digest=st.just("ef"), width=st.integers(16, 99), height=st.just(20)),
    strength=st.none() | st.floats(0, 1),
    loras=st.lists(st.builds(LoraPin, digest=st.just("sha256:cd"), weight=st.floats(-4, 4)), max_size=2).map(tuple),
)


def fixed_intent() -> Intent:
    return Intent(
        mode=Mode.TEXT_TO_IMAGE,
        prompt="a mug — «ß»",
        negative_prompt="",
        model=ModelPin(family="sd", digest="sha256:00"),
        scheduler=SchedulerPin(name="DDIM", class_name="DDIMScheduler", config={"beta_end": 0.012, "steps_offset": 1}),
        steps=30,
        steps_taken=30,
        guidance=7.5,
        seed=42,
        width=256,
        height=256,
    )


def test_the_contract_is_pinned() -> None:
    """This literal may change only together with the prefix `ps1`."""
    text = canonical_json(fixed_intent().as_json())
    assert text == (
        '{"fit":null,"guidance":7.5,"height":256,"mode":"text2img",'
        '"model":{"digest":"sha256:00","family":"sd"},"negative_prompt":"","precision":null,'
        '"prompt":"a mug — «ß»","runtime":null,"scheduler":{"class_name":"DDIMScheduler",'
        '"config":{"beta_end":0.012,"steps_offset":1},"name":"DDIM"},"schema":"packshot.intent/1","seed":42,"source":null,"steps":30,'
        '"steps_taken":30,"strength":null,"truncated":false,"width":256}'
    )
    assert fixed_intent().hash == "ps1:" + hashlib.sha256(text.encode()).hexdigest()


def test_a_lora_adds_one_key_and_no_lora_none() -> None:
    """Hashes from before there were LoRAs stay, and so do records."""
    pin = LoraPin(digest="sha256:11", weight=0.8)
    with_one = fixed_intent().model_copy(update={"loras": (pin,)})
    assert with_one.as_json() == fixed_intent().as_json() | {"loras": [{"digest": "sha256:11", "weight": 0.8}]}
    assert Intent.model_validate_json(json.dumps(with_one.as_json())) == with_one
    assert with_one.hash != fixed_intent().hash
    assert "loras" not in Origin(model="studio-tiny").model_dump()


@given(INTENTS)
def test_round_trip_keeps_the_hash(intent: Intent) -> None:
    again = Intent.model_validate_json(json.dumps(intent.as_json()))
    assert again == intent
    assert again.hash == intent.hash


@given(INTENTS, INTENTS)
def test_equal_hash_means_equal_intent(one: Intent, other: Intent) -> None:
    assert (one.hash == other.hash) == (one.as_json() == other.as_json())


@given(st.dictionaries(st.text(), st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()))
def test_order_of_keys_does_not_matter(value: dict[str, object]) -> None:
    assert spec_hash(value) == spec_hash(dict(reversed(value.items())))


def test_nan_has_no_hash() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        spec_hash({"guidance": float("nan")})


def test_values_are_frozen_and_closed() -> None:
    spec = Spec(prompt="a mug")
    with pytest.raises(ValidationError):
        spec.prompt = "a cup"
    with pytest.raises(ValidationError):
        Spec(prompt="a mug", guidence=7.5)
