"""How `packshot check --fix` shows what it did: each rule before and after, what was done, what was left; JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from packshot.cli.check_views import STYLES, many_as_json, print_channel, print_counts, print_unread, print_without_mask
from packshot.cli.output import console, print_json, say, table

if TYPE_CHECKING:
    from packshot.workflow import RepairedFile, Unread


def print_as_json(found: Sequence[RepairedFile | Unread], *, single: bool, total: int, interrupted: bool) -> None:
    """`packshot.repairs/1`, also of a single picture."""
    from packshot.workflow import NEW_PICTURE

    done = _repaired(found)
    data = many_as_json(found, [entry.as_json() for entry in done], [entry.now for entry in done], total, interrupted)
    print_json("repairs", {**data, "approval": NEW_PICTURE})


def print_found(found: Sequence[RepairedFile | Unread], *, single: bool, verbose: bool, total: int) -> None:
    """All of each picture where one was asked for or `verbose`, else a line for each."""
    from packshot.workflow import NEW_PICTURE

    done = _repaired(found)
    if done:
        print_channel(done[0].before.channel)
    if single or verbose:
        for entry in done:
            _print_one(entry)
    elif done:
        table(["picture", "broken", "now", "file", "left"], [_line(entry) for entry in done])
    print_unread(found)
    written = [entry for entry in done if entry.file is not None]
    if not single:
        print_without_mask([entry.before for entry in done])
        print_counts([entry.now for entry in done], total)
        say(f"{len(written)} repaired, {len(done) - len(written)} not: they need nothing, or nothing can be done")
    if written:
        say(f"working files, not released: {NEW_PICTURE}")


def _print_one(entry: RepairedFile) -> None:
    from rich.text import Text

    say(entry.before.name)
    for before, after in zip(entry.before.checks, entry.now.checks, strict=True):
        verdicts = Text(f"{before.verdict:<11}", style=STYLES[before.verdict]) + Text(" → ")
        verdicts += Text(f"{after.verdict:<12}", style=STYLES[after.verdict])
        values = before.got if before.got == after.got else f"{before.got or '–'} → {after.got or '–'}"
        console().print(verdicts + Text(f"{before.rule:<26} {values or ''}"))
    for step in entry.steps:
        say(f"done: {step}")
    for words in entry.said:
        say(f"look: {words}")
    for left in entry.left:
        say(f"left: {left.rule}: {left.reason}")
    if entry.file is not None:
        say(f"{'written' if entry.written else 'there already'}: {entry.file}")
    else:
        say("nothing was repaired" if entry.before.failed else "nothing to repair")


def _line(entry: RepairedFile) -> list[str]:
    broken = {check.rule for check in entry.now.failed}
    reasons = [f"{left.rule}: {left.reason}" for left in entry.left if left.rule in broken]
    file = "–" if entry.file is None else entry.file.name
    return [entry.before.name, str(len(entry.before.failed)), str(len(broken)), file, "; ".join(reasons) or "–"]


def _repaired(found: Sequence[RepairedFile | Unread]) -> list[RepairedFile]:
    from packshot.workflow import RepairedFile

    return [entry for entry in found if isinstance(entry, RepairedFile)]


def is_negative(entry: Any) -> bool:
    """Whether the command ends with 3: a rule is still broken, or nothing is known of a picture."""
    from packshot.workflow import RepairedFile

    return bool(entry.now.failed) if isinstance(entry, RepairedFile) else True
