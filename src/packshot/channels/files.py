"""Reads channels from YAML files, one file each, named like its channel. A mistake is pointed at by its line."""

from __future__ import annotations

import difflib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from packshot.channels.rules import Channel
from packshot.errors import ChannelError, PlanError
from packshot.experiment.yaml_lines import line_of, read_yaml


def read_channel(text: str, name: str) -> Channel:
    """A channel from YAML; `name` is the file's. Raises ChannelError that names line, expected and got."""
    try:
        value, lines = read_yaml(text, name)
    except PlanError as error:
        raise ChannelError("channel.invalid", error.message, expected=error.expected, hint=error.hint) from error
    try:
        return Channel.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the channel"
        line = line_of(tuple(first["loc"]), lines)
        got = "nothing" if first["type"] == "missing" else _shortened(first["input"])
        raise ChannelError(
            "channel.invalid", f"{name}, line {line}: {where}: {first['msg']}", expected=first["msg"], got=got
        ) from error


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def find_channel(name: str, folder: Path) -> Channel:
    """The channel of that name in a folder of channel files. Raises ChannelError."""
    files = _files(folder)
    if name not in files:
        near = difflib.get_close_matches(name, files, n=1, cutoff=0.4)
        raise ChannelError(
            "channel.unknown",
            f"no channel named {name!r}",
            expected=", ".join(files),
            got=name,
            hint=f"did you mean {near[0]}?" if near else "`packshot channels list` shows them",
        )
    return _as_it_stands(files[name])


def list_channels(folder: Path) -> list[Channel]:
    """All channels of a folder, by name. Raises ChannelError."""
    return [_as_it_stands(path) for path in _files(folder).values()]


def _files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def _as_it_stands(path: Path) -> Channel:
    """Read once for as long as the file is not changed: a catalogue asks for the same rules ten thousand times."""
    try:
        status = path.stat()
    except OSError as error:
        raise ChannelError("channel.invalid", f"{path} cannot be read: {error}") from error
    return _read(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _changed_ns: int, _bytes: int) -> Channel:
    try:
        channel = read_channel(path.read_text(encoding="utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise ChannelError("channel.invalid", f"{path} cannot be read: {error}") from error
    if channel.name != path.stem:
        raise ChannelError(
            "channel.invalid", f"{path.name}: another channel's name", expected=path.stem, got=channel.name
        )
    return channel
