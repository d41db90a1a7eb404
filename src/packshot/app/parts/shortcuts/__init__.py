"""Letters that press buttons of the page, so that a picture after the other is decided without a mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from packshot.app.parts.component import mount
from packshot.app.words import _


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`letter` presses the button with the key `button`, if it is on the page; `words` say what that does.

    `needs` is the key of a text field: while it is empty the letter goes there, and Enter in it presses the button.
    `waits_for_picture`: neither letter nor mouse does anything before the picture has come.
    """

    letter: str
    words: str
    button: str
    needs: str = ""
    waits_for_picture: bool = False


def show_shortcuts(visit: str, shortcuts: Sequence[Shortcut], *, picture: str, key: str = "shortcuts") -> None:
    """A line that says them, with a switch. `visit` changes with each picture, `picture` is its address.

    For half a second after another picture was laid nothing is pressed: a second press meant the one before.
    """
    words = {
        "switch": _("Keyboard shortcuts"),
        "off": _("Shortcuts are off; Tab and Enter work as on any page."),
        "waiting": _("The picture is not there yet."),
        "writing": _("Write the reason: Enter goes on, Esc leaves."),
    }
    data = {"visit": visit, "shortcuts": [asdict(each) for each in shortcuts], "picture": picture, "words": words}
    mount(Path(__file__).parent, data, key)
