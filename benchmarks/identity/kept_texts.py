"""A reader of text that keeps on disk what it read: the text of a drawn picture is read once, whatever is measured."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

from packshot.evaluation import FoundText, Instruments
from packshot.evaluation.instruments import Reader
from packshot.result import Pixels, picture_digest


class KeptTexts:
    """A `Reader` around another, which it asks only for pictures that the folder does not know."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self._reader = reader
        self._folder = folder

    @property
    def name(self) -> str:
        """That of the reader inside."""
        return self._reader.name

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        """What the reader inside finds in a picture (H, W, 3)."""
        file = self._folder / f"{picture_digest(pixels)}.json"
        if not file.exists():
            found = [asdict(each) for each in self._reader.read(pixels)]
            self._folder.mkdir(parents=True, exist_ok=True)
            written = file.with_suffix(".writing")
            written.write_text(json.dumps(found), encoding="utf-8")
            written.replace(file)
        read = json.loads(file.read_text(encoding="utf-8"))
        return tuple(FoundText(each["text"], each["confidence"], tuple(each["box"])) for each in read)


def reading_once(instruments: Instruments, folder: Path) -> Instruments:
    """The instruments with a reader that keeps what it read."""
    if instruments.reader is None:
        return instruments
    return replace(instruments, reader=KeptTexts(instruments.reader, folder))
