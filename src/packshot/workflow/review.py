"""A person's decision on a run's picture, and where the picture stands. Nothing here releases: that comes later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from packshot.channels import find_channel
from packshot.errors import RecordError
from packshot.metadata import read_record
from packshot.result import Decision, Review, ReviewState, Run, RunState, new_ulid, picture_digest
from packshot.review import next_state, state_after
from packshot.workflow.lookup import find_run
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Trail:
    """A run's reviews, oldest first, and where its picture stands: in general (None) and for each channel named."""

    run: Run
    reviews: tuple[Review, ...]
    states: dict[str | None, ReviewState]


def review_picture(
    bench: Workbench, reference: str, decision: Decision, by: str, reason: str = "", channel: str | None = None
) -> Review:
    """Keep a decision on exactly the pixels that the run made; earlier ones stay readable.

    A rejection needs a reason. A draft that is decided at once is handed to review by the same person first, as an
    entry of its own. A `reference` that is a file has to hold the run's very pixels. Raises RecordError
    (record.review, record.unfinished, record.not_found, …) and ChannelError.
    """
    if channel is not None:
        find_channel(channel, bench.channels)
    run = find_run(bench, reference)
    digest = _digest_shown(bench, run, reference)
    entry = _entry(bench, run, digest, decision, by, reason, channel)
    state = state_after(bench.store.reviews(run.id), digest, channel)
    if state is ReviewState.DRAFT and decision is not Decision.SUBMIT:
        handed_in = _entry(bench, run, digest, Decision.SUBMIT, by, "", channel)
        bench.store.add_review(handed_in)
        state = next_state(state, Decision.SUBMIT)
    next_state(state, decision)
    bench.store.add_review(entry)
    return entry


def state_of(bench: Workbench, run_id: str, channel: str | None = None) -> ReviewState:
    """Where the run's picture stands for a channel, or in general. A run without a picture is a draft."""
    run = bench.store.run(run_id)
    return _state(run, bench.store.reviews(run.id), channel)


def trail_of(bench: Workbench, reference: str) -> Trail:
    """Every decision on a run's picture. Raises RecordError."""
    run = find_run(bench, reference)
    reviews = bench.store.reviews(run.id)
    channels: list[str | None] = [None, *sorted({entry.channel for entry in reviews if entry.channel is not None})]
    return Trail(run, tuple(reviews), {channel: _state(run, reviews, channel) for channel in channels})


def _state(run: Run, reviews: list[Review], channel: str | None) -> ReviewState:
    return ReviewState.DRAFT if run.result is None else state_after(reviews, run.result.picture_digest, channel)


def _digest_shown(bench: Workbench, run: Run, reference: str) -> str:
    """The digest of what the person sees; refused where that is not what the run made."""
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


def _entry(
    bench: Workbench, run: Run, digest: str, decision: Decision, by: str, reason: str, channel: str | None
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
