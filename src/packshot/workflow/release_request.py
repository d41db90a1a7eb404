"""What is asked of a release, and what came of it. Values alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from packshot.result import EditKind
from packshot.spec import Frozen

FormatName = Literal["JPEG", "PNG", "WEBP"]
State = Literal["released", "already", "held back"]


@dataclass(frozen=True, slots=True)
class ReleaseRequest:
    """Exactly one of `runs` (ids, starts of ids, picture files), `experiment` and `all_approved` says which pictures.

    `skus` gives runs, named in the same way, a SKU; the others get one from their experiment. `file_format` None leaves
    it to the channel. `certificate` and `key` are PEM files that sign instead of those in the settings; without `sign`
    nothing is signed. Of named runs none goes out unless all may; in a `partial` release those go that may, and the
    rest is told. In a dry run nothing is written or recorded.
    """

    channel: str
    out: Path
    by: str
    runs: tuple[str, ...] = ()
    experiment: str | None = None
    all_approved: bool = False
    skus: Mapping[str, str] = field(default_factory=dict)
    file_format: FormatName | None = None
    include_prompt: bool = False
    include_a1111: bool = False
    certificate: Path | None = None
    key: Path | None = field(default=None, repr=False)
    sign: bool = True
    partial: bool = False
    dry_run: bool = False


class ReleasedPicture(Frozen):
    """A file that went out: a row of the manifest. Sizes in pixels, digests in hex.

    `picture_digest` is that of the approved pixels, `file_digest` the SHA-256 of the file, `approval` the id of the
    review that allowed it, `head` the audit trail's newest digest once the release stood in it. In a dry run `head` is
    None, and the file's digest that of a rehearsal (a signature never has the same bytes twice).
    """

    file: str
    sku: str
    run: str
    channel: str
    format: str
    width: int
    height: int
    bytes: int
    picture_digest: str
    file_digest: str
    source_type: str
    edit: EditKind
    signed: bool
    by: str
    approval: str
    released_at: datetime
    head: str | None


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A picture that did not go out. `approved` where a person approved it, and something else stands against it."""

    run: str
    reasons: tuple[str, ...]
    approved: bool


@dataclass(frozen=True, slots=True)
class ReleaseProgress:
    """The picture that was just done: `number` of `total`; `state` is released, already, or held back."""

    number: int
    total: int
    run: str
    state: State


OnRelease = Callable[[ReleaseProgress], None]


@dataclass(frozen=True, slots=True)
class ReleaseOutcome:
    """`already` were there from an earlier release, untouched. `notes` say what an earlier, killed one left, and what
    else is in the folder: `strangers` are picture files that no release of this workspace put there.

    `manifest` is None in a dry run.
    """

    channel: str
    folder: Path
    released: tuple[ReleasedPicture, ...]
    already: tuple[ReleasedPicture, ...]
    held_back: tuple[HeldBack, ...]
    notes: tuple[str, ...]
    strangers: tuple[str, ...]
    manifest: Path | None

    @property
    def complete(self) -> bool:
        """Whether something is there, and everything that a person approved is."""
        return bool(self.released or self.already) and not any(each.approved for each in self.held_back)
