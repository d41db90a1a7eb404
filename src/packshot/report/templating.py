"""The two template environments. HTML escapes by itself; Markdown escapes where the template says `md`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from packshot.report import wording
from packshot.report.cost import cost_rows, cost_summary
from packshot.report.data import ReportData, Shot
from packshot.report.differences import FIELDS, settings_of
from packshot.report.facts import find_facts, words_of
from packshot.report.gather import SMOKE_GROUP
from packshot.report.grid import columns_for
from packshot.report.reproduction import environment, needs, replay_summary
from packshot.report.risks import find_risks
from packshot.report.sheets import caption, steps
from packshot.result import Criterion
from packshot.spec import SourcePin

_FILTERS = {
    "seconds": wording.seconds,
    "memory": wording.memory,
    "number": wording.number,
    "decibels": wording.decibels,
    "moment": wording.moment,
    "short": wording.short,
    "listing": wording.listing,
    "words": words_of,
}


def html_templates() -> Environment:
    """Escapes everything that a template prints."""
    env = Environment(
        loader=PackageLoader("packshot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(_FILTERS | {"prose": prose_html, "soft": soft_breaks})
    return env


def markdown_templates() -> Environment:
    """Escapes what is marked `md`; a `|` in a table is escaped too."""
    env = Environment(
        loader=PackageLoader("packshot.report"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(_FILTERS | {"md": markdown, "prose": prose_markdown, "url": quote})
    return env


def context(data: ReportData) -> dict[str, Any]:
    """What both templates are given."""
    intents = [shot.intent for shot in data.shots]
    base = data.baseline or (data.shots[0] if data.shots else None)
    return {
        "data": data,
        "base": base,
        "groups": _groups(data),
        "facts": find_facts(data),
        "risks": find_risks(data),
        "cost": cost_rows(data),
        "cost_summary": cost_summary(data),
        "environment": environment(data),
        "needs": needs(data),
        "replays": replay_summary(data),
        "criteria": list(Criterion),
        "fields": FIELDS,
        "several_models": len({intent.model.digest for intent in intents}) > 1,
        "several_seeds": len({intent.seed for intent in intents}) > 1,
        "settings_of": settings_of,
        "steps": steps,
        "columns_for": columns_for,
        "caption": caption,
        "measured": wording.measured,
        "not_measured": not_measured,
        "size": wording.size,
        "alt": alt,
        "asked_size": asked_size,
        "replay_command": replay_command,
        "rate_command": rate_command,
    }


def _groups(data: ReportData) -> list[tuple[str, list[SourcePin], list[Shot]]]:
    """Heading, source pictures and runs of each group; the smoke test last."""
    headings = dict.fromkeys(shot.group for shot in data.shots)
    found = []
    for heading in sorted(headings, key=lambda heading: heading == SMOKE_GROUP):
        shots = [shot for shot in data.shots if shot.group == heading]
        pins = {shot.intent.source.digest: shot.intent.source for shot in shots if shot.intent.source is not None}
        found.append((heading, list(pins.values()), shots))
    return found


def alt(shot: Shot) -> str:
    """What a reader who does not see the picture is told."""
    return f"{shot.name}: made for the prompt “{shot.intent.prompt}”, {', '.join(caption(shot)[:2])}"


def not_measured(shot: Shot) -> list[tuple[str, list[str]]]:
    """Why something was not measured, and what."""
    reasons: dict[str, list[str]] = {}
    for entry in shot.evidence:
        if entry.value is None:
            reasons.setdefault(entry.sentence, []).append(words_of(entry.name))
    return list(reasons.items())


def asked_size(shot: Shot) -> str:
    """The size that was asked for; the model's own where nothing was."""
    origin = shot.run.resolved.origin
    width, height = origin.asked_width, origin.asked_height
    if width is None and height is None:
        return "the model's own"
    return f"{width or 'any'}×{height or 'any'}"


def replay_command(shot: Shot) -> str:
    """The command that makes the picture again and says how close it came."""
    return f"packshot replay {shot.reference}"


def rate_command(shot: Shot) -> str:
    """The command by which a person rates the picture."""
    return f"packshot rate {shot.run.id}"


def prose_html(text: str) -> Markup:
    """A sentence in which `names` stand in backticks."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def soft_breaks(name: str) -> Markup:
    """A name that a narrow column may break after `_` and `-`."""
    return Markup(re.sub(r"([_-])", r"\1<wbr>", str(escape(name))))


def markdown(text: object) -> str:
    """Text that Markdown shows as it is, on one line, in a table too. HTML in it is shown, not run."""
    return _escaped(" ".join(str(text).split()))


def prose_markdown(text: str) -> str:
    """A sentence in which `names` stand in backticks, which stay; in anything else they are escaped."""
    line = " ".join(text.split())
    parts = re.split(r"(`[\w.:/@+= -]+`)", line)
    return "".join(part if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(line: str) -> str:
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|>~])", r"\\\1", line)
