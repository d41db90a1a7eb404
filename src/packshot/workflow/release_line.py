"""The pictures of a channel before they go out: who approved them, what stands against it, what is out already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from packshot.errors import PackshotError, ReleaseError
from packshot.result import Entry, Release, Review, ReviewState, Standing, StandingQuery
from packshot.review import may_go_out
from packshot.workflow.against import Against
from packshot.workflow.release_choice import named
from packshot.workflow.release_folder import ReleaseFolder
from packshot.workflow.release_shelf import release_shelf
from packshot.workflow.review import digest_shown
from packshot.workflow.workbench import Workbench

OUTGOING: Final = (ReviewState.APPROVED, ReviewState.RELEASED)
PORTION: Final = 500

FindAgainst = Callable[[str, str], Against | None]
"""What stands against a run's picture in a channel; may answer from memory."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that was approved for the channel. `by` approved it at `at`; both None where no approval holds now.

    `sku` is that of its file, None where a person has to give one, and `unclear` says why. `reasons` stand against its
    going out. `file` is its file in the studio's folder, `released_at` when it went out last, anywhere. `source` is the
    digest of the photo that it was made from.
    """

    standing: Standing
    prompt: str
    by: str | None
    at: datetime | None
    sku: str | None
    unclear: str
    reasons: tuple[str, ...]
    file: str | None
    released_at: datetime | None
    source: str | None

    @property
    def is_free(self) -> bool:
        """Whether it may go out, as far as is known before there is a file, and does not lie there already."""
        return not self.reasons and self.file is None


def release_line(
    bench: Workbench, channel: str, standings: Sequence[Standing], find_against: FindAgainst
) -> tuple[Candidate, ...]:
    """These pictures of the channel. A picture that cannot be looked at is told with the reason.

    Raises ChannelError, and OutputError where the folder's manifest cannot be read.
    """
    folder = ReleaseFolder(bench, release_shelf(bench, channel))
    return tuple(_candidate(bench, channel, standing, folder, find_against) for standing in standings)


def each_approved(bench: Workbench, query: StandingQuery) -> Iterator[str]:
    """The ids of all runs that fit and are approved, those that wait longest first. Raises RecordError."""
    asked = query.model_copy(update={"state": ReviewState.APPROVED})
    after = 0
    while found := bench.store.standings(asked, limit=PORTION, after=after):
        after = found[-1].number
        yield from (standing.run_id for standing in found)


def taken_back(bench: Workbench, channel: str) -> tuple[str, ...]:
    """Names of files that still lie in the studio's folder, of pictures that were rejected since they went out."""
    folder = ReleaseFolder(bench, release_shelf(bench, channel))
    asked = StandingQuery(channel=channel, state=ReviewState.REJECTED)
    names: list[str] = []
    after = 0
    while found := bench.store.standings(asked, limit=PORTION, after=after):
        after = found[-1].number
        for standing in found:
            with suppress(ReleaseError):
                row = folder.already(_releases(bench.store.entries(standing.run_id), channel))
                names += [] if row is None else [row.file]
    return tuple(names)


def _releases(entries: Sequence[Entry], channel: str) -> list[Release]:
    return [each for each in entries if isinstance(each, Release) and each.channel == channel]


def _candidate(
    bench: Workbench, channel: str, standing: Standing, folder: ReleaseFolder, find_against: FindAgainst
) -> Candidate:
    run = bench.store.run(standing.run_id)
    pin = run.resolved.intent.source
    name = named(bench, run.id, run.id)
    approval: Review | None = None
    file: str | None = None
    releases: list[Release] = []
    try:
        entries = bench.store.entries(run.id)
        releases = _releases(entries, channel)
        digest = digest_shown(bench, run, run.id)
        permission = may_go_out(entries, digest, channel)
        approval = permission.approval
        if permission.allowed:
            against = find_against(run.id, channel)
            if against is not None:
                permission = may_go_out(entries, digest, channel, against.checks, against.blocked)
        reasons = permission.reasons
        row = folder.already(releases)
        file = None if row is None else row.file
    except PackshotError as error:
        reasons = (error.message,)
    return Candidate(
        standing=standing,
        prompt=run.resolved.intent.prompt,
        by=None if approval is None else approval.by,
        at=None if approval is None else approval.created_at,
        sku=name.sku,
        unclear=name.unclear,
        reasons=reasons,
        file=file,
        released_at=releases[-1].created_at if releases else None,
        source=None if pin is None else pin.digest,
    )
