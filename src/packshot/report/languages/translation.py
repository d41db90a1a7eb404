"""Sentences into another language by a catalogue of templates.

A template is an English sentence with places, `{n} of {pictures} were rated.`, and the same places in the other
language. What stands in a place is translated in turn, by the same catalogue: names, numbers, lists, sentences. A
place that ends in `!`, as `{prompt!}`, is kept as it stands; one that ends in `#` holds a number, with or without its
unit. The most literal template that fits wins, and one fits only where everything in its places can be said too.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import yaml

PLACE: Final = re.compile(r"\{(\w+)([!#]?)\}")
CODE: Final = re.compile(r"`[^`]*`")
NUMBER: Final = re.compile(r"[-+−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")
MEASURED: Final = re.compile(rf"({NUMBER.pattern})( %| [^\d\s].*)?")
FIGURE: Final = r"[-+−]?\d[\d,.]*(?: [^\s\d]\S*){0,2}?"
AS_IT_IS: Final = re.compile(
    r"\d+×\d+"  # sizes
    r"|builtin:[\w-]+"  # pictures inside the package
    r"|\d+ min \d\d s"
    r"|(?:sha256|ps1):[0-9a-f]+|[0-9a-f]{10,}"  # digests
    r"|[A-Z][\w+]*[A-Z0-9+][\w+]*(?: [A-Z0-9]\w*)*"  # schedulers: EulerA, DPM++ 2M
    r"|(?=\S*[A-Za-z])[A-Za-z0-9][\w.-]*[_0-9][\w.-]*"  # names of cells and arms: t2i_run02, strength085
)
MOMENT: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d) UTC")
SENTENCE_END: Final = re.compile(r"(?<=[.!?]) (?=[^a-z])")
SEPARATOR: Final = re.compile(r", | and ")

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C one where PyYAML was built with it: a tenth of the time for a catalogue."""

KEPT: Final = 20_000
"""Texts that are remembered: several long reports' worth, and a bound for a process that goes on for weeks."""


@dataclass(frozen=True, slots=True)
class _Template:
    pattern: re.Pattern[str]
    kept: frozenset[str]
    target: str
    literal: int


@dataclass
class Translation:
    """One language. `entries` are templates, `units` the units that are written otherwise. Threads may share it."""

    code: str
    entries: dict[str, str]
    units: dict[str, str]
    conjunction: str
    moment: str
    number_format: dict[str, Any] | None
    _missed: dict[str, None] = field(default_factory=dict)
    _known: dict[str, str | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @classmethod
    def read(cls, code: str, text: str, *others: str) -> Translation:
        """From the text of a catalogue file, and of others that hold more of its sentences."""
        content, *more = (yaml.load(each, LOADER) for each in (text, *others))
        return cls(
            code=code,
            entries={
                english: _spaced(other)
                for sentences in (content["sentences"], *more)
                for english, other in sentences.items()
            },
            units=content["units"],
            conjunction=content["and"],
            moment=content["moment"],
            number_format=content["numbers"],
        )

    @property
    def misses(self) -> tuple[str, ...]:
        """Sentences without a translation, each once, in the order they were asked for."""
        with self._lock:
            return tuple(self._missed)

    def say(self, text: str) -> str:
        """The sentence in this language; as it is, and noted, where it cannot be said."""
        if not text.strip():
            return text
        found = self._try(text)
        if found is None:
            with self._lock:
                _bounded(self._missed, text, None)
            return text
        return found

    def knows(self, text: str) -> bool:
        """Whether the sentence can be said."""
        return not text.strip() or self._try(text) is not None

    def term(self, text: str) -> str:
        """A word, number or code in this language where it has one, else as it is."""
        return self._try(text) or text

    def listing(self, words: Sequence[str]) -> str:
        """`a, b et c`."""
        return self.conjunction.join(filter(None, (", ".join(words[:-1]), *words[-1:])))

    def _try(self, text: str) -> str | None:
        """The lock is not held while a text is looked for: that looks for its parts in turn."""
        with self._lock:
            if text in self._known:
                return self._known[text]
        found = self._found(text)
        with self._lock:
            _bounded(self._known, text, found)
        return found

    def _found(self, text: str) -> str | None:
        return (
            self.entries.get(text)
            or self._number(text)
            or self._template(text)
            or self._list(text)
            or self._uncapitalised(text)
            or self._sentences(text)
        )

    def _number(self, text: str) -> str | None:
        if CODE.fullmatch(text) or AS_IT_IS.fullmatch(text):
            return text
        if text in self.units:
            return self.units[text]
        moment = MOMENT.fullmatch(text)
        if moment:
            year, month, day, clock = moment.groups()
            return self.moment.format(year=year, month=month, day=day, clock=clock)
        match = MEASURED.fullmatch(text)
        if match is None:
            return None
        value, unit = match.group(1), (match.group(2) or "").strip()
        if unit and unit not in self.units:
            return None
        written = value.replace(",", "\u202f").replace(".", ",").replace("-", "−")
        return f"{written}\u00a0{self.units[unit]}" if unit else written

    def _template(self, text: str) -> str | None:
        for template in self._templates:
            match = template.pattern.fullmatch(text)
            if match is None:
                continue
            said = {
                name: value if name in template.kept else self._try(value) for name, value in match.groupdict().items()
            }
            if all(value is not None for value in said.values()):
                return template.target.format(**said)
        return None

    def _list(self, text: str) -> str | None:
        parts = SEPARATOR.split(text)
        if len(parts) < 2:
            return None
        said = [self._try(part) for part in parts]
        found = [part for part in said if part is not None]
        if len(found) < len(parts):
            return None
        return self.listing(found) if " and " in text else ", ".join(found)

    def _uncapitalised(self, text: str) -> str | None:
        if not text[:1].isupper():
            return None
        found = self._try(text[:1].lower() + text[1:])
        return None if found is None else found[:1].upper() + found[1:]

    def _sentences(self, text: str) -> str | None:
        parts = SENTENCE_END.split(text)
        if len(parts) < 2:
            return None
        said = [self._try(part) for part in parts]
        found = [part for part in said if part is not None]
        return " ".join(found) if len(found) == len(parts) else None

    @cached_property
    def _templates(self) -> tuple[_Template, ...]:
        found = [_compiled(english, other) for english, other in self.entries.items() if PLACE.search(english)]
        return tuple(sorted(found, key=lambda template: -template.literal))


def _bounded(kept: dict[str, Any], text: str, value: str | None) -> None:
    """Adds to what is kept; the oldest goes where that is too much."""
    kept.setdefault(text, value)
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


def _compiled(english: str, other: str) -> _Template:
    pattern, kept, literal, position = "", set[str](), 0, 0
    for place in PLACE.finditer(english):
        fixed = english[position : place.start()]
        inside = FIGURE if place.group(2) == "#" else ".+?"
        pattern += f"{re.escape(fixed)}(?P<{place.group(1)}>{inside})"
        literal += len(fixed)
        position = place.end()
        if place.group(2) == "!":
            kept.add(place.group(1))
    pattern += re.escape(english[position:])
    literal += len(english) - position
    return _Template(re.compile(pattern, re.DOTALL), frozenset(kept), PLACE.sub(r"{\1}", other), literal)


def _spaced(text: str) -> str:
    """French typography: no line is broken before `:`, `;`, `?`, `!`, `%` and inside guillemets."""
    text = re.sub(r" ([:%»])", "\u00a0\\1", text)
    text = re.sub(r" ([;?!])", "\u202f\\1", text)
    return text.replace("« ", "«\u00a0")
