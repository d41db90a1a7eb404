"""How an experiment begins: a built-in plan, one that is built here, or one that is uploaded."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.named import capital
from packshot.app.parts.plan_baseline import KEEP
from packshot.app.parts.plan_form import fill_from_address, show_form
from packshot.app.words import _, ngettext_, said
from packshot.experiment import Plan, cells, find_plan
from packshot.workflow import uploaded_plan

BUILT_IN: Final = ("lab", "steps", "guidance", "schedulers", "strength", "full")


def show_start() -> tuple[Plan, str | None] | None:
    """The choice, and the plan that was chosen, with its name where it is a built-in one."""
    fill_from_address()
    names = {"builtin": _("A built-in plan"), "own": _("Build your own"), "upload": _("Upload a plan")}
    st.session_state.setdefault("plan-begin", "builtin")
    begin = st.radio(
        _("How to begin"), list(names), format_func=names.__getitem__, horizontal=True, key="plan-begin", **KEEP
    )
    if begin == "builtin":
        return _built_in()
    plan = show_form() if begin == "own" else _uploaded()
    return (plan, None) if plan is not None else None


def _built_in() -> tuple[Plan, str]:
    plans = {name: find_plan(name, studio().bench.plans) for name in BUILT_IN}
    counts = {name: len(cells(plan)) for name, plan in plans.items()}
    st.session_state.setdefault("plan-builtin", "lab")

    words = {name: _words(plan, counts[name]) for name, plan in plans.items()}
    chosen = st.radio(
        _("Built-in plans"),
        BUILT_IN,
        format_func=words.__getitem__,
        captions=[plain(said(plans[name].question)) for name in BUILT_IN],
        key="plan-builtin",
        **KEEP,
    )
    return plans[chosen], chosen


def _words(plan: Plan, count: int) -> str:
    told = ngettext_("{title}: {n} picture", "{title}: {n} pictures", count)
    return plain(told.format(title=capital(said(plan.title)), n=count))


def _uploaded() -> Plan | None:
    sent = st.file_uploader(
        _("A plan as a YAML file"), ["yaml", "yml"], key="plan-file", help=_("At most 200 kB, with its rows in it.")
    )
    if sent is None:
        st.caption(_("The commands’ documentation describes plans; the plans here can be downloaded as examples."))
        return None
    with shown():
        plan = uploaded_plan(sent.getvalue(), sent.name)
        st.subheader(plain(plan.title))
        st.text(plan.question)
        return plan
    return None
