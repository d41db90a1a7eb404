"""What a page works with: the one service of this process, and who is asking. Makes nothing itself."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

import streamlit as st

from packshot.app.identity import account_name
from packshot.errors import UsageError

if TYPE_CHECKING:
    from packshot.service import Service

PERSON_HEADER: Final = "X-Packshot-Person"
"""Set by the gate where somebody signed in, percent-encoded; what a browser sends under that name is dropped there."""


_GUARDED: Final = threading.Event()


def stand_guard() -> None:
    """Called by the gate: whoever comes to a page of this process came through it."""
    _GUARDED.set()


def is_guarded() -> bool:
    """Whether a gate stands before the pages. `streamlit run` on a page's own file has none."""
    return _GUARDED.is_set()


@st.cache_resource(show_spinner=False, on_release=lambda opened: opened[1].close())
def _opened() -> tuple[Service, ExitStack]:
    """The service with what closes it. One for all sessions: they share its engine thread."""
    from packshot import wiring

    stack = ExitStack()
    engine = os.environ.get("PACKSHOT_ENGINE") or "local"
    return stack.enter_context(wiring.open_service(wiring.read(), engine=engine)), stack


def studio() -> Service:
    """The service on this process's workspace, opened on first use and again after `close_studio`.

    Raises UsageError, ModelError, WorkspaceError or StoreError, and tries again with the next call; UsageError
    settings.address where no gate stands before the pages.
    """
    if not is_guarded():
        raise UsageError(
            "settings.address",
            "nobody asks here who comes in",
            expected="the studio as `packshot app` starts it, or `streamlit run` on packshot/app/serve.py",
            got="a page's own file",
        )
    return _opened()[0]


def close_studio() -> None:
    """Ends the service; work that is not finished can go on at the next start."""
    _opened.clear()


def person() -> str | None:
    """The name of who is asking: that of the token, else the account's; None where neither is there or has a name."""
    claims = account()
    return token_name() or (None if claims is None else account_name(claims))


def token_name() -> str | None:
    """The name that belongs to the token of who is asking; empty where it has none, None where none is asked for."""
    return unquote(st.context.headers.get(PERSON_HEADER) or "") if is_signed_in() else None


def account() -> Mapping[str, object] | None:
    """What the provider says of who signed in with it (OpenID Connect); None where the secrets have no `[auth]`."""
    return dict(st.user) if "is_logged_in" in st.user else None


def is_signed_in() -> bool:
    """Whether a token was shown, with a name or without."""
    return PERSON_HEADER in st.context.headers
