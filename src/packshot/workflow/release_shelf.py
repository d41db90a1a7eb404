"""Where the studio's releases lie, a folder for each channel, and how they get to a person's own machine: as a ZIP.

Only what is a recorded release, and is still approved, is handed out, whatever else lies in the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from packshot.channels import find_channel
from packshot.workflow.recorded_file import plain_bytes, release_of, still_approved
from packshot.workflow.release_manifest import manifest_files, read_manifest
from packshot.workflow.release_request import ReleasedPicture
from packshot.workflow.workbench import Workbench
from packshot.workflow.zipping import zipped

RELEASES: Final = "releases"


def release_shelf(bench: Workbench, channel: str) -> Path:
    """`<output>/releases/<channel>`, as the settings have the output. Raises ChannelError."""
    return bench.settings.output / RELEASES / find_channel(channel, bench.channels).name


def shelf_zip(
    bench: Workbench, channel: str, *, since: datetime | None = None, until: datetime | None = None
) -> Iterator[bytes]:
    """The parts of a ZIP of the channel's folder: its released files, and a manifest of just these, at the end.

    `since` and `until` (both inclusive, UTC) narrow it to what was released between them. Raises ChannelError and
    OutputError at once; StoreError may come on the way.
    """
    folder = release_shelf(bench, channel)
    rows = [
        row
        for row in read_manifest(folder)
        if (since is None or row.released_at >= since) and (until is None or row.released_at <= until)
    ]
    return zipped(_files(bench, folder, rows))


def _files(bench: Workbench, folder: Path, rows: list[ReleasedPicture]) -> Iterator[tuple[str, bytes]]:
    sent: list[ReleasedPicture] = []
    for row in rows:
        content = plain_bytes(folder / Path(row.file).name)
        release = None if content is None else release_of(bench, content, row.file)
        if content is not None and release is not None and still_approved(bench, release):
            sent.append(row)
            yield release.file_name, content
    yield from manifest_files(sent).items()
