"""The French page: every sentence said, numbers with a comma, codes and people's words as they are."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import yaml

from packshot.errors import UsageError
from packshot.evaluation import Asked, evaluate, propose
from packshot.evaluation.colour_cast import HUES
from packshot.experiment.effect import Interval
from packshot.experiment.effect_words import effect_sentence
from packshot.experiment.statistics import Sample
from packshot.experiment.trend_words import trend_sentence
from packshot.report import gather, open_language, render_html, render_markdown, write_report
from packshot.report.charts.figures import draw
from packshot.report.languages import Translation
from packshot.report.languages.translation import PLACE
from packshot.result import Sameness
from packshot.spec import Mode
from tests.report.samples import MemorySource, analysed, failed, lab, rating, replayed, replicated, run_id

ENGLISH = re.compile(r"\b(the|of|is|was|were|and|to|not|by|in|with|from|no|picture|its)\b")
REASON = "grey, not white"


class Words(HTMLParser):
    """Every text of a page: between tags and in attributes; not codes, and not what people wrote themselves."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"style", "code", "blockquote"}:
            self.open.append(tag)
        self.found += [value for name, value in attrs if name in {"alt", "aria-label", "title"} and value]

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open and data.strip():
            self.found.append(data.strip())


def complete() -> MemorySource:
    """Arms × seeds with every kind of evidence, a failure, a rating and a replay."""
    source = replicated(2)
    failed(source, 5, "picture.nan")
    source.rated[run_id(1)] = [rating(run_id(1), (2, 1, 1, 0, 2), reason=REASON)]
    replayed(source, 8, Sameness.CLOSE, 44.25, "threads 2, recorded 1")
    return source


@pytest.mark.parametrize("name", ["lab", "many"])
@pytest.mark.parametrize("pairs", [5, 1])
def test_every_sentence_has_a_translation(name: str, pairs: int) -> None:
    """What fails here is added to `src/packshot/report/languages/fr.yaml`: the lines below are ready for it."""
    language = open_language("fr")
    data = analysed(gather(lab() if name == "lab" else complete(), name, {}), pairs)
    figures = draw(data.analysis, language)
    page = render_html(data, figures, language)
    render_markdown(data, figures, language, {"text-to-image": "grid_text2img.png"})
    assert not language.misses, "\n" + "\n".join(f'  "{text}": ""' for text in language.misses)
    assert '<html lang="fr">' in page
    assert 'lang="en"' not in page
    kept = [shot.intent.prompt for shot in data.shots] + [data.title, data.question, REASON]
    for text in Words(page).found:
        for words in kept:
            text = text.replace(words, "") if words else text
        text = re.sub(r"\b[a-z]+\.[a-z_]+\b", "", text)  # codes of failures
        assert not ENGLISH.search(text), text
        numbers = re.findall(r"(?<![\w.])\d+\.\d+(?![\w.])", text)
        assert not numbers, text


def test_built_in_plans_have_french_titles_and_questions() -> None:
    french = open_language("fr")
    for path in resources.files("packshot.data").joinpath("plans").iterdir():
        plan = yaml.safe_load(path.read_text("utf-8"))
        assert french.knows(plan["title"]), plan["title"]
        assert french.knows(" ".join(plan["question"].split())), plan["question"]


@pytest.mark.parametrize("parameter", ["steps", "guidance", "strength"])
@pytest.mark.parametrize(("unit", "shown"), [("%", True), ("ΔE00", True), (None, False), ("grey levels²", None)])
def test_what_effects_and_trends_really_say_has_a_translation(
    parameter: str, unit: str | None, shown: bool | None
) -> None:
    """The functions that write them, not sentences made up here: their wording has changed before."""
    french = open_language("fr")
    interval = None if shown is None else Interval(0.1, 0.5, "t") if shown else Interval(-0.2, 0.5, "t")
    sample = Sample(np.array([0.3]), blocks=1 if shown is None else 5, products=1, clustered=False)
    trend = trend_sentence(
        parameter=parameter, where=(("source", "builtin:lab-source"),), measure="likeness_colour", unit=unit,
        levels=((1, 0.1), (4, 0.9), (12, 0.4)), found=sample, blocks=[("", 1)], of=5, interval=interval, shown=shown,
    )  # fmt: skip
    effect = effect_sentence(
        who=f"{parameter} 4", measure="likeness_colour", unit=unit, found=sample, rests_on="5 pairs",
        interval=interval, shown=shown,
    )  # fmt: skip
    for sentence in (trend, effect):
        assert french.knows(sentence), sentence


def test_what_rules_really_propose_has_a_translation() -> None:
    """Every reason of a picture with all its evidence, and of one with none of it."""
    french = open_language("fr")
    pixels = np.full((64, 64, 3), 250, np.uint8)
    pixels[16:56, 20:44] = (200, 20, 30)
    evidence = evaluate(pixels, Asked("a red mug on a white background", mode=Mode.TEXT_TO_IMAGE), None)
    nothing = [entry.model_copy(update={"value": None, "sentence": "Not evaluated: x."}) for entry in evidence]
    for found, replays in ((evidence, [Sameness.CLOSE]), (nothing, [])):
        for score in propose(found, replays).scores.values():
            assert french.knows(score.reason), score.reason


def test_a_sentence_without_translation_stays_english_and_is_told(tmp_path: Path) -> None:
    source = lab()
    entry = source.found[run_id(1)][0]
    source.found[run_id(1)][0] = entry.model_copy(update={"sentence": "Nobody ever translated this."})
    files = write_report(source, "lab", tmp_path, {}, language=open_language("fr"))
    assert "Nobody ever translated this." in files.untranslated
    assert '<span lang="en">Nobody ever translated this.</span>' in files.html.read_text("utf-8")


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("0 pieces", "0\u00a0morceau"),
        ("2 pieces", "2\u00a0morceaux"),
        ("1.2 percentage points lower", "1,2\u00a0point de pourcentage de moins"),
        ("2 percentage points", "2\u00a0points de pourcentage"),
        ("less than 0.01 L* higher", "moins de 0,01\u00a0L* de plus"),
        (
            "The white background is 4.0 ΔE*ab from neutral towards orange.",
            "Le fond blanc est à 4,0\u00a0ΔE*ab du neutre, vers l’orange.",
        ),
        (
            "tiny knows mug, bag; “black and white cat”, “palm tree” and 2 more are not among them: it draws the"
            " nearest that it knows",
            "tiny connaît mug, bag\u202f; «\u00a0black and white cat\u00a0», «\u00a0palm tree\u00a0» et 2 autres n’en"
            " font pas partie\u00a0: il dessine le plus proche qu’il connaît",
        ),
        (
            "The picture fits its prompt by 0.612 (cosine, by studio-tiny's own CLIP).",
            "L’image correspond à son prompt à 0,612 (cosinus, par le CLIP de studio-tiny).",
        ),
        (
            "steps 30: the same as the baseline, whose pictures are made once",
            "pas 30\u00a0: comme la référence, dont les images ne sont faites qu’une fois",
        ),
        ("What difference does it make to change the steps?", "Que fait à l’image ce réglage\u00a0: pas\u202f?"),
        (
            "Ada and the proposal gave the same score 3 of 5 times, on 1 picture: not enough for a kappa (5 are).",
            "Ada et la proposition ont donné la même note 3 fois sur 5, sur 1 image\u00a0: pas assez pour un kappa"
            " (il en faut 5).",
        ),
        ("2 replays: 1 identical, 1 close.", "2 reproductions\u00a0: 1 identique, 1 proche."),
    ],
)
def test_what_a_reader_found_wrong_stays_right(english: str, other: str) -> None:
    french = open_language("fr")
    assert french.say(english) == other
    assert french.misses == ()


@pytest.mark.parametrize("hue", [name for _bound, name in HUES])
def test_every_hue_has_its_article(hue: str) -> None:
    assert re.fullmatch(r"vers (le |l’)\w+", open_language("fr").say(f"towards {hue}"))


def test_every_apostrophe_is_a_curved_one() -> None:
    french = open_language("fr")
    assert isinstance(french, Translation)
    assert [other for other in french.entries.values() if re.search(r"\w'[\w«]", other)] == []


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        open_language("de")
    assert caught.value.expected == "en, fr"


@pytest.fixture
def language() -> Translation:
    return Translation(
        code="xx",
        entries={
            "red": "rouge",
            "picture": "image",
            "the product": "le produit",
            "{n} pictures": "{n} images",
            "{n} of {all} are {what}.": "{n} sur {all} : {what}.",
            "made for “{prompt!}” in {s}": "pour « {prompt} » en {s}",
            "{a} and no more": "{a}, c'est tout",
        },
        units={"s": "s", "GiB": "Gio"},
        conjunction=" et ",
        moment="{day}/{month}/{year} {clock}",
        number_format=None,
    )


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("red", "rouge"),
        ("Red", "Rouge"),
        ("3 of 10 pictures are red.", "3 sur 10 images : rouge."),
        ("3 of 10 pictures are red. Red", "3 sur 10 images : rouge. Rouge"),
        ("1 of 2.5 s are red and the product.", "1 sur 2,5\u00a0s : rouge et le produit."),
        ("made for “the red product, 1.5” in 0.71 s", "pour « the red product, 1.5 » en 0,71\u00a0s"),
        ("4,935.5", "4\u202f935,5"),
        ("-1.5 GiB", "−1,5\u00a0Gio"),
        ("`a_b.c 1.5`", "`a_b.c 1.5`"),
        ("red, `x_1` and the product", "rouge, `x_1` et le produit"),
        ("2026-11-23 00:40 UTC", "23/11/2026 00:40"),
        ("256×256", "256×256"),
    ],
)
def test_what_stands_in_a_place_is_translated_in_turn(language: Translation, english: str, other: str) -> None:
    assert language.say(english) == other
    assert language.misses == ()


@pytest.mark.parametrize(
    "english", ["3 of 10 pictures are blue.", "blue", "1.5 stones", "red and blue", "Blue and no more"]
)
def test_a_sentence_with_one_unknown_word_is_a_miss_as_a_whole(language: Translation, english: str) -> None:
    assert language.say(english) == english
    assert language.misses == (english,)
    assert language.term(english) == english
    assert not language.knows(english)


def test_no_place_of_the_catalogue_is_lost_or_invented() -> None:
    french = open_language("fr")
    assert isinstance(french, Translation)
    for english, other in french.entries.items():
        places = set(re.findall(r"\{(\w+)[!#]?\}", english))
        assert set(re.findall(r"\{(\w+)!?\}", other)) <= places, english


def test_every_template_is_among_those_that_its_own_sentences_are_held_against() -> None:
    french = open_language("fr")
    assert isinstance(french, Translation)
    for english in filter(PLACE.search, french.entries):
        text = PLACE.sub("7", english)
        assert any(template.match(text) for _rank, template in french._templates.likely(text)), english
        assert french.knows(text), english


def test_a_language_may_be_shared_by_threads_and_forgets_the_oldest(
    language: Translation, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys
    from concurrent.futures import ThreadPoolExecutor

    monkeypatch.setattr("packshot.report.languages.translation.KEPT", 20)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda number: language.say(f"{number % 50}.5 s"), range(4000)))
            list(pool.map(lambda number: (language.say(f"unheard of {number % 50}"), language.misses), range(4000)))
    finally:
        sys.setswitchinterval(before)
    assert said == [f"{number % 50},5\u00a0s" for number in range(4000)]
    assert len(language._known) <= 20
    assert len(language.misses) <= 20
