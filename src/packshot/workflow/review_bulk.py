"""Many pictures approved at once: only those that were shown, each by an entry of its own, and no rule overridden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from packshot.errors import PackshotError, RecordError, UsageError
from packshot.result import Decision, Review, Standing
from packshot.review import Blocked, against_approval
from packshot.workflow.against import Against
from packshot.workflow.review import review_picture
from packshot.workflow.review_sheet import is_always_to_see, is_to_see
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture of a page: where it stands, what was asked for, and what blocks its approval.

    `seen` are the ids of its run's entries when it was shown. `to_see` are the rules, by
    name, that could not be measured in this picture, `always_to_see` those that nothing measures in any.
    """

    standing: Standing
    prompt: str
    seen: frozenset[str]
    blocking: tuple[Blocked, ...]
    to_see: tuple[str, ...] = ()
    always_to_see: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApprovedMany:
    """The entries that were kept, and what was refused, by run."""

    approved: tuple[Review, ...]
    refused: dict[str, PackshotError]


def shown_pictures(
    bench: Workbench, standings: Sequence[Standing], against: Mapping[str, Against]
) -> tuple[ShownPicture, ...]:
    """The pictures of a page. `against`, by run, is what was found of each; of those in general there is none.

    Raises RecordError and StoreError.
    """
    return tuple(_shown(bench, standing, against.get(standing.run_id)) for standing in standings)


def _shown(bench: Workbench, standing: Standing, against: Against | None) -> ShownPicture:
    run = bench.store.run(standing.run_id)
    checks = () if against is None else against.checks
    return ShownPicture(
        standing=standing,
        prompt=run.resolved.intent.prompt,
        seen=frozenset(entry.id for entry in bench.store.entries(standing.run_id)),
        blocking=() if against is None else tuple(against_approval(checks, against.blocked)),
        to_see=tuple(check.rule for check in checks if is_to_see(check) and not is_always_to_see(check)),
        always_to_see=tuple(check.rule for check in checks if is_always_to_see(check)),
    )


def approve_shown(
    bench: Workbench,
    chosen: Sequence[str],
    shown: Mapping[str, Collection[str]],
    by: str,
    channel: str | None = None,
    reason: str = "",
) -> ApprovedMany:
    """Approve the chosen runs' pictures, one entry each. `shown` are the runs that the person was shown: of each, the
    ids of the entries that were known then.

    A picture that its rules block, or that somebody decided on meanwhile, is refused alone; the others are approved.
    Raises RecordError (review.unseen) before anything is kept, where a chosen one was not shown.
    """
    unseen = [run_id for run_id in chosen if run_id not in shown]
    if unseen:
        raise RecordError(
            "review.unseen",
            "approved are only pictures that were shown",
            expected="pictures of the page that was shown",
            got=", ".join(unseen)[:200],
        )
    approved: list[Review] = []
    refused: dict[str, PackshotError] = {}
    for run_id in dict.fromkeys(chosen):
        try:
            approved.append(
                review_picture(bench, run_id, Decision.APPROVE, by, reason, channel, seen=frozenset(shown[run_id]))
            )
        except UsageError as error:
            refused[run_id] = error
    return ApprovedMany(tuple(approved), refused)
