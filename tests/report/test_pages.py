"""The page and the Markdown: self-contained, honest, and deaf to hostile words."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from packshot.report import ReportData, gather, open_language
from packshot.report import html as html_page
from packshot.report import markdown as markdown_page
from packshot.report.arms import arms_of
from packshot.report.charts.figures import draw
from packshot.report.charts.seconds import seconds_chart
from packshot.report.templating import markdown, prose_html, prose_markdown
from packshot.result import Evidence, Pixels, Sameness
from tests.report.samples import LAB, MemorySource, failed, lab, rating, replayed, resolved, run_id

EXPORTS = {name: f"{name}.png" for name, _, _ in LAB}
EVIL = "<script>alert(1)</script> \"&' | `x` [a](http://x) ![b](http://y)\n# head {{ 7 * 7 }}"


class Page(HTMLParser):
    """Tags with their attributes, and the text between them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, Any]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, Any]]:
        return [attrs for name, attrs in self.tags if name == tag]


ENGLISH = open_language("en")


def render_html(data: ReportData) -> str:
    return html_page.render_html(data, draw(data.analysis, ENGLISH), ENGLISH)


def render_markdown(data: ReportData, sheets: dict[str, str]) -> str:
    return markdown_page.render_markdown(data, draw(data.analysis, ENGLISH), ENGLISH, sheets)


def data_of(source: MemorySource) -> ReportData:
    return gather(source, "lab", EXPORTS)


def full() -> MemorySource:
    """With a failure, ratings and replays."""
    source = lab()
    failed(source, 6, "picture.nan")
    source.rated[run_id(1)] = [rating(run_id(1), (2, 1, 1, 0, 2), reason="grey, not white")]
    replayed(source, 9, Sameness.CLOSE, 44.25, "threads 2, recorded 1")
    return source


def hostile() -> MemorySource:
    source = full()
    run = source.runs[run_id(1)]
    spec = resolved({}, None, prompt=EVIL)
    spec = spec.model_copy(update={"origin": spec.origin.model_copy(update={"model": EVIL})})
    source.runs[run.id] = run.model_copy(update={"resolved": spec})
    source.rated[run.id] = [rating(run.id, (0, 0, 0, 0, 0), rater=EVIL[:90], reason=EVIL)]
    source.found[run.id] = [
        Evidence(name=f"{kind}{EVIL}", value=EVIL, unit=EVIL, sentence=EVIL) for kind in ("background", "text", "x")
    ]
    broken = source.runs[run_id(6)]
    assert broken.failure is not None
    failure = broken.failure.model_copy(update={"message": EVIL, "hint": EVIL})
    source.runs[broken.id] = broken.model_copy(update={"failure": failure})
    replayed(source, 8, Sameness.DIFFERENT, None, EVIL)
    source.known = source.known.model_copy(update={"plan": {"title": EVIL, "question": EVIL}})
    return source


@pytest.mark.parametrize("source", [full(), hostile()], ids=["full", "hostile"])
def test_the_page_needs_nothing_from_outside_and_runs_nothing(source: MemorySource) -> None:
    page = Page(render_html(data_of(source)))
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "iframe", "object", "embed", "base", "form"}]
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith("on") or name == "style"], tag
        for name in ("src", "href", "action"):
            if name in attrs:
                assert attrs[name].startswith(("#", "data:image/")), attrs[name][:80]


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    html = render_html(data_of(full()))
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    policy = next(a["content"] for a in Page(html).all("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_hostile_words_are_shown_as_they_are() -> None:
    html = render_html(data_of(hostile()))
    assert "<script" not in html.lower()
    assert "alert(1)" in Page(html).words  # shown, not swallowed
    assert "{{ 7 * 7 }}" in Page(html).words
    text = render_markdown(data_of(hostile()), {})
    assert "<script" not in text
    assert not re.search(r"(?<!\\)\]\(http", text)
    assert not re.search(r"^# head", text, re.MULTILINE)
    widths = {row.count("|") - row.count("\\|") for row in text.splitlines() if row.startswith("| `")}
    assert widths == {10, 9, 8, 6}  # no cell of the plan, the rubric, the times or the settings was broken open


def test_every_link_has_a_target_and_every_picture_words() -> None:
    page = Page(render_html(data_of(full())))
    targets = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {attrs["href"] for attrs in page.all("a")} <= {f"#{target}" for target in targets}
    assert len(page.all("img")) == 9 + 9 + 1 + 6 + 2  # pictures, beside settings, source, strengths beside it, charts
    assert all(len(attrs["alt"]) > 20 for attrs in page.all("img"))


@pytest.mark.parametrize("render", [render_html, lambda data: render_markdown(data, {})], ids=["html", "markdown"])
def test_the_record_is_complete(render: Any) -> None:
    data = data_of(full())
    text = render(data)
    for shot in data.shots:
        assert shot.run.id in text
        assert shot.run.spec_hash in text
        if shot.picture is not None:
            assert f"packshot replay {shot.names[0]}.png" in text
            assert (f"packshot rate {shot.run.id}" in text) == (shot.name != "baseline")
    for words in ("10 of 30", "2.13.0", "picture.nan", "6 of 10", "44.2 dB", "1.2 GiB", "t2i_run01"):
        assert words in text.replace("\\_", "_"), words


@pytest.mark.parametrize("render", [render_html, lambda data: render_markdown(data, {})], ids=["html", "markdown"])
def test_what_was_not_measured_is_said_once_with_its_reason(render: Any) -> None:
    text = render(data_of(lab())).replace("\\_", "_")
    reason = "ikeness PSNR and likeness SSIM: Not evaluated: the picture was made from text alone."
    assert text.count(reason) == 7


def test_what_differs_is_marked() -> None:
    html = render_html(data_of(lab()))
    marks = re.findall(r"<mark>(.*?)</mark>", html)
    assert marks == ["25", "other prompt", "15", "50", "4", "12", "DDIM", *["img2img", "0.35"], *["img2img", "0.6"],
                     *["img2img", "0.85"]]  # fmt: skip


def test_a_cell_that_has_not_run_is_shown_as_such() -> None:
    source = lab()
    cells = [cell.model_copy(update={"run_id": None}) if cell.position > 8 else cell for cell in source.known.cells]
    source.known = source.known.model_copy(update={"cells": tuple(cells)})
    for text in (Page(render_html(data_of(source))).words, render_markdown(data_of(source), {}).replace("\\_", "_")):
        assert "Not run yet: i2i_run08_strength060 and i2i_run09_strength085." in " ".join(text.split())


def test_an_experiment_without_runs_has_a_page() -> None:
    source = lab()
    source.known = source.known.model_copy(update={"cells": ()})
    assert "Nothing has run yet" in render_html(data_of(source))
    assert "No picture, no finding" in render_markdown(data_of(source), {})


def test_ten_pictures_stay_under_three_megabytes() -> None:
    def noise(seed: int) -> Pixels:
        return np.random.default_rng(seed).integers(0, 256, (256, 256, 3), dtype=np.uint8)

    assert len(render_html(data_of(lab(noise))).encode()) < 3_000_000


def test_the_chart_stacks_to_the_picture_s_seconds() -> None:
    data = data_of(lab())
    chart = seconds_chart(data.analysis.seconds, ENGLISH)
    assert chart is not None
    bars: dict[str, float] = {}
    for arm, width in re.findall(
        r'aria-label="[^"]*; arm: ([^;"]+);[^"]*"[^>]*d="M[\d.]+,[\d.]+h([\d.]+)', chart.light
    ):
        bars[arm] = bars.get(arm, 0.0) + float(width)
    times = {arm.name: shot.timings.picture_s for arm in arms_of(data) for shot in arm.made if shot.timings is not None}
    assert set(bars) == set(times)
    assert np.allclose(
        [bars[a] / max(bars.values()) for a in bars], [times[a] / max(times.values()) for a in bars], atol=1e-3
    )
    assert "baseline 0.77 s" in chart.alt


def test_prose_keeps_names_and_escapes_the_rest() -> None:
    assert prose_html("`a_b`: <b>") == "<code>a_b</code>: &lt;b>".replace("b>", "b&gt;")
    assert prose_markdown("`a_b`: 3 * 4 <b>") == "`a_b`: 3 \\* 4 &lt;b\\>"
    assert prose_markdown("one ` alone") == "one \\` alone"
    assert markdown("a\n\n| b") == "a \\| b"
