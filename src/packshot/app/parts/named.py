"""What states, criteria, evidence and settings are called on a page. Knows no values of them."""

from __future__ import annotations

from typing import Final

from packshot.app.words import _, said
from packshot.report.facts import words_of
from packshot.report.wording import measured
from packshot.result import Criterion, Decision, ReviewState, RunState, Sameness
from packshot.spec import Mode

NUMBERS: Final = frozenset({"guidance", "strength"})
LONGEST: Final = 60


def state_name(state: RunState | str) -> str:
    """The state as a word that stands by itself."""
    return {
        "queued": _("not made yet"),
        "running": _("being made"),
        "succeeded": _("made"),
        "failed": _("failed"),
        "cancelled": _("stopped"),
    }[str(state)]


def asked_words(words: str) -> str:
    """A prompt, or a job's title; a product on white was asked for without words."""
    return words or _("The product on white")


def sameness_name(sameness: Sameness) -> str:
    """How alike a replay is, in a few words."""
    return {
        Sameness.IDENTICAL: _("Identical: every pixel is the same."),
        Sameness.CLOSE: _("Close: the same picture to the eye."),
        Sameness.DIFFERENT: _("Different: another picture came out."),
    }[sameness]


def criterion_name(criterion: Criterion) -> str:
    """A criterion of the rubric."""
    return {
        Criterion.ADHERENCE: _("Prompt adherence"),
        Criterion.REALISM: _("Realism"),
        Criterion.ARTIFACTS: _("Artifacts"),
        Criterion.USABILITY: _("Usability"),
        Criterion.REPRODUCIBILITY: _("Reproducibility"),
    }[criterion]


def evidence_name(name: str) -> str:
    """What was measured, beginning with a capital letter."""
    return capital(said(words_of(name)))


def evidence_value(value: float | str | None, unit: str | None) -> str:
    """The value with its unit, written as the language does."""
    return said(measured(value, unit))


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def review_name(state: ReviewState | str) -> str:
    """Where a picture stands in its review, as a word that stands by itself."""
    return {
        "draft": _("draft"),
        "in_review": _("in review"),
        "approved": _("approved"),
        "rejected": _("rejected"),
        "released": _("released"),
    }[str(state)]


def decision_name(decision: Decision) -> str:
    """What a person did with a picture."""
    return {
        Decision.SUBMIT: _("handed in"),
        Decision.APPROVE: _("approved"),
        Decision.REJECT: _("rejected"),
    }[decision]


def setting_words(name: str, value: str) -> str:
    """A setting that tells a picture from others, in a caption. `made` is when it was asked for."""
    if name == "made":
        return said(value)
    if name == "mode":
        return _("from {what}").format(what=mode_name(value))
    if not value:
        return _("without {setting}").format(setting=said(name))
    text = said(value) if name in NUMBERS else value
    return _("{setting} {value}").format(
        setting=said(name), value=text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    )


def mode_name(mode: Mode | str) -> str:
    """What a picture was made from, inside a sentence."""
    return {
        "text2img": _("words"),
        "img2img": _("a picture"),
        "lock": _("a locked product"),
    }[str(mode)]
