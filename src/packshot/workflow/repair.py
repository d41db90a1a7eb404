"""Repairs pictures for a place to sell, and checks what came of it. Originals stay; nothing is released.

A repaired picture is another picture: an approval of the original does not hold for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from packshot.channels import Left, Repaired, Transform, find_channel
from packshot.channels.rules import FileSizeRule
from packshot.errors import PackshotError
from packshot.metadata import read_labels, write_working
from packshot.result import Check
from packshot.workflow.check import OnPicture, Unread, silent
from packshot.workflow.check_masks import NAMELESS, NO_MASKS, Masks
from packshot.workflow.check_targets import CheckTarget
from packshot.workflow.opened_picture import open_target
from packshot.workflow.repair_trial import Trial, TriedFile, reason_in
from packshot.workflow.repaired import RepairedFile
from packshot.workflow.workbench import Workbench

SCHEMA: Final = "packshot.repair/1"
ENDINGS: Final = {"PNG": "png", "JPEG": "jpg"}
ALL_FAIL: Final = frozenset({"output.unwritable", "store.full"})
"""What would fail for every picture."""


@dataclass(frozen=True, slots=True)
class RepairOrder:
    """Where repaired files go, and how far a repair may go. `masks` tell the products."""

    out: Path
    masks: Masks = NO_MASKS
    enlarge_max: float = 1.0


def repair_many(
    bench: Workbench,
    targets: Sequence[CheckTarget],
    channel: str,
    order: RepairOrder,
    on_picture: OnPicture = silent,
) -> Iterator[RepairedFile | Unread]:
    """Each picture repaired for a channel, one after the other, into `order.out`.

    What cannot be read, or whose name is taken by other content, is told, and the rest goes on. Raises ChannelError,
    OutputError output.unwritable and StoreError store.full.
    """
    rules, on = find_channel(channel, bench.channels), bench.now().date()
    names = _names(targets)
    for count, target in enumerate(targets):
        on_picture(target.name, count, len(targets))
        try:
            opened = order.masks.said(open_target(bench, target), target)
            trial = Trial(opened, rules, on, order.masks.of(target), order.enlarge_max)
            yield _written(trial, *trial.run(), order, names[count])
        except PackshotError as error:
            if error.code in ALL_FAIL:
                raise
            yield Unread(target.name, error)


def _written(trial: Trial, repaired: Repaired, tried: TriedFile | None, order: RepairOrder, name: str) -> RepairedFile:
    if tried is None:
        return RepairedFile(trial.before, _left(trial.before.checks, repaired.left, {}))
    fitted = tried.fitted
    file = order.out / f"{name}.{ENDINGS[fitted.form.format]}"
    sized = [rule.name for rule in trial.channel.rules if isinstance(rule, FileSizeRule)]
    too_large = dict.fromkeys(sized, fitted.too_large) if fitted.too_large is not None else {}
    whole = Transform.of_whole(trial.before.width, trial.before.height)
    done = RepairedFile(
        before=trial.before,
        left=_left(tried.after.checks, repaired.left, too_large),
        after=replace(tried.after, name=file.name),
        file=file,
        written=write_working(file, fitted.content),
        steps=(*trial.reasons, *repaired.steps, fitted.step),
        said=(*repaired.said, *_besides(trial, tried)),
        transform=None if repaired.transform == whole else repaired.transform,
        source_type=tried.source_type,
    )
    record = file.with_name(f"{file.name}.repair.json")
    if done.written or not record.exists():
        write_working(record, _record(done, fitted.content, order))
    return done


def _besides(trial: Trial, tried: TriedFile) -> Iterator[str]:
    if tried.told:
        yield "checked with the mask that was given: without it the product is not told apart for sure"
    if NAMELESS in trial.opened.picture.notes:
        yield NAMELESS
    if trial.opened.content is not None and read_labels(trial.opened.content).c2pa:
        yield "its C2PA manifest stays with the original: it does not hold for another file"


def _left(checks: Sequence[Check], left: Sequence[Left], others: Mapping[str, str]) -> tuple[Left, ...]:
    """Every rule that is not kept, or not known to be, with a reason."""
    reasons = {**{entry.rule: entry.reason for entry in left}, **others}
    return tuple(
        Left(check.rule, reasons.get(check.rule) or reason_in(check.sentence))
        for check in checks
        if check.verdict in ("fail", "not checked")
    )


def _names(targets: Sequence[CheckTarget]) -> list[str]:
    """Files' names without ending; with it where two would be the same: a.png and a.jpg become a-png and a-jpg."""
    stems = [target.name if target.path is None else target.path.stem for target in targets]
    folded = [stem.casefold() for stem in stems]
    return [
        stem
        if target.path is None or folded.count(stem.casefold()) == 1
        else f"{stem}-{target.path.suffix.removeprefix('.').lower()}"
        for stem, target in zip(stems, targets, strict=True)
    ]


def _record(done: RepairedFile, content: bytes, order: RepairOrder) -> bytes:
    """What was done, beside the file: the transform is exact, so that anybody can do it again."""
    data = {
        **done.as_json(),
        "file": None if done.file is None else done.file.name,
        "file_sha256": hashlib.sha256(content).hexdigest(),
        "channel": {"name": done.before.channel.name, "read": done.before.channel.read.isoformat()},
        "enlarge_max": order.enlarge_max,
    }
    return (json.dumps({"schema": SCHEMA, "data": data}, ensure_ascii=False, indent=2) + "\n").encode()
