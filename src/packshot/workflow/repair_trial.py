"""One picture repaired in memory, and checked as the file that it becomes: what that does not confirm is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from packshot import __version__
from packshot.channels import Channel, FittedFile, Kind, Repaired, fit_file, judge_picture, limits_of, repair_pixels
from packshot.channels.repair import FRAME_RULES, GROUND_RULES
from packshot.channels.rules import FileSizeRule, FormatRule
from packshot.metadata import FileForm, SourceType, encode_working, read_labels, working_source_type
from packshot.product import Alpha
from packshot.resolve.source import BYTES_MAX, FLATTENED, FROM_16_BITS, FROM_CMYK, TO_SRGB, decode_source
from packshot.result import Check
from packshot.workflow.check import CheckedFile, check_opened, checked_file
from packshot.workflow.opened_picture import OpenedPicture, opened_from

NOT_CHECKED: Final = "Not checked: "
OF_KIND: Final[dict[Kind, tuple[type, ...]]] = {"ground": GROUND_RULES, "frame": FRAME_RULES}
"""The rules that each repair is made for, where only the mask tells whether it did."""


@dataclass(frozen=True, slots=True)
class TriedFile:
    """A file, and what the rules say of it; `told`: with the mask that was given, for without it there are doubts."""

    fitted: FittedFile
    after: CheckedFile
    told: bool
    source_type: SourceType | None


@dataclass(frozen=True)
class Trial:
    """A picture that shall be repaired for a channel on a day; `given` tells its product."""

    opened: OpenedPicture
    channel: Channel
    on: date
    given: Alpha | None
    enlarge_max: float

    @cached_property
    def before(self) -> CheckedFile:
        """The rules on the original."""
        return check_opened(self.opened, self.channel, self.on, self.given)

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """What makes a new file needful where the pixels may stay as they are."""
        opened = self.opened
        wanted = {FROM_CMYK, FROM_16_BITS, FLATTENED} | (set() if opened.is_srgb else {TO_SRGB})
        verdicts = {check.rule: check.verdict for check in self.before.checks}
        files = [rule.name for rule in self.channel.rules if isinstance(rule, FormatRule | FileSizeRule)]
        return (
            *(note for note in opened.picture.notes if note in wanted),
            *(f"a new file, for the rule “{name}”" for name in files if verdicts[name] == "fail"),
            *(["labelled as made by AI, which its record tells"] if opened.ai_labelled is False else []),
        )

    def run(self) -> tuple[Repaired, TriedFile | None]:
        """The repairs that hold, and the file that they give; None where nothing is to be repaired or can be."""
        picture = self.opened.checked(self.given)
        refused: dict[Kind, str] = {}
        while True:
            repaired = repair_pixels(
                picture, self.before.checks, self.channel, on=self.on, enlarge_max=self.enlarge_max, refused=refused
            )
            if not repaired.done and not self.reasons:
                return repaired, None
            tried = self._written(repaired)
            missed = dict(self._missed(repaired, tried.after))
            if not missed:
                return repaired, tried
            refused |= missed

    def _written(self, repaired: Repaired) -> TriedFile:
        """Checked as anybody will check it."""
        opened = self.opened
        by_ai = opened.content is None or opened.ai_labelled is False
        label = working_source_type(opened.content or b"", made_by_ai=by_ai, retouched="ground" in repaired.done)

        def encode(form: FileForm) -> bytes:
            return encode_working(repaired.pixels, label, form, f"Packshot {__version__}")

        limits = limits_of(self.channel, self.on)
        readable = replace(limits, max_bytes=min(limits.max_bytes, BYTES_MAX))
        fitted = fit_file(opened.file_format or "PNG", readable, encode)
        labelled = True if read_labels(fitted.content).ai is not None else opened.ai_labelled
        file = opened_from(fitted.content, decode_source(fitted.content, opened.picture.name), labelled)
        after, told = judge_picture(file.checked(), self.channel, self.on), False
        if repaired.alpha is not None and any(after_one.verdict != "pass" for after_one in self._by_mask(after)):
            after, told = judge_picture(file.checked(repaired.alpha), self.channel, self.on), True
        return TriedFile(fitted, checked_file(file, self.channel, after), told, label)

    def _by_mask(self, checks: list[Check]) -> Iterator[Check]:
        rules = {rule.name: rule for rule in self.channel.rules}
        return (check for check in checks if isinstance(rules[check.rule], (*GROUND_RULES, *FRAME_RULES)))

    def _missed(self, repaired: Repaired, after: CheckedFile) -> Iterator[tuple[Kind, str]]:
        """Repairs of ground and frame whose rule is not kept all the same, each with the reason."""
        left = {entry.rule for entry in repaired.left}
        found = {check.rule: check for check in after.checks}
        for kind, rules in OF_KIND.items():
            for rule in self.channel.rules if kind in repaired.done else ():
                check = found[rule.name]
                if isinstance(rule, rules) and rule.name not in left and check.verdict in ("fail", "not checked"):
                    yield kind, f"a repair was tried and did not hold: {reason_in(check.sentence)}"


def reason_in(sentence: str) -> str:
    """What a check's sentence says, without saying that nobody checked."""
    if sentence.startswith(NOT_CHECKED):
        return sentence.removeprefix(NOT_CHECKED).split(". ")[0].removesuffix(".")
    return sentence
