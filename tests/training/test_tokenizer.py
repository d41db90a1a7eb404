"""The tokenizer loads as CLIP's, reads any text, and keeps everyday words whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import CLIPTokenizer

from training.tokenizer import MAX_LENGTH, train

LAB = (
    "ultra-realistic product photo of a pair of running shoes on a white background, "
    "studio lighting, soft shadow, very sharp"
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> CLIPTokenizer:
    return train(tmp_path_factory.mktemp("tokenizer"), captions=200)


def test_files_are_those_of_a_clip_tokenizer(tmp_path: Path) -> None:
    train(tmp_path, captions=20)
    assert {"vocab.json", "merges.txt", "tokenizer_config.json"} <= {f.name for f in tmp_path.iterdir()}


def test_the_lab_prompt_fits_word_by_word(reader: CLIPTokenizer) -> None:
    ids = reader(LAB).input_ids
    assert len(ids) == 26 < MAX_LENGTH == reader.model_max_length
    assert (ids[0], ids[-1]) == (reader.bos_token_id, reader.eos_token_id)


def test_a_word_the_model_cannot_draw_is_one_token(reader: CLIPTokenizer) -> None:
    assert reader.tokenize("bicycle") == ["bicycle</w>"]


@given(st.text(st.characters(codec="utf-8", categories=["Ll", "Lo", "Nd", "Po", "So"]), min_size=1, max_size=20))
def test_any_text_comes_back_without_unknown_tokens(reader: CLIPTokenizer, text: str) -> None:
    ids = reader(text, truncation=False).input_ids[1:-1]
    assert reader.eos_token_id not in ids
    read = reader.backend_tokenizer.normalizer.normalize_str(text)
    assert reader.decode(ids).replace(" ", "") == "".join(read.split())
