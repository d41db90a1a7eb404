"""Where rows and pictures are: by flag, else by environment, else by `packshot.toml`; a password is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from packshot.errors import UsageError
from packshot.settings import PICTURE_CACHE_MB, read_settings

DATABASE = "postgresql+psycopg://ann:s3cret@db/shop?sslmode=require"


def test_a_flag_comes_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    plain = read_settings({}, workspace=tmp_path, device="cpu")
    assert (plain.database, plain.pictures, plain.picture_cache_mb) == (None, None, PICTURE_CACHE_MB)
    (tmp_path / "packshot.toml").write_text(
        f'database = "{DATABASE}"\npictures = "s3://stored"\npicture_cache_mb = 5\n', encoding="utf-8"
    )
    stored = read_settings({}, workspace=tmp_path, device="cpu")
    assert (stored.database, stored.pictures, stored.picture_cache_mb) == (DATABASE, "s3://stored", 5)
    environ = {"PACKSHOT_PICTURES": "s3://told", "PACKSHOT_DATABASE": "postgresql://told/x"}
    told = read_settings(environ, workspace=tmp_path, device="cpu", pictures="s3://flag")
    assert (told.database, told.pictures) == ("postgresql://told/x", "s3://flag")


def test_user_and_password_are_not_shown(tmp_path: Path) -> None:
    settings = read_settings({}, workspace=tmp_path, device="cpu", database=DATABASE)
    assert settings.database_shown == "postgresql+psycopg://db/shop"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize("line", ['database = "mysql://ann:s3cret@x/y"', "database = 3", 'pictures = "/s3cret"'])
def test_what_is_no_address_is_refused_and_not_repeated(tmp_path: Path, line: str) -> None:
    (tmp_path / "packshot.toml").write_text(line, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_settings({}, workspace=tmp_path, device="cpu")
    assert caught.value.code == "settings.invalid"
    assert "s3cret" not in str(caught.value)
