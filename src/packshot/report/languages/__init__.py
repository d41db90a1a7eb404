"""The words of a report in a reader's language. Sentences are written in English; another language is a catalogue."""

from packshot.report.languages.language import LANGUAGES, English, Language, open_language
from packshot.report.languages.translation import Translation

__all__ = ["LANGUAGES", "English", "Language", "Translation", "open_language"]
