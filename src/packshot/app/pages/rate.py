"""Rate: the rubric, by a person."""

from __future__ import annotations

import streamlit as st

from packshot.app.parts.errors import plain, shown
from packshot.app.parts.rating.desk import Desk, clear_desk, open_desk
from packshot.app.parts.rating.ending import show_ending
from packshot.app.parts.rating.form import show_form
from packshot.app.parts.rating.proposed import show_proposed
from packshot.app.parts.rating.start import show_start
from packshot.app.parts.rating.task import current_task, leave
from packshot.app.words import _

st.title(_("Rate"))


def _stop() -> None:
    clear_desk()
    leave()


def _show_way(desk: Desk) -> None:
    """How far one is, and the way out."""
    done, total = len(desk.session.done), len(desk.session.pictures)
    st.progress(done / total, text=_("{done} of {total} rated").format(done=done, total=total))
    with st.container(horizontal=True, vertical_alignment="center", key="rate-way"):
        words = _("By {name}, blind: settings and proposed scores are hidden.") if desk.task.blind else _("By {name}.")
        st.caption(words.format(name=plain(desk.session.rater)), width="stretch")
        st.button(_("Stop"), key="rate-stop", on_click=_stop, help=_("What you rated stays; you can go on later."))


with shown():
    task = current_task()
    desk = None if task is None else open_desk(task)
    if desk is None:
        show_start()
    else:
        _show_way(desk)
        if desk.picture is None:
            show_ending(desk)
        elif desk.kept is not None:
            show_proposed(desk, desk.picture, desk.kept)
        else:
            show_form(desk, desk.picture)
