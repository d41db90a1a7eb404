"""Rules about the frame and the file: sides, megapixels, aspect ratio, format, size, label. Exact, never doubtful."""

from __future__ import annotations

from packshot.channels.finding import Finding, unknown
from packshot.channels.picture import CheckedPicture
from packshot.channels.rules import AspectRule, FileSizeRule, FormatRule, LabelRule, MegapixelRule, SideRule

SIDE_WORDS = {"longest": "longest side", "shortest": "shortest side", "width": "width", "height": "height"}


def side(rule: SideRule, picture: CheckedPicture) -> Finding:
    """One side in pixels."""
    sides = {"width": picture.width, "height": picture.height}
    sides |= {"longest": max(sides.values()), "shortest": min(sides.values())}
    got = sides[rule.which]
    met = (rule.min_px is None or got >= rule.min_px) and (rule.max_px is None or got <= rule.max_px)
    return Finding(met, span(rule.min_px, rule.max_px, "px"), f"{got} px", f"The {SIDE_WORDS[rule.which]} is {got} px.")


def megapixels(rule: MegapixelRule, picture: CheckedPicture) -> Finding:
    """Width times height."""
    got = picture.width * picture.height / 1e6
    size = f"{picture.width}×{picture.height} px are {got:.2f} megapixels"
    expected = f"{rule.max_megapixels:g} MP or less"
    return Finding(got <= rule.max_megapixels, expected, f"{got:.2f} MP", f"{size}.")


def aspect_ratio(rule: AspectRule, picture: CheckedPicture) -> Finding:
    """Width to height, within the rule's tolerance."""
    wanted, got = rule.height / rule.width, picture.height / picture.width
    off = 100 * abs(got / wanted - 1)
    expected = f"{rule.width:g}:{rule.height:g}, within {rule.tolerance_percent:g} %"
    shown = f"1:{got:.3f}"
    return Finding(off <= rule.tolerance_percent, expected, shown, f"Width to height is {shown}, {off:.1f} % off.")


def file_format(rule: FormatRule, picture: CheckedPicture) -> Finding:
    """The file's format by its content, not by its name."""
    got = picture.file_format.upper()
    return Finding(got in rule.allowed, " or ".join(rule.allowed), got, f"The file is a {got}.")


def file_size(rule: FileSizeRule, picture: CheckedPicture) -> Finding:
    """The file's bytes."""
    got = picture.file_bytes / 1e6
    met = picture.file_bytes <= rule.max_megabytes * 1e6
    return Finding(met, f"{rule.max_megabytes:g} MB or less", f"{got:.2f} MB", f"The file has {got:.2f} MB.")


def ai_label(_rule: LabelRule, picture: CheckedPicture) -> Finding:
    """Whether the file says that it was made by AI. A file without label may be a photo: then nothing is known."""
    expected = "IPTC digital source type in a picture made by AI"
    if picture.ai_labelled is None:
        return unknown(expected, "the file has no AI label, and nothing in it tells whether AI made it")
    words = "carries" if picture.ai_labelled else "was made by AI and lacks"
    got = "labelled" if picture.ai_labelled else "no label"
    return Finding(picture.ai_labelled, expected, got, f"The file {words} IPTC's digital source type.")


def span(low: float | None, high: float | None, unit: str) -> str:
    """`500 px or more`, `at most …`, `500 to 10000 px`."""
    if high is None:
        return f"{low:g} {unit} or more"
    if low is None:
        return f"{high:g} {unit} or less"
    return f"{low:g} to {high:g} {unit}"
