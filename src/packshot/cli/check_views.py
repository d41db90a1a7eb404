"""How `packshot check` shows what it found: every rule of one picture, a line for each of many, JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from packshot.cli.channels import source_of
from packshot.cli.output import console, print_json, say, table

if TYPE_CHECKING:
    from packshot.channels import Channel
    from packshot.result import Check
    from packshot.workflow import CheckedFile, Unread

STYLES = {"pass": "green", "fail": "bold red", "advice": "yellow", "not checked": "dim"}
NAMED = 3
"""Rules that a line names; the others are counted."""


def print_as_json(found: Sequence[CheckedFile | Unread], *, single: bool, total: int, interrupted: bool) -> None:
    """`packshot.check/1` of one file, `packshot.checks/1` of several."""
    from packshot.workflow import CheckedFile

    checked = [entry for entry in found if isinstance(entry, CheckedFile)]
    if single:
        if checked:
            print_json("check", as_json(checked[0]))
        return
    print_json("checks", many_as_json(found, [as_json(entry) for entry in checked], checked, total, interrupted))


def many_as_json(
    found: Sequence[Any], shown: list[dict[str, Any]], checked: Sequence[CheckedFile], total: int, interrupted: bool
) -> dict[str, Any]:
    """What the JSON of several pictures has: each of them, what could not be read, and counts."""
    from packshot.workflow import Unread

    broken = [check.rule for entry in checked for check in entry.failed]
    return {
        "pictures": shown,
        "unread": [
            {"picture": entry.name, "error": entry.error.as_dict()} for entry in found if isinstance(entry, Unread)
        ],
        "total": total,
        "interrupted": interrupted,
        "failed_pictures": sum(bool(entry.failed) for entry in checked),
        "broken_rules": dict(Counter(broken).most_common()),
    }


def as_json(done: CheckedFile) -> dict[str, Any]:
    """One picture as it was checked."""
    return {
        "picture": done.name,
        "picture_digest": done.picture_digest,
        "width": done.width,
        "height": done.height,
        "format": done.file_format,
        "bytes": done.file_bytes,
        "notes": list(done.notes),
        "channel": {
            "name": done.channel.name,
            "source": done.channel.source,
            "read": done.channel.read.isoformat(),
            "weakness": done.channel.weakness,
        },
        "checks": [entry.model_dump(mode="json") for entry in done.checks],
        "failed": len(done.failed),
        "not_checked": len(done.not_checked),
    }


def print_found(found: Sequence[CheckedFile | Unread], *, single: bool, verbose: bool, total: int) -> None:
    """Every rule where one picture was asked for or `verbose`, else a line for each picture."""
    from packshot.workflow import CheckedFile

    checked = [entry for entry in found if isinstance(entry, CheckedFile)]
    if single or verbose:
        for entry in checked:
            print_checks(entry)
    elif checked:
        print_channel(checked[0].channel)
        table(["picture", "size", "verdict", "broken", "not checked"], [_line(entry) for entry in checked])
    print_unread(found)
    if not single:
        print_without_mask(checked)
        print_counts(checked, total)


def print_without_mask(checked: Sequence[CheckedFile]) -> None:
    """Which pictures a folder of masks knows nothing of."""
    from packshot.workflow import NAMELESS

    names = [entry.name for entry in checked if NAMELESS in entry.notes]
    if names:
        say(f"without a mask of their name, so that the product was looked for in the picture: {', '.join(names)}")


def print_counts(checked: Sequence[CheckedFile], total: int) -> None:
    """How many pictures keep the rules, and which rules are broken how often."""
    bad = sum(bool(entry.failed) for entry in checked)
    say(f"{len(checked)} of {total} pictures checked: {len(checked) - bad} break no rule, {bad} do")
    counted = Counter(check.rule for entry in checked for check in entry.failed)
    if counted:
        say("broken: " + ", ".join(f"{rule} {count}" for rule, count in counted.most_common()))
    if any(entry.not_checked for entry in checked):
        say("what is not checked is no pass: a person has to look (--verbose says at what)")


def print_unread(found: Sequence[Any]) -> None:
    """What could not be read or written."""
    from packshot.workflow import Unread

    for entry in found:
        if isinstance(entry, Unread):
            say(f"not checked: {entry.name}: {entry.error.message} ({entry.error.code})")


def print_left_alone(names: Sequence[str]) -> None:
    """What lies in the folder beside its pictures."""
    if names:
        say(f"left alone, no pictures: {', '.join(names)}")


def print_channel(channel: Channel) -> None:
    """Whose rules, and when they were read."""
    say(f"for {channel.title}")
    say(f"rules read {channel.read:%Y-%m-%d}: {source_of(channel)}")


def print_checks(done: CheckedFile) -> None:
    """Every rule of one picture."""
    size = f"{done.width}×{done.height} px"
    if done.file_format is not None:
        size += f", {done.file_format}, {(done.file_bytes or 0) / 1e6:.2f} MB"
    say(f"{done.name} ({size}) for {done.channel.title}")
    say(f"rules read {done.channel.read:%Y-%m-%d}: {source_of(done.channel)}")
    for note in done.notes:
        say(f"note: {note}")
    for entry in done.checks:
        _print_check(entry)
    say(f"{len(done.failed)} broken, {len(done.not_checked)} not checked, {len(done.checks)} rules")


def _print_check(entry: Check) -> None:
    from rich.text import Text

    line = Text(f"{entry.verdict:<12}", style=STYLES[entry.verdict]) + Text(f"{entry.rule:<26} {entry.sentence}")
    console().print(line)
    if entry.verdict != "pass":
        say(f"{'':<12}{'':<26} expected: {entry.expected}")


def _line(entry: CheckedFile) -> list[str]:
    verdict = "fail" if entry.failed else "open" if entry.not_checked else "pass"
    names = [check.rule for check in entry.failed]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return [
        entry.name,
        f"{entry.width}×{entry.height}",
        verdict,
        ", ".join(names[:NAMED]) + more or "–",
        str(len(entry.not_checked)),
    ]


def is_negative(entry: CheckedFile | Unread) -> bool:
    """Whether the command ends with 3: a rule is broken, or nothing is known of a picture."""
    from packshot.workflow import CheckedFile

    return bool(entry.failed) if isinstance(entry, CheckedFile) else True
