"""One run as it is shown: with a picture, without one, measured or not, made again."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from packshot.engine import FakeEngine
from packshot.metadata import read_record
from packshot.result import Box, Criterion, Evidence, Failure, Run, RunState
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import details_of, picture_file, rate
from tests.app.frame import opened
from tests.service.conftest import finished, wait_for

PROMPT = "a red mug on <b>white</b>"


def made(service: Service, prompt: str = PROMPT, **asked: object) -> Run:
    job = service.make([Spec(prompt=prompt, seed=7, steps=4, **asked)], person=None)  # type: ignore[arg-type]
    (run_id,) = finished(service, job).job.run_ids
    assert run_id is not None
    return service.bench.store.run(run_id)


def shown(run_id: str, language: str = "en") -> AppTest:
    page = opened("gallery", language, run=run_id)
    assert not page.exception
    return page


def text_of(page: AppTest) -> str:
    parts = [entry.value for kind in (page.html, page.text, page.markdown, page.caption) for entry in kind]
    parts += [entry.value for kind in (page.error, page.warning, page.success, page.info) for entry in kind]
    return "\n".join(map(str, parts))


def test_the_picture_its_configuration_and_three_ways_to_ask_for_it_again(service: Service) -> None:
    run = made(service)
    page = shown(run.id)
    text = text_of(page)
    assert run.result is not None
    assert f'src="/picture/{run.result.picture_digest}.png" alt="a red mug on &lt;b&gt;white&lt;/b&gt;"' in text
    assert run.spec_hash in text
    assert run.result.provenance.weights_digest in text
    command, python, whole = (block.value for block in page.code)
    assert command.startswith("packshot generate ")
    assert "packshot.generate(" in python
    assert json.loads(whole)["data"]["id"] == run.id


def test_evidence_and_scores_are_said_with_people_beside(service: Service) -> None:
    run = made(service)
    rate(service.bench, run.id, "Ada", dict.fromkeys(Criterion, (1, "I saw it")))
    page = shown(run.id, "fr")
    text = text_of(page)
    assert "Fidélité au prompt" in text
    assert "Ada" in text
    assert "1 sur 2" in text
    assert "I saw it" in text
    assert len(details_of(service.bench, run.id).evidence) >= 5
    assert "critères sur 5 évalués" in text or "critère sur 5 évalué" in text


def test_boxes_are_drawn_only_when_asked_for(service: Service) -> None:
    run = made(service)
    box: Box = (8, 8, 60, 40)
    entry = Evidence(name="text_found", value=1, unit="words", sentence="“NIKE” can be read.", regions=(box,))
    service.bench.store.set_evidence(run.id, [entry])
    page = shown(run.id)
    assert "border:2px" not in text_of(page)
    page.toggle[0].set_value(True).run()
    text = text_of(page)
    assert run.result is not None
    assert f"left:{800 / run.result.width:.3f}%" in text
    assert f"width:{5200 / run.result.width:.3f}%" in text
    assert "NIKE" in text


def test_a_run_that_failed_says_why_and_what_to_do(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = Failure(code="engine.out_of_memory", message="16 GB do not suffice", hint="make it smaller")
    engine = FakeEngine(fails={"the big one": failure})
    with monkeypatch.context() as patched:
        patched.setattr("packshot.wiring.workbench.fake_engine", lambda: engine)
        from packshot.app.access import close_studio, studio

        close_studio()
        service = studio()
        run = made(service, "the big one")
        assert run.state is RunState.FAILED
        page = shown(run.id)
        assert "16 GB do not suffice" in page.error[0].value
        assert "make it smaller" in page.error[0].value
        keys = {button.key for button in page.button}
        assert "gallery-use" in keys
        assert not {"gallery-again", "gallery-source", "gallery-compare", "gallery-rate"} & keys


def test_an_unknown_run_is_a_sentence(service: Service) -> None:
    assert "01NOSUCHRUN" in shown("01NOSUCHRUN").error[0].value


def test_made_again_gives_its_verdict(service: Service) -> None:
    run = made(service)
    page = shown(run.id)
    page.button(key="gallery-again").click().run()
    wait_for(lambda: service.bench.store.replays_of(run.id) and not service.jobs(open_only=True), "the replay")
    page.run()
    assert not page.exception
    assert "Identical: every pixel is the same." in page.success[0].value
    assert details_of(service.bench, run.id).replays[0].verdict is not None


def test_the_file_to_download_carries_the_whole_record(service: Service, tmp_path: object) -> None:
    from pathlib import Path

    run = made(service)
    path = Path(str(tmp_path)) / "picture.png"
    path.write_bytes(picture_file(service.bench, run.id))
    record, _pixels = read_record(path)
    assert record.run_id == run.id
    assert record.spec_hash == run.spec_hash


def test_the_source_stands_beside_its_picture(service: Service) -> None:
    source = made(service).result
    assert source is not None
    run = made(service, "a blue mug", mode="img2img", source=source.picture_digest, strength=0.6)
    assert run.state is RunState.SUCCEEDED
    assert f"/picture/{source.picture_digest}.png" in text_of(shown(run.id))


def test_a_cell_names_its_experiment(service: Service) -> None:
    from tests.service.test_service import PLAN

    finished(service, service.experiment(PLAN))
    (name,) = [each.name for each in service.bench.store.experiments()]
    run = service.bench.store.runs(experiment=name)[0]
    assert [entry for entry in details_of(service.bench, run.id).cells if entry[0] == name]
    assert f"of experiment {name}" in text_of(shown(run.id)).replace("\\", "")
