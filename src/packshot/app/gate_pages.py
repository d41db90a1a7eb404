"""The pages of the gate: sign-in, the help with the tunnel, why nobody comes in. They load nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import os
from html import escape
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, Response

from packshot.access.tokens import VARIABLE
from packshot.access.tunnel import tunnel_here
from packshot.app.words import LANGUAGES, catalogue, nearest

STYLE: Final = """
:root{color-scheme:light dark;--page:#FBF9F5;--text:#1D1B18;--accent:#1F6170;--field:#FFFFFF;--edge:#8A8175;
--wrong:#A32020;--panel:#F2EEE7}
@media (prefers-color-scheme:dark){:root{--page:#171513;--text:#F3EFE8;--accent:#2F7F90;--field:#221F1C;
--edge:#857B6F;--wrong:#FF9E93;--panel:#221F1C}}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif}
main{max-width:40rem;margin:0 auto;padding:12vh 1.25rem 2rem}
.narrow{max-width:24rem}
h1{font-size:1.6rem;font-weight:600;margin:0 0 1rem}
label{display:block;font-weight:600;margin:0 0 .4rem}
input{box-sizing:border-box;width:100%;padding:.65rem .75rem;font:inherit;color:inherit;background:var(--field);
border:1px solid var(--edge);border-radius:6px}
button{margin:1rem 0 0;padding:.65rem 1.25rem;font:inherit;font-weight:600;color:#FFFFFF;background:var(--accent);
border:1px solid var(--accent);border-radius:6px;cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.wrong{color:var(--wrong);font-weight:600}
pre{background:var(--panel);border-radius:6px;padding:.75rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere}
"""
OWN_POLICY: Final = (
    "default-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def spoken(asking: HTTPConnection) -> str:
    """The first language of the browser that is spoken here; English for none."""
    wanted = [entry.partition(";") for entry in asking.headers.get("accept-language", "").split(",")]
    ranked = sorted(wanted, key=lambda entry: -_weight(entry[2]))
    codes = [code.strip() for code, _semicolon, _quality in ranked]
    return next((nearest(code) for code in codes if code.partition("-")[0].lower() in LANGUAGES), "en")


def sign_in_page(
    language: str,
    *,
    after: str,
    is_wrong: bool = False,
    problem: str = "",
    status: int = 401,
    wait_s: float = 0.0,
) -> Response:
    """The form for a token, with what was wrong with the last one. `after` is where to go then."""
    say = catalogue(language).gettext
    problem = say("That token does not fit.") if is_wrong else problem
    described = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    shown = f'<p class="wrong" id="problem" role="alert">{escape(problem)}</p>' if problem else ""
    body = (
        f'<main class="narrow"><h1>Packshot</h1><form method="post" action="/sign-in">{shown}'
        f'<label for="token">{escape(say("Your token"))}</label>'
        f'<input id="token" name="token" type="password" autocomplete="current-password" required autofocus{described}>'
        f'<input type="hidden" name="after" value="{escape(after)}">'
        f"<button>{escape(say('Sign in'))}</button></form>"
        f"<p>{escape(say('Whoever started this studio gave out the tokens.'))}</p></main>"
    )
    return _page(language, say("Sign in"), body, status, wait_s)


def help_page(language: str, port: int) -> Response:
    """How to reach a studio that must not be reached this way."""
    say = catalogue(language).gettext
    tunnel = tunnel_here(port, os.environ)
    words = (
        (say("This studio is not open on this address"), "h1"),
        (say("Without tokens, only the machine it runs on may use it. From your own computer, reach it by SSH:"), "p"),
        (tunnel.direct, "pre"),
        (say("Through the login node of a cluster:"), "p"),
        (tunnel.jump, "pre"),
        (say("Then open {address} there.").format(address=tunnel.address), "p"),
        (say("It has to be started on its machine’s own address:"), "p"),
        (f"packshot app --port {port}", "pre"),
        (say("Or give people tokens, one line `name: token` for each in a file, and start it with:"), "p"),
        (f"packshot app --host 0.0.0.0 --port {port} --token-file tokens.txt", "pre"),
    )
    return _page(language, words[0][0], _main(words), 403)


def stranger_page(language: str, port: int) -> Response:
    """Asked for under a name that is not this machine's own."""
    say = catalogue(language).gettext
    words = (
        (say("This studio does not answer to that name"), "h1"),
        (say("Open it as {address}.").format(address=f"http://localhost:{port}"), "p"),
        (say("Under other names it asks for tokens; there are none."), "p"),
    )
    return _page(language, words[0][0], _main(words), 403)


def mistake_page(language: str) -> Response:
    """The tokens cannot be read: nobody comes in. The cause is for who started it, in the terminal and the log."""
    say = catalogue(language).gettext
    words = (
        (say("This studio’s tokens cannot be read"), "h1"),
        (
            say("Nobody can sign in until whoever started it has put them right ({variable} or the file).").format(
                variable=VARIABLE
            ),
            "p",
        ),
        (say("The cause is in its log."), "p"),
    )
    return _page(language, words[0][0], _main(words), 503)


def wait_words(language: str, wait_s: float) -> str:
    """How long the address has to wait, rounded up to seconds."""
    seconds = int(wait_s) + 1
    words = catalogue(language)
    text = words.ngettext(
        "Too many wrong tokens. Try again in {seconds} second.",
        "Too many wrong tokens. Try again in {seconds} seconds.",
        seconds,
    )
    return text.format(seconds=seconds)


def _main(words: tuple[tuple[str, str], ...]) -> str:
    return "<main>" + "".join(f"<{tag}>{escape(text)}</{tag}>" for text, tag in words) + "</main>"


def _page(language: str, title: str, body: str, status: int, wait_s: float = 0.0) -> Response:
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · Packshot</title><style>{STYLE}</style></head><body>{body}</body></html>"
    )
    headers = {"Content-Security-Policy": OWN_POLICY, "Cache-Control": "no-store"}
    if wait_s:
        headers["Retry-After"] = str(int(wait_s) + 1)
    return HTMLResponse(html, status, headers)


def _weight(quality: str) -> float:
    """`q=0.8` → 0.8; 1 where it says nothing."""
    try:
        return float(quality.partition("=")[2] or 1)
    except ValueError:
        return 0.0
