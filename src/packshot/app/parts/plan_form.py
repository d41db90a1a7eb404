"""A plan built here: a baseline, one parameter with its values, how many seeds, and maybe a second parameter."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, show_error, shown
from packshot.app.parts.parameter_names import SEED, example_of, parameter_name, parameter_words, parameters_for
from packshot.app.parts.plan_baseline import KEEP, fill_baseline, show_baseline
from packshot.app.words import _, ngettext_
from packshot.errors import PackshotError
from packshot.experiment import Plan
from packshot.spec import Spec
from packshot.workflow import (
    PARAMETERS,
    build_plan,
    build_replicates,
    free_name,
    left_out,
    proposed_values,
    read_values,
    recipe_of,
)

SEEDS_MAX: Final = 100
_FILLED: Final = "plan-filled"


def fill_from_address() -> None:
    """`?run=<id>&vary=<parameter>`: the run's settings are the baseline, once; later changes stay."""
    run_id, vary = st.query_params.get("run"), st.query_params.get("vary")
    if run_id is None or st.session_state.get(_FILLED) == (run_id, vary):
        return
    with shown():
        spec = recipe_of(studio().bench.store.run(run_id)).spec
        fill_baseline(spec)
        st.session_state[_FILLED] = (run_id, vary)
        if vary in parameters_for(spec):
            st.session_state["plan-parameter"] = vary
            st.session_state["plan-second"] = ""
        st.session_state["plan-seeds"] = 3
        st.session_state["plan-begin"] = "own"


def show_form() -> Plan | None:
    """The form, and the plan that it makes; None, with the reason shown, where it makes none yet."""
    with st.container(border=True):
        st.subheader(_("Baseline"))
        baseline = show_baseline()
        if baseline is None:
            st.info(_("A prompt is needed: words that say what to make."))
            return None
        if missing := left_out(baseline):
            words = _("A plan has no words for these settings; they are as this machine is set up: {settings}.")
            st.caption(plain(words.format(settings=", ".join(missing))))
    with st.container(border=True):
        st.subheader(_("What changes"))
        parameter, values, replaced = _chosen(baseline)
        seeds = _seeds(parameter)
        second = _second(baseline, parameter) if parameter != SEED else None
    with st.container(border=True):
        st.subheader(_("Name and question"))
        name, question = _named(parameter, second[0] if second else None)
    if values is None or (second is not None and second[1] is None):
        return None
    try:
        return _plan(baseline, parameter, values, seeds, second, replaced, name, question)
    except PackshotError as error:
        show_error(error)
        return None


def _plan(
    baseline: Spec,
    parameter: str,
    values: tuple[Any, ...],
    seeds: int,
    second: tuple[str, tuple[Any, ...] | None] | None,
    words: str | None,
    name: str,
    question: str,
) -> Plan:
    title = _title(parameter, second[0] if second else None)
    if parameter == SEED:
        return build_replicates(name, baseline, seeds, title=title, question=question)
    return build_plan(
        name, baseline, parameter, values, seeds,
        second=None if second is None or second[1] is None else (second[0], second[1]),
        words=words, title=title, question=question,
    )  # fmt: skip


def _chosen(baseline: Spec) -> tuple[str, tuple[Any, ...] | None, str | None]:
    offered = parameters_for(baseline)
    if st.session_state.get("plan-parameter") not in offered:
        st.session_state["plan-parameter"] = offered[0]
    names = {name: parameter_name(name) for name in offered}
    parameter = st.selectbox(_("Parameter"), offered, format_func=names.__getitem__, key="plan-parameter", **KEEP)
    if parameter == SEED:
        return parameter, (), None
    words = None
    if "prompt_words" in (parameter, st.session_state.get("plan-second")):
        words = st.text_input(
            _("Words of the prompt that are replaced"), key="plan-words", placeholder=_("a white background"), **KEEP
        )
    return parameter, _values(parameter, baseline), words


def _seeds(parameter: str) -> int:
    least = 2 if parameter == SEED else 1
    st.session_state["plan-seeds"] = max(least, st.session_state.get("plan-seeds", 3))
    return int(
        st.number_input(
            _("Number of seeds"), least, SEEDS_MAX, key="plan-seeds",
            help=_("Pictures of each value, each with a seed of its own. From 3 on, luck can be told from an effect."),
            **KEEP,
        )
    )  # fmt: skip


def _second(baseline: Spec, first: str) -> tuple[str, tuple[Any, ...] | None] | None:
    taken = PARAMETERS[first].field
    offered = [name for name in parameters_for(baseline) if name != SEED and PARAMETERS[name].field != taken]
    offered = ["", *(name for name in offered if name != "prompt_words")]
    if st.session_state.get("plan-second") not in offered:
        st.session_state["plan-second"] = ""
    names = {name: parameter_name(name) if name else _("none") for name in offered}
    second = st.selectbox(
        _("Second parameter (every combination is made)"),
        offered,
        format_func=names.__getitem__,
        key="plan-second",
        **KEEP,
    )
    return (second, _values(second, baseline)) if second else None


def _values(parameter: str, baseline: Spec) -> tuple[Any, ...] | None:
    """The text field and what was read of it; None where it cannot be read, which is then said below it."""
    key = f"plan-values-{parameter}"
    propose(key, proposed_values(parameter, baseline))
    field = st.text_area if PARAMETERS[parameter].one_a_line else st.text_input
    label = _("Values of {parameter}").format(parameter=parameter_words(parameter))
    text = field(label, key=key, help=_("For example: {example}").format(example=example_of(parameter)), **KEEP)
    st.caption(plain(_("For example: {example}").format(example=example_of(parameter))))
    if not (text or "").strip():
        return None
    try:
        values = read_values(parameter, str(text))
    except PackshotError as error:
        show_error(error)
        return None
    read = " · ".join(_value_words(value) for value in values)
    told = ngettext_("{n} value: {values}", "{n} values: {values}", len(values))
    st.caption(plain(told.format(n=len(values), values=read)))
    return values


def _value_words(value: Any) -> str:
    if isinstance(value, tuple):
        return " + ".join(str(lora.path) for lora in value) or _("none")
    return f"{value:g}" if isinstance(value, float) else str(value) or _("none")


def _named(parameter: str, second: str | None) -> tuple[str, str]:
    wanted = "-".join(filter(None, (parameter, second))).replace("_", "-")
    propose("plan-name", free_name(studio().bench, wanted))
    if second:
        asked = _("What do {first} and {second} do to the picture, together?")
        asked = asked.format(first=parameter_words(parameter), second=parameter_words(second))
    elif parameter == SEED:
        asked = _("How much does the picture depend on its seed?")
    else:
        asked = _("What does it do to the picture to change the {parameter}?")
        asked = asked.format(parameter=parameter_words(parameter))
    propose("plan-question", asked)
    name = st.text_input(
        _("Name"), key="plan-name", max_chars=100,
        help=_("Letters, digits, dots, dashes: it becomes a folder's name."), **KEEP,
    )  # fmt: skip
    question = st.text_input(_("Question"), key="plan-question", max_chars=500, **KEEP)
    return str(name or wanted), str(question or asked)


def _title(parameter: str, second: str | None) -> str:
    if second is None:
        return parameter_name(parameter)
    return _("{first} and {second}").format(first=parameter_name(parameter), second=parameter_words(second))


def propose(key: str, text: str) -> None:
    """Puts the text into a field that nobody has changed since the last proposal."""
    before = f"{key}-proposed"
    if st.session_state.get(key) in (None, "", st.session_state.get(before)):
        st.session_state[key] = text
    st.session_state[before] = text
