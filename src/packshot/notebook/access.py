"""The way to a workspace: opened for each question and closed after it, so that a notebook holds no database open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from packshot import wiring
from packshot.settings import Settings
from packshot.workflow import Workbench


@dataclass(frozen=True, slots=True)
class Access:
    """Settings with absolute folders (a notebook may change its own), and the engine by name."""

    settings: Settings
    engine: str

    @contextmanager
    def bench(self, *, create: bool = False) -> Iterator[Workbench]:
        """A workbench, closed at the end. Without `create` the workspace must be there."""
        with wiring.open_workbench(self.settings, engine=self.engine, create=create) as bench:
            yield bench


def access_to(workspace: str | Path | None, engine: str) -> Access:
    """Access by the environment's settings; `workspace` goes first. Raises UsageError."""
    settings = wiring.read(workspace=None if workspace is None else Path(workspace).expanduser())
    folder, output = settings.workspace.resolve(), settings.output.resolve()
    return Access(replace(settings, workspace=folder, output=output), engine)
