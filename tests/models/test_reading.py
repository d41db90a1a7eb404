"""Which words a pipeline's text encoders read: by their own tokenizers, to the very token."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from packshot.errors import ModelError, SpecError
from packshot.models import Catalogue, read_text
from packshot.resolve import Order, resolve
from packshot.settings import Settings
from packshot.spec import Spec
from tests.tiny_transformers import pieces

Ask = Callable[..., Order]
WORD = "a "  # one token of T5 and of CLIP


@pytest.fixture
def ask(catalogue: Catalogue, settings: Settings, library: Any, tiny_transformer: Callable[[str], Path]) -> Ask:
    def asked(name: str, prompt: str, **fields: Any) -> Order:
        spec = Spec(prompt=prompt, model=str(tiny_transformer(name)), **fields)
        return resolve(spec, catalogue, settings, library)

    return asked


@pytest.mark.parametrize(
    ("name", "limit"),
    [("flux-dev", 512), ("flux-schnell", 256), ("sd3", 256), ("pixart-alpha", 120), ("pixart-sigma", 300)],
)
def test_t5_reads_as_far_as_the_pipeline_lets_it(name: str, limit: int, ask: Ask) -> None:
    most = limit - 1  # the end mark
    assert not ask(name, (WORD * most).strip()).resolved.intent.truncated
    with pytest.raises(SpecError) as caught:
        ask(name, WORD * most + "red background")
    assert caught.value.code == "spec.prompt.truncated"
    assert "“red background”" in caught.value.message
    assert (caught.value.expected, caught.value.got) == (f"at most {limit} tokens", f"{limit + 2} tokens")
    accepted = ask(name, WORD * most + "red background", allow_truncation=True).resolved
    assert accepted.intent.truncated
    assert "red background" in accepted.origin.notes[0]


@pytest.mark.parametrize("name", ["flux-dev", "sd3"])
def test_what_clip_alone_does_not_read_is_said(name: str, ask: Ask) -> None:
    order = ask(name, WORD * 75 + "red background")
    assert not order.resolved.intent.truncated
    (note,) = order.resolved.origin.notes
    assert "CLIP reads 77 tokens" in note
    assert "“red background”" in note
    assert "T5 reads on" in note


def test_a_word_cut_through_is_lost(ask: Ask) -> None:
    with pytest.raises(SpecError) as caught:
        ask("pixart-alpha", WORD * 115 + "zebras")  # seven tokens of which four fit
    assert "“zebras”" in caught.value.message


def test_negative_prompts_are_read_too(ask: Ask) -> None:
    with pytest.raises(SpecError) as caught:
        ask("pixart-alpha", "a mug", negative_prompt=WORD * 119 + "blurry")
    assert "negative prompt: “blurry”" in caught.value.message


@pytest.mark.parametrize(("name", "before"), [("qwen-image", 0), ("z-image", 6)])
def test_a_chat_template_takes_room_where_it_is_read(name: str, before: int, ask: Ask) -> None:
    """The tiny tokenizer reads bytes. `<|im_start|>user\\n` counts for Z-Image; Qwen-Image cuts its template off."""
    about = ask(name, "a mug").model.description
    full = "m" * (512 - before)
    assert [read.lost for read in read_text(about, full)] == [""]
    (over,) = read_text(about, full[:-3] + " red")
    assert (over.lost, over.limit) == ("red", 512)


def test_sanas_instruction_takes_no_room_of_the_prompt(ask: Ask) -> None:
    about = ask("sana", "a mug").model.description
    assert [read.lost for read in read_text(about, "m" * 298)] == [""]
    (read,) = read_text(about, "m" * 296 + " red")
    assert read.lost == "red"
    assert [read.lost for read in read_text(about, "m" * 299, negative=True)] == [""]


def test_what_is_said_is_what_the_pipeline_does(ask: Ask, tiny_transformer: Callable[[str], Path]) -> None:
    """Words behind the limit change nothing that the encoder gives, the last word before it does."""
    import diffusers
    import torch

    pipeline = diffusers.SanaPipeline.from_pretrained(tiny_transformer("sana"), local_files_only=True)
    instruction = diffusers.SanaPipeline.__call__.__wrapped__.__defaults__[-1]
    assert instruction[-1] == "User Prompt: "

    def encoded(text: str) -> torch.Tensor:
        with torch.no_grad():
            return pipeline.encode_prompt(text, False, complex_human_instruction=instruction, max_sequence_length=300)[
                0
            ]

    about = ask("sana", "a mug").model.description
    full = "m" * 298
    assert read_text(about, full)[0].lost == ""
    assert torch.equal(encoded(full), encoded(full + "q"))
    assert read_text(about, full + "q")[0].lost
    assert not torch.equal(encoded(full), encoded("m" * 297 + "q"))


def test_a_model_without_t5_reads_with_clip_alone(
    tmp_path: Path, catalogue: Catalogue, settings: Settings, library: Any
) -> None:
    from tests.tiny_transformers import save_tiny_sd3

    folder = save_tiny_sd3(tmp_path / "sd3", t5=False)
    with pytest.raises(SpecError) as caught:
        resolve(Spec(prompt=WORD * 80, model=str(folder)), catalogue, settings, library)
    assert caught.value.expected == "at most 77 tokens"


@pytest.mark.parametrize("damage", ["class", "content"])
def test_a_broken_tokenizer_is_named(
    damage: str, tiny_transformer: Callable[[str], Path], tmp_path: Path, catalogue: Catalogue
) -> None:
    copy = tmp_path / "broken"
    shutil.copytree(tiny_transformer("sana"), copy)
    if damage == "class":
        index = json.loads((copy / "model_index.json").read_text())
        index["tokenizer"] = ["transformers", "NoSuchTokenizer"]
        (copy / "model_index.json").write_text(json.dumps(index))
    else:
        (copy / "tokenizer" / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError) as caught:
        read_text(catalogue.find(str(copy)).description, "a mug")
    assert caught.value.code == ("model.unsupported" if damage == "class" else "model.corrupt")


def test_a_sentencepiece_file_alone_is_enough(
    tiny_transformer: Callable[[str], Path], tmp_path: Path, catalogue: Catalogue
) -> None:
    """As PixArt's repositories have it: `spiece.model`, no tokenizer.json."""
    pytest.importorskip("sentencepiece")
    pytest.importorskip("google.protobuf")
    folder = tiny_transformer("pixart-sigma")
    copy = tmp_path / "spm"
    shutil.copytree(folder, copy)
    (copy / "tokenizer" / "tokenizer.json").unlink()
    (copy / "tokenizer" / "spiece.model").write_bytes(_spiece(pieces()))
    text = "a red mug on a white background"
    expected = read_text(catalogue.find(str(folder)).description, text)
    found = catalogue.find(str(copy))
    assert read_text(found.description, text) == expected
    assert found.pin.digest != catalogue.find(str(folder)).pin.digest


def _spiece(entries: list[tuple[str, float]]) -> bytes:
    """A sentencepiece model by its protocol buffer: pieces (field 1), trainer (2) with unigram and unk_id 2."""
    kinds = {"<pad>": 3, "</s>": 3, "<unk>": 2}
    out = b""
    for piece, score in entries:
        text = piece.encode()
        body = b"\x0a" + bytes([len(text)]) + text + b"\x15" + struct.pack("<f", score)
        body += b"\x18" + bytes([kinds.get(piece, 1)])
        out += b"\x0a" + bytes([len(body)]) + body
    trainer = b"\x18\x01" + b"\xc0\x02\x02" + b"\xc8\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
    return out + b"\x12" + bytes([len(trainer)]) + trainer
