"""What a release wrote, what it held back and why, and the way to get the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from packshot.app.parts.errors import plain
from packshot.app.parts.named import capital
from packshot.app.parts.rows import show_table
from packshot.app.released import released_address
from packshot.app.words import _, ngettext_, said
from packshot.report.wording import measured
from packshot.workflow import HeldBack, ReleasedPicture, ReleaseOutcome

KEY: Final = "release-told"
MEGABYTE: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome, kept until the next; `is_rehearsal` where nothing was written. Both times are the server's.

    `names` says in words which pictures were held back, by run.
    """

    done: ReleaseOutcome
    names: Mapping[str, str]
    is_rehearsal: bool
    since: datetime
    until: datetime


def keep_told(told: Told) -> None:
    """Shown from now on, on its own channel's page."""
    st.session_state[KEY] = told


def show_told(channel: str) -> None:
    """The last outcome of this tab for the channel, if there is one."""
    told: Told | None = st.session_state.get(KEY)
    if told is None or told.done.channel != channel:
        return
    with st.container(border=True, key="release-told"):
        _show_count(told)
        if told.done.held_back:
            st.error(_held_back(told.done.held_back, told.names), icon=":material/block:")
        rows = [_row(each, "") for each in told.done.released]
        rows += [_row(each, _("is there already")) for each in told.done.already]
        if rows:
            heads = [_("File"), _("SKU"), _("Pixels"), _("Size"), _("Label"), _("Note")]
            width = len(heads) if any(row[-1] for row in rows) else len(heads) - 1
            show_table(_("Released files"), heads[:width], [row[:width] for row in rows])
        for note in told.done.notes:
            st.caption(plain(capital(said(note))))
        if told.done.strangers:
            names = ", ".join(told.done.strangers)
            st.caption(plain(_("In the folder, and put there by no release: {names}").format(names=names)))
        if told.done.released and not told.is_rehearsal:
            address = released_address(channel, told.since, told.until)
            st.link_button(_("These files with their manifest (ZIP)"), address, icon=":material/download:")


def _show_count(told: Told) -> None:
    count = len(told.done.released)
    if told.is_rehearsal:
        words = ngettext_(
            "{n} file would be released; nothing was written.",
            "{n} files would be released; nothing was written.",
            count,
        )
        st.info(words.format(n=count), icon=":material/visibility:")
    elif count:
        words = ngettext_("{n} file was released for {channel}.", "{n} files were released for {channel}.", count)
        st.success(plain(words.format(n=count, channel=told.done.channel)), icon=":material/check:")
    else:
        st.info(_("Nothing was released."))


def _held_back(held_back: Sequence[HeldBack], names: Mapping[str, str]) -> str:
    words = ngettext_("{n} picture was held back:", "{n} pictures were held back:", len(held_back))
    lines = [f"**{words.format(n=len(held_back))}**", ""]
    for each in held_back:
        told = _("{picture}: {reasons}").format(picture=names[each.run], reasons=reason_words(each.reasons))
        lines.append(f"- {plain(told)}")
    return "\n".join(lines)


def reason_words(reasons: Sequence[str]) -> str:
    """Why a picture may not go out, in the person's language."""
    return "; ".join(_reason(each) for each in reasons)


def _reason(reason: str) -> str:
    """A sentence, or a rule that was broken and its sentence."""
    rule, colon, sentence = reason.partition(": ")
    whole = said(reason)
    if whole != reason or not colon:
        return whole
    return _("{rule}: {sentence}").format(rule=capital(said(rule)), sentence=said(sentence))


def _row(each: ReleasedPicture, note: str) -> list[str]:
    label = each.source_type.rpartition("/")[2]
    words = [note, _("signed") if each.signed else ""]
    size = said(measured(each.bytes / 1e6, "MB") if each.bytes >= MEGABYTE else measured(each.bytes / 1e3, "kB"))
    return [each.file, each.sku, f"{each.width}×{each.height}", size, label, ", ".join(filter(None, words))]
