"""The form of Create: everything that can be asked of a picture. Returns fields of a spec, and decides nothing.

Numbers have no limits here: the browser would keep the last one that lay within them, and another picture than the one
that was asked for would be made. What is impossible is refused by Make. What is typed stays for the session, on other
pages too. Values and keys are codes, never words of a language.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.asked_state import DEFAULTS, KEEP, SIDE_PX, key, put, value
from packshot.app.parts.expert import expert_fields, show_expert
from packshot.app.parts.judged import show_judged
from packshot.app.parts.locking.background import ground_asked, is_white, show_background, show_ground, show_shadow
from packshot.app.parts.locking.found import Shown, mask_asked, rectangle_asked
from packshot.app.parts.locking.place import place_asked, show_place
from packshot.app.parts.locking.product import is_accepted, show_product
from packshot.app.parts.model_choice import own_of, show_model
from packshot.app.parts.one_of import show_one_of
from packshot.app.parts.source import show_source
from packshot.app.parts.unknown import show_unknown
from packshot.app.words import _
from packshot.service import PICTURES_MAX
from packshot.spec import Fit, Mode, defaults
from packshot.workflow import OwnSettings, new_seed, scheduler_names


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of the first picture's spec, how many pictures, and where on the page a refused source is told."""

    fields: dict[str, Any]
    pictures: int
    at_source: Any


def show_form() -> Asked:
    """The form, as it was left."""
    DEFAULTS.begin()
    _mode()
    if is_locking():
        return _show_locking()
    _prompt()
    at_source = st.container()
    if _from_source():
        with at_source:
            show_source(_taken_size(), Fit(value("fit")))
            _from_source_fields()
    _show_settings()
    _size(own_of(value("model")))
    show_expert()
    return Asked(_fields(), _count(), at_source)


def _show_locking() -> Asked:
    """The product first, then what stands around it. White asks for nothing that a model would take."""
    at_source = st.container()
    with at_source:
        seen = show_product()
    show_background()
    if not is_white():
        _prompt()
        show_ground()
        _show_settings()
    _size(None if is_white() else own_of(value("model")))
    show_place(seen)
    show_shadow()
    if not is_white():
        show_expert()
    fields = _white_fields() if is_white() else _fields()
    return Asked({**fields, "lock": _lock(seen)}, 1 if is_white() else _count(), at_source)


def _show_settings() -> None:
    _negative_prompt()
    show_model()
    own = own_of(value("model"))
    _pair(lambda: _steps(own), lambda: _guidance(own))
    _pair(lambda: _scheduler(own), _pictures)
    _seed()


def _pair(first: Callable[[], None], second: Callable[[], None]) -> None:
    """Side by side; on a phone below each other, in this order."""
    for column, show in zip(st.columns(2), (first, second), strict=True):
        with column:
            show()


def _from_source() -> bool:
    return str(value("mode")) == Mode.IMAGE_TO_IMAGE


def is_locking() -> bool:
    """Whether a product is to be locked."""
    return str(value("mode")) == Mode.LOCK


def _mode() -> None:
    names = {"text2img": _("From words"), "img2img": _("From a picture"), "lock": _("Lock a product")}
    show_one_of(
        "mode",
        _("How it starts"),
        names,
        _(
            "Text-to-image starts from words alone, image-to-image from words and a source picture. A locked product"
            " keeps its photo’s pixels: only what is around it is made."
        ),
    )


def _prompt() -> None:
    st.text_area(
        _("Prompt"),
        key=key("prompt"),
        height=96,
        placeholder=_("on a marble table, morning light")
        if is_locking()
        else _("product photo of a red mug on a white background"),
        help=_("The scene around the product.") if is_locking() else _("What to make."),
        **KEEP,
    )
    show_judged(value("prompt"))
    show_unknown(value("prompt"), value("model"), locks=is_locking())


def _negative_prompt() -> None:
    st.text_area(_("Negative prompt"), key=key("negative"), height=68, help=_("What to keep away from."), **KEEP)


def _from_source_fields() -> None:
    st.slider(
        _("Strength"),
        0.0,
        1.0,
        step=0.01,
        key=key("strength"),
        help=_("How much of the source is changed: 0 nothing, 1 everything."),
        **KEEP,
    )
    names = {"pad": _("Pad"), "crop": _("Crop"), "stretch": _("Stretch")}
    show_one_of(
        "fit",
        _("Fitting"),
        names,
        _(
            "How the source gets the picture’s shape. Pad keeps everything, crop keeps the middle, stretch changes the"
            " proportions."
        ),
    )


def _scheduler(own: OwnSettings | None) -> None:
    names = {"": _own_words(own.scheduler if own else ""), **{name: name for name in scheduler_names()}}
    st.selectbox(
        _("Scheduler"),
        list(names),
        format_func=names.__getitem__,
        key=key("scheduler"),
        help=_("The rule by which noise becomes a picture."),
        **KEEP,
    )


def _own_words(name: str) -> str:
    return _("{value} (default)").format(value=name) if name else _("The model’s default")


def _seed() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", wrap=False, gap="xsmall"):
        st.text_input(
            _("Seed"),
            key=key("seed"),
            help=_("Where the noise starts. The same seed and settings give the same picture."),
            **KEEP,
        )
        st.button(
            _("New seed"),
            key="asked-new-seed",
            icon=":material/casino:",
            on_click=lambda: put("seed", str(new_seed())),
            width="content",
        )
    if _count() > 1:
        st.caption(_("Each picture has its own seed, counted up from this one."))


def _steps(own: OwnSettings | None) -> None:
    st.number_input(
        _("Steps"),
        value=None,
        step=1,
        placeholder=_own_words(str(own.steps) if own else ""),
        key=key("steps"),
        help=_("More steps take longer. Left empty: the model’s default."),
        **KEEP,
    )


def _guidance(own: OwnSettings | None) -> None:
    st.number_input(
        _("Guidance"),
        value=None,
        step=0.5,
        format="%g",
        placeholder=_own_words(f"{own.guidance:g}" if own else ""),
        key=key("guidance"),
        help=_("How strictly the words are followed; off at 1 or less. Left empty: the model’s default."),
        **KEEP,
    )


def _size(own: OwnSettings | None) -> None:
    own_size = f"{own.side_px} × {own.side_px}" if own else ""
    names = {"own": _("The photo’s") if _is_on_white() else _own_words(own_size), "other": _("Other")}
    show_one_of(
        "size",
        _("Size in pixels"),
        names,
        on_change=_begin_with_own_size,
    )
    if value("size") == "other":
        multiple = 1 if _is_on_white() else own.multiple_px if own else 8
        for side, name in zip(st.columns(2), ("width", "height"), strict=True):
            with side:
                _side(name, multiple)


def _is_on_white() -> bool:
    return is_locking() and is_white()


def _begin_with_own_size() -> None:
    """Another size starts from the model's own."""
    own = own_of(value("model"))
    if value("size") == "other" and own is not None and value("width") == value("height") == SIDE_PX:
        put("width", own.side_px)
        put("height", own.side_px)


def _side(name: str, multiple: int) -> None:
    st.number_input(
        {"width": _("Width"), "height": _("Height")}[name],
        value=None,
        step=multiple,
        key=key(name),
        help=_("A multiple of {n}.").format(n=multiple) if multiple > 1 else None,
        **KEEP,
    )


def _pictures() -> None:
    st.number_input(
        _("Number of pictures"),
        value=None,
        step=1,
        key=key("pictures"),
        help=_("At most {n}; more is an experiment.").format(n=PICTURES_MAX),
        **KEEP,
    )


def _count() -> int:
    """One where the field was emptied."""
    count = value("pictures")
    return 1 if count is None else int(count)


def _taken_size() -> tuple[int, int] | None:
    """The size that the source will be given; None where nobody knows it before the model is here."""
    if value("size") == "other":
        width, height = value("width"), value("height")
        return (width, height) if min(width or 0, height or 0) > 0 else None
    own = own_of(value("model"))
    return (own.side_px, own.side_px) if own else None


def _fields() -> dict[str, Any]:
    """Fields of `packshot.spec.Spec`; what was left open is None."""
    sized, fitted = value("size") == "other", _from_source()
    from_source = fitted or is_locking()
    return {
        "mode": value("mode"),
        "prompt": value("prompt"),
        "negative_prompt": value("negative") or None,
        "model": value("model"),
        "scheduler": value("scheduler") or None,
        "seed": value("seed"),
        "steps": value("steps"),
        "guidance": value("guidance"),
        "width": value("width") if sized else None,
        "height": value("height") if sized else None,
        "source": value("source") if from_source else None,
        "strength": value("strength") if from_source else None,
        "fit": value("fit") if fitted else None,
        **expert_fields(),
    }


def _white_fields() -> dict[str, Any]:
    """The same where no model is asked."""
    sized = value("size") == "other"
    return {
        "mode": value("mode"),
        "prompt": "",
        "source": value("source"),
        "width": value("width") if sized else None,
        "height": value("height") if sized else None,
    }


def _lock(seen: Shown | None) -> dict[str, Any]:
    """Fields of `packshot.spec.Lock`."""
    return {
        "background": value("background"),
        "shadow": value("shadow"),
        "placement": place_asked(seen),
        "mask": mask_asked(),
        "rectangle": rectangle_asked(),
        "ground": ground_asked(),
        "accept_doubt": seen is not None and seen.product.is_doubtful and is_accepted(),
    }


def model_words() -> str:
    """What to say while the model is looked at: one that is not here is fetched first."""
    here = _is_on_white() or studio().bench.catalogue.is_here(value("model") or defaults.MODEL)
    return _("Checking…") if here else _("Checking the model. What is not on this machine is fetched first…")
