"""Who decides: named by the token or the account, or on one's own machine by the person."""

from __future__ import annotations

import streamlit as st

from packshot.app.access import account, token_name
from packshot.app.identity import LONGEST, Decider, decider
from packshot.app.parts.account import account_button
from packshot.app.parts.errors import plain
from packshot.app.words import _

KEY = "review-name"
FIELD_PX = 280


def show_decider() -> Decider:
    """The name, a field for it where it may be typed, or what has to be done first."""
    claims = account()
    found = decider(token_name(), claims, st.session_state.get(KEY, ""))
    if found.is_typed:
        # Not in the address, as raters' names are: whoever follows a link shall not decide under another's name.
        written = st.text_input(
            _("Your name"), max_chars=LONGEST, key=KEY, autocomplete="name", persist_state="session", width=FIELD_PX
        )
        return decider(token_name(), claims, written or "")
    if found.name:
        st.caption(_("You decide as {name}.").format(name=plain(found.name)))
    elif found.missing == "name of token":
        st.warning(
            _(
                "Nobody can decide with this token, as it has no name. Start the studio with --token-file, and a line "
                "“name: token” for each person."
            )
        )
    elif found.missing == "verified e-mail":
        st.warning(_("Nobody can decide with this account: its provider has not verified an e-mail address."))
    elif claims is not None:
        st.warning(_("Sign in to decide: decisions are recorded under your account."))
        account_button(claims, key="review")
    return found
