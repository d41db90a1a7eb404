"""After a person's scores are saved, in the open: the proposal beside them, with its reasons."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.named import criterion_name
from packshot.app.parts.rating.desk import Desk
from packshot.app.parts.rows import show_table
from packshot.app.parts.shortcuts import show_scoring
from packshot.app.parts.zoom import ZoomPicture, show_zoom
from packshot.app.pictures import picture_address
from packshot.app.words import _, said
from packshot.result import Criterion, Rating
from packshot.workflow import NeutralPicture, proposal_of

NONE = "–"


def show_proposed(desk: Desk, picture: NeutralPicture, kept: Rating) -> None:
    """Both scores of each criterion, and the way on."""
    bench = studio().bench
    following = f"rate-next-{desk.visit}"
    show_scoring(str(desk.visit), [], save=following, save_words=_("next picture"))
    st.success(_("Saved: {total} of 10 from you.").format(total=kept.total))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        intent = bench.store.run(picture.run_id).resolved.intent
        name = _("Picture {number}").format(number=picture.number)
        address = picture_address(picture.picture_digest)
        show_zoom([ZoomPicture(address, name, name, intent.width, intent.height)], key="rate-zoom")
    with right:
        proposal = proposal_of(bench, picture.run_id)
        rows = [_row(each, kept, proposal.scores[each].score, proposal.scores[each].reason) for each in Criterion]
        heads = [_("Criterion"), _("You"), _("Proposed"), _("Why")]
        show_table(_("Your scores and the proposed ones"), heads, rows)
        if st.button(_("Next picture"), type="primary", key=following):
            desk.lay_next()
            st.rerun()


def _row(criterion: Criterion, kept: Rating, proposed: int | None, reason: str) -> list[str]:
    yours = kept.scores.get(criterion)
    texts = [NONE if score is None else str(score) for score in (None if yours is None else yours.score, proposed)]
    return [criterion_name(criterion), *texts, said(reason)]
