"""A picture against the rules of a place to sell. Pure: pixels and facts in, verdicts out."""

from __future__ import annotations

from datetime import date

from packshot.channels import file_rules, product_rules
from packshot.channels.finding import Finding, unknown
from packshot.channels.picture import CheckedPicture
from packshot.channels.rules import (
    AnyRule,
    AspectRule,
    BackgroundRule,
    Channel,
    FileSizeRule,
    FillRule,
    FormatRule,
    LabelRule,
    MegapixelRule,
    SideRule,
    UnmeasuredRule,
)
from packshot.result import Check, CheckVerdict, Pixels


def check_picture(
    pixels: Pixels,
    file_format: str,
    file_bytes: int,
    channel: Channel,
    *,
    ai_labelled: bool | None = None,
    on: date | None = None,
) -> list[Check]:
    """Every rule of the channel, in its order, against a picture (H, W, 3) as it stands in a file.

    `file_format` by Pillow's name (JPEG, PNG, …). `ai_labelled`: True, the file carries the label; False, AI made it
    and it does not; None, nobody knows. `on` as in `judge_picture`.
    """
    return judge_picture(CheckedPicture(pixels, file_format, file_bytes, ai_labelled), channel, on)


def judge_picture(picture: CheckedPicture, channel: Channel, on: date | None) -> list[Check]:
    """The same of a picture of which more is known.

    `on` is the day it is to be sold: a rule whose day has not come is advice until then. Without a day every rule
    counts. Raises SourceError for a mask that does not fit.
    """
    return [_judged(rule, _measured(rule, picture), on) for rule in channel.rules]


def _measured(rule: AnyRule, picture: CheckedPicture) -> Finding:
    match rule:
        case SideRule():
            return file_rules.side(rule, picture)
        case MegapixelRule():
            return file_rules.megapixels(rule, picture)
        case AspectRule():
            return file_rules.aspect_ratio(rule, picture)
        case FormatRule():
            return file_rules.file_format(rule, picture)
        case FileSizeRule():
            return file_rules.file_size(rule, picture)
        case LabelRule():
            return file_rules.ai_label(rule, picture)
        case BackgroundRule():
            return product_rules.background(rule, picture)
        case FillRule():
            return product_rules.fill(rule, picture)
        case UnmeasuredRule():
            return unknown(rule.expected, "nothing here measures it yet; a person has to look")


def _judged(rule: AnyRule, found: Finding, on: date | None) -> Check:
    yet = counts(rule, on)
    words = [found.sentence]
    if rule.note is not None and found.met is not True:
        words.append(f"{rule.note[0].upper()}{rule.note[1:]}.")
    if not yet:
        words.append(f"Required from {rule.since:%Y-%m-%d}.")
    return Check(
        rule=rule.name,
        expected=found.expected,
        got=found.got,
        verdict=_verdict(found.met, required=rule.level == "must" and yet),
        sentence=" ".join(words),
    )


def counts(rule: AnyRule, on: date | None) -> bool:
    """Whether the rule's day has come."""
    return rule.since is None or on is None or on >= rule.since


def _verdict(met: bool | None, *, required: bool) -> CheckVerdict:
    if met is None:
        return "not checked"
    if met:
        return "pass"
    return "fail" if required else "advice"
