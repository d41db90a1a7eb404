"""Pictures of any tool, drawn with known faults: what is flagged, what is told, what is written."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

import packshot
from packshot.errors import EvaluationError, PackshotError, RecordError, SourceError
from packshot.evaluation import Instruments
from packshot.evaluation.rubric import KNOWN_SCORER
from packshot.instruments import instruments_of
from packshot.models import Catalogue, DigestCache
from packshot.report.evaluated import Evaluation, as_json, labels_of
from packshot.report.evaluation_page import render_evaluation
from packshot.result import Criterion, Pixels
from packshot.spec import Mode
from packshot.workflow import Workbench, export_picture, make_picture
from packshot.workflow.evaluate import evaluate_target, write_evaluation
from packshot.workflow.evaluate_folder import Told, _asked, _instruments, evaluate_folder
from packshot.workflow.evaluate_table import read_prompt_table
from packshot.workflow.rating_sheet import _read
from tests.product.drawings import GROUNDS, disc, draw

BLUE = (30, 60, 160)
WHITE = Told(prompt="a blue ball on a white background")
A1111 = (
    "a blue ball on a white background\nNegative prompt: text, logo\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"
)


def save(path: Path, pixels: Pixels) -> None:
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(pixels).save(path, **({"lossless": True} if path.suffix == ".webp" else {}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures as they should be, grey, and cut; a broken one, a table, and a folder."""
    pictures = tmp_path / "pictures"
    save(pictures / "good.png", draw(disc(radius=0.4), GROUNDS["white"], BLUE))
    save(pictures / "grey.webp", draw(disc(radius=0.4), GROUNDS["grey"], BLUE))
    save(pictures / "cut.png", draw(disc(radius=0.4, centre=(0.0, 1.0)), GROUNDS["white"], BLUE))
    (pictures / "broken.jpg").write_bytes(b"no picture")
    (pictures / "notes.txt").write_text("notes")
    (pictures / "more").mkdir()
    return pictures


def found(evaluation: Evaluation, name: str) -> tuple[tuple[str, ...], int | None]:
    picture = next(picture for picture in evaluation.pictures if picture.name == name)
    return labels_of(picture), picture.proposal.scores[Criterion.USABILITY].score


def test_faults_are_flagged_and_summed_up(bench: Workbench, folder: Path) -> None:
    done = evaluate_folder(bench, folder, WHITE)
    assert [picture.name for picture in done.pictures] == ["cut.png", "good.png", "grey.webp"]
    assert found(done, "good.png")[0] == ()
    assert found(done, "grey.webp") == (("background not as asked",), 1)
    assert found(done, "cut.png")[1] == 0
    assert "cut by the frame" in found(done, "cut.png")[0]
    assert done.summary[0] == "1 of 3 pictures asked for a white background have another"
    assert "1 of 3: cut by the frame" in done.summary
    assert "1 file was not read" in done.summary
    assert [(entry.name, entry.code) for entry in done.unreadable] == [("broken.jpg", "source.format")]
    assert done.left_alone == ("more/", "notes.txt")


def test_without_a_prompt_nothing_is_invented(bench: Workbench, folder: Path) -> None:
    done = evaluate_folder(bench, folder, Told())
    assert {picture.asked_from for picture in done.pictures} == {"nobody"}
    assert "3 of 3 have no known prompt: what depends on it is not evaluated" in done.summary
    assert found(done, "grey.webp")[0] == ()


def test_one_file_is_evaluated_like_a_folder(bench: Workbench, folder: Path) -> None:
    assert [p.name for p in evaluate_target(bench, str(folder / "grey.webp"), WHITE).pictures] == ["grey.webp"]
    with pytest.raises(SourceError, match="no picture in"):
        evaluate_folder(bench, folder / "more", WHITE)


@pytest.mark.parametrize("ending", ["png", "jpg", "webp"])
def test_the_prompt_of_another_tool_is_read(bench: Workbench, tmp_path: Path, ending: str) -> None:
    picture = Image.fromarray(draw(disc(), GROUNDS["grey"], BLUE))
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("parameters", A1111)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + A1111.encode("utf-16-be")
    picture.save(tmp_path / f"a.{ending}", **({"pnginfo": chunks} if ending == "png" else {"exif": exif}))
    (entry,) = evaluate_target(bench, str(tmp_path / f"a.{ending}"), Told()).pictures
    assert (entry.asked.prompt, entry.asked.negative_prompt) == ("a blue ball on a white background", "text, logo")
    assert entry.asked_from == "its A1111 text"
    assert labels_of(entry) == ("background not as asked",)
    (entry,) = evaluate_target(bench, str(tmp_path / f"a.{ending}"), Told(prompt="a ball")).pictures
    assert (entry.asked.prompt, entry.asked_from) == ("a ball", "told on the command line")


def test_our_own_record_is_read_with_its_source(bench: Workbench, tmp_path: Path) -> None:
    save(tmp_path / "photo.png", draw(disc(64), GROUNDS["white"], BLUE))
    made = make_picture(bench, packshot.Spec(prompt="a mug", source=str(tmp_path / "photo.png"), strength=0.5, steps=4))
    path = export_picture(bench, made.run, tmp_path / "own" / "mug.png")
    (entry,) = evaluate_target(bench, str(path.parent), Told()).pictures
    assert (entry.asked.prompt, entry.asked_from, entry.asked.mode) == ("a mug", "its own record", Mode.IMAGE_TO_IMAGE)
    assert entry.evidence == tuple(bench.store.evidence(made.run.id))


def test_a_source_makes_it_image_to_image(bench: Workbench, tmp_path: Path) -> None:
    wide = draw(disc(256, radius=0.3), GROUNDS["white"], BLUE)[32:224]
    save(tmp_path / "photo.png", wide)
    save(tmp_path / "made" / "a.png", wide[:, 32:224])
    (entry,) = evaluate_folder(bench, tmp_path / "made", Told(prompt="a ball", source=tmp_path / "photo.png")).pictures
    assert entry.asked.mode is Mode.IMAGE_TO_IMAGE
    assert entry.value_of["likeness_psnr"] == "identical", "it was cropped, and that is found out"
    assert entry.notes == ("the source has another shape; it was laid over by crop, which is nearest",)
    with pytest.raises(SourceError):
        evaluate_folder(bench, tmp_path / "made", Told(source=tmp_path / "no.png"))


def test_a_table_tells_for_each_file(bench: Workbench, folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "prompts.csv"
    save(tmp_path / "photo.png", draw(disc(radius=0.4), GROUNDS["grey"], BLUE))
    table.write_text(
        "file;prompt;source\ngrey.webp;a ball, on a grey background;photo.png\nnone.png;a ball;\n", encoding="utf-8-sig"
    )
    done = evaluate_folder(bench, folder, Told(prompt="a ball on a red background", rows=read_prompt_table(table)))
    assert found(done, "grey.webp")[0] == ()
    assert found(done, "good.png")[0] == ("background not as asked",)
    grey = next(picture for picture in done.pictures if picture.name == "grey.webp")
    assert (grey.asked_from, grey.source, grey.value_of["likeness_psnr"]) == (
        "told in the table",
        "photo.png",
        "identical",
    )
    assert ("none.png", "source.missing") in [(entry.name, entry.code) for entry in done.unreadable]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("prompt\na ball\n", "columns"),
        ("file,prompt,colour\na.png,a ball,red\n", "columns"),
        ("file,prompt\na.png,a ball, on white\n", "line 2 has more cells"),
        ("file,prompt\n,a ball\n", "line 2: no file"),
        ("file,prompt\na.png,a ball\na.png,a mug\n", "line 3: a.png stands there twice"),
        (f"file,prompt\na.png,{'a' * 2001}\n", "too long"),
        ("", "columns"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "prompts.csv").write_text(content)
    with pytest.raises(EvaluationError, match=message) as caught:
        read_prompt_table(tmp_path / "prompts.csv")
    assert caught.value.code == "evaluation.table"


HEADS = (b"", b"file,prompt\n", b"number,adherence,realism,artifacts,usability,reproducibility\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, head: bytes, rest: bytes) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(head + rest)
    for read in (read_prompt_table, _read):
        with suppress(EvaluationError, RecordError):
            read(path)


def test_evidence_of_runs_is_derived_again_and_kept(bench: Workbench) -> None:
    made = make_picture(bench, packshot.Spec(prompt="a mug on a white background", steps=2))
    before = bench.store.evidence(made.run.id)
    bench.store.set_evidence(made.run.id, [])
    done = evaluate_target(bench, made.run.id[:12], Told())
    assert bench.store.evidence(made.run.id) == before
    assert [entry.evidence for entry in done.pictures] == [tuple(before)]
    with pytest.raises(EvaluationError, match="recorded"):
        evaluate_target(bench, made.run.id, WHITE)
    with pytest.raises(RecordError, match="nothing of that name"):
        evaluate_target(bench, "no-such-thing", Told())


class Fond:
    """A scorer that likes everything."""

    unit = None

    def __init__(self, name: str) -> None:
        self.name = name

    def score(self, _pixels: Pixels, _prompt: str) -> float:
        return 0.9


def equipped(bench: Workbench, scorer: str) -> Workbench:
    return replace(bench, instruments=lambda _model: Instruments(scorer=Fond(scorer)))


def reason_of(bench: Workbench, path: Path, told: Told) -> str | None:
    """Why no scorer is asked; None where one is."""
    named = _asked(bench, path, told, None)
    found = _instruments(bench, named)
    return found.no_scorer if found.scorer is None else None


def test_a_scorer_is_asked_about_what_it_knows(bench: Workbench, folder: Path, tmp_path: Path) -> None:
    built_in, other = equipped(bench, KNOWN_SCORER), equipped(bench, "some-clip")
    run = make_picture(bench, packshot.Spec(prompt="a mug", steps=2)).run
    own = export_picture(bench, run, tmp_path / "own.png")
    foreign = folder / "good.png"
    assert "pictures alone" in (reason_of(built_in, foreign, WHITE) or "")
    assert reason_of(other, foreign, WHITE) is None
    assert reason_of(other, foreign, Told()) == "no prompt is known"
    assert reason_of(built_in, own, Told()) is None
    assert reason_of(other, own, Told()) is None


def test_words_that_the_built_in_scorer_does_not_know(bench: Workbench, tmp_path: Path) -> None:
    """A run and its file are told the same: the scorer itself says what it knows."""
    instruments = instruments_of(bench.settings, Catalogue(DigestCache(None), offline=True))
    knowing = replace(bench, instruments=lambda _model: replace(instruments("studio-tiny"), reader=None))
    run = make_picture(knowing, packshot.Spec(prompt="a zeppelin", steps=2)).run
    own = export_picture(knowing, run, tmp_path / "own.png")
    (picture,) = evaluate_folder(knowing, own, Told()).pictures
    for found in (knowing.store.evidence(run.id), picture.evidence):
        (entry,) = (entry for entry in found if entry.name == "adherence")
        assert (entry.value, entry.sentence) == (
            None,
            f"Not evaluated: {KNOWN_SCORER} does not know what was asked for.",
        )
    (picture,) = evaluate_folder(knowing, own, Told(prompt="a mug")).pictures
    assert isinstance(picture.value_of["adherence"], float)


def test_the_page_is_whole_and_harmless(bench: Workbench, folder: Path, tmp_path: Path) -> None:
    (folder / "cut.png").rename(folder / "a<b>.png")
    done = evaluate_folder(bench, folder, Told(prompt="<script>alert(1)</script> on a white background"))
    files = write_evaluation(done, tmp_path / "out")
    page = files.html.read_text(encoding="utf-8")
    assert page == render_evaluation(done)
    assert "<script" not in page
    assert "a<b>" not in page
    assert not re.search(r"(?:src|href)=\"(?!data:|#)", page)
    assert page.count("<svg") == 3
    assert page.count('<g class="fault">') >= 1
    assert page.count('<g class="region">') >= 1
    assert "not read" in page or "broken.jpg" in page
    assert json.loads(files.json.read_text())["data"] == json.loads(json.dumps(as_json(done)))


def test_what_cannot_be_drawn_does_not_stop_the_rest(bench: Workbench, folder: Path) -> None:
    save(folder / "tiny.png", np.zeros((8, 8, 3), np.uint8))
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    done = evaluate_folder(bench, folder, WHITE)
    assert {entry.name: entry.code for entry in done.unreadable} == {
        "broken.jpg": "source.format",
        "tiny.png": "source.too_small",
        "gone.png": "source.missing",
    }
    assert len(done.pictures) == 3
    with pytest.raises(PackshotError):
        evaluate_target(bench, str(folder / "more"), WHITE)
