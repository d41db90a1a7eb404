"""The two contact sheets of an experiment: from text, and from a source picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image

from packshot.report.blocks import SMOKE_GROUP
from packshot.report.data import ReportData, Shot
from packshot.report.grid import TILE_MAX_PX, SheetCell, columns_for, contact_sheet
from packshot.report.languages import Language
from packshot.report.stored_picture import StoredPicture
from packshot.report.wording import number, seconds, short, size
from packshot.resolve import fit_source
from packshot.result import Pixels

PICTURES: Final = 60
"""On one sheet: more are neither read nor held in memory at once."""


def text_sheet(data: ReportData, language: Language) -> Pixels | None:
    """The sheet of pictures from text alone (H, W, 3); None where there are none. The smoke test is left out."""
    shots = [shot for shot in data.shots if not shot.is_img2img and shot.group != SMOKE_GROUP]
    return _sheet(data, "text-to-image", shots, [], language) if shots else None


def source_sheet(data: ReportData, language: Language) -> Pixels | None:
    """The sheet of pictures from a source (H, W, 3), which it begins with; None where there are none."""
    shots = [shot for shot in data.shots if shot.is_img2img and shot.group != SMOKE_GROUP]
    return _sheet(data, "image-to-image", shots, _sources(shots[:PICTURES], language), language) if shots else None


def caption(shot: Shot, language: Language) -> tuple[str, ...]:
    """The picture's own settings, and what it cost."""
    intent, say = shot.intent, language.say
    first = [intent.scheduler.name, say(f"{steps(shot)} steps"), say(f"guidance {number(intent.guidance)}")]
    second = [say(f"seed {intent.seed}")]
    if intent.strength is not None:
        second.insert(0, say(f"strength {number(intent.strength)}"))
    if shot.timings is not None:
        second.append(say(seconds(shot.timings.picture_s)))
    also = [f"{say('also')} {', '.join(shot.names[1:])}"] if shot.names[1:] else []
    return (_unbroken(first), _unbroken(second), *also)


def _unbroken(parts: Sequence[str]) -> str:
    """Parts on one line, which a page may break between them but not inside."""
    return " · ".join(part.replace(" ", "\u00a0") for part in parts)


def steps(shot: Shot) -> str:
    """`30`, or `10 of 30` where the strength skips some."""
    intent = shot.intent
    return str(intent.steps) if intent.steps_taken == intent.steps else f"{intent.steps_taken} of {intent.steps}"


def _sources(shots: Sequence[Shot], language: Language) -> list[SheetCell]:
    """Each source as the model took it: at the results' size, so that both can be compared by eye."""
    cells: dict[tuple[object, ...], SheetCell] = {}
    for shot in shots:
        intent, pin = shot.intent, shot.intent.source
        if pin is None or intent.fit is None:
            continue
        made = (intent.width, intent.height)
        key = (pin.digest, made, intent.fit)
        if key in cells:
            continue
        fitted = "" if made == (pin.width, pin.height) else language.say(f", {intent.fit} to {size(*made)}")
        lines = (f"{size(pin.width, pin.height)} px{fitted}", f"pixels {short(pin.digest)}")
        pixels = None if shot.source is None else _small(fit_source(shot.source.load(), made, intent.fit))
        cells[key] = SheetCell(language.say("source"), lines, pixels, language.say("source not in this workspace"))
    return list(cells.values())


def _sheet(data: ReportData, group: str, shots: Sequence[Shot], first: list[SheetCell], language: Language) -> Pixels:
    cells = first + [_cell(shot, language) for shot in shots[:PICTURES]]
    prompts = list(dict.fromkeys(shot.intent.prompt for shot in shots))
    subtitle = prompts[0] if len(prompts) == 1 else language.say(f"{len(prompts)} prompts")
    if len(shots) > PICTURES:
        subtitle = f"{language.say(f'the first {PICTURES} of {len(shots)} pictures')}. {subtitle}"
    columns = len(data.seeds) if 1 < len(data.seeds) <= 8 and not first else columns_for(len(cells))
    nothing = language.say("no picture")
    return contact_sheet(
        f"{language.term(data.title)}{language.say(':')} {language.say(group)}", subtitle, cells, columns, nothing
    )


def _cell(shot: Shot, language: Language) -> SheetCell:
    pixels = None if shot.picture is None else _loaded(shot.picture)
    return SheetCell(shot.name, caption(shot, language), pixels, shot.trouble or language.say("no picture"))


def _loaded(picture: StoredPicture) -> Pixels:
    return _small(picture.load())


def _small(pixels: Pixels) -> Pixels:
    """No larger than a sheet shows it."""
    if max(pixels.shape[:2]) <= TILE_MAX_PX:
        return pixels
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((TILE_MAX_PX, TILE_MAX_PX), Image.Resampling.LANCZOS)
    return np.asarray(picture, dtype=np.uint8).copy()
