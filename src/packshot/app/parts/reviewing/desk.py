"""Where a person is in the queue. Lives as long as the tab; what was decided is in the trail."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from packshot.app.access import studio
from packshot.result import Decision, StandingQuery
from packshot.workflow import ReviewSheet, next_waiting, review_picture

KEY = "review-desk"
RUN = "run"
"""In the address: a picture that was opened by itself, whatever its state."""


@dataclass(frozen=True, slots=True)
class Done:
    """What was decided last in this tab."""

    run_id: str
    prompt: str
    decision: Decision


@dataclass(slots=True)
class Desk:
    """`run_id` lies there, None where nothing waits. `visit` names each laying down: its widgets' keys.

    `after` is the row of the trail behind which the next one is looked for: what was skipped lies before it. `seen` are
    the entries that were shown of the picture, None before it was shown.
    """

    query: StandingQuery
    visit: int
    after: int = 0
    run_id: str | None = None
    number: int | None = None
    seen: frozenset[str] | None = None
    done: Done | None = None

    def lay(self, run_id: str | None, number: int | None = None) -> None:
        """Another picture, or none."""
        self.run_id, self.number, self.seen = run_id, number, None
        self.visit += 1

    def lay_next(self) -> None:
        """What waits longest, behind what was skipped.

        The address first: where Streamlit interrupts there, the next run of the page comes to the same.
        """
        if RUN in st.query_params:
            del st.query_params[RUN]
        found = next_waiting(studio().bench, self.query, self.after)
        self.lay(*(None, None) if found is None else (found.run_id, found.number))

    def skip(self) -> None:
        """Leaves the picture where it is."""
        if self.number is not None:
            self.after = max(self.after, self.number)
        self.lay_next()

    def begin_again(self) -> None:
        """From the oldest, so that what was skipped comes again."""
        self.after = 0
        self.lay_next()

    def decide(self, sheet: ReviewSheet, decision: Decision, by: str, reason: str, *, override: bool = False) -> None:
        """Keeps the decision and lays the next picture. Raises what `review_picture` does; then nothing has changed."""
        run = sheet.details.run
        seen = sheet.seen if self.seen is None else self.seen
        review_picture(studio().bench, run.id, decision, by, reason, sheet.channel, override=override, seen=seen)
        self.done = Done(run.id, run.resolved.intent.prompt, decision)
        if decision is not Decision.SUBMIT:
            self.lay_next()


def open_desk(query: StandingQuery) -> Desk:
    """The desk of this tab with what the address opens, else with what waits; another line has another desk."""
    desk: Desk | None = st.session_state.get(KEY)
    if desk is None or desk.query != query:
        desk = Desk(query, visit=1 if desk is None else desk.visit + 1)
        st.session_state[KEY] = desk
    asked = st.query_params.get(RUN)
    if asked and asked != desk.run_id:
        desk.lay(asked)
    elif not asked and desk.number is None:
        desk.lay_next()
    return desk
