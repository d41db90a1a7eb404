"""What a channel asks of the file itself, before there is one: its format, and how many bytes it may have."""

from __future__ import annotations

from datetime import date

from packshot.channels.rules import AnyRule, Channel, FileSizeRule, FormatRule


def allowed_formats(channel: Channel, on: date) -> tuple[str, ...] | None:
    """The formats that are taken, by Pillow's names; None where the channel asks for none."""
    named = [rule.allowed for rule in channel.rules if isinstance(rule, FormatRule) and _holds(rule, on)]
    return tuple(kind for kind in named[0] if all(kind in others for others in named)) if named else None


def most_bytes(channel: Channel, on: date) -> int | None:
    """The most bytes that a file may have; None where there is no limit."""
    limits = [rule.max_megabytes for rule in channel.rules if isinstance(rule, FileSizeRule) and _holds(rule, on)]
    return int(min(limits) * 1e6) if limits else None


def _holds(rule: AnyRule, on: date) -> bool:
    return rule.level == "must" and (rule.since is None or on >= rule.since)
