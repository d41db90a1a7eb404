"""Live progress of a model that is fetched: a bar in a terminal, one line elsewhere, nothing with `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packshot.cli.output import error_console

if TYPE_CHECKING:
    from packshot.models import Fetch


class FetchProgress:
    """Called with each `Fetch`; stops by itself at the last, or by `stop`."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._task: Any = None
        self._shown: tuple[str, int] | None = None

    def __call__(self, fetch: Fetch) -> None:
        """Show where it stands."""
        if self._quiet:
            return
        if (fetch.repository, fetch.total_bytes) != self._shown:
            self._begin(fetch)
        if self._bar is not None:
            self._bar.update(self._task, completed=fetch.done_bytes)
        if fetch.done_bytes >= fetch.total_bytes:
            self.stop()

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
        self._bar = None

    def _begin(self, fetch: Fetch) -> None:
        self.stop()
        self._shown = (fetch.repository, fetch.total_bytes)
        target = error_console()
        target.print(f"fetching {fetch.repository}: {_words(fetch)}", markup=False)
        if target.is_terminal:
            self._bar = _bar()
            # what is here already is no speed: only what comes from now on counts for the time left
            self._task = self._bar.add_task("fetching", total=fetch.total_bytes, completed=fetch.done_bytes)


def _words(fetch: Fetch) -> str:
    size = f"{fetch.total_bytes / 1e9:.1f} GB" if fetch.total_bytes >= 1e8 else f"{fetch.total_bytes / 1e6:.1f} MB"
    kept = f", {fetch.done_bytes / max(fetch.total_bytes, 1):.0%} here from before" if fetch.done_bytes else ""
    return f"{size} from the hub{kept}"


def _bar() -> Any:
    from rich.errors import LiveError
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("time left"),
        TimeRemainingColumn(),
        console=error_console(),
        transient=True,
    )
    try:
        bar.start()
    except LiveError:  # before Rich 14.1 a console has one live display, and the picture's may be it
        bar.disable = True
    return bar
