"""Who may come in, as the settings say: with a token, or from this machine alone. Decides nothing about a request."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from packshot.access.signing import Signing, workspace_secret
from packshot.access.tokens import Tokens, of_studio, read_tokens
from packshot.access.tunnel import is_loopback
from packshot.errors import PackshotError
from packshot.result import AccessToken
from packshot.settings import Settings, read_settings

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

    Raises UsageError settings.token, and what reading a workspace raises.
    """
    return _with_stored(read_tokens(environ), _stored(read_settings(environ)))


class Policies:
    """The policy as it is now, with each call: what the environment names is read once, the workspace's tokens always.

    Tokens that cannot be read at first let nobody in. Later those that were known last hold until they can be again.
    """

    def __init__(self, environ: Mapping[str, str] = os.environ, option: Callable[[str], object] | None = None) -> None:
        option = option or _streamlit_option
        self._environ = environ
        self._address = str(option("server.address") or "0.0.0.0")
        self._port = int(str(option("server.port")))
        self._named: Tokens | None = None
        self._read: Callable[[], tuple[AccessToken, ...]] | None = None
        self._stored: tuple[AccessToken, ...] = ()
        self._known: Policy | None = None
        self._told = ""

    def __call__(self) -> Policy:
        """Reads the database. Raises nothing."""
        try:
            tokens = self._tokens()
        except PackshotError as error:
            self._tell(error)
            return self._known or Policy(self._address, self._port, mistake=error)
        self._told = ""
        signing = None if tokens is None else Signing(tokens, self._secret())
        self._known = Policy(self._address, self._port, tokens, signing)
        return self._known

    def _tokens(self) -> Tokens | None:
        if self._read is None:
            self._named = read_tokens(self._environ)
            for warning in self._named.warnings if self._named else ():
                LOG.warning("%s", warning)
            self._read = partial(_stored, read_settings(self._environ))
        self._stored = self._read() or self._stored  # rows are never taken out: without any, the database is away
        return _with_stored(self._named, self._stored)

    def _secret(self) -> bytes:
        if self._known is not None and self._known.signing is not None:
            return self._known.signing.secret
        return workspace_secret(read_settings(self._environ).cache)

    def _tell(self, error: PackshotError) -> None:
        """Once, and not with every request."""
        if str(error) != self._told:
            LOG.error("%s: %s", "nobody comes in" if self._known is None else "tokens are as they were", error)
        self._told = str(error)


def _with_stored(named: Tokens | None, stored: tuple[AccessToken, ...]) -> Tokens | None:
    if named is None:
        return Tokens((), stored=stored) if stored else None
    return replace(named, stored=stored)


def _stored(settings: Settings) -> tuple[AccessToken, ...]:
    """The workspace's tokens that are for the studio; none of a workspace that is not there yet."""
    if settings.database is None and not settings.workspace.is_dir():
        return ()
    from packshot.wiring import stored_tokens  # much comes with it, and a new workspace needs none of it

    return of_studio(stored_tokens(settings))


def _streamlit_option(name: str) -> object:
    from streamlit import config

    return config.get_option(name)
