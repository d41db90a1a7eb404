"""How released files are made: format, what is written into them, whether they are signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.words import _
from packshot.workflow import FormatName, release_shelf

FORMATS: Final[tuple[FormatName, ...]] = ("JPEG", "PNG", "WEBP")
AS_CHANNEL: Final = "channel"
FORM_PX: Final = 720


@dataclass(frozen=True, slots=True)
class Choices:
    """What holds for all files of a release."""

    file_format: FormatName | None
    include_prompt: bool
    include_a1111: bool
    sign: bool


def show_choices(channel: str) -> Choices:
    """The choices, and where the files go."""
    settings = studio().bench.settings
    can_sign = settings.certificate is not None or settings.certificate_key is not None
    as_channel = _("as the place to sell takes it")
    with st.expander(_("How files are made"), icon=":material/tune:"), st.container(width=FORM_PX):
        chosen = st.selectbox(
            _("Format"),
            (AS_CHANNEL, *FORMATS),
            format_func=lambda name: as_channel if name == AS_CHANNEL else name,
            key="release-format",
            persist_state="session",
        )
        prompt = st.toggle(
            _("Write the prompt's text into the files"),
            key="release-prompt",
            persist_state="session",
            help=_("Without it they hold its digest alone."),
        )
        a1111 = st.toggle(
            _("Write AUTOMATIC1111's text into the files"),
            key="release-a1111",
            persist_state="session",
            help=_("Other programs read the settings out of it. It holds the prompt."),
        )
        sign = st.toggle(
            _("Sign the files (C2PA)"),
            value=can_sign,
            key="release-sign",
            disabled=not can_sign,
            help=_("With the team's certificate.")
            if can_sign
            else _("Needs a certificate and its key in the settings of this studio."),
        )
        st.caption(
            _(
                "Files go to {folder}, named by their SKU. Nothing that lies there is overwritten: a picture whose "
                "file is there already stays as it is. Move its file away, and it is released anew."
            ).format(folder=plain(str(release_shelf(studio().bench, channel))))
        )
    file_format = next((name for name in FORMATS if name == chosen), None)
    return Choices(file_format, bool(prompt), bool(a1111), bool(sign))
