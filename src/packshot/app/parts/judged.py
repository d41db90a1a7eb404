"""What the team's policy says of a prompt, while it is written."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain, shown
from packshot.app.words import _
from packshot.workflow import judge_prompt


def show_judged(prompt: str) -> None:
    """A sentence for each word that the policy warns of or refuses; nothing where there is none."""
    if not prompt.strip():
        return
    with shown():
        for finding in judge_prompt(studio().bench.settings, prompt):
            words = {"found": plain(finding.found), "reason": plain(finding.reason)}
            if finding.action == "refuse":
                st.error(_("The team’s policy refuses “{found}”: {reason}").format(**words), icon=":material/block:")
            else:
                said = _("The team’s policy warns of “{found}”: {reason}").format(**words)
                st.warning(said, icon=":material/policy:")
