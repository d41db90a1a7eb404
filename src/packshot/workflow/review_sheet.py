"""All that a person sees of one picture before they decide on it for a place to sell. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from packshot.channels.master import LATER
from packshot.errors import RecordError
from packshot.result import Check, Entry, ReviewState, Standing, StandingQuery
from packshot.review import Blocked, against_approval, state_after
from packshot.workflow.against import Against, stands_against
from packshot.workflow.details import Details, details_of
from packshot.workflow.workbench import Workbench

UNMEASURED: Final = "Not checked: nothing here measures it yet"
"""How the sentence of a rule begins that nothing measures in any picture."""


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """A picture, what is known of it, what was decided on it so far, and what stands against its approval.

    `entries` are the run's, oldest first, of every channel. `against` is None in general (no channel): nothing is asked
    there.
    """

    details: Details
    channel: str | None
    state: ReviewState
    entries: tuple[Entry, ...]
    against: Against | None

    @property
    def blocking(self) -> tuple[Blocked, ...]:
        """What refuses an approval that overrides nothing."""
        if self.against is None:
            return ()
        return tuple(against_approval(self.against.checks, self.against.blocked))

    @property
    def seen(self) -> frozenset[str]:
        """The ids of the entries, for `review_picture`: what comes later was not known when the person decided."""
        return frozenset(entry.id for entry in self.entries)


def review_sheet(
    bench: Workbench, reference: str, channel: str | None = None, against: Against | None = None
) -> ReviewSheet:
    """The sheet of a run that has a picture. `against` is what was found of it already; else it is asked.

    Raises RecordError (record.not_found, record.unfinished), ChannelError and StoreError.
    """
    details = details_of(bench, reference)
    run = details.run
    if run.result is None:
        raise RecordError("record.unfinished", f"run {run.id} has no picture to review", got=str(run.state))
    if channel is not None and against is None:
        against = stands_against(bench, run, channel)
    entries = tuple(bench.store.entries(run.id))
    state = state_after(entries, run.result.picture_digest, channel)
    return ReviewSheet(details, channel, state, entries, against)


def is_to_see(check: Check) -> bool:
    """Whether nothing measured a rule, so that a person has to look; what is judged on the file later is not meant."""
    return check.verdict == "not checked" and check.expected != LATER


def is_always_to_see(check: Check) -> bool:
    """Whether it is to be seen in every picture, for nothing measures such a rule."""
    return is_to_see(check) and check.sentence.startswith(UNMEASURED)


def next_waiting(bench: Workbench, query: StandingQuery, after: int = 0) -> Standing | None:
    """The picture that stands there longest, behind row `after` of the trail; None where there is none left."""
    found = bench.store.standings(query, limit=1, after=after)
    return found[0] if found else None


def waiting(bench: Workbench, channel: str | None) -> int:
    """How many pictures wait for a decision for a channel, or in general."""
    query = StandingQuery(state=ReviewState.IN_REVIEW, channel=channel, in_general=channel is None)
    return bench.store.count_standings(query).get(ReviewState.IN_REVIEW, 0)


def line_of(bench: Workbench, run_id: str) -> str | None:
    """The channel for which a picture waits, else the one that was spoken of last; None in general or where none was.

    Raises RecordError.
    """
    run = bench.store.run(run_id)
    entries = bench.store.entries(run.id)
    digest = "" if run.result is None else run.result.picture_digest
    for entry in reversed(entries):
        if state_after(entries, digest, entry.channel) is ReviewState.IN_REVIEW:
            return entry.channel
    return entries[-1].channel if entries else None
