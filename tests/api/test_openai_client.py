"""OpenAI's own Python client, unchanged, against a server with the fake engine."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import openai
import pytest
from openai import OpenAI
from PIL import Image

from packshot.metadata import SourceType, read_labels
from packshot.result import picture_digest
from tests.api.conftest import Opened, listening, opened
from tests.api.pictures import decoded, mask, photo, png

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, tiny_sd: Path) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("live"), tiny_sd) as at, listening(at) as server:
        yield server


@pytest.fixture(scope="module")
def client(live: Opened) -> OpenAI:
    return live.openai()


def test_pictures_from_words_with_runs_and_seeds(live: Opened, client: OpenAI) -> None:
    asked = {"seed": 7, "num_inference_steps": 2, "guidance_scale": 3.0, "scheduler": "DDIM", "negative_prompt": "text"}
    answer = client.images.generate(prompt="a red mug", n=2, size="64x96", user="somebody", extra_body=asked)
    assert [decoded(each.b64_json).size for each in answer.data or []] == [(64, 96), (64, 96)]
    assert (answer.output_format, answer.background) == ("png", "opaque")
    told = answer.model_extra["packshot"]["pictures"]
    assert [each["seed"] for each in told] == [7, 8]
    for each, data in zip(told, answer.data or [], strict=True):
        run = live.bench.store.run(each["run"])
        intent = run.resolved.intent
        assert (intent.steps, intent.guidance, intent.scheduler.name, intent.negative_prompt) == (
            2,
            3.0,
            "DDIM",
            "text",
        )
        assert run.result is not None
        shown = decoded(data.b64_json)
        assert picture_digest(np.asarray(shown)) == run.result.picture_digest == each["digest"]


def test_without_a_seed_nobody_chose_one_and_it_is_told(client: OpenAI) -> None:
    seeds = {
        client.images.generate(prompt="a red mug", size="64x64").model_extra["packshot"]["pictures"][0]["seed"]
        for _ in "12"
    }
    assert len(seeds) == 2


@pytest.mark.parametrize(("kind", "name"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_formats_as_data_and_as_an_address(client: OpenAI, kind: str, name: str) -> None:
    asked = {"prompt": "a red mug", "size": "64x64", "output_format": kind, "extra_body": {"seed": 7}}
    data = client.images.generate(**asked).data
    assert data
    assert decoded(data[0].b64_json).format == name
    address = client.images.generate(**asked, response_format="url").data
    assert address
    fetched = httpx.get(address[0].url or "")
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, f"image/{kind}")
    assert Image.open(io.BytesIO(fetched.content)).format == name
    assert read_labels(fetched.content).ai is SourceType.TRAINED
    changed = httpx.get((address[0].url or "").replace("quality=95", "quality=96"))
    assert (changed.status_code, changed.json()["error"]["code"]) == (401, "access.token")


def test_a_photo_is_changed_by_its_strength(live: Opened, client: OpenAI) -> None:
    answer = client.images.edit(
        image=("photo.png", png(photo())), prompt="a blue mug", extra_body={"strength": 0.4, "seed": 3}
    )
    run = live.bench.store.run(answer.model_extra["packshot"]["pictures"][0]["run"])
    assert (run.resolved.intent.mode, run.resolved.intent.strength) == ("img2img", 0.4)
    assert run.resolved.intent.source is not None
    assert run.resolved.intent.source.digest == picture_digest(photo())


def test_what_the_mask_covers_stays_to_the_pixel(live: Opened, client: OpenAI) -> None:
    answer = client.images.edit(
        image=[("photo.png", png(photo()))], mask=("mask.png", mask()), prompt="on a table", size="192x192",
        extra_body={"seed": 3},
    )  # fmt: skip
    run = live.bench.store.run(answer.model_extra["packshot"]["pictures"][0]["run"])
    assert run.resolved.intent.mode == "lock"
    assert run.resolved.intent.lock is not None
    assert run.result is not None
    assert run.result.provenance.lock is not None
    assert run.result.provenance.lock.core_difference == 0
    kept = live.bench.store.pictures.get(run.resolved.intent.lock.mask)
    assert (kept[90, 100, 0], kept[10, 10, 0]) == (255, 0)


def test_models_are_listed_and_found(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["studio-tiny"]
    assert client.models.retrieve("studio-tiny").owned_by == "packshot"
    with pytest.raises(openai.NotFoundError) as unknown:
        client.models.retrieve("gpt-image-1")
    assert unknown.value.code == "model.unknown"


def test_errors_are_the_clients_own_classes(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.generate(prompt="a red mug", size="1x1")
    assert (refused.value.code, refused.value.param, refused.value.type) == (
        "spec.size.range",
        "size",
        "invalid_request_error",
    )
    assert refused.value.request_id
    with pytest.raises(openai.BadRequestError, match="one picture"):
        client.images.edit(image=[("a.png", png(photo())), ("b.png", png(photo()))], prompt="a mug")


def test_a_request_that_names_itself_is_done_once(live: Opened, client: OpenAI) -> None:
    before = live.bench.store.count_runs()
    asked = {"prompt": "a green mug", "size": "64x64", "extra_headers": {"Idempotency-Key": "order-17"}}
    one, two = client.images.generate(**asked), client.images.generate(**asked)
    assert one.model_extra == two.model_extra
    assert one.data == two.data
    assert live.bench.store.count_runs() == before + 1
    with pytest.raises(openai.ConflictError) as other:
        client.images.generate(**{**asked, "prompt": "a yellow mug"})
    assert other.value.code == "service.key"


def test_an_edit_that_names_itself_is_done_once_whatever_the_forms_boundary(live: Opened, client: OpenAI) -> None:
    headers = {"Idempotency-Key": "edit-17"}
    one = client.images.edit(image=("a.png", png(photo())), prompt="a mug", extra_headers=headers)
    two = client.images.edit(image=("b.png", png(photo())), prompt="a mug", extra_headers=headers)
    assert one.model_extra == two.model_extra
    with pytest.raises(openai.ConflictError):
        client.images.edit(image=("a.png", png(photo()[:, 10:])), prompt="a mug", extra_headers=headers)


def test_the_pages_own_lines_of_python(live: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(snippet.splitlines()) <= 14
    monkeypatch.chdir(tmp_path)
    Path("photo.jpg").write_bytes(png(photo()))
    exec(compile(snippet.replace("http://127.0.0.1:8700", live.url or ""), str(PAGE), "exec"), {})
    for name in ("mug.png", "scene.png"):
        assert Image.open(name).size[0] >= 32
