"""`/v1/packshot/reviews`: what waits for a person, and people's decisions. Nothing here releases a picture."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from packshot.api.documented import ERRORS
from packshot.api.names import who_signs
from packshot.api.people import Reader, Reviewer
from packshot.api.runs import RunId
from packshot.api.serving import Now
from packshot.channels import find_channel
from packshot.result import Decision, Release, Review, ReviewState, Standing, StandingQuery
from packshot.workflow import review_picture, review_queue, state_of, trail_of

APPROVAL: Final[dict[str, Any]] = {"decision": "approve", "channel": "shopify", "reason": "true to the photo"}
"""An example for the schema."""

router = APIRouter(prefix="/v1/packshot", tags=["reviews"])


class DecisionAsked(BaseModel):
    """A person's decision on exactly the pixels that the run made."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [APPROVAL]})

    decision: Decision
    reason: Annotated[str, Field(max_length=2000, description="A rejection and an override need one.")] = ""
    channel: Annotated[str | None, Field(max_length=100, description="For this place to sell.")] = None
    override: Annotated[bool, Field(description="Approve although rules fail; the entry is marked.")] = False
    by: Annotated[str | None, Field(max_length=100, description="Only where no token says who it is.")] = None


class Decided(BaseModel):
    """The entry that was added, and where the picture stands now."""

    review: Review
    state: ReviewState


class QueuePage(BaseModel):
    """Pictures in a state, those that stand there longest first. `after` begins the next page."""

    data: list[Standing]
    counts: dict[ReviewState, int]
    after: int | None


class State(BaseModel):
    """Where a picture stands for a channel, None for in general."""

    channel: str | None
    state: ReviewState


class TrailTold(BaseModel):
    """Everything that was decided and released of a run's picture, oldest first."""

    run: str
    at: datetime
    states: list[State]
    reviews: list[Review]
    releases: list[Release]


@router.get("/reviews", response_model=QueuePage, responses=ERRORS)
def queue(
    serving: Now,
    _who: Reader,
    state: ReviewState = ReviewState.IN_REVIEW,
    channel: Annotated[str | None, Query(max_length=100)] = None,
    experiment: Annotated[str | None, Query(max_length=100)] = None,
    product: Annotated[str | None, Query(max_length=100)] = None,
    model: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> QueuePage:
    """List the pictures that wait for a person, or stand in another state."""
    bench = serving.service.bench
    if channel is not None:
        find_channel(channel, bench.channels)
    query = StandingQuery(state=state, channel=channel, experiment=experiment, product=product, model=model)
    found = review_queue(bench, query, limit=limit, after=after)
    return QueuePage(data=list(found.standings), counts=found.counts, after=found.after)


@router.get("/runs/{run}/reviews", response_model=TrailTold, responses=ERRORS)
def trail(run: RunId, serving: Now, _who: Reader) -> TrailTold:
    """Read what was decided and released of a run's picture."""
    bench = serving.service.bench
    found = trail_of(bench, bench.store.run(run).id)
    states = [State(channel=channel, state=state) for channel, state in found.states.items()]
    return TrailTold(
        run=found.run.id, at=bench.now(), states=states, reviews=list(found.reviews), releases=list(found.releases)
    )


@router.post("/runs/{run}/reviews", status_code=201, response_model=Decided, responses=ERRORS)
def decide(run: RunId, asked: DecisionAsked, serving: Now, who: Reviewer) -> Decided:
    """Hand a picture to review, approve it or reject it, in the name of the token."""
    bench = serving.service.bench
    by = who_signs(who, asked.by)
    found = bench.store.run(run)
    entry = review_picture(bench, found.id, asked.decision, by, asked.reason, asked.channel, override=asked.override)
    return Decided(review=entry, state=state_of(bench, found.id, asked.channel))
