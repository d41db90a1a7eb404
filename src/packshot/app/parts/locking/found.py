"""The product as it was found in the photo that the form holds. Looked for once for each photo, mask and rectangle."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.asked_state import value
from packshot.app.words import _
from packshot.report.embed import webp_address
from packshot.spec import Lock, Rectangle
from packshot.workflow import ProductFound, product_found

SIDE_PX, QUALITY = 720, 86


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What was found, and addresses of its pictures: the mask over the photo, and the product alone."""

    product: ProductFound
    over: str
    alone: str


def mask_asked() -> str | None:
    """The digest of the mask that the form holds, where one is to be used."""
    mask: str | None = value("mask")
    return mask if value("finding") == "mask" else None


def rectangle_asked() -> str | None:
    """The rectangle that the form holds, where one is to be used, as text."""
    drawn: str = value("rectangle")
    return drawn or None if value("finding") == "rectangle" else None


def found(*, anywhere: bool = False) -> Shown:
    """As a lock would find it; `anywhere` without the person's mask and rectangle. Raises SourceError, SpecError."""
    workspace = str(studio().bench.settings.workspace.absolute())
    with st.spinner(_("Looking for the product…")):
        if anywhere:
            return _found(workspace, value("source"), None, None)
        return _found(workspace, value("source"), mask_asked(), rectangle_asked())


@st.cache_data(max_entries=32, show_spinner=False)
def _found(workspace: str, photo: str, mask: str | None, rectangle: str | None) -> Shown:
    drawn = Rectangle.model_validate(rectangle) if rectangle is not None else None
    product = product_found(studio().bench, photo, Lock(mask=mask, rectangle=drawn))
    alone = "" if product.alone is None else webp_address(product.alone, SIDE_PX, QUALITY)
    return Shown(product, webp_address(product.over, SIDE_PX, QUALITY), alone)
