"""Fetching from a hub: a server on loopback speaks as much of its protocol as the client needs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

COMMIT = "89abcdef0123456789abcdef0123456789abcdef"
LARGE = "unet/diffusion_pytorch_model.safetensors"


@dataclass
class Behaviour:
    """What the server does beside answering: `cut` ends a large file's body after so many bytes, `hold` waits there.

    After a cut it gives nothing more of that file. `ranges` are the ranges asked for, `fetched` the files given.
    """

    cut: int | None = None
    hold: int | None = None
    released: threading.Event = field(default_factory=threading.Event)
    was_cut: bool = False
    ranges: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    claimed_bytes: int | None = None


class Hub(BaseHTTPRequestHandler):
    """Serves one repository, owner/tiny, with one commit on its branch main."""

    folder: Path
    behaviour = Behaviour()

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
        elif parts[:2] == ["owner", "login"]:
            self._refuse(401, "GatedRepo")
        elif not known:
            self._refuse(404, "RepoNotFound")
        elif parts[3] not in {"main", COMMIT}:
            self._refuse(404, "RevisionNotFound")
        elif not file.is_file():
            self._refuse(404, "EntryNotFound")
        else:
            self._give(file, body=body)

    def _give(self, file: Path, *, body: bool) -> None:
        data = file.read_bytes()
        digest, name = hashlib.sha256(data).hexdigest(), file.relative_to(self.folder).as_posix()
        asked = self.headers.get("Range") if body else None
        begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if body and self.behaviour.was_cut and name == LARGE:
            self.close_connection = True
            return
        self.send_response(206 if begin else 200)
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("ETag", f'"{digest}"')
        self.send_header("Content-Length", str(len(data) - begin))
        if begin:
            self.behaviour.ranges.append(str(asked))
            self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if not body:
            return
        self.behaviour.fetched.append(name)
        stop = self.behaviour.cut or self.behaviour.hold
        if stop is None or name != LARGE:
            self.wfile.write(data[begin:])
            return
        self.wfile.write(data[begin:stop])
        self.wfile.flush()
        if self.behaviour.cut is not None:
            self.behaviour.was_cut = True
        else:
            self.behaviour.released.wait(30)
        self.close_connection = True

    def _api(self, parts: list[str]) -> None:
        if parts[:2] != ["owner", "tiny"] or parts[2:] != ["revision", COMMIT]:
            self._refuse(404, "RepoNotFound")
            return
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        siblings = [self._sibling(path) for path in files]
        data = json.dumps({"id": "owner/tiny", "modelId": "owner/tiny", "sha": COMMIT, "siblings": siblings}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _sibling(self, path: Path) -> dict[str, Any]:
        size = self.behaviour.claimed_bytes or path.stat().st_size
        entry: dict[str, Any] = {"rfilename": path.relative_to(self.folder).as_posix(), "size": size}
        if path.suffix == ".safetensors":
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            entry["lfs"] = {"sha256": digest, "size": path.stat().st_size, "pointerSize": 130}
        return entry

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture(scope="module")
def repository(tiny_sd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with 24 MB more in its UNet: the client hands pieces of 10 MB on."""
    folder = tmp_path_factory.mktemp("repository") / "tiny"
    shutil.copytree(tiny_sd, folder)
    weights = load_file(folder / LARGE)
    save_file(weights | {"unread": torch.arange(6_000_000, dtype=torch.float32)}, folder / LARGE, {"format": "pt"})
    return folder


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def hub(repository: Path, behaviour: Behaviour) -> Iterator[str]:
    """The server's address."""
    handler = type("OneHub", (Hub,), {"folder": repository, "behaviour": behaviour})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    behaviour.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def asking(endpoint: str, home: Path) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if key != "HF_HUB_OFFLINE"}
    return environment | {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "NO_PROXY": "127.0.0.1"}


def show(name: str, endpoint: str, home: Path, **extra: str) -> tuple[int, dict[str, Any]]:
    answer = subprocess.run(
        [sys.executable, "-m", "packshot", "models", "show", name, "--json"],
        env=asking(endpoint, home) | extra,
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
        ("owner/login", "model.gated"),
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


def partials(home: Path) -> list[Path]:
    return [path for path in home.rglob("*.packshot-partial") if path.stat().st_size]


@pytest.mark.slow
def test_a_lost_connection_is_named_and_the_next_call_goes_on(hub: str, behaviour: Behaviour, tmp_path: Path) -> None:
    behaviour.cut = 15_000_000
    code, error = show("owner/tiny", hub, tmp_path)
    assert (code, error["code"]) == (2, "model.not_cached")
    assert "connection to the hub was lost" in error["message"]
    assert "goes on" in error["hint"]
    kept = partials(tmp_path)[0].stat().st_size
    assert 0 < kept < 15_000_000
    behaviour.cut, behaviour.was_cut, behaviour.ranges = None, False, []
    code, fetched = show("owner/tiny", hub, tmp_path)
    assert code == 0, fetched
    assert behaviour.ranges == [f"bytes={kept}-"]
    assert not partials(tmp_path)
    behaviour.fetched.clear()
    assert show("owner/tiny", hub, tmp_path)[1]["digest"] == fetched["digest"]
    assert behaviour.fetched == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_keeps_what_has_come(hub: str, behaviour: Behaviour, repository: Path, tmp_path: Path) -> None:
    behaviour.hold = 15_000_000
    with subprocess.Popen(
        [sys.executable, "-m", "packshot", "models", "show", "owner/tiny"],
        env=asking(hub, tmp_path),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,
    ) as process:
        wait_for(lambda: any(part.stat().st_size > 0 for part in partials(tmp_path)))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "fetching owner/tiny: " in said
    assert "Traceback" not in said
    behaviour.hold = None
    behaviour.released.set()
    code, fetched = show("owner/tiny", hub, tmp_path)
    assert code == 0, fetched
    assert len(behaviour.ranges) == 1
    whole = Path(fetched["folder"]) / LARGE
    assert whole.read_bytes() == (repository / LARGE).read_bytes()


def heed_ctrl_c() -> None:
    """A shell starts what runs in the background with Ctrl-C ignored, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
def test_a_damaged_part_is_not_used(hub: str, behaviour: Behaviour, repository: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256((repository / LARGE).read_bytes()).hexdigest()
    blobs = tmp_path / "hub" / "models--owner--tiny" / "blobs"
    blobs.mkdir(parents=True)
    (blobs / f"{digest}.packshot-partial").write_bytes(b"\0" * 1000)
    code, error = show("owner/tiny", hub, tmp_path)
    assert (code, error["code"]) == (2, "model.corrupt")
    assert "came damaged" in error["message"]
    assert show("owner/tiny", hub, tmp_path)[0] == 0


def test_too_little_disk_is_said_before_any_weight(hub: str, behaviour: Behaviour, tmp_path: Path) -> None:
    behaviour.claimed_bytes = 10**15
    code, error = show("owner/tiny", hub, tmp_path)
    assert (code, error["code"]) == (2, "model.not_cached")
    assert "not enough disk" in error["message"]
    assert behaviour.fetched == ["model_index.json"]


def test_only_what_is_missing_counts(hub: str, behaviour: Behaviour, repository: Path, tmp_path: Path) -> None:
    """Fetched once, then one file is lost: that alone is announced and fetched."""
    assert show("owner/tiny", hub, tmp_path)[0] == 0
    behaviour.fetched.clear()
    lost = next(tmp_path.rglob("snapshots/*/vae/*.safetensors"))
    lost.resolve().unlink()
    lost.unlink()
    code = """
import json, sys
from packshot.models import Catalogue, DigestCache
told = []
Catalogue(DigestCache(None), offline=False, on_fetch=told.append).find("owner/tiny")
print(json.dumps([[each.repository, each.done_bytes, each.total_bytes] for each in told]))
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=asking(hub, tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    name = "vae/diffusion_pytorch_model.safetensors"
    size = (repository / name).stat().st_size
    told = json.loads(answer.stdout)
    assert (told[0], told[-1]) == (["owner/tiny", 0, size], ["owner/tiny", size, size])
    assert behaviour.fetched == [name]
