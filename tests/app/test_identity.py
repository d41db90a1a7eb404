"""Under which name somebody decides: by token, by account, or typed where nobody else comes in."""

from __future__ import annotations

import pytest

from packshot.app.identity import Decider, account_name, decider

ANNA = {"is_logged_in": True, "email": "anna@shop.example", "email_verified": True, "name": "The Boss"}


def test_a_token_names_whoever_shows_it_and_nothing_else_does() -> None:
    assert decider("Anna Müller", None, "The Boss") == Decider("Anna Müller", "")
    assert decider("Anna Müller", ANNA, "The Boss") == Decider("Anna Müller", "")


def test_a_token_without_a_name_decides_nothing() -> None:
    assert decider("", None, "The Boss") == Decider("", "name of token")


def test_on_ones_own_machine_the_name_is_typed() -> None:
    assert decider(None, None, "  Ada ") == Decider("Ada", "", is_typed=True)
    assert decider(None, None, "  ") == Decider("", "typed", is_typed=True)


@pytest.mark.parametrize("token", [None, ""])
def test_where_accounts_are_asked_for_no_name_is_typed(token: str | None) -> None:
    assert decider(token, ANNA, "The Boss") == Decider("anna@shop.example", "")
    assert decider(token, {"is_logged_in": False}, "The Boss") == Decider("", "sign-in")
    assert decider(token, ANNA | {"email_verified": False}, "The Boss") == Decider("", "verified e-mail")


@pytest.mark.parametrize(
    "changed",
    [
        {"is_logged_in": False},
        {"is_logged_in": "true"},
        {"email_verified": False},
        {"email_verified": "yes"},
        {"email_verified": None},
        {"email": None},
        {"email": " "},
        {"email": 7},
        {"email": "anna\u202e@shop.example"},
        {"email": "a" * 101},
    ],
)
def test_only_a_verified_address_is_a_name(changed: dict[str, object]) -> None:
    assert account_name(ANNA | changed) is None


def test_some_providers_write_true_as_a_word() -> None:
    assert account_name(ANNA | {"email_verified": "true"}) == "anna@shop.example"
    assert account_name({key: value for key, value in ANNA.items() if key != "email_verified"}) is None
