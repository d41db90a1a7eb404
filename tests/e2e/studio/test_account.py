"""Deciding under an account, with a real browser. No provider: its cookie is signed as Streamlit signs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.studio.conftest import running, serious_problems, settled, shoot

if TYPE_CHECKING:
    from playwright.sync_api import Page

SECRET = "a-secret-of-more-than-thirty-two-letters"
SECRETS = f"""[auth]
redirect_uri = "http://127.0.0.1/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "studio"
client_secret = "unused"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""
ANNA = {"email": "anna@shop.example", "email_verified": True, "name": "The Boss", "is_logged_in": True}


def cookie(url: str, claims: dict[str, object], secret: str = SECRET) -> dict[str, str]:
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    signed = create_signed_value(secret, "_streamlit_user", json.dumps(claims | {"origin": url}))
    return {"name": "_streamlit_user", "value": signed.decode(), "url": url}


@pytest.mark.slow
def test_an_account_names_whoever_decides(tmp_path: Path, new_page: Callable[..., Page]) -> None:
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text(SECRETS)
    with running(tmp_path, PACKSHOT_ENGINE="fake") as studio:
        page = new_page(f"{studio.url}/review")
        page.get_by_text("Sign in to decide").wait_for()
        settled(page)
        shoot(page, "review-account")
        assert serious_problems(page) == []
        assert page.get_by_label("Your name").count() == 0

        for claims, secret, words in (
            (ANNA, "another-secret-of-more-than-thirty-letters", "Sign in to decide"),
            (ANNA | {"email_verified": False}, SECRET, "has not verified an e-mail address"),
            (ANNA, SECRET, "You decide as anna@shop.example."),
        ):
            page.context.add_cookies([cookie(studio.url, claims, secret)])  # type: ignore[list-item]
            page.reload()
            page.get_by_text(words).wait_for()
        assert page.get_by_text("Signed in as anna@shop.example").count() == 1
        assert page.get_by_text("The Boss").count() == 0
