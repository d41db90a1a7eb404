"""What became of a picture that was to be repaired, as a value and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packshot.channels import Left, Transform
from packshot.metadata import SourceType
from packshot.result import Check
from packshot.workflow.check import CheckedFile

NEW_PICTURE: Final = "repaired pixels are a new picture: an approval of the original does not hold for them"


@dataclass(frozen=True, slots=True)
class RepairedFile:
    """`before` and `after` as they were checked; `after` and `file` are None where nothing was repaired.

    `written` is False where exactly that file was there already. `steps` say what was done, `said` what that takes
    along, `left` which rules are not kept, or not known to be, and why. `transform` is None where there was none.
    """

    before: CheckedFile
    left: tuple[Left, ...]
    after: CheckedFile | None = None
    file: Path | None = None
    written: bool = False
    steps: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    transform: Transform | None = None
    source_type: SourceType | None = None

    @property
    def now(self) -> CheckedFile:
        """The repaired picture, or the original where it needed nothing or nothing could be done."""
        return self.after or self.before

    def as_json(self) -> dict[str, Any]:
        """A JSON value."""
        return {
            "picture": self.before.name,
            "picture_digest": self.before.picture_digest,
            "repaired": self.after is not None,
            "file": None if self.file is None else str(self.file),
            "repaired_digest": None if self.after is None else self.after.picture_digest,
            "source_type": None if self.source_type is None else str(self.source_type),
            "transform": None if self.transform is None else self.transform.as_dict(),
            "steps": list(self.steps),
            "said": list(self.said),
            "left": [{"rule": entry.rule, "reason": entry.reason} for entry in self.left],
            "rules": [
                {"rule": one.rule, "expected": one.expected, "before": _verdict(one), "after": _verdict(other)}
                for one, other in zip(self.before.checks, self.now.checks, strict=True)
            ],
        }


def _verdict(check: Check) -> dict[str, Any]:
    return {"verdict": check.verdict, "got": check.got, "sentence": check.sentence}
