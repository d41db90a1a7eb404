"""The report as one self-contained page: no script, no network, and a content security policy that holds it to that."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from markupsafe import Markup

from packshot.report.charts.figures import Figures
from packshot.report.data import ReportData, Shot
from packshot.report.embed import Embedded, embedded
from packshot.report.languages import Language
from packshot.report.templating import context, html_templates
from packshot.resolve import fit_source

_TEMPLATE: Final = "report.html.j2"
_STYLE: Final = "report.css"


def render_html(data: ReportData, figures: Figures, language: Language) -> str:
    """The page. The same data gives the same text. Holds one picture's pixels at a time."""
    env = html_templates(language)
    loader = env.loader
    if loader is None:
        raise AssertionError("the environment of the HTML report has a loader")
    style = loader.get_source(env, _STYLE)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return env.get_template(_TEMPLATE).render(
        context(data, language),
        figures=figures,
        policy=policy,
        style=Markup(style),
        pictures={s.run.id: embedded(s.picture.load(), len(data.made)) for s in data.made if s.picture is not None},
        sources=_sources(data),
    )


def _sources(data: ReportData) -> dict[str, Embedded]:
    """The source pictures by digest, each once, as the model took them: at the size of what was made from them."""
    shots = {shot.intent.source.digest: shot for shot in data.shots if shot.intent.source is not None}
    return {digest: found for digest, shot in shots.items() if (found := _source(shot, len(shots))) is not None}


def _source(shot: Shot, sources: int) -> Embedded | None:
    if shot.source is None:
        return None
    pixels, intent = shot.source.load(), shot.intent
    if intent.fit is not None:
        pixels = fit_source(pixels, (intent.width, intent.height), intent.fit)
    return embedded(pixels, sources)
