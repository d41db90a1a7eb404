"""What a page asks of a language. English says everything as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any, Final, Protocol

from packshot.errors import UsageError
from packshot.report.languages.translation import Translation
from packshot.report.wording import listing

LANGUAGES: Final = ("en", "fr")


class Language(Protocol):
    """A language by its code (BCP 47)."""

    @property
    def code(self) -> str:
        """What stands in `lang`."""

    @property
    def number_format(self) -> dict[str, Any] | None:
        """A d3 locale for the numbers of charts; None for English."""

    @property
    def misses(self) -> tuple[str, ...]:
        """Sentences that were asked for and have no translation, each once."""

    def say(self, text: str) -> str:
        """The sentence in this language; in English, and noted as a miss, where it has no translation."""

    def knows(self, text: str) -> bool:
        """Whether the sentence can be said. Notes nothing."""

    def term(self, text: str) -> str:
        """A word, a number or a code: in this language where it has one, else as it is."""

    def listing(self, words: Sequence[str]) -> str:
        """`a, b and c`, the words themselves as they are."""


class English:
    """The language that everything is written in."""

    code = "en"
    number_format = None
    misses: tuple[str, ...] = ()

    def say(self, text: str) -> str:
        """As it stands."""
        return text

    def knows(self, text: str) -> bool:
        """Always."""
        return bool(text) or not text

    def term(self, text: str) -> str:
        """As it stands."""
        return text

    def listing(self, words: Sequence[str]) -> str:
        """`a, b and c`."""
        return listing(words)


def open_language(code: str) -> Language:
    """A language by its code. Raises UsageError settings.invalid."""
    if code not in LANGUAGES:
        raise UsageError("settings.invalid", "no such language for a report", expected=", ".join(LANGUAGES), got=code)
    if code == "en":
        return English()
    folder = resources.files("packshot.report.languages")
    files = (f"{code}.yaml", f"{code}-errors.yaml", f"{code}-channels.yaml")
    return Translation.read(code, *(folder.joinpath(file).read_text(encoding="utf-8") for file in files))
