"""`packshot tokens`, and what `packshot serve` refuses before it starts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from packshot.access.tokens import token_digest
from tests.cli.conftest import Called


def test_a_token_is_made_listed_and_taken_back(call: Callable[..., Called]) -> None:
    made = call("tokens", "add", "shop", "--role", "create", "--role", "review", "--json").data
    assert made["token"].startswith("pks_")
    assert len(made["token"]) > 40
    assert made["roles"] == ["create", "review"]
    listed = call("tokens", "list")
    assert "shop" in listed.out
    assert made["token"] not in listed.out
    assert token_digest(made["token"]) not in call("tokens", "list", "--json").out
    assert call("tokens", "revoke", "shop").code == 0
    assert call("tokens", "list", "--json").data[0]["revoked_at"]
    assert call("tokens", "revoke", "shop", "--json").error["code"] == "settings.token"


def test_a_token_for_people_is_shown_once(call: Callable[..., Called]) -> None:
    shown = call("tokens", "add", "Ada Müller", "--role", "admin")
    assert shown.out.startswith("pks_")
    assert "this once" in shown.out


@pytest.mark.parametrize("arguments", [("Ada", "--role", "boss"), ("", "--role", "admin"), ("Ada",)])
def test_tokens_that_cannot_be(call: Callable[..., Called], arguments: tuple[str, ...]) -> None:
    assert call("tokens", "add", *arguments).code == 2


def test_another_address_needs_a_token(call: Callable[..., Called]) -> None:
    refused = call("serve", "--host", "0.0.0.0")
    assert refused.code == 2
    assert "without tokens" in refused.err
    assert "packshot tokens add" in refused.err


def test_a_model_that_is_none_is_told_before_the_start(call: Callable[..., Called]) -> None:
    refused = call("serve", "--model", "nothing-of-that-name")
    assert (refused.code, "no model named" in refused.err) == (2, True)
