"""What a plan would make and take, before it starts; and the start."""

from __future__ import annotations

import shlex

import streamlit as st

from packshot.app.access import person, studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.plan_baseline import KEEP
from packshot.app.parts.rows import show_rows
from packshot.app.parts.span import span_words
from packshot.app.words import _, language, ngettext_, said
from packshot.experiment import Plan
from packshot.result import Job
from packshot.workflow import Forecast, forecast, plan_yaml

NOTES_SHOWN = 8
_KEPT = "plan-forecast"


def show_forecast(plan: Plan, built_in: str | None) -> None:
    """How many pictures, how long, what it costs, what is to be known before; then the button."""
    st.subheader(_("Before it starts"))
    with shown():
        found = _forecast(plan)
        show_rows(_rows(found))
        _show_notes(found)
        st.checkbox(_("Make one picture of every arm again (measures reproducibility)"), key="plan-replay", **KEEP)
        _show_name(found)
        _start(plan, found)
        _show_plan(plan, built_in)


def _forecast(plan: Plan) -> Forecast:
    """Kept until the plan or the workspace changes."""
    store = studio().bench.store
    key = (str(studio().bench.settings.workspace), plan.model_dump_json(), store.count_runs())
    if st.session_state.get(_KEPT, (None,))[0] != key:
        with st.spinner(_("Counting and estimating…")):
            st.session_state[_KEPT] = (key, forecast(studio().bench, plan))
    found: Forecast = st.session_state[_KEPT][1]
    return found


def _rows(found: Forecast) -> list[tuple[str, str]]:
    rows = [(_("Pictures"), _pictures(found)), (_("To be made"), _to_make(found)), (_("Time"), _time(found))]
    if found.cost is not None:
        rows.append((_("Cost"), f"{found.cost:.2f} {found.currency}".strip()))
    return rows


def _pictures(found: Forecast) -> str:
    parts = [ngettext_("{n} arm", "{n} arms", found.arms).format(n=found.arms)]
    if found.seeds > 1:
        parts.append(ngettext_("{n} seed", "{n} seeds", found.seeds).format(n=found.seeds))
    if found.products:
        parts.append(ngettext_("{n} product", "{n} products", found.products).format(n=found.products))
    return _("{n} ({factors})").format(n=found.cells, factors=" × ".join(parts))


def _to_make(found: Forecast) -> str:
    words = [str(found.runs)]
    if found.runs < found.states["to do"] + found.states["again"]:
        words = [_("{n} (pictures that are asked for twice are made once)").format(n=found.runs)]
    there = found.states.get("done", 0)
    if there:
        words.append(ngettext_("{n} is there already", "{n} are there already", there).format(n=there))
    again = found.states.get("again", 0)
    if again:
        words.append(
            ngettext_("{n} failed and is tried again", "{n} failed and are tried again", again).format(n=again)
        )
    gone = found.states.get("failed before", 0)
    if gone:
        told = ngettext_("{n} failed before and is left", "{n} failed before and are left", gone)
        words.append(told.format(n=gone))
    return "; ".join(words)


def _time(found: Forecast) -> str:
    if not found.runs:
        return _("nothing to make")
    if found.seconds is None:
        return _("not measured yet: the first picture of this kind tells")
    return _("about {span}").format(span=span_words(found.seconds))


def _show_notes(found: Forecast) -> None:
    for note in list(found.notes)[:NOTES_SHOWN]:
        st.caption(plain(said(note)))
    more = len(found.notes) - NOTES_SHOWN
    if more > 0:
        st.caption(ngettext_("… and {n} more note", "… and {n} more notes", more).format(n=more))


def _show_name(found: Forecast) -> None:
    if any(found.name == summary.name for summary in studio().bench.store.summaries()):
        words = _(
            "An experiment named {name} is here already. It gets this plan; pictures that stay the same are kept."
        )
        st.info(words.format(name=plain(found.name)), icon=":material/info:")


def _start(plan: Plan, found: Forecast) -> None:
    running = _at_work(found.name)
    if running is not None:
        st.info(_("This experiment is being made now."))
        if st.button(_("Watch it"), key="plan-watch", type="primary"):
            open_job(running.id)
        return
    if st.button(_("Start"), key="plan-start", type="primary", icon=":material/play_arrow:"):
        replay = bool(st.session_state.get("plan-replay"))
        open_job(studio().experiment(plan, person=person(), replay=replay, language=language()).id)


def _at_work(name: str) -> Job | None:
    jobs = studio().jobs(open_only=True, limit=100)
    return next((job for job in jobs if job.experiment == name), None)


def open_job(job_id: str) -> None:
    """The page shows this job from now on, after a reload too."""
    for name in ("run", "vary", "experiment", "more"):
        st.query_params.pop(name, None)
    st.query_params["job"] = job_id
    st.rerun()


def _show_plan(plan: Plan, built_in: str | None) -> None:
    with st.expander(_("The plan as a file, and the command")):
        text = plan_yaml(plan)
        st.code(text, language="yaml", height=320)
        st.download_button(
            _("Download the plan"), text, f"{plan.name}.yaml", "application/yaml", key="plan-download",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        replay = " --replay" if st.session_state.get("plan-replay") else ""
        named = built_in or shlex.quote(f"{plan.name}.yaml")
        st.code(f"packshot experiment run {named}{replay} --lang {language()}", language="bash")
