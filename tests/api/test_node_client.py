"""OpenAI's Node client, unchanged. Needs node, and npm's registry for the client itself: else it skips."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.ports import free_port
from packshot import wiring
from packshot.result import RunState
from packshot.spec import Mode
from packshot.store import SqlStore, open_store
from tests.api.conftest import Opened
from tests.api.pictures import mask, photo, png
from tests.api.test_drain import process

SCRIPT = """
import fs from "node:fs";
import OpenAI, { toFile } from "openai";
const client = new OpenAI({ baseURL: process.env.BASE, apiKey: process.env.TOKEN, maxRetries: 0 });
const asked = { prompt: "a red mug", n: 2, size: "64x64", seed: 7, num_inference_steps: 2 };
const made = await client.images.generate(asked);
const file = async (name) => toFile(fs.createReadStream(name), name, { type: "image/png" });
const edited = await client.images.edit({ image: await file("photo.png"), mask: await file("mask.png"),
  prompt: "on a table", size: "192x192", seed: 3 });
let code = "";
try {
  await client.images.generate({ prompt: "a", size: "1x1" });
} catch (error) {
  code = error.code + " " + error.status;
}
const models = [];
for await (const model of client.models.list()) models.push(model.id);
const data = made.data.map(each => each.b64_json.length > 100);
const seeds = made.packshot.pictures.map(each => each.seed);
console.log(JSON.stringify({ data, seeds, edited: edited.data.length, code, models }));
"""


EDIT = """
import fs from "node:fs";
import OpenAI, { toFile } from "openai";
const client = new OpenAI({ baseURL: process.env.BASE, apiKey: "none", maxRetries: 0, timeout: 500000 });
const kept = (name, answer) => fs.writeFileSync(name, Buffer.from(answer.data[0].b64_json, "base64"));
const file = (name) => toFile(fs.createReadStream(name), name);
kept("made.png", await client.images.generate({ prompt: "product photo of a red mug", seed: 7 }));
const prompt = "a handbag on a wooden table";
const image = await file(process.env.PHOTO);
kept("changed.png", await client.images.edit({ image, prompt, strength: 0.5, seed: 3 }));
kept("locked.png", await client.images.edit({ image, mask: await file("mask.png"), prompt, seed: 3 }));
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the client is installed."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    made = tmp_path_factory.mktemp("node")
    installed = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--prefix", str(made), "openai"], capture_output=True, text=True
    )
    if installed.returncode:
        pytest.skip(f"npm cannot install openai here: {installed.stderr[-200:]}")
    return made


def run(folder: Path, script: str, **environ: str) -> str:
    (folder / "try.mjs").write_text(script)
    ran = subprocess.run(
        ["node", "try.mjs"], cwd=folder, env={**os.environ, **environ}, capture_output=True, text=True, timeout=600
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_node_client(open_api: Callable[..., Opened], folder: Path) -> None:
    (folder / "photo.png").write_bytes(png(photo()))
    (folder / "mask.png").write_bytes(mask())
    at = open_api(listen=True)
    told = run(folder, SCRIPT, BASE=f"{at.url}/v1", TOKEN=at.token("node"))
    assert json.loads(told) == {
        "data": [True, True],
        "seeds": [7, 8],
        "edited": 1,
        "code": "spec.size.range 400",
        "models": ["studio-tiny"],
    }


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("picture", ["render", "photo"])
def test_the_node_client_edits_with_the_real_model(
    picture: str, folder: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = wiring.data_folder() / "pictures" / "lab-source.png"
    if picture == "photo":
        path = request.getfixturevalue("photos") / "abo_bag_528c608a.jpg"
    shown = np.asarray(Image.open(path).convert("RGB"))
    ground = shown[2, 2].astype(int)
    product = np.abs(shown.astype(int) - ground).max(axis=-1) > 24
    (folder / "mask.png").write_bytes(png(np.dstack([shown, np.where(product, 255, 0).astype(np.uint8)])))
    port = free_port()
    with process(tmp_path, port, engine="local"):
        run(folder, EDIT, BASE=f"http://127.0.0.1:{port}/v1", PHOTO=str(path))
    for name in ("made", "changed", "locked"):
        with Image.open(folder / f"{name}.png") as file:
            assert file.size == (256, 256)
            assert np.asarray(file).std() > 10
    with open_store(tmp_path / "ws", now=wiring.now_utc, random_bytes=os.urandom, owner="here:1:1.0") as store:
        check(store)


def check(store: SqlStore) -> None:
    """What was made in which way; of the lock, that the product's pixels are the photo's."""
    runs = {each.resolved.intent.mode: each for each in store.runs()}
    assert set(runs) == {Mode.TEXT_TO_IMAGE, Mode.IMAGE_TO_IMAGE, Mode.LOCK}
    assert all(each.state is RunState.SUCCEEDED for each in runs.values())
    locked = runs[Mode.LOCK].result
    assert locked is not None
    assert locked.provenance.lock is not None
    assert locked.provenance.lock.core_difference == 0
