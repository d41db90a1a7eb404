"""`packshot app`: starts the studio. Looks at address, port and tokens first; the rest is `packshot.app`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from packshot.app.port import PORT
from packshot.cli.app import Flags, app
from packshot.cli.output import print_note, say


@app.command(
    "app",
    epilog="""Examples:\n
    packshot app\n
    packshot app --port 8600 --open\n
    packshot app --host 0.0.0.0 --token-file tokens.txt""",
)
def studio(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on; any but this machine's own needs tokens.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = PORT,
    token_file: Annotated[
        Path | None,
        typer.Option(
            help="Who may come in: a text file, each line `name: token`.",
            show_default="$PACKSHOT_TOKEN_FILE, or the one token of $PACKSHOT_TOKEN",
        ),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser as well.")] = False,
) -> None:
    """Start the studio, a web app, and run it until Ctrl-C. It listens to this machine alone unless told otherwise."""
    from packshot.app.listening import check_address, check_port, open_when_ready, serve
    from packshot.settings import read_settings

    _hand_on(context.find_object(Flags) or Flags(), token_file)
    read_settings(os.environ)
    for note in check_address(host, port, os.environ):
        print_note(note)
    check_port(host, port)
    say(f"Packshot's studio: http://{_shown(host)}:{port}   (Ctrl-C stops it)")
    if open_browser:
        open_when_ready(_shown(host), port)
    serve(host, port)


def _hand_on(flags: Flags, token_file: Path | None) -> None:
    """As environment, so that `streamlit run` behaves alike."""
    given = {
        "PACKSHOT_WORKSPACE": flags.workspace,
        "PACKSHOT_DATABASE": flags.database,
        "PACKSHOT_PICTURES": flags.pictures,
        "PACKSHOT_THREADS": flags.threads,
        "PACKSHOT_SCORER": flags.scorer,
        "PACKSHOT_ENGINE": flags.engine if flags.engine != "local" else None,
        "PACKSHOT_TOKEN_FILE": token_file,
    }
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})


def _shown(host: str) -> str:
    """An address that a browser opens."""
    if host in ("127.0.0.1", "::1", "0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host
