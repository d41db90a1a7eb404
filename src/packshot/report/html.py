"""The report as one self-contained page: no script, no network, and a content security policy that holds it to that."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from markupsafe import Markup

from packshot.report.chart import seconds_chart
from packshot.report.data import ReportData
from packshot.report.embed import picture_address, thumbnail_address
from packshot.report.templating import context, html_templates
from packshot.result import Pixels

_TEMPLATE: Final = "report.html.j2"
_STYLE: Final = "report.css"


def render_html(data: ReportData) -> str:
    """The page. The same data gives the same text."""
    env = html_templates()
    loader = env.loader
    if loader is None:
        raise AssertionError("the environment of the HTML report has a loader")
    style = loader.get_source(env, _STYLE)[0]
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return env.get_template(_TEMPLATE).render(
        context(data),
        policy=policy,
        style=Markup(style),
        chart=Markup(seconds_chart(data)),
        pictures={shot.run.id: picture_address(shot.pixels) for shot in data.made if shot.pixels is not None},
        thumbnails={shot.run.id: thumbnail_address(shot.pixels) for shot in data.made if shot.pixels is not None},
        sources={digest: picture_address(pixels) for digest, pixels in _sources(data).items()},
    )


def _sources(data: ReportData) -> dict[str, Pixels]:
    """The source pictures by digest, each once."""
    return {
        shot.intent.source.digest: shot.source
        for shot in data.shots
        if shot.intent.source is not None and shot.source is not None
    }
