"""People's decisions on runs' pictures, and where each picture stands. Nothing here releases a picture."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from packshot.channels import find_channel
from packshot.errors import RecordError
from packshot.metadata import read_record
from packshot.result import (
    Decision,
    Entry,
    Release,
    Review,
    ReviewState,
    RuleOutcome,
    Run,
    RunState,
    new_ulid,
    picture_digest,
    speaks_of,
)
from packshot.review import against_approval, next_state, state_after
from packshot.workflow.against import Against, stands_against
from packshot.workflow.lookup import find_run
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Trail:
    """What was recorded of a run, oldest first, and where its picture stands: in general (None), for each channel."""

    run: Run
    entries: tuple[Entry, ...]
    states: dict[str | None, ReviewState]

    @property
    def reviews(self) -> tuple[Review, ...]:
        """People's decisions."""
        return tuple(entry for entry in self.entries if isinstance(entry, Review))

    @property
    def releases(self) -> tuple[Release, ...]:
        """The files that went out."""
        return tuple(entry for entry in self.entries if isinstance(entry, Release))


def review_picture(
    bench: Workbench,
    reference: str,
    decision: Decision,
    by: str,
    reason: str = "",
    channel: str | None = None,
    *,
    override: bool = False,
    seen: Collection[str] | None = None,
) -> Review:
    """Keep a decision on exactly the pixels that the run made; earlier ones stay readable.

    A rejection needs a reason. An approval for a channel is refused (RecordError, review.blocked) where rules of the
    channel fail or a blocker objects; `override` approves all the same, needs a reason, and marks the entry with those
    rules. A draft that is decided at once is handed to review by the same person first, as an entry of its own. A
    `reference` that is a file has to hold the run's very pixels. `seen` are the ids of the entries that the person
    knew: a decision of somebody else that came since refuses this one (review.meanwhile). Raises RecordError
    (record.review, record.unfinished, record.not_found, …) and ChannelError.
    """
    if channel is not None:
        find_channel(channel, bench.channels)
    run = find_run(bench, reference)
    digest = digest_shown(bench, run, reference)
    checked: dict[str, Any] = {}
    if override and (decision is not Decision.APPROVE or channel is None or not reason.strip()):
        raise RecordError(
            "record.review",
            "not an override",
            expected="an approval for a channel, with a reason",
            got=f"{decision}, channel {channel or 'none'}, reason {reason!r}"[:100],
        )
    if decision is Decision.APPROVE and channel is not None:
        _entry(bench, run, digest, decision, by, reason, channel)  # a name that cannot be is told before the slow part
        checked = _checked(stands_against(bench, run, channel), channel, override=override)
    entry = _entry(bench, run, digest, decision, by, reason, channel, **checked)

    def decide(entries: Sequence[Entry]) -> list[Entry]:
        if seen is not None:
            _nothing_came_since(seen, entries, digest, channel)
        state = state_after(entries, digest, channel)
        first: list[Entry] = []
        if state is ReviewState.DRAFT and decision is not Decision.SUBMIT:
            first = [_entry(bench, run, digest, Decision.SUBMIT, by, "", channel)]
            state = next_state(state, Decision.SUBMIT)
        next_state(state, decision)
        return [*first, entry]

    bench.store.append(run.id, decide)
    return entry


def state_of(bench: Workbench, run_id: str, channel: str | None = None) -> ReviewState:
    """Where the run's picture stands for a channel, or in general. A run without a picture is a draft."""
    run = bench.store.run(run_id)
    return _state(run, bench.store.entries(run.id), channel)


def trail_of(bench: Workbench, reference: str) -> Trail:
    """Everything that was recorded of a run's picture. Raises RecordError."""
    run = find_run(bench, reference)
    entries = bench.store.entries(run.id)
    channels: list[str | None] = [None, *sorted({entry.channel for entry in entries if entry.channel is not None})]
    return Trail(run, tuple(entries), {channel: _state(run, entries, channel) for channel in channels})


def digest_shown(bench: Workbench, run: Run, reference: str) -> str:
    """The digest of what the person sees. Raises RecordError where that is not what the run made."""
    if run.state is not RunState.SUCCEEDED or run.result is None:
        raise RecordError(
            "record.unfinished", f"run {run.id} has no picture to review", expected="succeeded", got=str(run.state)
        )
    digest = run.result.picture_digest
    path = Path(reference).expanduser()
    shown = picture_digest(read_record(path)[1]) if path.is_file() else digest
    if shown != digest:
        raise RecordError(
            "record.review",
            f"{path} was edited: its pixels are not those that run {run.id} made",
            expected=digest,
            got=shown,
            hint="review the run by its id, or the file as it was exported",
        )
    if not bench.store.pictures.is_intact(digest):
        raise RecordError(
            "record.review",
            f"the workspace does not hold the picture that run {run.id} made",
            expected=digest,
            hint="`packshot verify` says more",
        )
    return digest


def _nothing_came_since(seen: Collection[str], entries: Sequence[Entry], digest: str, channel: str | None) -> None:
    """Raises RecordError (review.meanwhile) where somebody decided since. That it was handed in is no decision."""
    for entry in reversed(entries):
        is_decision = isinstance(entry, Release) or entry.decision is not Decision.SUBMIT
        if is_decision and entry.id not in seen and entry.picture_digest == digest and speaks_of(entry, channel):
            done = _done(entry)
            raise RecordError(
                "review.meanwhile",
                f"{entry.by} {done} the picture meanwhile",
                expected="the picture as it stood when it was shown",
                got=entry.reason if isinstance(entry, Review) and entry.reason else done,
                hint="look at it again: your own decision can still be added",
            )


def _done(entry: Entry) -> str:
    if isinstance(entry, Release):
        return "released"
    return "approved" if entry.decision is Decision.APPROVE else "rejected"


def _checked(against: Against, channel: str, *, override: bool) -> dict[str, Any]:
    """The fields of an approval that tell what spoke against it. Raises RecordError (review.blocked)."""
    failing = against_approval(against.checks, against.blocked)
    if failing and not override:
        raise RecordError(
            "review.blocked",
            f"not to be approved for {channel}: " + " ".join(f"{found.rule}: {found.sentence}" for found in failing),
            expected="every rule kept",
            got=", ".join(found.rule for found in failing),
            hint="change the picture, or override the rules with a reason",
        )
    outcomes = [RuleOutcome(rule=check.rule, verdict=check.verdict) for check in against.checks]
    outcomes += [RuleOutcome(rule=found.rule, verdict="fail") for found in against.blocked]
    return {"checks": tuple(outcomes), "overrides": tuple(found.rule for found in failing)}


def _state(run: Run, entries: list[Entry], channel: str | None) -> ReviewState:
    return ReviewState.DRAFT if run.result is None else state_after(entries, run.result.picture_digest, channel)


def _entry(
    bench: Workbench,
    run: Run,
    digest: str,
    decision: Decision,
    by: str,
    reason: str,
    channel: str | None,
    **checked: Any,
) -> Review:
    now = bench.now()
    try:
        return Review(
            id=new_ulid(now, bench.random_bytes),
            run_id=run.id,
            picture_digest=digest,
            decision=decision,
            by=by,
            reason=reason,
            channel=channel,
            created_at=now,
            **checked,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "reason"
        raise RecordError(
            "record.review",
            f"not a review: {where}: {first['msg'].removeprefix('Value error, ')}",
            expected="a name of 1 to 100 characters, at most 2000 characters of reason, and one for a rejection",
            got=repr({"by": by, "reason": reason}.get(where, reason))[:100],
        ) from error
