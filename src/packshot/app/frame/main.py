"""The frame around every page: navigation, the language, who is signed in. Decides nothing about pages."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from packshot.app.access import account, is_guarded, is_signed_in, person
from packshot.app.parts.account import account_button
from packshot.app.parts.dark_contrast import keep_dark_contrast
from packshot.app.parts.errors import plain
from packshot.app.parts.icon import ICON
from packshot.app.parts.page_language import set_page_language
from packshot.app.places import Place, page_file
from packshot.app.words import CHOSEN_KEY, LANGUAGE_KEY, LANGUAGES, _, browser_language, language

OWN_NAMES: Final = {"en": "English", "fr": "Français"}


def navigation() -> st.Page:
    """The pages, Create first."""
    return st.navigation(
        [
            _page("create", _("Create"), "add_photo_alternate", _("Make pictures from words or from a photo.")),
            _page("experiment", _("Experiment"), "science", _("Change one setting at a time and see what it does.")),
            _page("compare", _("Compare"), "compare", _("Two or more pictures side by side.")),
            _page("rate", _("Rate"), "star_rate", _("Score pictures by the rubric.")),
            _page("review", _("Review"), "fact_check", _("Decide which pictures may be sold where.")),
            _page("gallery", _("Gallery"), "photo_library", _("Every picture of this workspace.")),
            _page("about", _("About this model"), "info", _("What the model can do, and this machine.")),
        ]
    )


def _page(name: Place, title: str, icon: str, explained: str) -> st.Page:
    return st.Page(
        page_file(name),
        title=title,
        icon=f":material/{icon}:",
        url_path=name,
        default=name == "create",
        help=explained,
    )


def language_switch() -> None:
    """Kept in the session for the next page, and in the address where it is not the browser's language, for a link."""
    spoken = language()
    st.session_state[CHOSEN_KEY] = st.session_state[LANGUAGE_KEY] = spoken
    st.selectbox(
        _("Language"), LANGUAGES, format_func=OWN_NAMES.__getitem__, key=LANGUAGE_KEY, on_change=language_is_chosen
    )
    if spoken != browser_language():
        st.query_params[LANGUAGE_KEY] = spoken
    else:
        st.query_params.pop(LANGUAGE_KEY, None)


def language_is_chosen() -> None:
    """Before the script runs, so that the page's own title is in that language too."""
    st.session_state[CHOSEN_KEY] = st.session_state[LANGUAGE_KEY]


def signed_in() -> None:
    """The person's name and the way out, where tokens are asked for, and the account's way in and out."""
    name = person()
    if name is not None:
        st.markdown(_("Signed in as {name}").format(name=plain(name)))
    if is_signed_in():
        st.html(f'<a href="/sign-out" target="_self" style="color:inherit">{escape(_("Sign out"))}</a>')
    claims = account()
    if claims is not None:
        account_button(claims, key="frame")


def main() -> None:
    """One run of the script: the frame, then the page that the address names."""
    st.set_page_config(page_title="Packshot", page_icon=ICON, layout="wide")
    if not is_guarded():
        st.error(
            _(
                "Nobody asks here who comes in. Start the studio with: packshot app (or streamlit run on the file"
                " packshot/app/serve.py)."
            )
        )
        st.stop()
    page = navigation()
    with st.sidebar:
        language_switch()
        signed_in()
        set_page_language(language())
        keep_dark_contrast()
    page.run()


main()
