"""The command's root: global options, and the groups. Imports nothing heavy, so that `--help` is instant."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from packshot.errors import PackshotError

if TYPE_CHECKING:
    from packshot.models import Catalogue, OnFetch
    from packshot.settings import Settings
    from packshot.wiring import At
    from packshot.workflow import Place, Workbench

app = typer.Typer(
    name="packshot",
    help="Product pictures with diffusion models, as controlled and reproducible experiments.",
    epilog="Start with:  packshot experiment run lab",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@dataclass(slots=True)
class Flags:
    """The global options."""

    workspace: Path | None = None
    threads: int | None = None
    engine: str = "local"
    scorer: str | None = None
    database: str | None = None
    pictures: str | None = None


def _version(value: bool) -> None:
    if value:
        import packshot

        typer.echo(f"packshot {packshot.__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(help="Folder of database and pictures.", show_default="$PACKSHOT_WORKSPACE or ./.packshot"),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="A PostgreSQL database that several machines share: postgresql+psycopg://user@host/name.",
            show_default="$PACKSHOT_DATABASE or SQLite in the workspace",
        ),
    ] = None,
    pictures: Annotated[
        str | None,
        typer.Option(
            help="A place in S3 for pictures that several machines share: s3://bucket/prefix.",
            show_default="$PACKSHOT_PICTURES or a folder in the workspace",
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Threads of each operation.", show_default="$PACKSHOT_THREADS or all cores"),
    ] = None,
    scorer: Annotated[
        str | None,
        typer.Option(
            help="A CLIP, SigLIP, SigLIP 2 or PickScore model that measures prompt adherence: a folder or a hub id.",
            show_default="$PACKSHOT_SCORER or the model's own",
        ),
    ] = None,
    engine: Annotated[str, typer.Option(hidden=True, help="local, or fake: pictures without a model.")] = "local",
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Product pictures with diffusion models, as controlled and reproducible experiments."""
    context.obj = Flags(workspace, threads, engine, scorer, database, pictures)


@contextmanager
def workbench(context: typer.Context, *, create: bool = True) -> Iterator[Workbench]:
    """The workbench that the global options ask for; without `create`, of a workspace that is there."""
    from packshot import wiring

    flags: Flags = context.find_object(Flags) or Flags()
    on_fetch = _fetch_progress(context)
    with wiring.open_workbench(_settings(flags), engine=flags.engine, create=create, on_fetch=on_fetch) as bench:
        try:
            yield bench
        except (PackshotError, typer.Exit, typer.Abort):
            raise
        except Exception as error:
            logging.getLogger("packshot.cli").error("unexpected: %s", type(error).__name__, exc_info=error)
            raise


def work_at(
    context: typer.Context, place: Place, options: Sequence[str], bench: Workbench
) -> AbstractContextManager[At]:
    """The workbench at the place that a command names; `options` are those of jobs."""
    from packshot import wiring

    flags: Flags = context.find_object(Flags) or Flags()
    return wiring.at(place, bench, options, engine=flags.engine)


def settings_of(context: typer.Context) -> Settings:
    """The settings that the global options ask for."""
    return _settings(context.find_object(Flags) or Flags())


def catalogue(context: typer.Context) -> Catalogue:
    """The models, without making a workspace."""
    from packshot import wiring

    return wiring.open_catalogue(_settings(context.find_object(Flags) or Flags()), _fetch_progress(context))


def _fetch_progress(context: typer.Context) -> OnFetch:
    """Shown until the command ends, however it does."""
    from packshot.cli.fetching import FetchProgress

    progress = FetchProgress(quiet=bool(context.params.get("as_json")))
    context.call_on_close(progress.stop)
    return progress


def _settings(flags: Flags) -> Settings:
    from packshot import wiring

    return wiring.read(
        workspace=flags.workspace,
        threads=flags.threads,
        scorer=flags.scorer,
        database=flags.database,
        pictures=flags.pictures,
    )
