"""One spelling for British and American words, one form for singular and plural. Knows no word's meaning."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_AMERICAN: Final = (
    ("colour", "color"), ("grey", "gray"), ("catalogue", "catalog"), ("analogue", "analog"),
    ("aluminium", "aluminum"), ("jewellery", "jewelry"), ("jeweller", "jeweler"), ("centred", "centered"),
    ("centring", "centering"), ("centre", "center"), ("fibre", "fiber"), ("theatre", "theater"), ("metre", "meter"),
    ("litre", "liter"), ("lustre", "luster"), ("sabre", "saber"), ("artefact", "artifact"), ("cosy", "cozy"),
    ("cosi", "cozi"), ("glamour", "glamor"), ("favour", "favor"), ("flavour", "flavor"), ("mould", "mold"),
    ("moustache", "mustache"), ("pyjama", "pajama"), ("tyre", "tire"), ("armour", "armor"), ("vapour", "vapor"),
    ("travell", "travel"), ("labell", "label"), ("modell", "model"), ("levell", "level"), ("panell", "panel"),
    ("marvell", "marvel"), ("jewell", "jewel"), ("enamell", "enamel"), ("cancell", "cancel"), ("bevell", "bevel"),
    ("licence", "license"), ("defence", "defense"), ("advertiz", "advertis"), ("judgement", "judgment"),
    ("ageing", "aging"), ("whisky", "whiskey"), ("doughnut", "donut"), ("programme", "program"), ("storey", "story"),
    ("plough", "plow"), ("sceptic", "skeptic"), ("draught", "draft"),
)  # fmt: skip
_ISE: Final = re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations|able)$)")
_SINGULARS: Final = {
    "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth", "mice": "mouse",
    "geese": "goose", "knives": "knife", "wives": "wife", "lives": "life", "shelves": "shelf", "scarves": "scarf",
    "leaves": "leaf", "loaves": "loaf", "wolves": "wolf", "calves": "calf", "halves": "half", "lenses": "lens",
    "lens": "lens", "matt": "matte", "photos": "photo", "series": "series", "axes": "axis", "buses": "bus",
    "gases": "gas", "canvases": "canvas", "glasses": "glasses",
}  # fmt: skip


def american(word: str) -> str:
    """The American spelling: color, center, stylized."""
    for british, spelling in _AMERICAN:
        word = word.replace(british, spelling)
    return _ISE.sub("iz", word)


@lru_cache(maxsize=16_384)
def stem(exact: str) -> str:
    """The singular, without a possessive: nothing that a linguist would sign, but the same on both sides."""
    word = exact.split("'")[0] if exact.endswith(("'s", "'")) else exact
    if word in _SINGULARS:
        return _SINGULARS[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith("ie"):
        return word[:-2] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
