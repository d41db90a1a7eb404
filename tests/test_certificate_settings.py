"""Where the team's certificate and key are: by environment, else by `packshot.toml`; the key's place is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from packshot.errors import UsageError
from packshot.settings import read_settings


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    assert read_settings({}, workspace=tmp_path, device="cpu").certificate is None
    (tmp_path / "packshot.toml").write_text('certificate = "stored.pem"\ncertificate_key = "~/key.pem"\n')
    stored = read_settings({}, workspace=tmp_path, device="cpu")
    assert (stored.certificate, stored.certificate_key) == (Path("stored.pem"), Path.home() / "key.pem")
    environ = {"PACKSHOT_CERTIFICATE": "other.pem"}
    assert read_settings(environ, workspace=tmp_path, device="cpu").certificate == Path("other.pem")
    assert "key.pem" not in repr(stored)


def test_what_is_no_path_is_refused(tmp_path: Path) -> None:
    (tmp_path / "packshot.toml").write_text("certificate = 3\n")
    with pytest.raises(UsageError) as caught:
        read_settings({}, workspace=tmp_path, device="cpu")
    assert caught.value.code == "settings.invalid"
