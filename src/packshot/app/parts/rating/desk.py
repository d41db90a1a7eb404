"""Where a person is among the pictures. Lives as long as the tab; what was rated is in the database."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.rating.task import Task
from packshot.result import Rating
from packshot.workflow import NeutralPicture, RatingSession, open_round, rate
from packshot.workflow.rate import Scores

KEY = "rate-desk"


@dataclass(slots=True)
class Desk:
    """`number` is the picture that lies there, None at the end. `visit` names each laying down: its widgets' keys.

    `kept` is what was just saved, while the proposal is shown.
    """

    task: Task
    session: RatingSession
    visit: int
    number: int | None = None
    kept: Rating | None = None

    @property
    def picture(self) -> NeutralPicture | None:
        """What lies there."""
        return None if self.number is None else self.session.pictures[self.number - 1]

    def lay(self, picture: NeutralPicture | None) -> None:
        """Another picture, or the end."""
        self.number = None if picture is None else picture.number
        self.kept = None
        self.visit += 1

    def lay_next(self) -> None:
        """What is left behind this one; then the end."""
        self.lay(self.session.next_open(self.number or 0))

    def lay_previous(self) -> None:
        """The one before, rated or not."""
        number = len(self.session.pictures) + 1 if self.number is None else self.number
        self.lay(self.session.pictures[number - 2])

    def save(self, scores: Scores) -> None:
        """Keeps the scores. Raises RecordError or StoreError, and then nothing has changed.

        Nothing here lets Streamlit interrupt: what is saved is done, so a second click finds another picture.
        """
        picture = self.picture
        if picture is None or self.kept is not None:
            return
        kept = rate(studio().bench, picture.run_id, self.task.rater, scores, blind=self.task.blind)
        self.session = self.session.rated(picture.number)
        if self.task.blind:
            self.lay_next()
        else:
            self.kept = kept
            self.visit += 1


def open_desk(task: Task) -> Desk:
    """The desk of this tab; opened again where the task is another. Raises what `open_round` refuses."""
    before = st.session_state.get(KEY)
    if before is not None and before.task == task:
        return before  # type: ignore[no-any-return]
    session = open_round(studio().bench, task.rater, experiment=task.experiment, runs=task.runs, blind=task.blind)
    desk = Desk(task, session, visit=1 if before is None else before.visit + 1)
    desk.lay_next()
    st.session_state[KEY] = desk
    return desk


def clear_desk() -> None:
    """The next `open_desk` begins anew."""
    st.session_state.pop(KEY, None)
