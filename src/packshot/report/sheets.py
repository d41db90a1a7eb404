"""The two contact sheets of an experiment: from text, and from a source picture."""

from __future__ import annotations

from collections.abc import Sequence

from packshot.report.data import ReportData, Shot
from packshot.report.gather import SMOKE_GROUP
from packshot.report.grid import SheetCell, columns_for, contact_sheet
from packshot.report.wording import number, seconds, short, size
from packshot.resolve import fit_source
from packshot.result import Pixels


def text_sheet(data: ReportData) -> Pixels | None:
    """The sheet of pictures from text alone (H, W, 3); None where there are none. The smoke test is left out."""
    shots = [shot for shot in data.shots if not shot.is_img2img and shot.group != SMOKE_GROUP]
    return _sheet(data, "text-to-image", shots, []) if shots else None


def source_sheet(data: ReportData) -> Pixels | None:
    """The sheet of pictures from a source (H, W, 3), which it begins with; None where there are none."""
    shots = [shot for shot in data.shots if shot.is_img2img and shot.group != SMOKE_GROUP]
    return _sheet(data, "image-to-image", shots, _sources(shots)) if shots else None


def caption(shot: Shot) -> tuple[str, ...]:
    """The picture's own settings, and what it cost."""
    intent = shot.intent
    first = [intent.scheduler.name, f"{steps(shot)} steps", f"guidance {number(intent.guidance)}"]
    second = [f"seed {intent.seed}"]
    if intent.strength is not None:
        second.insert(0, f"strength {number(intent.strength)}")
    if shot.timings is not None:
        second.append(seconds(shot.timings.picture_s))
    also = [f"also {', '.join(shot.names[1:])}"] if shot.names[1:] else []
    return (_unbroken(first), _unbroken(second), *also)


def _unbroken(parts: Sequence[str]) -> str:
    """Parts on one line, which a page may break between them but not inside."""
    return " · ".join(part.replace(" ", "\u00a0") for part in parts)


def steps(shot: Shot) -> str:
    """`30`, or `10 of 30` where the strength skips some."""
    intent = shot.intent
    return str(intent.steps) if intent.steps_taken == intent.steps else f"{intent.steps_taken} of {intent.steps}"


def _sources(shots: Sequence[Shot]) -> list[SheetCell]:
    """Each source as the model took it: at the results' size, so that both can be compared by eye."""
    cells: dict[tuple[object, ...], SheetCell] = {}
    for shot in shots:
        intent, pin = shot.intent, shot.intent.source
        if pin is None or intent.fit is None:
            continue
        made = (intent.width, intent.height)
        fitted = "" if made == (pin.width, pin.height) else f", {intent.fit} to {size(*made)}"
        lines = (f"{size(pin.width, pin.height)} px{fitted}", f"pixels {short(pin.digest)}")
        pixels = None if shot.source is None else fit_source(shot.source, made, intent.fit)
        cells.setdefault(
            (pin.digest, made, intent.fit), SheetCell("source", lines, pixels, "source not in this workspace")
        )
    return list(cells.values())


def _sheet(data: ReportData, group: str, shots: Sequence[Shot], first: list[SheetCell]) -> Pixels:
    cells = first + [SheetCell(shot.name, caption(shot), shot.pixels, shot.trouble or "no picture") for shot in shots]
    prompts = list(dict.fromkeys(shot.intent.prompt for shot in shots))
    subtitle = prompts[0] if len(prompts) == 1 else f"{len(prompts)} prompts"
    return contact_sheet(f"{data.title}: {group}", subtitle, cells, columns_for(len(cells)))
