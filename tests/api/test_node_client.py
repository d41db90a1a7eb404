"""OpenAI's Node client, unchanged. Needs node, and npm's registry for the client itself: else it skips."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.conftest import Opened
from tests.api.pictures import mask, photo, png

pytestmark = pytest.mark.slow

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


@pytest.mark.timeout(600)
def test_the_node_client(open_api: Callable[..., Opened], tmp_path: Path) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not installed")
    folder = tmp_path / "node"
    folder.mkdir()
    installed = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), "openai"], capture_output=True, text=True
    )
    if installed.returncode:
        pytest.skip(f"npm cannot install openai here: {installed.stderr[-200:]}")
    (folder / "try.mjs").write_text(SCRIPT)
    (folder / "photo.png").write_bytes(png(photo()))
    (folder / "mask.png").write_bytes(mask())
    at = open_api(listen=True)
    environ = {**os.environ, "BASE": f"{at.url}/v1", "TOKEN": at.token("node")}
    ran = subprocess.run([node, "try.mjs"], cwd=folder, env=environ, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "data": [True, True],
        "seeds": [7, 8],
        "edited": 1,
        "code": "spec.size.range 400",
        "models": ["studio-tiny"],
    }
