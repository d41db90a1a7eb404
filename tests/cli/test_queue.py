"""`packshot queue` and `--on queue`: asked here, made by whoever works at the queue, told here again."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from packshot import wiring
from packshot.result import DEADLY_AFTER, SUSPECT_AFTER
from packshot.service import Service
from tests.cli.conftest import Called
from tests.service.conftest import die_at, finished

Call = Callable[..., Called]
MUG = ("generate", "a red mug", "--size", "64x64", "--steps", "2")

STEPS = """schema: packshot.plan/1
name: steps
title: How many steps?
question: How many?
baseline: {name: base, prompt: a red mug, steps: 3}
vary: {steps: [5, 7]}
"""


@pytest.fixture
def working(call: Call) -> Iterator[Service]:
    """Somebody else who works at the queue of the same folder."""
    settings = wiring.read(workspace=Path(".packshot"), threads=1)
    with wiring.open_service(settings, engine="fake") as service:
        yield service


def test_a_picture_by_the_queue_is_written_here(call: Call, working: Service) -> None:
    done = call(*MUG, "--on", "queue", "--out", "mug.png", "--json")
    assert done.code == 0, done.err
    assert Image.open("mug.png").size == (64, 64)
    assert (done.data["state"], done.data["already"]) == ("succeeded", False)
    again = call(*MUG, "--on", "queue", "--json")
    assert (again.data["id"], again.data["already"]) == (done.data["id"], True)
    assert len(working.jobs()) == 2


def test_a_photo_goes_with_what_is_asked(call: Call, tmp_path: Path) -> None:
    """Who makes it may be on another host: the photo is in the store, and named by its digest."""
    Image.new("RGB", (96, 96), (180, 40, 30)).save("photo.png")
    put = call(*MUG, "--source", "photo.png", "--strength", "0.5", "--on", "queue", "--no-wait", "--json")
    Path("photo.png").unlink()
    with wiring.open_service(wiring.read(workspace=Path(".packshot"), threads=1), engine="fake") as service:
        view = finished(service, service.bench.store.job(put.data["id"]))
        assert [each.state for each in view.pictures] == ["done"]


def test_an_experiment_by_the_queue(call: Call, working: Service, tmp_path: Path) -> None:
    Path("plan.yaml").write_text(STEPS)
    done = call("experiment", "run", "plan.yaml", "--on", "queue", "--json")
    assert done.code == 0, done.err
    assert done.data["states"] == {"succeeded": 3}
    assert Path(done.data["report"]).is_file()
    (job,) = working.jobs()
    assert (job.state, job.experiment) == ("done", "steps")
    again = call("experiment", "run", "plan.yaml", "--on", "queue", "--json")
    assert (again.code, len(working.jobs())) == (0, 1), "where nothing is missing, nothing goes into the queue"


PHOTOS = """schema: packshot.plan/1
name: photos
title: Which photo?
question: Which?
baseline: {name: base, prompt: a red mug, steps: 3, source: red.png, strength: 0.6}
arms:
  - {name: other, change: {source: sub/green.png}}
vary: {source: [blue.png]}
"""


def test_a_plans_photos_go_with_it(call: Call) -> None:
    """Who makes it may be on another machine: no photo is looked for at its path."""
    Path("plan.yaml").write_text(PHOTOS)
    missing = call("experiment", "run", "plan.yaml", "--on", "queue", "--no-wait", "--json")
    assert (missing.code, missing.error["code"]) == (2, "source.missing"), "told to who asks, not to who makes"
    Path("sub").mkdir()
    photos = {"red.png": (180, 40, 30), "sub/green.png": (40, 180, 30), "blue.png": (40, 30, 180)}
    for path, colour in photos.items():
        Image.new("RGB", (256, 256), colour).save(path)
    put = call("experiment", "run", "plan.yaml", "--on", "queue", "--no-wait", "--json")
    assert put.code == 0, put.err
    for path in photos:
        Path(path).unlink()
    assert call("queue", "work", "--until-empty").code == 0
    shown = call("experiment", "show", "photos", "--json").data
    assert shown["states"] == {"succeeded": 3}
    assert [cell["name"] for cell in shown["cells"]] == ["base", "other", "source_blue"]


def test_a_model_that_is_not_there_any_more(call: Call, tiny_sd: Path) -> None:
    """A path says nothing on another machine, and that is said."""
    shutil.copytree(tiny_sd, "model")
    Path("plan.yaml").write_text(STEPS)
    put = call("experiment", "run", "plan.yaml", "--model", "model", "--on", "queue", "--no-wait", "--json")
    assert put.code == 0, put.err
    shutil.rmtree("model")
    call("queue", "work", "--until-empty")
    followed = call("queue", "follow", put.data["id"], "--json")
    assert (followed.code, followed.error["code"]) == (1, "model.unknown")
    assert "'model'" in followed.error["message"]


def test_what_waits_is_listed_stopped_and_gone_on_with(call: Call) -> None:
    assert call("queue", "list").code == 2, "there is no workspace yet"
    put = call(*MUG, "--on", "queue", "--no-wait", "--json")
    assert (put.code, put.data["state"]) == (0, "queued")
    job = put.data["id"]
    assert "request" not in put.data
    listed = call("queue", "list")
    assert job in listed.out
    assert "waits" in listed.out
    assert call("queue", "stop", job, "--json").data["state"] == "stopped"
    assert "empty" in call("queue", "list").out
    assert job in call("queue", "list", "--all").out
    assert call("queue", "resume", job.lower(), "--json").data["state"] == "queued"
    worked = call("queue", "work", "--until-empty")
    assert (worked.code, job in worked.out) == (0, True), worked.err
    followed = call("queue", "follow", job, "--json")
    assert (followed.data["state"], len(followed.data["pictures"])) == ("done", 1)
    unknown = call("queue", "stop", "0" * 26, "--json")
    assert (unknown.code, unknown.error["code"]) == (2, "record.not_found")


def test_what_ends_its_process_says_so(call: Call) -> None:
    job = call(*MUG, "--on", "queue", "--no-wait", "--json").data["id"]
    with wiring.open_workbench(wiring.read(workspace=Path(".packshot")), engine="fake") as bench:
        with wiring.asking(bench) as service:
            die_at(service, service.look(job).job, SUSPECT_AFTER)
        assert "waits alone" in call("queue", "list").out
        with wiring.asking(bench) as service:
            die_at(service, service.look(job).job, DEADLY_AFTER - SUSPECT_AFTER)
    followed = call("queue", "follow", job)
    assert (followed.code, "died 5 times" in followed.err, "more memory" in followed.err) == (1, True, True)
    assert call("queue", "follow", job, "--json").error["code"] == "job.deadly"
    assert call("queue", "resume", job, "--json").data["deaths"] == SUSPECT_AFTER
    worked = call("queue", "work", "--until-empty")
    assert (worked.code, f"{job}  done" in worked.out) == (0, True), worked.out


def test_what_failed_says_so(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from packshot.service import workers

    def broken(_work: object) -> None:
        raise RuntimeError("a cable was pulled")

    job = call(*MUG, "--on", "queue", "--no-wait", "--json").data["id"]
    monkeypatch.setattr(workers, "WORKS", dict.fromkeys(workers.WORKS, broken))
    assert "a cable was pulled" in call("queue", "work", "--until-empty").out
    failed = call("queue", "follow", job)
    assert (failed.code, "a cable was pulled" in failed.err) == (1, True)


def test_nobody_works_and_ctrl_c(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody takes the job, the person is told; Ctrl-C takes it back."""
    from packshot.service import following

    looks: list[int] = []

    def wait(_result: object) -> None:
        looks.append(1)
        raise KeyboardInterrupt

    monkeypatch.setattr(following, "_wait", wait)
    interrupted = call(*MUG, "--on", "queue")
    assert interrupted.code == 130
    assert "nobody works at the queue" in interrupted.err
    assert "packshot queue resume" in interrupted.err
    assert [row["state"] for row in call("queue", "list", "--all", "--json").data] == ["stopped"]
    followed = call("queue", "list", "--all", "--json").data[0]["id"]
    call("queue", "resume", followed)
    assert call("queue", "follow", followed).code == 130
    assert [row["state"] for row in call("queue", "list", "--json").data] == ["queued"]
    assert looks == [1, 1]


def test_a_place_that_is_none(call: Call) -> None:
    assert call(*MUG, "--on", "moon", "--json").error["expected"] == "here, queue"
    assert call(*MUG, "--no-wait", "--json").error["expected"] == "--on queue"
    assert call("experiment", "run", "lab", "--no-wait", "--json").error["expected"] == "--on queue"
    assert call("queue", "work", "--slots", "3").code == 2


def test_a_worker_ends_on_ctrl_c_with_its_work_back(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    import packshot.cli.queue as queue_command

    def pressed(_service: Service, _over: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(queue_command, "_tell_ended", pressed)
    ended = call("queue", "work")
    assert (ended.code, "back in the queue" in ended.err) == (130, True)
