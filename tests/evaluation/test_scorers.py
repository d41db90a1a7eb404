"""Scorers: studio-tiny's own against its training, named ones against transformers' own call."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.errors import ModelError
from packshot.evaluation import Asked, Instruments, OwnScorer, TransformersScorer, evaluate, propose
from packshot.models import embedded_folder, find_scorer
from packshot.models.description import describe
from packshot.report import open_language
from packshot.result import Criterion, Evidence, Pixels
from tests.product.drawings import GROUNDS, disc, draw
from tests.tiny_scorers import save_tiny_clip, save_tiny_siglip

PICTURE = draw(disc(), GROUNDS["yellow"], (30, 60, 160))
PROMPT = "a photo of a red mug on a white background"
SAVED: dict[str, Callable[[Path], Path]] = {
    "clip": save_tiny_clip,
    "siglip": save_tiny_siglip,
    "siglip2": lambda folder: save_tiny_siglip(folder, "siglip2"),
}


def adherence(scorer: Any, prompt: str = PROMPT) -> Evidence:
    entries = evaluate(PICTURE, Asked(prompt), None, Instruments(scorer=scorer))
    return next(entry for entry in entries if entry.name == "adherence")


@pytest.fixture(scope="module")
def own() -> OwnScorer:
    return OwnScorer(embedded_folder(), "studio-tiny")


def test_our_own_is_that_of_the_training(own: OwnScorer) -> None:
    clip = pytest.importorskip("training.clip")
    import torch
    from transformers import CLIPTextModel, CLIPTokenizer, CLIPVisionModelWithProjection

    folder = embedded_folder()
    text = CLIPTextModel.from_pretrained(folder / "text_encoder", dtype=torch.float32)
    image = CLIPVisionModelWithProjection.from_pretrained(folder / "image_encoder", dtype=torch.float32)
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    expected = float(clip.adherence(text, image, tokenizer, [PROMPT], PICTURE[None])[0])
    assert own.score(PICTURE, PROMPT) == pytest.approx(expected, abs=1e-5)
    assert own.unit is None


def test_our_own_tells_right_from_wrong(own: OwnScorer) -> None:
    drawing = pytest.importorskip("training.render.draw")
    scenes = pytest.importorskip("training.render.scene")
    right = 0
    for seed in range(6):
        scene = scenes.random_scene(50_000 + seed)
        picture = drawing.render(scene, 256).picture
        template = f"product photo of a {scene.product_colour} {{}} on a {{}} background"
        other = "teapot" if scene.kind != "teapot" else "chair"
        ground = "red" if scene.background_colour != "red" else "blue"
        asked = own.score(picture, template.format(scene.kind, scene.background_colour))
        right += asked > own.score(picture, template.format(other, scene.background_colour))
        right += asked > own.score(picture, template.format(scene.kind, ground))
    assert right >= 11


def test_our_own_repeats_and_says_what_it_did_not_read(own: OwnScorer) -> None:
    found = adherence(own)
    assert found == adherence(OwnScorer(embedded_folder(), "studio-tiny"))
    assert (found.unit, own.unread(PROMPT)) == (None, "")
    assert "studio-tiny's own CLIP" in found.sentence
    long = " ".join(["white mug"] * 60) + " teapot"
    assert own.unread(long).endswith("mug teapot")
    assert "did not read" in adherence(own, long).sentence


@pytest.fixture(scope="module")
def knowing() -> OwnScorer:
    """With the words of the model's card, as the pictures of a studio are scored."""
    return OwnScorer(embedded_folder(), "studio-tiny", describe(embedded_folder()).knowledge)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("une tasse rouge sur fond blanc", "studio-tiny's own CLIP does not know what was asked for"),
        ("a coffee maker on a wooden table", "studio-tiny's own CLIP does not know what was asked for"),
        ("a photo on a white background", "the prompt names no product that studio-tiny's own CLIP knows"),
    ],
)
def test_our_own_gives_no_number_for_what_it_does_not_know(knowing: OwnScorer, prompt: str, reason: str) -> None:
    found = adherence(knowing, prompt)
    assert (found.value, found.sentence) == (None, f"Not evaluated: {reason}.")
    proposed = propose([found], []).scores[Criterion.ADHERENCE]
    assert (proposed.score, proposed.reason) == (None, f"Not evaluated: {reason}.")
    assert open_language("fr").knows(proposed.reason)


def test_a_number_for_a_part_of_the_prompt_gives_no_score(own: OwnScorer, knowing: OwnScorer) -> None:
    found = adherence(knowing, "a red mug and a bicycle")
    assert found.value == adherence(own, "a red mug and a bicycle").value
    assert found.sentence.endswith("by studio-tiny's own CLIP; it does not know “bicycle”).")
    proposed = propose([found], []).scores[Criterion.ADHERENCE]
    assert (proposed.score, "does not know all that was asked for" in proposed.reason) == (None, True)
    for sentence in (found.sentence, proposed.reason):
        assert open_language("fr").knows(sentence), sentence
    assert adherence(knowing, PROMPT) == adherence(own, PROMPT), "of what it knows the number is what it was"


def theirs(folder: Path, picture: Pixels, prompt: str) -> Any:
    """transformers' own call, prepared by its own processor classes."""
    import torch
    from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

    model = AutoModel.from_pretrained(folder).eval()
    padding = {} if model.config.model_type == "clip" else {"padding": "max_length"}
    words = AutoTokenizer.from_pretrained(folder)(
        [prompt], truncation=True, max_length=16, return_tensors="pt", **padding
    )
    seen = AutoImageProcessor.from_pretrained(folder, backend="pil")(Image.fromarray(picture), return_tensors="pt")
    with torch.no_grad():
        return model, float(model(**words, **seen).logits_per_image)


@pytest.mark.parametrize("kind", SAVED)
def test_a_named_scorer_gives_transformers_number(kind: str, tmp_path: Path) -> None:
    folder = SAVED[kind](tmp_path / kind)
    scorer = TransformersScorer(find_scorer(str(folder), offline=True))
    model, logits = theirs(folder, PICTURE, PROMPT)
    bias = model.logit_bias.item() if hasattr(model, "logit_bias") else 0.0
    cosine = (logits - bias) / math.exp(model.logit_scale.item())
    assert scorer.score(PICTURE, PROMPT) == pytest.approx(cosine, abs=1e-5)
    assert (scorer.unit, scorer.name) == (None, str(folder))
    found = adherence(scorer)
    assert found.value == pytest.approx(cosine, abs=1e-4)
    assert scorer.score(np.ascontiguousarray(PICTURE[:, ::-1] // 2), PROMPT) != scorer.score(PICTURE, PROMPT)


def test_pickscore_keeps_its_temperature(tmp_path: Path) -> None:
    folder = save_tiny_clip(tmp_path / "PickScore_v1")
    _, logits = theirs(folder, PICTURE, PROMPT)
    scorer = TransformersScorer(find_scorer(str(folder), offline=True))
    assert scorer.score(PICTURE, PROMPT) == pytest.approx(logits, abs=1e-4)
    assert adherence(scorer).unit == "PickScore"


def test_a_prompt_beyond_the_tower_is_cut_and_said(tmp_path: Path) -> None:
    scorer = TransformersScorer(find_scorer(str(save_tiny_clip(tmp_path / "clip")), offline=True))
    sentence = adherence(scorer, PROMPT + " with studio lighting soft shadow very sharp").sentence
    assert "it did not read “" in sentence
    assert "very sharp”" in sentence
    assert "did not read" not in adherence(scorer, "a red mug").sentence


def test_missing_weights_give_no_number(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = save_tiny_clip(tmp_path / "clip")
    weights = load_file(folder / "model.safetensors")
    del weights["visual_projection.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    scorer = TransformersScorer(find_scorer(str(folder), offline=True))
    with pytest.raises(ModelError, match="visual_projection") as caught:
        scorer.score(PICTURE, PROMPT)
    assert caught.value.code == "model.corrupt"
    found = adherence(scorer)
    assert found.value is None
    assert "the scorer failed" in found.sentence


def test_spoilt_weights_give_no_number(tmp_path: Path) -> None:
    folder = save_tiny_clip(tmp_path / "clip")
    (folder / "model.safetensors").write_bytes(b"no weights")
    assert adherence(TransformersScorer(find_scorer(str(folder), offline=True))).value is None


def test_code_in_a_folder_is_not_run(tmp_path: Path) -> None:
    folder = save_tiny_clip(tmp_path / "clip")
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModel": "evil.Evil"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Evil: pass\n")
    adherence(TransformersScorer(find_scorer(str(folder), offline=True)))
    assert not (tmp_path / "ran").exists()
