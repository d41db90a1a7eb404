"""About this model: what it knows, other models, what the doctor finds, and where things are."""

from __future__ import annotations

import importlib.metadata
import os
from typing import Final

import streamlit as st

from packshot.access.tunnel import tunnel_here
from packshot.app.access import studio
from packshot.app.parts.errors import plain, prose, shown
from packshot.app.parts.named import capital
from packshot.app.parts.rows import show_rows
from packshot.app.words import _, said
from packshot.models import EMBEDDED, Listing
from packshot.workflow import Finding, Level, examine

KEPT_S: Final = 60


@st.cache_data(ttl=KEPT_S, show_spinner=False)
def findings(workspace: str) -> list[Finding]:
    """The doctor's findings, looked at once a minute. `workspace` keeps those of two workspaces apart."""
    bench = studio().bench
    return examine(bench.settings, bench.catalogue, bench.store.count_runs)


@st.cache_data(ttl=KEPT_S, show_spinner=False)
def listings(workspace: str) -> list[Listing]:
    """The models by name, and whether they are here."""
    return studio().bench.catalogue.listings()


def show_model() -> None:
    """What the embedded model can and cannot."""
    model = studio().bench.catalogue.find(EMBEDDED)
    about, knows = model.description, model.description.knowledge
    st.header(EMBEDDED, anchor=False)
    st.markdown(
        _(
            "A small model inside the package. It needs no network, no GPU and no account, and draws product pictures "
            "of {side} × {side} pixels in seconds. It knows only what is listed here: of anything else (people, other "
            "products, scenes, lettering) it draws the nearest thing that it knows, and the words are named beforehand."
        ).format(side=about.side_px)
    )
    if knows is not None:
        show_rows(
            [
                (_("Products"), ", ".join(knows.product_names)),
                (_("Colours"), ", ".join(knows.colours)),
                (_("Materials"), ", ".join(knows.materials)),
                (_("Other words"), ", ".join(knows.phrases)),
            ]
        )
    with st.expander(_("Numbers and where they come from")):
        _show_numbers(about.agreement_db)
        st.caption(
            _("Measured when the model was made, and written in its card: {file}").format(
                file=plain(str(model.folder / "packshot.json"))
            )
        )


def _show_numbers(agreement_db: dict[str, float]) -> None:
    show_rows(
        (_("{way} against the anchor").format(way=way), said(f"{decibels:.1f} dB"))
        for way, decibels in agreement_db.items()
    )


def show_others(workspace: str) -> None:
    """How to use another model: choose it in Create once it is here."""
    st.header(_("Other models"), anchor=False)
    st.markdown(
        _(
            "Choose another model on the page Create. One that is not here is fetched once, where there is a "
            "connection; else copy the hub's cache from another machine and set `HF_HOME` to it."
        )
    )
    for entry in listings(workspace):
        if entry.name == EMBEDDED:
            continue
        here = _("here") if entry.available else _("not here")
        with st.expander(f"{entry.name} · {entry.side_px} px · {here}"):
            st.text(f"{entry.source}: {said(entry.advice)}")
            st.code(
                f'packshot generate --model {entry.name} "a red mug on a white background"', "bash", wrap_lines=True
            )
            if not entry.available:
                st.caption(_("This fetches it. Without a connection here, fetch it elsewhere and copy it:"))
                folder = f"models--{entry.source.replace('/', '--')}"
                st.code(
                    f"rsync -a ~/.cache/huggingface/hub/{folder} NODE:.cache/huggingface/hub/", "bash", wrap_lines=True
                )


def show_findings(workspace: str) -> None:
    """Each finding with its level in words, and what to do."""
    st.header(_("This machine"), anchor=False)
    for finding in findings(workspace):
        icon, level = _level(finding.level)
        topic = _("{name}: {value}").format(name=plain(capital(_(finding.topic))), value=level)
        line = f":material/{icon}: **{topic}.** {prose(said(finding.fact))}"
        st.markdown(line)
        if finding.remedy:
            st.caption(_("What to do: {remedy}").format(remedy=prose(said(finding.remedy))))
    if st.button(_("Look again"), key="look-again", icon=":material/refresh:"):
        findings.clear()
        listings.clear()
        st.rerun()


def _level(level: Level) -> tuple[str, str]:
    return {
        Level.OK: ("check_circle", _("in order")),
        Level.NOTE: ("info", _("to know")),
        Level.PROBLEM: ("error", _("problem")),
    }[level]


def show_places() -> None:
    """Versions, folders, and the way in from elsewhere."""
    settings = studio().bench.settings
    st.header(_("Where things are"), anchor=False)
    show_rows(
        [
            (_("Version"), importlib.metadata.version("packshot")),
            (_("Workspace"), str(settings.workspace.resolve())),
            (_("Outputs"), str(settings.output.resolve())),
            (_("Logs"), str(settings.logs.resolve())),
        ]
    )
    st.header(_("From another computer"), anchor=False)
    tunnel = tunnel_here(int(st.get_option("server.port")), os.environ)
    st.markdown(_("On your own computer, open a tunnel by SSH; the second line goes through a login node."))
    st.code(f"{tunnel.direct}\n{tunnel.jump}", "bash", wrap_lines=True)
    st.markdown(_("Then open there: {address}").format(address=f"`{tunnel.address}`"))


st.title(_("About this model"))
with shown():
    here = str(studio().bench.settings.workspace.resolve())
    show_model()
with shown():
    show_findings(here)
with shown():
    show_others(here)
with shown():
    show_places()
