"""One of the pictures that are compared, by its letter. Knows what to call it, nothing of where it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packshot.app.parts.zoom import ZoomPicture
from packshot.app.pictures import picture_address, source_address
from packshot.app.words import _, said
from packshot.workflow import Compared

LETTERS = "ABCD"
PROMPT_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Side:
    """A picture of the comparison and its letter."""

    letter: str
    picture: Compared

    @property
    def name(self) -> str:
        """The letter, and whether it is a source."""
        return _("{letter} (source)").format(letter=self.letter) if self.picture.is_source else self.letter

    @property
    def caption(self) -> str:
        """The letter with what tells the picture from others."""
        intent = self.picture.run.resolved.intent
        if self.picture.is_source:
            return _("{letter}: source of “{prompt}”").format(letter=self.letter, prompt=shortened(intent.prompt))
        return _("{letter}: {prompt} · seed {seed} · {steps} steps · guidance {guidance}").format(
            letter=self.letter,
            prompt=shortened(intent.prompt),
            seed=intent.seed,
            steps=intent.steps,
            guidance=said(f"{intent.guidance:g}"),
        )

    @property
    def alt(self) -> str:
        """What a reader who does not see it is told."""
        intent = self.picture.run.resolved.intent
        words = (
            _("Source of picture {letter}, as the model took it")
            if self.picture.is_source
            else _("Picture {letter}, made for the prompt “{prompt}”")
        )
        return words.format(letter=self.letter, prompt=intent.prompt)

    def as_zoom(self, *, short: bool = False) -> ZoomPicture:
        """For the components; `short` is captioned by the letter alone."""
        run, (width, height) = self.picture.run, self.picture.size
        digest = "" if run.result is None else run.result.picture_digest
        address = source_address(run.id) if self.picture.is_source else picture_address(digest)
        return ZoomPicture(address, self.alt, self.name if short else self.caption, width, height)


def lettered(pictures: Sequence[Compared]) -> tuple[Side, ...]:
    """A, B, C, D in order."""
    return tuple(Side(letter, picture) for letter, picture in zip(LETTERS, pictures, strict=False))


def shortened(prompt: str) -> str:
    """The prompt's beginning, for a line."""
    line = " ".join(prompt.split())
    return line if len(line) <= PROMPT_SHOWN else f"{line[: PROMPT_SHOWN - 1]}…"
