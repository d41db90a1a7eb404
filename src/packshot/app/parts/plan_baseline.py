"""The baseline of a plan that is built here: the settings that everything else is compared with."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import shown
from packshot.app.words import _
from packshot.errors import PackshotError
from packshot.spec import Spec, defaults
from packshot.workflow import keep_upload, own_settings, scheduler_names

KEEP: Final[dict[str, Any]] = {"persist_state": "session"}
LAB_SOURCE: Final = "builtin:lab-source"
SHOWN: Final = ("prompt", "negative_prompt", "model", "scheduler", "steps", "guidance", "seed", "source", "strength")
_REST: Final = "plan-rest"


def fill_baseline(spec: Spec) -> None:
    """The form shows this spec; what it has no field for is kept beside it."""
    given = spec.model_dump(exclude_none=True)
    for name in SHOWN:
        st.session_state[f"plan-{name}"] = given.get(name, _empty(name))
    st.session_state[_REST] = spec


def rest_of_baseline() -> Spec | None:
    """The spec that the form was filled with."""
    kept: Spec | None = st.session_state.get(_REST)
    return kept


def show_baseline() -> Spec | None:
    """The fields, and the spec that they make; None where the prompt is missing."""
    for name in SHOWN:
        st.session_state.setdefault(f"plan-{name}", _empty(name))
    _words()
    _numbers()
    with st.expander(_("Start from a source picture"), expanded=bool(st.session_state["plan-source"])):
        _source()
    given = {name: st.session_state.get(f"plan-{name}") for name in SHOWN}
    if not str(given["prompt"]).strip():
        return None
    if not given["source"]:
        given["strength"] = None
    cleaned = {name: None if value == "" else value for name, value in given.items()}
    rest = rest_of_baseline()
    before = rest.model_dump(exclude=set() if cleaned["source"] else {"fit"}) if rest is not None else {}
    return Spec.model_validate({**before, **cleaned, "mode": None})


def _empty(name: str) -> Any:
    if name == "prompt":
        return "a red mug on a white background"
    if name == "seed":
        return defaults.SEED
    if name == "model":
        return defaults.MODEL
    if name == "strength":
        return defaults.STRENGTH
    return None if name in ("steps", "guidance") else ""


def _words() -> None:
    st.text_area(
        _("Prompt"), key="plan-prompt", height=80, max_chars=defaults.PROMPT_MAX_CHARS,
        help=_("What the picture shows, in English words."), **KEEP,
    )  # fmt: skip
    st.text_input(_("Negative prompt"), key="plan-negative_prompt", max_chars=defaults.PROMPT_MAX_CHARS, **KEEP)


def _numbers() -> None:
    names = [listing.name for listing in studio().bench.catalogue.listings()]
    own = st.session_state["plan-model"]
    with st.grid("auto", min_column_width=150):
        st.selectbox(
            _("Model"), names if own in names else [own, *names], key="plan-model", accept_new_options=True, **KEEP
        )
        chosen = st.session_state["plan-scheduler"]
        schedulers = ["", *scheduler_names()]
        usual = _("The model’s own")
        st.selectbox(
            _("Scheduler"),
            schedulers if chosen in schedulers else [*schedulers, chosen],
            format_func=lambda name: name or usual,
            key="plan-scheduler",
            **KEEP,
        )
        steps, guidance = _own(st.session_state["plan-model"])
        explained = _("Left empty, it is the model’s own.")
        st.number_input(
            _("Steps"), value=None, step=1, key="plan-steps", placeholder=steps, help=explained,
            **KEEP,
        )  # fmt: skip
        st.number_input(
            _("Guidance"), value=None, step=0.5, format="%g", key="plan-guidance",
            placeholder=guidance, help=explained, **KEEP,
        )  # fmt: skip
        st.number_input(_("Seed"), value=None, step=1, key="plan-seed", **KEEP)


def _own(model: str) -> tuple[str, str]:
    """The model's own steps and guidance; what Packshot takes where the model is not here."""
    try:
        own = own_settings(studio().bench, model)
    except PackshotError:
        own = None
    if own is None:
        return str(defaults.STEPS), f"{defaults.GUIDANCE:g}"
    return f"{own.steps}", f"{own.guidance:g}"


def _source() -> None:
    sent = st.file_uploader(_("Upload a source picture"), ["jpg", "jpeg", "png", "webp"], key="plan-upload")
    if sent is not None and st.session_state.get("plan-uploaded") != sent.file_id:
        with shown():
            st.session_state["plan-source"] = _kept(sent.getvalue(), sent.name)
            st.session_state["plan-uploaded"] = sent.file_id
    st.text_input(
        _("Source picture"),
        key="plan-source",
        placeholder=LAB_SOURCE,
        help=_("The digest of a picture of this workspace, or builtin:lab-source. Empty: from words alone."),
        **KEEP,
    )
    if st.session_state["plan-source"]:
        st.slider(
            _("Strength"), 0.05, 1.0, step=0.05, key="plan-strength",
            help=_("How much of the source is given up: 0.3 keeps most of it, 1 nothing."), **KEEP,
        )  # fmt: skip


def _kept(data: bytes, name: str) -> str:
    return _keep(hashlib.sha256(data).hexdigest(), name, data)


@st.cache_data(max_entries=16, ttl=60, show_spinner=False)
def _keep(_content: str, name: str, _data: bytes) -> str:
    return keep_upload(studio().bench, _data, name).digest
