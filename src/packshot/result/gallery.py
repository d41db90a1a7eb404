"""What the gallery asks of the store, and what it gets: light values, so that a page of runs costs no whole records."""

from __future__ import annotations

from datetime import datetime

from packshot.result.review import ReviewState
from packshot.result.run import RunState
from packshot.spec import Frozen, LoraPin, Mode


class RunQuery(Frozen):
    """Which runs. What is None or empty is not asked for; all that is asked for must hold. Replays are left out.

    `text` is words, each of which must occur in the prompt, anywhere and in any case. `model` is as it was written.
    `least_points` is of the proposed rubric, `least_total` of the mean of people's totals (0 to 10); `rated` says
    whether any person rated it. `review` is where the picture stands in any line of review, in general or for a
    channel; a draft was handed in nowhere. `since` and `before` (UTC, the second exclusive) bound when the run was
    first asked for, to the millisecond.
    """

    text: str = ""
    experiment: str | None = None
    product: str | None = None
    model: str | None = None
    state: RunState | None = None
    mode: Mode | None = None
    least_points: int | None = None
    rated: bool | None = None
    least_total: float | None = None
    review: ReviewState | None = None
    since: datetime | None = None
    before: datetime | None = None


class Found(Frozen):
    """A run as a gallery shows it. Sizes in pixels: the picture's, or before there is one, the asked.

    `points` are the proposed rubric's, over `criteria` of its five that are evaluated; both None until it was proposed.
    `total` is the mean of people's totals, each person's newest complete rating counting once; None without any.
    `source` is the digest of the picture that it began with.
    """

    run_id: str
    state: RunState
    created_at: datetime
    prompt: str
    model: str
    mode: Mode
    seed: int
    steps: int
    guidance: float
    scheduler: str
    width: int
    height: int
    negative_prompt: str = ""
    strength: float | None = None
    loras: tuple[LoraPin, ...] = ()
    source: str | None = None
    picture_digest: str | None = None
    points: int | None = None
    criteria: int | None = None
    total: float | None = None
    failure_code: str | None = None


class Facets(Frozen):
    """What there is to filter by, with how many runs each would leave. Experiments newest first, the rest by name."""

    experiments: dict[str, int]
    products: dict[str, int]
    models: dict[str, int]
    states: dict[RunState, int]
