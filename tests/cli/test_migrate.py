"""The command line on PostgreSQL and S3: by flags, by environment, by packshot.toml; and moved there and back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Called
from tests.servers import Cluster, cluster, s3  # noqa: F401  (fixtures)

Call = Callable[..., Called]


@pytest.fixture
def places(cluster: Cluster, s3: str) -> tuple[str, str]:  # noqa: F811
    """A new database, and a place in S3 where nothing is."""
    return cluster.address(cluster.create()), f"{s3}/{uuid.uuid4().hex}"


def test_a_workspace_goes_there_and_back(
    call: Call, places: tuple[str, str], tiny_sd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, pictures = places
    making = ("generate", "a mug", "--model", str(tiny_sd), "--steps", "2", "--json")
    made = call(*making)
    assert made.code == 0, made.err
    there = call("migrate", "--to-database", database, "--to-pictures", pictures, "--json")
    assert there.code == 0, there.err
    assert (there.data["rows"]["run"], there.data["pictures"]) == (1, 1)
    team = ("--workspace", "elsewhere", "--database", database, "--pictures", pictures)
    listed, here = call(*team, "runs", "list", "--json"), call("runs", "list", "--json")
    assert listed.out == here.out
    assert call(*team, "verify").code == 0
    assert call(*team, "audit").code == 0

    monkeypatch.setenv("PACKSHOT_DATABASE", database)
    (tmp_path / "third").mkdir()
    (tmp_path / "third" / "packshot.toml").write_text(f'pictures = "{pictures}"\ndatabase = "postgresql://nowhere/x"\n')
    another = call("--workspace", "third", *making, "--seed", "7")
    assert another.code == 0, another.err
    assert not (tmp_path / "third" / "packshot.db").exists()
    assert not (tmp_path / "third" / "pictures").exists()

    back = call("--workspace", "third", "migrate", "--to-workspace", "back", "--json")
    assert back.code == 0, back.err
    monkeypatch.delenv("PACKSHOT_DATABASE")
    assert call("--workspace", "back", "verify", "--json").data["runs"] == 2
    plain = call("--workspace", "back", "migrate", "--to-workspace", "once-more")
    assert plain.code == 0, plain.err
    assert "equal in both places" in plain.out
    refused = call("migrate", "--to-workspace", "back", "--json")
    assert (refused.code, refused.error["code"]) == (2, "workspace.other")


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate",),
        ("migrate", "--to-database", "mysql://ann:s3cret@x/y"),
        ("--database", "postgresql+psycopg://ann:s3cret@/", "runs", "list"),
        ("--pictures", "ftp://ann:s3cret@x", "runs", "list"),
    ],
)
def test_wrong_use_is_told_without_a_password(call: Call, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / ".packshot").mkdir()
    answer = call(*arguments, "--json")
    assert (answer.code, answer.error["code"]) == (2, "settings.invalid")
    assert "s3cret" not in answer.err + answer.out
