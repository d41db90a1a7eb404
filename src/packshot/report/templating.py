"""The two template environments. HTML escapes by itself; Markdown escapes where the template says `md`.

What a template says goes through the reader's language: `_("words")` for its own, filters for what it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from packshot.report import wording
from packshot.report.answer import short_answer
from packshot.report.arms import arms_of, change_words, matrices
from packshot.report.blocks import SMOKE_GROUP
from packshot.report.charts.figures import in_order
from packshot.report.compiled import Compiled
from packshot.report.cost import cost_rows, cost_summary
from packshot.report.data import ReportData, Shot
from packshot.report.differences import FIELDS, settings_of
from packshot.report.effect_table import difference_words, effect_tables
from packshot.report.embed import FEW
from packshot.report.facts import find_facts, sentence_of, words_of
from packshot.report.findings import defects_of, find_defects, not_looked_for
from packshot.report.grid import columns_for
from packshot.report.languages import English, Language
from packshot.report.regions import regions_of
from packshot.report.reproduction import environment, needs, replay_summary
from packshot.report.risks import find_risks
from packshot.report.sheets import caption, steps
from packshot.report.strengths import heading, strengths_of
from packshot.result import Criterion
from packshot.spec import SourcePin

ENGLISH = English()
_HTML = Compiled()
_MARKDOWN = Compiled()
ELSEWHERE = ("Strength", "Background")
"""Facts that have sections of their own."""
UNIT = re.compile(r"(\d) (%|dB|s|ms|px|L\*|ΔE\*ab|ΔE00)(?![\w])")
NOTED = 12
"""Cells named in full beside a note; of more, how many."""
OVERLAYS = 9
"""Pictures with boxes in the section on evidence; every picture has its own beside its settings."""


def html_templates(language: Language = ENGLISH) -> Environment:
    """Escapes everything that a template prints."""
    env = Environment(
        loader=PackageLoader("packshot.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # nothing said in one language is folded into the code that all share
        bytecode_cache=_HTML,
    )
    env.filters.update(
        _filters(language) | {"prose": _prose_html(language), "soft": soft_breaks, "prose_said": prose_html}
    )
    env.globals["_"] = language.say
    return env


def markdown_templates(language: Language) -> Environment:
    """Escapes what is marked `md`; a `|` in a table is escaped too."""
    env = Environment(
        loader=PackageLoader("packshot.report"),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        optimized=False,
        bytecode_cache=_MARKDOWN,
    )
    own = {"md": markdown, "prose": lambda text: prose_markdown(language.say(text)), "url": quote, "command": _command}
    env.filters.update(_filters(language) | own)
    env.globals["_"] = language.say
    return env


def _filters(language: Language) -> dict[str, Callable[..., Any]]:
    """What both environments print, said in the language."""

    def said(write: Callable[..., str]) -> Callable[..., str]:
        return lambda *values: language.say(write(*values))

    return {
        "say": language.say,
        "term": lambda value: language.term(str(value)),
        "seconds": said(wording.seconds),
        "memory": said(wording.memory),
        "number": said(wording.number),
        "decibels": said(wording.decibels),
        "moment": said(wording.moment),
        "hundredths": said(lambda value: wording.rounded(value, 0.1)),
        "measured": lambda value, unit=None: language.term(wording.measured(value, unit)),
        "short": wording.short,
        "cells": language.listing,
        "some": lambda names: _some(list(names), language),
        "words": said(words_of),
        "change": said(change_words),
        "sentence": sentence_of,
    }


def context(data: ReportData, language: Language) -> dict[str, Any]:
    """What both templates are given."""
    intents = [shot.intent for shot in data.shots]
    base = data.baseline or (data.shots[0] if data.shots else None)
    return {
        "data": data,
        "language": language,
        "base": base,
        "answer": short_answer(data),
        "arms": arms_of(data),
        "matrices": matrices(data),
        "groups": _groups(data),
        "is_large": len(data.shots) > FEW,
        "facts": [] if data.is_replicated else [f for f in find_facts(data) if not f.heading.startswith(ELSEWHERE)],
        "backgrounds": []
        if data.is_replicated
        else [f for f in find_facts(data) if f.heading.startswith("Background")],
        "effects": effect_tables(data.analysis.effects, language),
        "trends": in_order(data.analysis.trends),
        "strengths": strengths_of(data),
        "strength_heading": heading,
        "defects": find_defects(data),
        "overlays": [s for s in data.made if regions_of(s, defects_of(s)) and defects_of(s)][:OVERLAYS],
        "unlooked": not_looked_for(data),
        "defects_of": defects_of,
        "regions_of": regions_of,
        "risks": find_risks(data),
        "cost": cost_rows(data),
        "cost_summary": cost_summary(data),
        "environment": environment(data),
        "needs": needs(data),
        "replays": replay_summary(data),
        "criteria": list(Criterion),
        "proposed": [shot for shot in data.made if shot.proposal is not None],
        "rated": [shot for shot in data.made if shot.ratings],
        "fields": FIELDS,
        "several_models": len({intent.model.digest for intent in intents}) > 1,
        "settings_of": settings_of,
        "steps": steps,
        "columns_for": columns_for,
        "caption": lambda shot: caption(shot, language),
        "between": lambda low, high, scale=None: language.say(wording.between(low, high, scale)),
        "difference": lambda value, interval, unit=None: language.say(difference_words(value, interval, unit)),
        "not_measured": lambda shot: not_measured(shot, language),
        "size": wording.size,
        "alt": lambda shot: alt(shot, language),
        "asked_size": asked_size,
        "replay_command": replay_command,
        "rate_command": rate_command,
    }


def _some(names: list[str], language: Language) -> str:
    if len(names) <= NOTED:
        return language.listing(names)
    return f"{language.listing(names[:3])} {language.say(f'and {len(names) - 3} more')}"


def _groups(data: ReportData) -> list[tuple[str, list[SourcePin], list[Shot]]]:
    """Heading, source pictures and runs of each group; the smoke test last. With replicates, what no matrix shows."""
    shown = {id(shot) for matrix in matrices(data) for _, row in matrix.rows for shot in row}
    headings = dict.fromkeys(shot.group for shot in data.shots if id(shot) not in shown)
    found = []
    for group in sorted(headings, key=lambda group: group == SMOKE_GROUP):
        shots = [shot for shot in data.shots if shot.group == group and id(shot) not in shown]
        found.append((group, [] if shown else sources_of(shots), shots))
    return found


def sources_of(shots: list[Shot]) -> list[SourcePin]:
    """The source pictures of some runs, each once."""
    pins = {shot.intent.source.digest: shot.intent.source for shot in shots if shot.intent.source is not None}
    return list(pins.values())


def alt(shot: Shot, language: Language) -> str:
    """What a reader who does not see the picture is told."""
    settings = ", ".join(caption(shot, language)[:2])
    return language.say(f"{shot.name}: made for the prompt “{shot.intent.prompt}”, {settings}")


def not_measured(shot: Shot, language: Language) -> list[tuple[str, list[str]]]:
    """Why something was not measured, and what."""
    reasons: dict[str, list[str]] = {}
    for entry in shot.evidence:
        if entry.value is None:
            reasons.setdefault(entry.sentence, []).append(language.say(words_of(entry.name)))
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


def _prose_html(language: Language) -> Callable[[str], Markup]:
    def prose(text: str) -> Markup:
        said = prose_html(unbroken(language.say(text)))
        return said if language.knows(text) else Markup('<span lang="en">{}</span>').format(said)

    return prose


def unbroken(text: str) -> str:
    """No line is broken between a number and its unit."""
    return UNIT.sub("\\1\u00a0\\2", text)


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


def _command(text: str) -> str:
    return prose_markdown(f"`{text}`")


def _escaped(line: str) -> str:
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|>~])", r"\\\1", line)
