"""The rules of the place to sell: each with its value and verdict, and in words what stands against an approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from packshot.app.parts.errors import plain
from packshot.app.parts.named import capital
from packshot.app.words import _, ngettext_, said
from packshot.result import Check, CheckVerdict
from packshot.review import Blocked
from packshot.workflow import ReviewSheet

ORDER: Final[tuple[CheckVerdict, ...]] = ("fail", "advice", "not checked", "pass")
MARKS: Final[dict[CheckVerdict, str]] = {"fail": "✕", "advice": "!", "not checked": "?", "pass": "✓"}
COLOURS: Final[dict[CheckVerdict, str]] = {"fail": "red", "advice": "orange", "pass": "green"}


def show_blocking(sheet: ReviewSheet) -> None:
    """What stands against an approval, in words; that nothing does, where that is so."""
    if sheet.against is None:
        st.info(_("An approval in general approves for no place to sell; a rejection in general is one everywhere."))
    elif sheet.blocking:
        count = len(sheet.blocking)
        words = ngettext_("{n} rule stands against an approval:", "{n} rules stand against an approval:", count)
        st.error(f"**{words.format(n=count)}**\n\n{blocked_list(sheet.blocking)}", icon=":material/block:")
    else:
        st.success(_("No rule stands against an approval."), icon=":material/check:")


def blocked_list(blocking: Sequence[Blocked]) -> str:
    """Markdown: a line for each."""
    return "\n".join(f"- {plain(capital(said(each.rule)))}: {plain(said(each.sentence))}" for each in blocking)


def verdict_words(verdict: CheckVerdict) -> str:
    """The verdict as a word."""
    return {
        "pass": _("kept"),
        "fail": _("broken"),
        "advice": _("advice"),
        "not checked": _("not checked"),
    }[verdict]


def show_checks(checks: Sequence[Check]) -> None:
    """Every rule: those that fail first, then advice, then what a person has to look after, then the rest."""
    ordered = sorted(checks, key=lambda check: ORDER.index(check.verdict))
    st.markdown("\n".join(_row(check) for check in ordered))


def _row(check: Check) -> str:
    """The rule with its value and verdict; below it, small, what was asked for and why."""
    name = plain(capital(said(check.rule)))
    head = _coloured(f"{MARKS[check.verdict]} **{name}**", check.verdict)
    verdict = _coloured(f"**{verdict_words(check.verdict)}**", check.verdict)
    value = [plain(said(check.got))] if check.got else []
    wanted = _("asked for: {rule}").format(rule=said(check.expected))
    below = [wanted] if check.verdict == "pass" else [*([wanted] if check.got else []), said(check.sentence)]
    return f"- {' · '.join([head, *value, verdict])}  \n  :small[{plain(' · '.join(below))}]"


def _coloured(words: str, verdict: CheckVerdict) -> str:
    colour = COLOURS.get(verdict)
    return f":{colour}[{words}]" if colour else words
