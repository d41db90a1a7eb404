"""Pictures as they were evaluated, of any origin: values, and the sentences that sum them up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from packshot.evaluation import Asked, FoundFault, asked_colour
from packshot.result import Evidence, Proposal

BACKGROUND = "background_as_asked"


@dataclass(frozen=True, slots=True)
class EvaluatedPicture:
    """One picture, with what was asked of it, by whom that was told (`asked_from`), and what was found.

    `address` and `source_address` are small `data:` addresses; sizes are of the picture itself.
    """

    name: str
    address: str
    width: int
    height: int
    asked: Asked
    asked_from: str
    source: str | None
    source_address: str | None
    evidence: tuple[Evidence, ...]
    faults: tuple[FoundFault, ...]
    proposal: Proposal
    notes: tuple[str, ...]

    @property
    def value_of(self) -> dict[str, float | str | None]:
        """Values by the evidence's name."""
        return {entry.name: entry.value for entry in self.evidence}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be evaluated, and why: a dotted code and words."""

    name: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Pictures in order, files that are none, and names of what was left alone (tables, folders)."""

    title: str
    pictures: tuple[EvaluatedPicture, ...]
    unreadable: tuple[Unreadable, ...]
    left_alone: tuple[str, ...]

    @property
    def summary(self) -> tuple[str, ...]:
        """What a person wants to know first: how many are not as asked, and what else costs points, the most first."""
        labels = Counter(label for picture in self.pictures for label in labels_of(picture))
        total = len(self.pictures)
        others = [f"{count} of {total}: {label}" for label, count in labels.most_common() if label != NOT_AS_ASKED]
        without = sum(not picture.asked.prompt for picture in self.pictures)
        if without:
            others.append(f"{without} of {total} have no known prompt: what depends on it is not evaluated")
        if self.unreadable:
            others.append(
                "1 file was not read" if len(self.unreadable) == 1 else f"{len(self.unreadable)} files were not read"
            )
        return (*_grounds(self.pictures), *others)


NOT_AS_ASKED = "background not as asked"


def labels_of(picture: EvaluatedPicture) -> tuple[str, ...]:
    """What costs points, each once, the gravest first."""
    return tuple(dict.fromkeys(fault.label for fault in picture.faults))


def _grounds(pictures: tuple[EvaluatedPicture, ...]) -> list[str]:
    """For each colour of ground that was asked for, how many have another; one sentence where none has."""
    asked: dict[str, list[bool]] = {}
    for picture in pictures:
        colour, value = asked_colour(picture.asked.prompt), picture.value_of.get(BACKGROUND)
        if colour is not None and value is not None:
            asked.setdefault(colour, []).append(value == "no")
    wrong = [
        f"{sum(others)} of {len(others)} pictures asked for {_article(colour)} {colour} background have another"
        for colour, others in asked.items()
        if any(others)
    ]
    if asked and not wrong:
        total = sum(len(others) for others in asked.values())
        return [f"the background is as asked in all pictures that were asked for one ({total})"]
    return wrong


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Everything but the pictures themselves."""
    return {
        "title": evaluation.title,
        "summary": list(evaluation.summary),
        "pictures": [_picture_json(picture) for picture in evaluation.pictures],
        "unreadable": [
            {"file": entry.name, "code": entry.code, "message": entry.message} for entry in evaluation.unreadable
        ],
        "left_alone": list(evaluation.left_alone),
    }


def _picture_json(picture: EvaluatedPicture) -> dict[str, Any]:
    return {
        "file": picture.name,
        "width": picture.width,
        "height": picture.height,
        "prompt": picture.asked.prompt,
        "negative_prompt": picture.asked.negative_prompt,
        "prompt_from": picture.asked_from,
        "mode": str(picture.asked.mode),
        "source": picture.source,
        "notes": list(picture.notes),
        "faults": [
            {
                "criterion": str(fault.criterion),
                "cost": fault.cost,
                "label": fault.label,
                "sentence": fault.sentence,
                "evidence": list(fault.evidence),
            }
            for fault in picture.faults
        ],
        "proposal": picture.proposal.model_dump(mode="json")
        | {"total": picture.proposal.total, "evaluated": picture.proposal.evaluated},
        "evidence": [entry.model_dump(mode="json") for entry in picture.evidence],
    }
