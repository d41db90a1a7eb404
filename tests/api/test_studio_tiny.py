"""The real model behind OpenAI's client: text to image, the page's ten lines, and the edit of a photo."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from openai import OpenAI

from benchmarks.ports import answers, free_port
from tests.api.conftest import PATIENCE_S, wait_for
from tests.api.pictures import decoded, mask, photo, png

pytestmark = pytest.mark.slow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.mark.timeout(900)
def test_pictures_of_the_real_model_and_the_pages_own_lines(tmp_path: Path) -> None:
    port = free_port()
    environ = {
        **os.environ,
        "PACKSHOT_WORKSPACE": str(tmp_path / "ws"),
        "PACKSHOT_DEVICE": "cpu",
        "PACKSHOT_READ_TEXT": "no",
    }
    command = [sys.executable, "-c", "from packshot.cli.main import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environ)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        client = OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", timeout=600)
        one, two = (
            client.images.generate(prompt="a red mug on a white background", extra_body={"seed": 7}) for _ in range(2)
        )
        assert one.data == two.data
        pixels = np.asarray(decoded((one.data or [])[0].b64_json))
        assert pixels.shape == (256, 256, 3)
        assert pixels.std() > 10
        edited = client.images.edit(
            image=("photo.png", png(photo())),
            mask=("mask.png", mask()),
            prompt="on a wooden table",
            extra_body={"seed": 3},
        )
        assert decoded((edited.data or [])[0].b64_json).size == (256, 256)
        (tmp_path / "photo.jpg").write_bytes(png(photo()))
        snippet = next(iter(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)))
        subprocess.run(
            [sys.executable, "-c", snippet.replace("8700", str(port))], cwd=tmp_path, check=True, timeout=600
        )
        assert (tmp_path / "mug.png").read_bytes().startswith(b"\x89PNG")
        assert (tmp_path / "scene.png").is_file()
    finally:
        server.terminate()
        assert server.wait(PATIENCE_S) == 0
