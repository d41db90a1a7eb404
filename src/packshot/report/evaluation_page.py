"""Evaluated pictures as one self-contained page, like the report: no script, no network."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from markupsafe import Markup

from packshot.report.evaluated import EvaluatedPicture, Evaluation, labels_of
from packshot.report.overlay import OverlayBox, legend_of, overlay_boxes
from packshot.report.templating import html_templates
from packshot.report.wording import measured
from packshot.result import Criterion, Proposal

_TEMPLATE: Final = "evaluation.html.j2"
_STYLE: Final = "evaluation.css"


def render_evaluation(evaluation: Evaluation) -> str:
    """The page. The same evaluation gives the same text."""
    env = html_templates()
    loader = env.loader
    if loader is None:
        raise AssertionError("the environment of the HTML pages has a loader")
    style = loader.get_source(env, _STYLE)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return env.get_template(_TEMPLATE).render(
        evaluation=evaluation,
        style=Markup(style),
        policy=f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        criteria=list(Criterion),
        labels_of=labels_of,
        boxes_of=_boxes,
        legend_of=legend_of,
        evaluated_words=evaluated_words,
        measured=measured,
    )


def _boxes(picture: EvaluatedPicture) -> tuple[OverlayBox, ...]:
    return overlay_boxes(picture.evidence, {fault.evidence[-1] for fault in picture.faults})


def evaluated_words(proposal: Proposal) -> str:
    """`7 of 10`, or `3 of 5 evaluated` where no total can be told."""
    if proposal.total is not None:
        return f"{proposal.total} of 10"
    return f"{proposal.evaluated} of {len(Criterion)} evaluated"
