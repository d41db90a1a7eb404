"""Tokens out of a file or the environment, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from packshot.access.tokens import Tokens, of_studio, read_token_file, read_tokens, token_digest
from packshot.errors import UsageError
from packshot.result import AccessToken, Role

ANNA, BEN = "anna-has-this-token-1", "ben-has-another-token"


def token_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "tokens.txt"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def refusal(path: Path) -> UsageError:
    with pytest.raises(UsageError) as refused:
        read_token_file(path)
    assert refused.value.code == "settings.token"
    return refused.value


def test_names_and_comments(tmp_path: Path) -> None:
    path = token_file(tmp_path, f"# the team\n\nAnna Müller: {ANNA}\n  Ben :{BEN}  \n")
    tokens = read_token_file(path)
    assert [tokens.name_of(token) for token in (ANNA, BEN, "", ANNA[:-1], f"{ANNA} ")] == [
        "Anna Müller",
        "Ben",
        None,
        None,
        None,
    ]
    assert tokens.warnings == ()


def test_a_file_that_others_can_read_is_warned_of(tmp_path: Path) -> None:
    (warning,) = read_token_file(token_file(tmp_path, f"Anna: {ANNA}", mode=0o644)).warnings
    assert "chmod 600" in warning


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Anna: short-token-15", "too easy"),
        (f"Anna: {ANNA} and more", "too easy"),
        (f"{ANNA}", "line 1 is no line of a token"),
        (f"# first\n: {ANNA}", "line 2 is no line of a token"),
        (f"{'n' * 61}: {ANNA}", "no line of a token"),
        (f"Anna: {ANNA}\nAnna: {BEN}", "names a person twice"),
        (f"Anna: {ANNA}\nBen: {ANNA}", "same token twice"),
        ("# nobody yet\n", "has no token"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    error = refusal(token_file(tmp_path, text.replace("short-token-15", "fifteen-letters")))
    assert sentence in error.message
    assert ANNA not in str(error)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    assert "FileNotFoundError" in str(refusal(tmp_path / "none.txt"))
    (tmp_path / "tokens.txt").write_bytes(b"\xff\xfe\x00")
    assert "UnicodeDecodeError" in str(refusal(tmp_path / "tokens.txt"))


def test_the_environment_has_a_token_or_a_file(tmp_path: Path) -> None:
    assert read_tokens({}) is None
    alone = read_tokens({"PACKSHOT_TOKEN": ANNA})
    assert alone is not None
    assert alone.name_of(ANNA) == ""
    path = token_file(tmp_path, f"Ben: {BEN}")
    both = read_tokens({"PACKSHOT_TOKEN": ANNA, "PACKSHOT_TOKEN_FILE": str(path)})
    assert both is not None
    assert (both.name_of(ANNA), both.name_of(BEN)) == (None, "Ben")
    with pytest.raises(UsageError, match="too easy"):
        read_tokens({"PACKSHOT_TOKEN": "hunter2"})


def test_tokens_are_not_in_what_is_printed() -> None:
    assert ANNA not in repr(Tokens((("Anna", ANNA),)))


def stored(name: str, token: str, *roles: Role, revoked: bool = False) -> AccessToken:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return AccessToken(
        id=name.upper(), name=name, digest=token_digest(token), roles=roles, created_at=now,
        revoked_at=now if revoked else None,
    )  # fmt: skip


def test_tokens_of_a_workspace_are_known_by_their_digests() -> None:
    kept = (stored("ada", ANNA, Role.REVIEW), stored("ben", BEN, Role.ADMIN, revoked=True))
    tokens = Tokens((), stored=kept)
    holder = tokens.holder_of(ANNA)
    assert holder is not None
    assert (holder.id, holder.name, holder.roles) == ("ADA", "ada", {Role.REVIEW})
    assert tokens.holder_of(BEN) is None
    assert tokens.known("ADA") == (holder, bytes.fromhex(token_digest(ANNA)))
    assert tokens.known("BEN") is None


def test_the_studio_is_for_who_creates_and_reviews() -> None:
    every = [
        stored("shop", "a" * 20, Role.CREATE),
        stored("ada", "b" * 20, Role.CREATE, Role.REVIEW),
        stored("boss", "c" * 20, Role.ADMIN),
        stored("gone", "d" * 20, Role.ADMIN, revoked=True),
    ]
    assert [each.name for each in of_studio(every)] == ["ada", "boss", "gone"]
