"""Sentences into another language by a catalogue of templates.

A template is an English sentence with places, `{n} of {pictures} were rated.`, and the same places in the other
language. What stands in a place is translated in turn, by the same catalogue: names, numbers, lists, sentences. A
place that ends in `!`, as `{prompt!}`, is kept as it stands; one that ends in `#` holds a number, with or without its
unit. The most literal template that fits wins, and one fits only where everything in its places can be said too.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from operator import itemgetter
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
QUOTED: Final = re.compile(r"“[^“”]*”|\d+ more(?: words?)?")
QUOTES: Final = re.compile(rf"“[^“”]*”(?:(?:, | and )(?:{QUOTED.pattern}))*")
"""What people wrote, or the picture shows, in quotes: one text or a list of some."""

STRAIGHT: Final = re.compile(r"(?<=\w)'(?=[\w«{`])")
PART: Final = re.compile(r"; (?=(?:expected|got): )")
SEPARATOR: Final = re.compile(r", | and ")

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C one where PyYAML was built with it: a tenth of the time for a catalogue."""

FEW: Final = 2
"""From here on French counts in the plural: 1,2 point, 2 points."""

ENDS: Final = 2
"""Letters at the ends of a text by which its likely templates are found."""

KEPT: Final = 20_000
"""Texts that are remembered: several long reports' worth, and a bound for a process that goes on for weeks."""


@dataclass(frozen=True, slots=True)
class _Template:
    """`pieces` are the fixed texts around the places: most texts are told by them, without a pattern, to fit not."""

    pieces: tuple[str, ...]
    pattern: str
    kept: frozenset[str]
    target: str

    @property
    def literal(self) -> int:
        return sum(map(len, self.pieces))

    def match(self, text: str) -> re.Match[str] | None:
        first, *between, last = self.pieces
        if not (text.startswith(first) and text.endswith(last)):
            return None
        position = len(first)
        for piece in between:
            found = text.find(piece, position)
            if found < 0:
                return None
            position = found + len(piece)
        return _compiled(self.pattern).fullmatch(text)


@dataclass
class Translation:
    """One language. `entries` are templates, `units` the units that are written otherwise. Threads may share it.

    A unit of what is counted has two forms, below 2 and from 2 on.
    """

    code: str
    entries: dict[str, str]
    units: dict[str, str | list[str]]
    conjunction: str
    moment: str
    number_format: dict[str, Any] | None
    quotes: str = "“{text}”"
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
            quotes=_spaced(content["quotes"]),
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
            or self._quoted(text)
            or self._parts(text)
            or self._template(text)
            or self._list(text)
            or self._uncapitalised(text)
            or self._sentences(text)
        )

    def _number(self, text: str) -> str | None:
        if CODE.fullmatch(text) or AS_IT_IS.fullmatch(text):
            return text
        if text in self.units:
            return self._unit(text, many=True)
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
        many = abs(float(value.replace(",", "").replace("−", "-"))) >= FEW
        return f"{written}\u00a0{self._unit(unit, many=many)}" if unit else written

    def _unit(self, unit: str, *, many: bool) -> str:
        found = self.units[unit]
        return found if isinstance(found, str) else found[many]

    def _quoted(self, text: str) -> str | None:
        """Texts in quotes, one or a list, as the language marks them; the texts themselves stay as they are."""
        if QUOTES.fullmatch(text) is None:
            return None
        parts = QUOTED.findall(text)
        said = [self.quotes.format(text=part[1:-1]) if part.startswith("“") else self._try(part) for part in parts]
        found = [part for part in said if part is not None]
        return self.listing(found) if len(found) == len(parts) else None

    def _parts(self, text: str) -> str | None:
        """A whole error as a text: before templates, for what is kept at the end of its message would take in all."""
        parts = PART.split(text)
        said = [self._try(part) for part in parts] if len(parts) > 1 else []
        found = [part for part in said if part is not None]
        return "\u202f; ".join(found) if found and len(found) == len(parts) else None

    def _template(self, text: str) -> str | None:
        for _rank, template in self._templates.likely(text):
            match = template.match(text)
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
    def _templates(self) -> _Index:
        return _Index(_template(english, other) for english, other in self.entries.items() if PLACE.search(english))


class _Index:
    """Templates by how they begin or end, the most literal first: of hundreds, a text is held against a few dozen."""

    def __init__(self, templates: Iterable[_Template]) -> None:
        self._likely: dict[tuple[str, str], list[tuple[int, _Template]]] = {}
        for ranked in enumerate(sorted(templates, key=lambda template: -template.literal)):
            self._likely.setdefault(_key(ranked[1]), []).append(ranked)

    def likely(self, text: str) -> list[tuple[int, _Template]]:
        """Those that begin or end as the text does, or with a place at either end, with their ranks."""
        keys = ((text[:ENDS], ""), ("", text[-ENDS:]), ("", ""))
        return sorted(itertools.chain.from_iterable(self._likely.get(key, ()) for key in keys), key=itemgetter(0))


def _key(template: _Template) -> tuple[str, str]:
    first, last = template.pieces[0], template.pieces[-1]
    if len(first) >= ENDS:
        return first[:ENDS], ""
    return ("", last[-ENDS:]) if len(last) >= ENDS else ("", "")


def _bounded(kept: dict[str, Any], text: str, value: str | None) -> None:
    """Adds to what is kept; the oldest goes where that is too much."""
    kept.setdefault(text, value)
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


def _template(english: str, other: str) -> _Template:
    pieces, pattern, kept, position = list[str](), "", set[str](), 0
    for place in PLACE.finditer(english):
        pieces.append(english[position : place.start()])
        inside = FIGURE if place.group(2) == "#" else ".+?"
        pattern += f"{re.escape(pieces[-1])}(?P<{place.group(1)}>{inside})"
        position = place.end()
        if place.group(2) == "!":
            kept.add(place.group(1))
    pieces.append(english[position:])
    return _Template(tuple(pieces), pattern + re.escape(pieces[-1]), frozenset(kept), PLACE.sub(r"{\1}", other))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """When a text first needs it: a catalogue has hundreds of patterns, and a page needs a few of them."""
    return re.compile(pattern, re.DOTALL)


def _spaced(text: str) -> str:
    """French typography: ’, and no line is broken before `:`, `;`, `?`, `!`, `%` and inside guillemets."""
    text = STRAIGHT.sub("’", text)
    text = re.sub(r" ([:%»])", "\u00a0\\1", text)
    text = re.sub(r" ([;?!])", "\u202f\\1", text)
    return text.replace("« ", "«\u00a0")
