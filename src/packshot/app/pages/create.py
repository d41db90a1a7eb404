"""Create: pictures from words, from a photo, or around a photo's product."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import streamlit as st

from packshot.app.access import person, studio
from packshot.app.parts.asked import Asked, model_words, show_form
from packshot.app.parts.asked_state import fill_form, is_begun, put
from packshot.app.parts.errors import shown
from packshot.app.parts.jobs import show_open_jobs
from packshot.app.parts.progress import job_of_address, show_job, watch
from packshot.app.parts.refused import is_about_source, show_refused
from packshot.app.parts.scrolled import scroll_to, show_scroll
from packshot.app.parts.source import take_source_of_address
from packshot.app.words import _
from packshot.errors import PackshotError
from packshot.workflow import counted_up, read_spec, recipe_of

MADE: Final = "create-made"
REFUSED: Final = "create-refused"


def use_settings_of_address() -> None:
    """`?run=<id>` fills the form with everything that was asked of that run, once."""
    run_id = st.query_params.pop("run", None)
    if run_id is None:
        return
    with shown():
        fill_form(recipe_of(studio().bench.store.run(run_id)).spec)
        st.toast(_("All settings of the picture are in the form."), icon=":material/tune:")


def restore_form(ticket: str) -> None:
    """After a reload the form is as it was when its pictures were asked for."""
    if not is_begun():
        with suppress(PackshotError):
            specs = studio().asked(ticket)
            fill_form(specs[0])
            put("pictures", len(specs))


def make(asked: Asked) -> None:
    """Orders what the form asks for; what is refused is told where it belongs."""
    try:
        with st.spinner(model_words()):
            specs = counted_up(read_spec(asked.fields), asked.pictures)
            watch(studio().make(specs, person=person()).id)
            st.query_params.pop("picture", None)
        scroll_to(MADE)
    except PackshotError as error:
        with asked.at_source if is_about_source(error) else st.container(), st.container(key=REFUSED):
            show_refused(error)
        scroll_to(REFUSED)


st.title(_("Create"))
with shown():
    use_settings_of_address()
    ticket = job_of_address()
    if ticket:
        restore_form(ticket)
    take_source_of_address()
    at_work = st.container()
    left, right = st.columns([5, 7], gap="large")
    with left:
        asked = show_form()
        if st.button(_("Make"), type="primary", key="asked-make", width="stretch"):
            with shown():
                make(asked)
            ticket = job_of_address()
    with at_work:
        show_open_jobs(ticket)
    with right, st.container(key=MADE):
        st.html(f"<style>.st-key-{MADE}{{position:sticky;top:4rem;scroll-margin-top:4rem}}</style>")
        if ticket:
            show_job(ticket)
        else:
            st.caption(_("What you make appears here."))
    show_scroll()
    studio().warm_up()
