"""Keys that press what is on the page already, and do nothing else: pictures are scored and decided without a mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from packshot.app.parts.component import mount
from packshot.app.words import _


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`letter` (or Enter) presses the button with the key `button`, if it is on the page; `words` say what that does.

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
        "off": _("Shortcuts are off; Tab and Enter work as on any page."),
        "waiting": _("The picture is not there yet."),
        "writing": _("Write the reason: Enter goes on, Esc leaves."),
    }
    _mount(visit, shortcuts, words, key, picture=picture, choices=None)


def show_scoring(
    visit: str,
    choices: Sequence[str],
    *,
    save: str,
    save_words: str,
    others: Sequence[Shortcut] = (),
    key: str = "shortcuts",
) -> None:
    """The same where criteria are scored: with each `visit` the first of them has the focus.

    `choices` are the keys of radio buttons in order: digits choose in the one that has the focus and go on, arrows move
    between them. Enter presses the button `save`, and with it what is not scored yet gets the focus.
    """
    words = {
        "score": _("score and go on"),
        "move": _("between the criteria"),
        "off": _("Shortcuts are off; Tab and arrows work as on any page."),
    }
    shortcuts = [Shortcut("Enter", save_words, save), *others]
    _mount(visit, shortcuts, words, key, picture="", choices=list(choices))


def _mount(visit: str, shortcuts: Sequence[Shortcut], words: dict[str, str], key: str, **rest: Any) -> None:
    said = words | {"switch": _("Keyboard shortcuts")}
    data = {"visit": visit, "shortcuts": [asdict(each) for each in shortcuts], "words": said} | rest
    mount(Path(__file__).parent, data, key)
