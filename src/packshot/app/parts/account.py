"""The way in and out with an account (OpenID Connect), where a provider is set up."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.errors import StreamlitMissingAuthlibError

from packshot.app.identity import is_signed_in
from packshot.app.words import _


def account_button(claims: Mapping[str, object], *, key: str) -> None:
    """Signs in, or out where somebody is signed in."""
    if is_signed_in(claims):
        if st.button(_("Sign out of the account"), key=f"{key}-account-out", icon=":material/logout:"):
            st.logout()
    elif st.button(_("Sign in with an account"), key=f"{key}-account-in", icon=":material/login:"):
        try:
            st.login()
        except StreamlitMissingAuthlibError:
            st.error(_("A library is missing for this. Install it: pip install 'streamlit[auth]'"))
