"""Create: from the form to pictures, and back to them."""

from __future__ import annotations

import errno
import io
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from packshot.app.access import close_studio, studio
from packshot.engine import FakeEngine
from packshot.result import DEADLY_AFTER, SUSPECT_AFTER, JobState, Run, RunState
from packshot.service import Service
from packshot.spec import Mode, Spec
from tests.app.frame import MAIN, opened
from tests.service.conftest import HeldEngine, die_at, finished, wait_for

PROMPT = "a red mug"
MISSING = "There is no source picture."


@pytest.fixture
def held(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldEngine]:
    """The studio on an engine whose steps the test lets go one by one."""
    engine = HeldEngine()
    monkeypatch.setattr("packshot.engine.FakeEngine", lambda: engine)
    close_studio()
    yield engine
    engine.let_go()


def asked_for(prompt: str = PROMPT, language: str = "en", **query: str) -> AppTest:
    page = opened("create", language, **query)
    page.text_area(key="asked-prompt").set_value(prompt)
    page.number_input(key="asked-steps").set_value(4)
    return page


def make(page: AppTest) -> AppTest:
    page.button(key="asked-make").click().run()
    assert not page.exception
    return page


def ticket_of(page: AppTest) -> str:
    return str(page.query_params["job"])


def done(page: AppTest) -> AppTest:
    """The page when its job is over: the fragment would have asked for this run."""
    ticket = ticket_of(page)
    wait_for(lambda: not studio().look(ticket).job.is_open, ticket)
    page.run()
    assert not page.exception
    return page


def runs() -> list[Run]:
    return studio().bench.store.runs(state=RunState.SUCCEEDED)


def text_of(page: AppTest) -> str:
    kinds = (page.error, page.warning, page.info, page.markdown, page.caption, page.text, page.html)
    return "\n".join(str(entry.value) for kind in kinds for entry in kind)


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def png(mode: str = "RGB", size: tuple[int, int] = (600, 400), **saved: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 128 if mode in ("L", "I;16") else None).save(file, str(saved.pop("format", "PNG")), **saved)
    return file.getvalue()


def from_picture(name: str = "photo.png", data: bytes | None = None, language: str = "en") -> AppTest:
    page = asked_for(language=language)
    page.segmented_control(key="asked-mode").set_value("img2img").run()
    if data is not None:
        page.file_uploader(key="asked-upload-0").upload(name, data).run()
    assert not page.exception
    return page


def test_one_picture(service: Service) -> None:
    page = done(make(asked_for()))
    (run,) = runs()
    assert run.resolved.intent.prompt == PROMPT
    assert run.resolved.intent.steps == 4
    assert run.result is not None
    assert f"/picture/{run.result.picture_digest}.png" in text_of(page)


def test_three_pictures_each_with_its_own_seed_and_each_to_be_opened(service: Service) -> None:
    page = asked_for()
    page.text_input(key="asked-seed").set_value("7")
    page.number_input(key="asked-pictures").set_value(3).run()
    assert "counted up" in text_of(page)
    page = done(make(page))
    assert sorted(run.resolved.intent.seed for run in runs()) == [7, 8, 9]
    assert text_of(page).count("/thumbnail/") == 3
    page.button(key="job-open-2").click().run()
    assert page.subheader[0].value == "Picture 2"
    assert "seed" in text_of(page).lower()
    assert page.query_params["picture"] == ["2"] or page.query_params["picture"] == "2"


def test_from_an_uploaded_picture(service: Service) -> None:
    page = from_picture(data=png())
    assert "photo\\.png" not in text_of(page), "a file's name is no code"
    digest = studio().bench.store.keep_source(np.zeros((400, 600, 3), np.uint8))
    assert str(page.query_params["source"]) == digest
    done(make(page))
    (run,) = runs()
    assert run.resolved.intent.mode is Mode.IMAGE_TO_IMAGE
    assert run.resolved.intent.source is not None
    assert run.resolved.intent.source.digest == digest
    assert run.resolved.intent.strength == 0.6


def test_from_a_picture_refused_without_one_and_nothing_lost(service: Service) -> None:
    page = make(from_picture())
    assert MISSING in page.error[0].value
    assert page.text_area(key="asked-prompt").value == PROMPT
    assert not page.button(key="asked-make").disabled
    assert "job" not in page.query_params
    assert studio().jobs() == []
    page.file_uploader(key="asked-upload-0").upload("photo.png", png()).run()
    done(make(page))
    assert len(runs()) == 1


def test_a_picture_of_the_workspace_by_its_address_and_removed(service: Service) -> None:
    finished(service, service.make([Spec(prompt="a watch", steps=4)]))
    (run,) = runs()
    assert run.result is not None
    page = opened("create", source=run.result.picture_digest)
    assert page.segmented_control(key="asked-mode").value == "img2img"
    page.button(key="asked-source-remove").click().run()
    assert "source" not in page.query_params
    assert MISSING not in text_of(page)
    page.text_area(key="asked-prompt").set_value(PROMPT)
    assert MISSING in text_of(make(page))


def test_a_picture_chosen_from_the_newest(service: Service) -> None:
    finished(service, service.make([Spec(prompt="a watch", steps=4)]))
    (run,) = runs()
    assert run.result is not None
    page = from_picture()
    page.session_state["asked-recent"] = True
    page.run()
    page.button(key=f"asked-take-{run.id}").click().run()
    assert page.query_params["source"] in (run.result.picture_digest, [run.result.picture_digest])


@pytest.mark.parametrize("source", ["/etc/passwd", "0" * 64, "builtin:watch"])
def test_an_address_names_no_files(service: Service, source: str) -> None:
    page = opened("create", source=source)
    assert not page.exception
    page.text_area(key="asked-prompt").set_value(PROMPT)
    page.segmented_control(key="asked-mode").set_value("img2img").run()
    make(page)
    assert page.error
    assert studio().jobs() == []


def test_settings_survive_another_page_and_another_language(service: Service) -> None:
    page = asked_for("a blue kettle")
    page.text_area(key="asked-negative").set_value("hands")
    page.selectbox(key="asked-scheduler").set_value("DDIM")
    page.text_input(key="asked-seed").set_value("123")
    page.number_input(key="asked-guidance").set_value(3.5)
    page.segmented_control(key="asked-size").set_value("other").run()
    page.number_input(key="asked-width").set_value(128)
    page.number_input(key="asked-height").set_value(192).run()
    page.switch_page("../pages/gallery.py").run()
    page.selectbox(key="lang").set_value("fr").run()
    page.switch_page("../pages/create.py").run()
    assert not page.exception
    assert page.title[0].value == "Créer"
    done(make(page))
    (run,) = runs()
    intent = run.resolved.intent
    assert (intent.prompt, intent.negative_prompt, intent.scheduler.name) == ("a blue kettle", "hands", "DDIM")
    assert (intent.seed, intent.steps, intent.guidance) == (123, 4, 3.5)
    assert (intent.width, intent.height) == (128, 192)


def test_a_reload_finds_the_work_again_with_its_form(held: HeldEngine) -> None:
    ticket = ticket_of(make(asked_for()))
    reloaded = AppTest.from_file(MAIN, default_timeout=30)
    reloaded.query_params["job"] = ticket
    reloaded.run()
    assert "Cancel" in labels(reloaded)
    assert reloaded.text_area(key="asked-prompt").value == PROMPT
    assert reloaded.number_input(key="asked-steps").value == 4
    held.let_go()
    assert "/picture/" in text_of(done(reloaded))
    assert "/picture/" in text_of(opened("create", job=ticket)), "also long after"


def test_progress_is_told_step_by_step_and_in_the_queue(held: HeldEngine) -> None:
    page = make(asked_for())
    wait_for(lambda: studio().look(ticket_of(page)).pictures)
    held.allow(3)
    wait_for(lambda: studio().look(ticket_of(page)).pictures[0].step == 2)
    page.run()
    assert "step 2 of 4" in page.progress[0].text
    assert len(page.image) == 1, "the preview"
    for prompt in ("a kettle", "a watch"):
        other = make(asked_for(prompt))
        ticket = ticket_of(other)
        wait_for(lambda ticket=ticket: studio().look(ticket).pictures and studio().look(ticket).pictures[0].run_id)
        held.allow(1)  # the engine takes orders between two steps
    wait_for(lambda: studio().look(ticket_of(other)).ahead == 1)
    other.run()
    assert "1 picture before yours" in text_of(other)
    assert other.subheader[0].value == "Your work in progress"
    assert PROMPT in [text.value for text in other.text]


def test_cancelled_and_gone_on_with(held: HeldEngine) -> None:
    page = make(asked_for())
    ticket = ticket_of(page)
    wait_for(lambda: studio().look(ticket).pictures)
    held.allow(2)
    page.run()
    page.button(key="job-cancel").click().run()
    assert "Stopping" in text_of(page)
    held.allow(1)
    page = done(page)
    assert studio().look(ticket).job.state is JobState.STOPPED
    assert "Stopped." in text_of(page)
    held.let_go()
    page.button(key="job-go-on").click().run()
    assert "/picture/" in text_of(done(page))
    assert ticket_of(page) == ticket


def test_other_work_is_cancelled_from_the_list(held: HeldEngine) -> None:
    ticket = ticket_of(make(asked_for()))
    page = opened("create")
    page.button(key=f"stop-{ticket}").click().run()
    held.allow(1)
    wait_for(lambda: studio().look(ticket).job.state is JobState.STOPPED)


def test_a_ticket_that_nobody_has(service: Service) -> None:
    page = opened("create", job="01<b>nobody</b>")
    assert not page.exception
    assert not page.error
    assert r"01\<b\>nobody" in page.warning[0].value
    assert "Make" in labels(page)


def test_use_all_settings_of_a_run(service: Service) -> None:
    source = service.bench.store.keep_source(np.full((400, 600, 3), 90, np.uint8))
    spec = Spec(
        prompt="a watch\n on slate",
        negative_prompt="text",
        scheduler="DPM++ Karras",
        steps=9,
        guidance=2.25,
        seed=2**60 + 1,
        width=128,
        height=192,
        source=source,
        strength=0.335,
        fit="crop",  # type: ignore[arg-type]
        precision="float32",
    )
    finished(service, service.make([spec]))
    (first,) = runs()
    page = opened("create", run=first.id)
    assert "run" not in page.query_params
    done(make(page))
    (same,) = runs()
    assert same.id == first.id, "it asks for exactly the same picture"
    assert "made before" in text_of(page)
    page.button(key="job-again").click().run()
    done(page)
    assert {run.spec_hash for run in runs()} == {first.spec_hash}
    assert len(runs()) == 2


@pytest.mark.parametrize(
    ("prompt", "fields", "words"),
    [
        ("", {}, "No prompt was given"),
        ("x" * 2001, {}, "2000 characters"),
        ("word " * 200, {}, "under “Expert”"),
        (PROMPT, {"asked-seed": "many"}, "many"),
        (PROMPT, {"asked-size": "other", "asked-width": 100}, "multiple"),
        (PROMPT, {"asked-loras": "/no/such.safetensors:2"}, "such.safetensors"),
    ],
)
def test_what_cannot_be_is_a_sentence_at_the_form(
    service: Service, prompt: str, fields: dict[str, object], words: str
) -> None:
    page = asked_for(prompt)
    for key, value in fields.items():
        page.session_state[key] = value
    page.run()
    make(page)
    assert words.lower() in page.error[0].value.replace("\\", "").lower()
    assert page.text_area(key="asked-prompt").value == prompt
    assert studio().jobs() == []


def test_a_model_folder_that_is_gone(service: Service, tiny_sd: Path, tmp_path: Path) -> None:
    """The form goes on with it; only Make refuses."""
    folder = shutil.copytree(tiny_sd, tmp_path / "model")
    finished(service, service.make([Spec(prompt="a watch", steps=4, model=str(folder))]))
    (run,) = runs()
    shutil.rmtree(folder)
    close_studio()
    page = make(opened("create", run=run.id))
    assert "no model at" in page.error[0].value
    assert page.selectbox(key="asked-model").value == str(folder)


def animated() -> bytes:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
    return file.getvalue()


def bomb() -> bytes:
    """Few bytes, and a hundred megapixels."""
    return png("1", (10_000, 10_000))


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("text.png", b"this is no picture", "PNG, JPEG or WebP"),
        ("empty.png", b"", "the file is empty"),
        ("huge.jpg", b"\xff\xd8" + bytes(60_000_000), "at most 20 MB"),
        ("bomb.png", bomb(), "megapixels"),
        ("moving.webp", animated(), "2 frames"),
        ("cut.png", png()[:200], "cannot be decoded"),
        ("dot.png", png(size=(4, 4)), "16 px"),
    ],
)
def test_a_bad_upload_is_a_sentence_and_the_page_goes_on(service: Service, name: str, data: bytes, words: str) -> None:
    page = from_picture(name, data)
    assert words in page.error[0].value.replace("\\", "")
    assert "source" not in page.query_params
    page.file_uploader(key="asked-upload-0").upload("photo.png", png()).run()
    assert not page.error
    assert "source" in page.query_params


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (png("CMYK", format="JPEG"), "CMYK"),
        (png("I;16"), "16 bits a channel reduced to 8"),
        (png("RGBA"), "transparency flattened on white"),
    ],
)
def test_an_unusual_picture_is_taken_and_says_what_was_done(service: Service, data: bytes, note: str) -> None:
    page = from_picture("photo.jpg", data)
    assert not page.error
    assert note in text_of(page)
    done(make(page))
    assert len(runs()) == 1


def test_words_are_shown_as_they_are(service: Service) -> None:
    prompt = '<script>alert(1)</script> :red[mug] **bold** "'
    page = done(make(asked_for(prompt)))
    assert prompt in [text.value for text in page.text]
    assert "<script>" not in "".join(str(html.value) for html in page.html)
    assert ":red[mug]" not in "".join(str(words.value) for words in page.markdown)


def test_a_full_disk(service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    page = from_picture()
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR, "packshot.app"):
        patch.setattr(os, "fsync", full)
        page.file_uploader(key="asked-upload-0").upload("photo.png", png()).run()
    assert not page.exception
    assert "disk is full" in page.error[0].value
    assert any(record.exc_info for record in caplog.records)
    page.file_uploader(key="asked-upload-0").upload("photo.png", png(size=(500, 400))).run()
    assert not page.error


def test_a_full_disk_while_it_is_made(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    page = asked_for()
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        page = done(make(page))
    assert "disk is full" in text_of(page).lower()
    page.button(key="job-go-on").click().run()
    done(page)
    assert len(runs()) == 1


def test_a_workspace_that_was_deleted(service: Service, tmp_path: Path) -> None:
    page = make(asked_for())
    done(page)
    shutil.rmtree(tmp_path / "ws")
    page.text_area(key="asked-prompt").set_value("a watch")
    page.button(key="asked-make").click().run()
    assert not page.exception
    assert page.error
    assert "Make" in labels(page)


def test_an_engine_that_fails(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    from packshot.result import Failure

    failing = FakeEngine(fails={PROMPT: Failure(code="model.incomplete", message="the folder is gone", hint="get it")})
    monkeypatch.setattr("packshot.engine.FakeEngine", lambda: failing)
    close_studio()
    page = done(make(asked_for()))
    assert "the folder is gone" in page.error[0].value
    assert "Make" in labels(page)


def test_a_new_seed(service: Service) -> None:
    page = opened("create")
    page.button(key="asked-new-seed").click().run()
    assert page.text_input(key="asked-seed").value != "42"
    assert 0 <= int(page.text_input(key="asked-seed").value) < 2**32


def test_in_french(service: Service) -> None:
    page = make(from_picture(language="fr"))
    assert "Il n’y a pas d’image source" in page.error[0].value
    assert page.button(key="asked-make").label == "Créer"


def test_the_engine_is_made_ready_when_create_is_opened(held: HeldEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_WARM_UP", "yes")
    close_studio()
    held.let_go()
    opened("create")
    opened("create")
    wait_for(lambda: held.made == 1)
    assert not runs()


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("steps", 5000, "1 to 150"),
        ("steps", -1, "1 to 150"),
        ("guidance", -1.0, "guidance"),
        ("pictures", 0, "1 to 8"),
        ("pictures", 99, "1 to 8"),
        ("width", 1, "64"),
        ("height", 99999, "4096"),
    ],
)
def test_impossible_numbers_are_refused_and_nothing_else_is_made(
    service: Service, field: str, typed: float, told: str
) -> None:
    page = asked_for()
    if field in ("width", "height"):
        page.button_group(key="asked-size").set_value("other").run()
    page.number_input(key=f"asked-{field}").set_value(typed)
    page = make(page)
    assert told in text_of(page)
    assert "job" not in page.query_params
    assert not service.jobs()


def test_what_the_model_does_not_know_is_said_before_it_costs_a_picture(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "packshot.app.parts.unknown.foresee", lambda _bench, prompt, _model, **_: (f"unknown: {prompt}",)
    )
    page = asked_for("une tasse").run()
    assert "une tasse" in page.warning[0].value


@pytest.mark.parametrize(
    ("language", "suspected", "failed"),
    [
        ("en", "2 processes died while this was being made", "give the machine more memory"),
        ("fr", "2 processus se sont arrêtés pendant ce travail", "donner plus de mémoire à la machine"),
    ],
)
def test_work_that_ends_its_process_is_told(service: Service, language: str, suspected: str, failed: str) -> None:
    service._dispatcher.take_no_more()
    job = service.make([Spec(prompt=PROMPT, steps=4)])
    die_at(service, job, SUSPECT_AFTER)
    page = opened("create", language, job=job.id)
    assert [suspected in warning.value for warning in page.warning] == [True]
    die_at(service, job, DEADLY_AFTER - SUSPECT_AFTER)
    page = opened("create", language, job=job.id)
    assert [failed in error.value for error in page.error] == [True]
