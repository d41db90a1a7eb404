"""Keys for scoring without a mouse: they press what is on the page already, and do nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from packshot.app.parts.component import mount
from packshot.app.words import _


def show_keys(
    visit: str, choices: Sequence[str], *, save: str, back: str, skip: str, save_words: str, key: str = "keys"
) -> None:
    """A line that says the keys, with a switch. `visit` changes with each picture: the first choice then has the focus.

    The rest are keys of Streamlit's widgets: `choices` of radio buttons in order, the others of buttons. One that is
    not on the page is not pressed.
    """
    words = {
        "switch": _("Keyboard shortcuts"),
        "score": _("score and go on"),
        "move": _("between the criteria"),
        "save": save_words,
        "back": _("back"),
        "skip": _("skip"),
        "off": _("Shortcuts are off; Tab and arrows work as on any page."),
    }
    names = {"choices": list(choices), "save": save, "back": back, "skip": skip}
    mount(Path(__file__).parent, {"visit": visit, "widgets": names, "words": words}, key)
