"""Who may come in, as the settings say: with a token, or from this machine alone. Decides nothing about a request."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from packshot.access.signing import Signing, signing_of, workspace_secret
from packshot.access.tokens import Tokens, of_studio, read_tokens
from packshot.access.tunnel import is_loopback
from packshot.errors import PackshotError
from packshot.settings import read_settings

LOG = logging.getLogger("packshot.app")


@dataclass(frozen=True, slots=True)
class Policy:
    """`address` and `port` are what the server is bound to.

    Without `tokens`, only this machine comes in. With them `signing` is there too. `mistake` says why the tokens that
    were named cannot be used: then nobody comes in.
    """

    address: str
    port: int
    tokens: Tokens | None = None
    signing: Signing | None = None
    mistake: PackshotError | None = None

    @property
    def is_open_to_this_machine(self) -> bool:
        """Whether one comes in without a token."""
        return self.tokens is None and self.mistake is None and is_loopback(self.address)


def tokens_in_force(environ: Mapping[str, str]) -> Tokens | None:
    """Those that the environment names, and the workspace's that are for the studio; None where there is none.

    Raises UsageError settings.token.
    """
    named = read_tokens(environ)
    settings = read_settings(environ)
    if not settings.workspace.is_dir():
        return named
    from packshot.wiring import stored_tokens  # much comes with it, and a new workspace needs none of it

    stored = of_studio(stored_tokens(settings))
    if named is None:
        return Tokens((), stored=stored) if stored else None
    return replace(named, stored=stored)


def read_policy(environ: Mapping[str, str] = os.environ, option: Callable[[str], object] | None = None) -> Policy:
    """From the environment and the server's options, those of Streamlit unless others are given. Raises nothing."""
    option = option or _streamlit_option
    address, port = str(option("server.address") or "0.0.0.0"), int(str(option("server.port")))
    try:
        tokens = tokens_in_force(environ)
        signing = signing_of(tokens, workspace_secret(read_settings(environ).cache)) if tokens else None
    except PackshotError as error:
        LOG.error("nobody comes in: %s", error)
        return Policy(address, port, mistake=error)
    for warning in tokens.warnings if tokens else ():
        LOG.warning("%s", warning)
    return Policy(address, port, tokens, signing)


def _streamlit_option(name: str) -> object:
    from streamlit import config

    return config.get_option(name)
