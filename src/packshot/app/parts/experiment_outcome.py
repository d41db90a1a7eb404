"""What an experiment left: findings in words, its pictures, the report, and files to take away."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.experiment_cells import show_cells, show_failures, state_counts
from packshot.app.parts.experiment_effects import show_effects
from packshot.app.parts.experiment_files import show_files
from packshot.app.parts.experiment_report import show_report
from packshot.app.places import go
from packshot.app.words import _, said
from packshot.experiment import Findings
from packshot.result import ExperimentSummary
from packshot.workflow import experiment_effects

EFFECTS_SHOWN: Final = 8


def show_heading(plan: dict[str, Any]) -> None:
    """The plan's title and question, as they stand."""
    st.subheader(plain(said(str(plan.get("title", "")))))
    st.text(said(str(plan.get("question", ""))))


def show_stored(name: str) -> None:
    """An experiment of the workspace, whoever ran it."""
    with shown():
        summary = studio().bench.store.summary(name)
        show_heading(studio().bench.store.plan(name))
        show_outcome(summary, finished=True)


def show_outcome(summary: ExperimentSummary, *, finished: bool) -> None:
    """Everything that is there; without a word on effects where it did not come to its end."""
    st.caption(state_counts(summary))
    show_failures(summary)
    _ways(summary.name)
    names = {"findings": _("Key findings"), "pictures": _("Pictures"), "report": _("Report"), "files": _("Files")}
    key = f"experiment-view-{summary.name}"
    st.session_state.setdefault(key, "findings" if finished else "pictures")
    shown_now = st.segmented_control(
        _("What to show"), list(names), format_func=names.__getitem__, key=key, required=True, persist_state="session"
    )
    if shown_now == "findings":
        show_findings(summary)
    elif shown_now == "pictures":
        show_cells(summary, working=False)
    elif shown_now == "report":
        show_report(summary)
    else:
        show_files(summary)


def _ways(name: str) -> None:
    with st.container(horizontal=True):
        if st.button(_("Open in the gallery"), key="experiment-gallery", icon=":material/photo_library:"):
            go("gallery", experiment=name)
        if st.button(_("Rate the pictures"), key="experiment-rate", icon=":material/star_rate:"):
            go("rate", experiment=name)
        if st.button(_("Hand in for review"), key="experiment-review", icon=":material/fact_check:"):
            go("review", experiment=name, view="hand-in")


def show_findings(summary: ExperimentSummary) -> None:
    """The recommendation, then the effects that are shown, then what limits them."""
    found = _findings(summary)
    if found.recommendation is not None:
        _head(_("Recommendation"))
        st.markdown(plain(said(found.recommendation.sentence)))
    effects = [effect for effect in found.effects if effect.shown]
    if effects:
        _head(_("Differences that are more than luck"))
        st.markdown(_listed([effect.sentence for effect in effects[:EFFECTS_SHOWN]]))
        if len(effects) > EFFECTS_SHOWN:
            st.caption(_("All {n} stand in the table below.").format(n=len(effects)))
    elif found.effects:
        _head(_("Differences that were seen"))
        st.caption(_("None of them can be told from luck with so few pictures."))
        st.markdown(_listed([effect.sentence for effect in found.effects[:EFFECTS_SHOWN]]))
    else:
        st.text(_("Nothing was compared: there is one arm alone, or nothing was measured."))
    trends = [trend for trend in found.trends if trend.shown]
    if trends:
        _head(_("Trends"))
        st.markdown(_listed([trend.sentence for trend in trends[:EFFECTS_SHOWN]]))
    for caveat in found.caveats:
        st.caption(plain(said(caveat)))
    show_effects(summary.name, found)


def _head(words: str) -> None:
    st.markdown(f"#### {words}")


def _listed(sentences: list[str]) -> str:
    return "\n".join(f"- {plain(said(sentence))}" for sentence in sentences)


def _findings(summary: ExperimentSummary) -> Findings:
    """Derived once for what is there; deriving takes seconds of a long experiment."""
    key = "experiment-findings"
    workspace = str(studio().bench.settings.workspace)
    wanted = (workspace, summary.name, tuple(sorted(summary.states.items())), studio().bench.store.count_runs())
    if st.session_state.get(key, (None,))[0] != wanted:
        with st.spinner(_("Deriving what it shows…")):
            st.session_state[key] = (wanted, experiment_effects(studio().bench, summary.name))
    found: Findings = st.session_state[key][1]
    return found
