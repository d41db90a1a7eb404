"""Finding a scorer: folders, the hub's cache, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from packshot.errors import ModelError
from packshot.models import find_scorer

FILES = {
    "config.json": json.dumps({"model_type": "clip"}),
    "preprocessor_config.json": "{}",
    "tokenizer_config.json": "{}",
    "model.safetensors": "",
}


def saved(folder: Path, *, without: str = "", **changed: str) -> Path:
    folder.mkdir(parents=True)
    for name, text in (FILES | {key.replace("__", "."): value for key, value in changed.items()}).items():
        if name != without:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", ["clip", "siglip", "siglip2"])
def test_a_folder_is_found(tmp_path: Path, kind: str) -> None:
    folder = saved(tmp_path / "m", config__json=json.dumps({"model_type": kind}))
    found = find_scorer(str(folder), offline=True)
    assert (found.folder, found.kind) == (folder, kind)


@pytest.mark.parametrize(
    ("without", "changed", "code"),
    [
        ("config.json", {}, "model.incomplete"),
        ("preprocessor_config.json", {}, "model.incomplete"),
        ("tokenizer_config.json", {}, "model.incomplete"),
        ("model.safetensors", {}, "model.incomplete"),
        ("model.safetensors", {"pytorch_model__bin": ""}, "model.pickle_only"),
        ("", {"config__json": "{"}, "model.corrupt"),
        ("", {"config__json": '{"model_type": "bert"}'}, "model.unsupported"),
        ("", {"config__json": "{}"}, "model.unsupported"),
    ],
)
def test_what_cannot_score_is_refused(tmp_path: Path, without: str, changed: dict[str, str], code: str) -> None:
    folder = saved(tmp_path / "m", without=without, **changed)
    with pytest.raises(ModelError) as caught:
        find_scorer(str(folder), offline=True)
    assert caught.value.code == code
    assert caught.value.expected or caught.value.hint


@pytest.mark.parametrize("text", ["./nowhere", "/nowhere/at/all", "~/nowhere", "nowhere", "a/b/c", "../../not-here"])
def test_a_path_to_nothing_is_named(text: str) -> None:
    with pytest.raises(ModelError) as caught:
        find_scorer(text, offline=True)
    assert caught.value.code == "model.unknown"


def test_the_hubs_cache_is_used_and_offline_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError) as caught:
        find_scorer("openai/clip-tiny", offline=True)
    assert caught.value.code == "model.not_cached"
    assert "hf download openai/clip-tiny" in (caught.value.hint or "")
    commit = "0" * 40
    base = tmp_path / "models--openai--clip-tiny"
    snapshot = saved(base / "snapshots" / commit)
    (base / "refs").mkdir()
    (base / "refs" / "main").write_text(commit)
    assert find_scorer("openai/clip-tiny", offline=True).folder == snapshot
    assert find_scorer(f"openai/clip-tiny@{commit}", offline=True).name == f"openai/clip-tiny@{commit}"
    shutil.rmtree(base)
