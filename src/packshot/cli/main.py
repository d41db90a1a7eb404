"""The entry point: collects the commands, and turns every error into one message and an exit code."""

from __future__ import annotations

import errno
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer

from packshot.cli import (  # noqa: F401  (each adds its commands)
    audit,
    catalogue,
    certs,
    channels,
    check,
    checks,
    effects,
    evaluate,
    experiment,
    generate,
    identity,
    lock,
    migrate,
    models,
    policy,
    queue,
    rate,
    ratings,
    release,
    review,
    runs,
    serve,
    strength,
    studio,
    tokens,
)
from packshot.cli.app import app
from packshot.cli.output import print_error
from packshot.errors import Interrupted, PackshotError, StoreError, UsageError


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 work failed, 2 wrong use, 3 negative verdict, 130 interrupted."""
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: list[str]) -> int:
    """The same, returning the exit code."""
    as_json = "--json" in arguments
    try:
        result = typer.main.get_command(app).main(args=arguments, prog_name="packshot", standalone_mode=False)
        if result == Interrupted.exit_code:  # how Typer reports a Ctrl-C that nobody caught
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except PackshotError as error:
        print_error(error, as_json=as_json)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print_error(Interrupted("stopped; everything finished so far is kept"), as_json=as_json)
        return Interrupted.exit_code
    except BrokenPipeError:
        return 0
    except OSError as error:
        return _system(error, as_json)
    except Exception as error:
        # usage errors of the parser; their class is not public in every version of Typer
        if hasattr(error, "format_message"):
            return _usage(error, as_json)
        return _unexpected(error, as_json)


def _usage(error: Any, as_json: bool) -> int:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "packshot"
    message = str(error.format_message()) or "a command is missing"
    print_error(UsageError("spec.invalid", message, hint=f"{command} --help"), as_json=as_json)
    return 2


def _system(error: OSError, as_json: bool) -> int:
    if error.errno == errno.ENOSPC:
        print_error(StoreError("store.full", "the disk is full", hint="make room and call again"), as_json=as_json)
        return 1
    return _unexpected(error, as_json)


def _unexpected(error: Exception, as_json: bool) -> int:
    trace = "".join(traceback.format_exception(error)[-1:]).strip()
    print_error(
        StoreError(
            "store.failed" if "sqlalchemy" in type(error).__module__ else "engine.failed",
            f"unexpected: {trace}",
            hint="the trace is in the workspace's logs/packshot.jsonl; `packshot doctor` may name the cause",
        ),
        as_json=as_json,
    )
    return 1
