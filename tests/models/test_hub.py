"""Fetching from a hub: a server on loopback speaks as much of its protocol as the client needs."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

COMMIT = "89abcdef0123456789abcdef0123456789abcdef"


class Hub(BaseHTTPRequestHandler):
    """Serves one repository, owner/tiny, with one commit on its branch main."""

    folder: Path

    def log_message(self, *_arguments: Any) -> None:
        """Silence."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        parts = self.path.split("?")[0].strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            self._api(parts[2:])
            return
        known = parts[:3] == ["owner", "tiny", "resolve"] and len(parts) > 4
        file = self.folder / "/".join(parts[4:])
        if parts[:2] == ["owner", "gated"]:
            self._refuse(403, "GatedRepo")
        elif not known:
            self._refuse(404, "RepoNotFound")
        elif parts[3] not in {"main", COMMIT}:
            self._refuse(404, "RevisionNotFound")
        elif not file.is_file():
            self._refuse(404, "EntryNotFound")
        else:
            data = file.read_bytes()
            self.send_response(200)
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{hashlib.sha256(data).hexdigest()}"')
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if body:
                self.wfile.write(data)

    def _api(self, parts: list[str]) -> None:
        if parts[:2] != ["owner", "tiny"] or parts[2:] != ["revision", COMMIT]:
            self._refuse(404, "RepoNotFound")
            return
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        siblings = [
            {"rfilename": path.relative_to(self.folder).as_posix(), "size": path.stat().st_size} for path in files
        ]
        data = json.dumps({"id": "owner/tiny", "modelId": "owner/tiny", "sha": COMMIT, "siblings": siblings}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture(scope="module")
def hub(tiny_sd: Path) -> Iterator[str]:
    """The server's address."""
    handler = type("OneHub", (Hub,), {"folder": tiny_sd})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def show(name: str, endpoint: str, home: Path, **extra: str) -> tuple[int, dict[str, Any]]:
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    environment |= {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "127.0.0.1"}
    answer = subprocess.run(
        [sys.executable, "-m", "packshot", "models", "show", name, "--json"],
        env=environment | extra,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if answer.returncode == 0:
        return 0, dict(json.loads(answer.stdout)["data"])
    return answer.returncode, dict(json.loads(answer.stderr.strip().splitlines()[-1])["error"])


def test_a_model_is_fetched_pinned_and_found_again_offline(hub: str, tmp_path: Path) -> None:
    code, fetched = show("owner/tiny", hub, tmp_path)
    assert code == 0, fetched
    assert fetched["commit"] == COMMIT
    code, again = show("owner/tiny", "http://127.0.0.1:9", tmp_path, PACKSHOT_OFFLINE="1")
    assert code == 0, again
    assert again["digest"] == fetched["digest"]
    code, pinned = show(f"owner/tiny@{COMMIT}", "http://127.0.0.1:9", tmp_path, PACKSHOT_OFFLINE="1")
    assert code == 0
    assert pinned["digest"] == fetched["digest"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("owner/nothing", "model.unknown"),
        ("owner/gated", "model.gated"),
        ("owner/tiny@v9", "model.revision"),
    ],
)
def test_what_the_hub_refuses_is_named(hub: str, tmp_path: Path, name: str, code: str) -> None:
    exit_code, error = show(name, hub, tmp_path)
    assert exit_code == 2
    assert error["code"] == code


def test_no_connection_is_named(tmp_path: Path) -> None:
    exit_code, error = show("owner/tiny", "http://127.0.0.1:9", tmp_path)
    assert exit_code == 2
    assert error["code"] == "model.not_cached"
