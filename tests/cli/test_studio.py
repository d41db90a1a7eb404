"""`packshot app` before it serves: what it refuses, and what it hands on."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from packshot.access.tunnel import is_loopback, tunnel_here
from packshot.app.listening import SERVER, check_address, check_port
from packshot.app.port import PORT
from packshot.errors import UsageError
from tests.cli.conftest import Called

TOKEN = "anna-has-this-token-1"


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """The command hands its options on as environment."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "node17.example"])
def test_another_address_without_tokens_shows_the_tunnel(call: Callable[..., Called], host: str) -> None:
    refused = call("app", "--host", host, "--port", "8777")
    assert refused.code == 2
    assert "without tokens the studio listens to this machine alone" in refused.err
    assert re.search(r"ssh -L 8777:localhost:8777 \S+@\S+$", refused.err, re.MULTILINE)
    assert re.search(r"ssh -L 8777:localhost:8777 -J \S+@\S+ \S+@\S+$", refused.err, re.MULTILINE)


def test_a_port_that_is_taken_is_refused_with_its_holder(call: Callable[..., Called], taken: int) -> None:
    refused = call("app", "--port", str(taken))
    assert refused.code == 2
    assert f"port {taken} is taken" in refused.err
    assert f"process {os.getpid()}" in refused.err
    assert f"packshot app --port {taken + 1}" in refused.err


def test_tokens_that_cannot_be_used_are_refused_without_being_shown(
    call: Callable[..., Called], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call("app", "--token-file", "none.txt").code == 2
    monkeypatch.delenv("PACKSHOT_TOKEN_FILE")
    monkeypatch.setenv("PACKSHOT_TOKEN", "hunter2")
    refused = call("app", "--host", "0.0.0.0")
    assert refused.code == 2
    assert "hunter2" not in refused.err + refused.out


def test_settings_are_looked_at_before_anything_starts(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACKSHOT_RUNTIME", "abacus")
    refused = call("app")
    assert refused.code == 2
    assert "no such runtime" in refused.err


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        check_port("192.0.2.1", 8501)
    assert refused.value.code == "settings.address"


def test_with_a_token_any_address_is_right(tmp_path: Path) -> None:
    assert check_address("0.0.0.0", 8501, {"PACKSHOT_TOKEN": TOKEN}) == ()
    path = tmp_path / "tokens.txt"
    path.write_text(f"Anna: {TOKEN}")
    path.chmod(0o644)
    (warning,) = check_address("0.0.0.0", 8501, {"PACKSHOT_TOKEN_FILE": str(path)})
    assert "chmod 600" in warning


def test_on_a_shared_node_a_token_is_advised() -> None:
    assert check_address("127.0.0.1", 8501, {}) == ()
    (advice,) = check_address("127.0.0.1", 8501, {"SLURM_JOB_ID": "7"})
    assert "PACKSHOT_TOKEN" in advice


def test_slurm_tells_the_login_node() -> None:
    tunnel = tunnel_here(8501, {"SLURM_SUBMIT_HOST": "login3"})
    assert f"-J {tunnel.user}@login3 {tunnel.user}@{socket.gethostname()}" in tunnel.jump
    assert "@login-node " in tunnel_here(8501, {"SLURM_SUBMIT_HOST": socket.gethostname()}).jump


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("localhost.example", False),
        ("", False),
        (None, False),
    ],
)
def test_which_addresses_are_this_machines_own(address: str | None, own: bool) -> None:
    assert is_loopback(address) is own


def test_help_imports_neither_streamlit_nor_torch() -> None:
    code = "import sys, packshot.cli.main; print([m for m in ('streamlit', 'torch', 'scipy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_server_imports_no_torch() -> None:
    heavy = "('torch', 'diffusers', 'scipy.ndimage')"
    code = f"import sys, packshot.app.serve, packshot.wiring; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_port_is_the_same_however_the_studio_is_started() -> None:
    from streamlit.config import _config_options_template

    assert _config_options_template["server.port"].default_val == PORT
    told = tomllib.loads((SERVER.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert "port" not in told["server"], "it stands in one place"
