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
from packshot.workflow import ReviewSheet, is_always_to_see, is_to_see

ORDER: Final[tuple[CheckVerdict, ...]] = ("fail", "advice", "not checked", "pass")
MARKS: Final[dict[CheckVerdict, str]] = {"fail": "✕", "advice": "!", "not checked": "?", "pass": "✓"}
COLOURS: Final[dict[CheckVerdict, str]] = {"fail": "red", "advice": "orange", "pass": "green"}
STYLE: Final = (
    "<style>.st-key-review-checks ul{list-style:none;padding-left:0;margin:0}"
    ".st-key-review-checks li{margin:0;padding:.2rem 0 .2rem 1.1rem;text-indent:-1.1rem;line-height:1.4}"
    ".st-key-review-checks{padding-bottom:.75rem}</style>"
)
"""The marks stand where the dots of a list would."""


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
    words = _("{rule}: {sentence}")
    lines = (words.format(rule=capital(said(each.rule)), sentence=said(each.sentence)) for each in blocking)
    return "\n".join(f"- {plain(line)}" for line in lines)


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
    ordered = sorted(checks, key=lambda check: (ORDER.index(check.verdict), not is_to_see(check)))
    with st.container(key="review-checks"):
        st.html(STYLE)
        st.markdown("\n".join(_row(check) for check in ordered))


def _row(check: Check) -> str:
    """The rule with its verdict, its value, and what was asked for. What fails is explained above, so not here."""
    name = capital(said(check.rule))
    told = plain(_("{rule}: {sentence}").format(rule=name, sentence=_verdict(check)))
    words = [_coloured(f"{MARKS[check.verdict]} **{told}**", check.verdict)]
    if check.got:
        words.append(plain(_("{value}, asked for: {rule}").format(value=said(check.got), rule=said(check.expected))))
    return f"- {' · '.join(words)}{_why(check)}"


def _verdict(check: Check) -> str:
    if check.verdict != "not checked":
        return verdict_words(check.verdict)
    return _("for you to see") if is_to_see(check) else _("judged on the file when it is released")


def _why(check: Check) -> str:
    """Advice says why, where there is more than the value; so does a rule that might have been measured and was not."""
    words = ""
    if check.verdict == "advice":
        words = check.sentence.partition(". ")[2]
    elif is_to_see(check) and not is_always_to_see(check):
        words = check.sentence
    return f"  \n  :small[{plain(said(words))}]" if words else ""


def _coloured(words: str, verdict: CheckVerdict) -> str:
    colour = COLOURS.get(verdict)
    return f":{colour}[{words}]" if colour else words
