"""Which pixels are the product: the mask over the photo, how sure it is, and what a person can say of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from packshot.app.parts.asked_state import ANY, key, put, value
from packshot.app.parts.box import Box, Frame, show_box
from packshot.app.parts.errors import plain, shown
from packshot.app.parts.locking.found import Shown, found, mask_asked, rectangle_asked
from packshot.app.parts.locking.mask_upload import show_mask_upload
from packshot.app.parts.one_of import show_one_of
from packshot.app.parts.source import choose_photo
from packshot.app.words import _, said
from packshot.errors import PackshotError
from packshot.spec import Rectangle
from packshot.workflow import ProductFound

SHOWN_PX = 480


def show_product() -> Shown | None:
    """The photo and its mask. None where there is no photo, or nothing can be told of it."""
    choose_photo()
    if not value("source"):
        return None
    _finding()
    if value("finding") == "mask":
        show_mask_upload()
    seen: Shown | None = None
    with shown():
        seen = _looked_for()
    if seen is not None:
        _told(seen.product)
    return seen


def is_accepted() -> bool:
    """Whether the person took the mask as it is now, though it is doubtful."""
    return value("accepted") in (_asked(), ANY)


def _finding() -> None:
    names = {"photo": _("Found by itself"), "rectangle": _("In a rectangle"), "mask": _("By a mask")}
    show_one_of(
        "finding",
        _("The product"),
        names,
        _(
            "Where the found mask is wrong, draw a rectangle around the product, or upload a mask: white where the"
            " product is."
        ),
    )


def _looked_for() -> Shown | None:
    """What is refused is told, and the photo stays, so that another rectangle can be drawn."""
    drawing = value("finding") == "rectangle"
    try:
        seen = found()
    except PackshotError:
        if drawing:
            _draw(found(anywhere=True))
        raise
    if drawing:
        _draw(seen)
    else:
        width, height = seen.product.size
        wide = round(min(SHOWN_PX, SHOWN_PX * width / height))
        st.html(
            f'<img src="{seen.over}" alt="{escape(_("The mask over the photo: what is not the product is violet"))}"'
            f' style="display:block;width:{wide}px;max-width:100%;aspect-ratio:{width}/{height};border-radius:4px">'
        )
    return seen


def _draw(seen: Shown) -> None:
    text = value("rectangle")
    drawn = Rectangle.model_validate(text) if text else None
    show_box(
        Frame(seen.product.size, seen.over),
        (drawn.left, drawn.top, drawn.width, drawn.height) if drawn is not None else None,
        key=f"{key('box-in')}-{value('source')[:12]}",
        label=_("The photo, with the rectangle around the product"),
        on_box=_use,
    )


def _use(box: Box) -> None:
    left, top, width, height = box
    put("rectangle", f"{width}x{height}+{left}+{top}")


def _told(product: ProductFound) -> None:
    """How it was found, how sure that is, and why not surer."""
    if value("finding") == "rectangle" and rectangle_asked() is None:
        st.caption(_("There is no rectangle yet: the whole photo is looked at."))
    if value("finding") == "mask" and mask_asked() is None:
        st.caption(_("There is no mask yet: the product is looked for in the photo."))
    sure = _("Confidence {n} of 1").format(n=said(f"{product.confidence:.2f}"))
    st.caption(f"{sure} · {plain(product.method)}")
    reasons = [plain(said(doubt)) for doubt in product.doubts]
    if product.is_doubtful:
        told = "\n".join(f"- {reason}" for reason in reasons)
        asked = _("**This mask is doubtful. Look at it before anything is made of it.**")
        st.warning(f"{asked}\n\n{told}", icon=":material/visibility:")
        _accepting()
    elif reasons:
        st.caption("; ".join(reasons))


def _accepting() -> None:
    """The tick holds for this mask alone."""
    asked = _asked()
    if value("accepted") == ANY:
        put("accepted", asked)
    widget = f"{key('accept')}-{asked}"
    st.session_state.setdefault(widget, value("accepted") == asked)
    st.checkbox(
        _("I have looked at it: take this mask"),
        key=widget,
        on_change=lambda: put("accepted", asked if st.session_state[widget] else None),
    )


def _asked() -> str:
    """What the mask depends on."""
    return " ".join(str(part) for part in (value("source"), mask_asked(), rectangle_asked()))
