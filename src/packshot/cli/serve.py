"""`packshot serve`: starts the HTTP API. Looks at address, port and tokens first; the rest is `packshot.api`."""

from __future__ import annotations

import os
import signal
from typing import Annotated

import typer

from packshot.cli.app import Flags, app, settings_of
from packshot.cli.output import print_note, say
from packshot.errors import Interrupted, UsageError
from packshot.settings import DRAIN_S, QUEUE_MAX, REQUESTS_PER_MINUTE

PORT = 8700


@app.command(
    epilog="""Examples:\n
    packshot serve\n
    packshot tokens add shop --role create && packshot serve --host 0.0.0.0\n
    packshot serve --port 9000 --model sd15 --per-minute 60"""
)
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on; any but this machine's own needs tokens.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = PORT,
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="Let clients use this model too: a folder, a file or a hub id; may be given several times.",
            show_default="the short names that are on this machine",
        ),
    ] = None,
    per_minute: Annotated[
        int, typer.Option(min=0, max=100_000, help="Requests that one token may make in a minute; 0 for any number.")
    ] = REQUESTS_PER_MINUTE,
    drain: Annotated[
        float, typer.Option(min=0, max=3600, help="Seconds that running work is waited for when the server ends.")
    ] = DRAIN_S,
    queue: Annotated[
        int,
        typer.Option(min=1, max=1_000_000, help="Jobs that may wait or run; one more is told to come later."),
    ] = QUEUE_MAX,
    slots: Annotated[
        int | None,
        typer.Option(
            help="Pictures of all clients that share a denoiser call: 1, 2, 4, 8, 16 or 32. With a number, a picture's"
            " last bits do not depend on who else asks.",
            show_default="as many as are fastest for what waits",
        ),
    ] = None,
    engine: Annotated[str | None, typer.Option(hidden=True, help="local, or fake: pictures without a model.")] = None,
) -> None:
    """Start the HTTP API, OpenAI's images API among it, and run it until Ctrl-C or SIGTERM."""
    try:
        from packshot.api.application import make_app
        from packshot.api.limits import Limits
        from packshot.api.opening import check_host, open_serving, tokens_of
        from packshot.api.server import Server
        from packshot.api.server import serve as run_server
    except ModuleNotFoundError as error:
        raise UsageError(
            "settings.invalid",
            f"{error.name} is not installed",
            expected="the extra `api`",
            got="a Packshot without it",
            hint="pip install 'packshot[api]', or make serve",
        ) from error
    from packshot.app.listening import check_port
    from packshot.resolve import check_slots

    flags = context.find_object(Flags) or Flags()
    limits = Limits(requests_per_minute=per_minute, drain_s=drain)
    if slots is not None:
        check_slots(slots)
    with open_serving(
        settings_of(context),
        engine=engine or flags.engine,
        limits=limits,
        models=tuple(model or ()),
        most=queue,
        slots=slots,
    ) as serving:
        tokens = tokens_of(serving.service, os.environ)
        now = tokens()
        check_host(host, now)
        check_port(host, port, "packshot serve")
        for warning in now.warnings if now is not None else ():
            print_note(warning)
        say(f"Packshot's API: http://{_shown(host)}:{port}/v1   (Ctrl-C stops it)")
        ended_by = run_server(Server(make_app(serving, tokens), serving, host, port))
    if ended_by == signal.SIGINT:
        raise Interrupted("stopped; work that was not finished goes on at the next start")


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host
