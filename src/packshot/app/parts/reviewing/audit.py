"""Is the trail of decisions whole? Looked at when somebody asks, for it reads all of it."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from packshot.app.access import studio
from packshot.app.parts.errors import plain
from packshot.app.words import _, ngettext_, said
from packshot.report.wording import moment
from packshot.store import Audit

KEY: Final = "review-audit"
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
FORM_PX: Final = 720


def show_audit() -> None:
    """The button, and what was found."""
    with st.container(width=FORM_PX):
        st.markdown(
            _(
                "Every decision and release is a row of one chain. This derives all of it again, and names what was "
                "changed, removed or put in."
            )
        )
        head = st.text_input(
            _("Digest that you kept elsewhere (optional)"),
            key="review-audit-head",
            max_chars=64,
            help=_("Of an earlier look, or of a release's manifest: it finds an end that was cut off."),
            persist_state="session",
        )
        pictures = st.toggle(
            _("Compare the pictures too"),
            key="review-audit-pictures",
            help=_("Decodes every picture that was decided on; about 20 ms each."),
            persist_state="session",
        )
        if st.button(_("Look through the trail"), type="primary", key="review-audit-go", icon=":material/link:"):
            _look((head or "").strip().lower(), pictures=bool(pictures))
        found = st.session_state.get(KEY)
        if found is not None:
            _show(*found)


def _look(head: str, *, pictures: bool) -> None:
    if head and DIGEST.fullmatch(head) is None:
        st.warning(_("Not looked: a digest has 64 of the signs 0 to 9 and a to f."))
        return
    bench = studio().bench
    with st.spinner(_("Looking through the trail…")):
        found = bench.store.audit([head] if head else [], pictures=pictures)
    st.session_state[KEY] = (found, moment(bench.now()), pictures)


def _show(found: Audit, when: str, pictures: bool) -> None:
    entries = ngettext_("{n} entry", "{n} entries", found.entries).format(n=found.entries)
    releases = ngettext_("{n} release", "{n} releases", found.releases).format(n=found.releases)
    counts = [entries, releases]
    if not pictures:
        counts.append(_("pictures not compared"))
    else:
        counts.append(
            ngettext_("{n} picture compared", "{n} pictures compared", found.pictures).format(n=found.pictures)
        )
    if found.absent:
        counts.append(ngettext_("{n} not there", "{n} not there", found.absent).format(n=found.absent))
    if found.clean:
        st.success(f"**{_('The trail is whole.')}** {plain(', '.join(counts))}", icon=":material/verified:")
    else:
        st.error(f"**{_('The trail is NOT whole.')}** {plain(', '.join(counts))}", icon=":material/error:")
        st.markdown("\n".join(f"- {plain(said(each.what))}  \n  {plain(said(each.remedy))}" for each in found.findings))
    st.markdown(_("Its newest digest. Keep it elsewhere: it proves later that no end was cut off."))
    st.code(found.head, None, wrap_lines=True)
    st.caption(_("Looked at {moment}").format(moment=said(when)))
