"""The words for colours of a ground in prompts, English and French, and which colour names fit each."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.evaluation.colour_names import COLOUR_NAMES

LIGHT, DARK = "light", "dark"


@dataclass(frozen=True, slots=True)
class ColourWord:
    """`names` of `colour_names` that a person would accept, the word's own first; the shade that lies in the word."""

    names: tuple[str, ...]
    shade: str | None = None


ENGLISH: dict[str, ColourWord] = {
    **{name: ColourWord((name,)) for name in COLOUR_NAMES},
    "gray": ColourWord(("grey",)),
    "silver": ColourWord(("grey",)),
    "charcoal": ColourWord(("grey", "black"), DARK),
    "anthracite": ColourWord(("grey", "black"), DARK),
    "off-white": ColourWord(("white", "beige", "grey"), LIGHT),
    "off white": ColourWord(("white", "beige", "grey"), LIGHT),
    "cream": ColourWord(("beige", "white")),
    "ivory": ColourWord(("beige", "white")),
    "tan": ColourWord(("beige", "brown")),
    "taupe": ColourWord(("beige", "brown", "grey")),
    "burgundy": ColourWord(("red", "brown", "purple"), DARK),
    "maroon": ColourWord(("red", "brown"), DARK),
    "crimson": ColourWord(("red",)),
    "peach": ColourWord(("orange", "pink", "beige")),
    "salmon": ColourWord(("pink", "orange", "red")),
    "coral": ColourWord(("pink", "orange", "red")),
    "gold": ColourWord(("yellow", "orange", "brown")),
    "mustard": ColourWord(("yellow", "orange", "brown")),
    "mint": ColourWord(("green", "blue")),
    "olive": ColourWord(("green", "brown", "yellow")),
    "teal": ColourWord(("blue", "green")),
    "turquoise": ColourWord(("blue", "green")),
    "cyan": ColourWord(("blue", "green")),
    "navy": ColourWord(("blue",), DARK),
    "violet": ColourWord(("purple",)),
    "lavender": ColourWord(("purple", "blue", "pink")),
    "lilac": ColourWord(("purple", "pink")),
    "magenta": ColourWord(("pink", "purple", "red")),
}
FRENCH: dict[str, ColourWord] = {
    "blanc": ColourWord(("white",)),
    "blanche": ColourWord(("white",)),
    "blanc cassé": ColourWord(("white", "beige", "grey"), LIGHT),
    "gris": ColourWord(("grey",)),
    "grise": ColourWord(("grey",)),
    "noir": ColourWord(("black",)),
    "noire": ColourWord(("black",)),
    "beige": ColourWord(("beige",)),
    "crème": ColourWord(("beige", "white")),
    "ivoire": ColourWord(("beige", "white")),
    "rouge": ColourWord(("red",)),
    "orange": ColourWord(("orange",)),
    "jaune": ColourWord(("yellow",)),
    "vert": ColourWord(("green",)),
    "verte": ColourWord(("green",)),
    "bleu": ColourWord(("blue",)),
    "bleue": ColourWord(("blue",)),
    "bleu marine": ColourWord(("blue",), DARK),
    "violet": ColourWord(("purple",)),
    "violette": ColourWord(("purple",)),
    "rose": ColourWord(("pink",)),
    "marron": ColourWord(("brown",)),
    "brun": ColourWord(("brown",)),
    "brune": ColourWord(("brown",)),
}
SHADES: dict[str, str] = {
    **dict.fromkeys(("light", "very light", "pale", "pastel", "clair", "claire", "pâle"), LIGHT),
    **dict.fromkeys(("dark", "very dark", "deep", "foncé", "foncée", "sombre"), DARK),
}
SHADED: dict[tuple[str, str], tuple[str, ...]] = {
    (LIGHT, "red"): ("pink",),
    (LIGHT, "brown"): ("beige",),
    (LIGHT, "orange"): ("beige", "pink"),
    (LIGHT, "yellow"): ("beige",),
    (DARK, "grey"): ("black",),
    (DARK, "red"): ("brown",),
    (DARK, "orange"): ("brown",),
    (DARK, "beige"): ("brown",),
}
"""Other names that a shade of a colour is seen as."""
