"""Jobs: beside each other, watched, stopped, found again, gone on with."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text

from packshot.engine import FakeEngine
from packshot.errors import RecordError, ServiceError, SpecError
from packshot.experiment import Plan
from packshot.experiment.plan import Varied
from packshot.result import Failure, JobState, RunState
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import flight
from tests.service.conftest import PATIENCE_S, HeldEngine, finished, wait_for


def spec(seed: int = 1, prompt: str = "a red mug", **changes: object) -> Spec:
    return Spec(prompt=prompt, seed=seed, steps=4, **changes)  # type: ignore[arg-type]


def made(service: Service) -> set[str]:
    return {run.id for run in service.bench.store.runs(state=RunState.SUCCEEDED)}


PLAN = Plan.model_validate(
    {
        "schema": "packshot.plan/1",
        "name": "steps",
        "title": "How many steps?",
        "question": "How many?",
        "baseline": {"name": "base", "prompt": "a red mug", "steps": 3},
        "vary": {"steps": [5, 7]},
    }
)


def test_pictures_are_made_and_told(service: Service) -> None:
    job = service.make([spec(1), spec(2)], person="Ada")
    assert job.state is JobState.QUEUED
    view = finished(service, job)
    assert view.job.state is JobState.DONE
    assert view.job.person == "Ada"
    assert [each.state for each in view.pictures] == ["done", "done"]
    assert view.job.run_ids == tuple(each.run_id for each in view.pictures)
    for run_id, seed in zip(view.job.run_ids, (1, 2), strict=True):
        run = service.bench.store.run(run_id or "")
        assert run.state is RunState.SUCCEEDED
        assert run.resolved.intent.seed == seed
        assert service.bench.store.evidence(run.id)


def test_what_cannot_be_is_refused_before_anything_is_kept(service: Service) -> None:
    with pytest.raises(SpecError):
        service.make([spec(), spec(mode="img2img")])
    with pytest.raises(ServiceError) as refused:
        service.make([spec(seed) for seed in range(9)])
    assert refused.value.code == "service.many"
    assert service.jobs() == []


def test_progress_and_preview_are_seen_between_steps(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        job = service.make([spec()])
        wait_for(lambda: service.look(job.id).pictures and service.look(job.id).pictures[0].state == "loading")
        engine.allow(3)  # begin, and two denoiser calls
        wait_for(lambda: service.look(job.id).pictures[0].step == 2)
        seen = service.look(job.id).pictures[0]
        assert (seen.state, seen.steps) == ("denoising", 4)
        assert seen.preview is not None
        assert seen.preview.ndim == 3
        assert 0 < seen.share_done < 1
        assert service.look(job.id).left_s is not None
        engine.let_go()
        assert finished(service, job).pictures[0].preview is None


def test_cancelled_within_one_step_and_others_go_on(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        first = service.make([spec(1)])
        engine.allow(2)
        wait_for(lambda: service.look(first.id).pictures and service.look(first.id).pictures[0].step == 1)
        second = service.make([spec(2)])
        service.stop(first.id)
        engine.allow(1)  # the step that it waits for at most
        view = finished(service, first)
        assert view.job.state is JobState.STOPPED
        assert view.pictures[0].state == "stopped"
        assert service.bench.store.run(view.job.run_ids[0] or "").state is RunState.CANCELLED
        engine.let_go()
        assert finished(service, second).job.state is JobState.DONE


def test_a_stopped_job_can_go_on(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        job = service.make([spec(1), spec(2)])
        wait_for(lambda: service.look(job.id).pictures)
        service.stop(job.id)
        engine.let_go()
        assert finished(service, job).job.state is JobState.STOPPED
        again = service.go_on(job.id)
        assert again.id == job.id
        view = finished(service, again)
        assert view.job.state is JobState.DONE
        assert [each.state for each in view.pictures] == ["done", "done"]


def test_the_place_in_the_queue_is_known(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        jobs = [service.make([spec(1)])]
        engine.allow(1)  # it begins, and waits no more
        wait_for(
            lambda: service.look(jobs[0].id).pictures and service.look(jobs[0].id).pictures[0].state == "denoising"
        )
        for seed in (2, 3):
            jobs.append(service.make([spec(seed)]))
            wait_for(lambda: service.look(jobs[-1].id).pictures and service.look(jobs[-1].id).pictures[0].run_id)
            engine.allow(1)  # the engine takes orders between two steps
            wait_for(lambda expected=len(jobs) - 2: service.look(jobs[-1].id).ahead == expected)
        assert [service.look(job.id).ahead for job in jobs] == [0, 0, 1]
        engine.let_go()
        assert {finished(service, job).job.state for job in jobs} == {JobState.DONE}


def test_the_same_picture_for_two_people_is_computed_once(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        jobs = [service.make([spec()], person=person) for person in ("Ada", "Grace")]
        wait_for(lambda: service.look(jobs[0].id).pictures and service.look(jobs[1].id).pictures)
        engine.let_go()
        views = [finished(service, job) for job in jobs]
        assert engine.made == 1
        assert views[0].job.run_ids == views[1].job.run_ids
        assert {view.job.state for view in views} == {JobState.DONE}


def test_a_failed_picture_fails_alone(open_service: Callable) -> None:
    blank = Failure(code="picture.blank", message="blank")
    with open_service(FakeEngine(fails={"a blue mug": blank})) as service:
        view = finished(service, service.make([spec(), spec(prompt="a blue mug")]))
        assert [each.state for each in view.pictures] == ["done", "failed"]
        assert view.pictures[1].failure == blank
        assert view.job.state is JobState.DONE


def test_an_engine_that_breaks_fails_the_job_and_not_the_service(open_service: Callable) -> None:
    class Breaking(FakeEngine):
        breaks = True

        def step(self):  # type: ignore[no-untyped-def]
            if self.breaks:
                Breaking.breaks = False
                raise RuntimeError("a kernel was not found")
            return super().step()

    with open_service(Breaking()) as service:
        view = finished(service, service.make([spec(1)]))
        assert view.job.state is JobState.FAILED
        assert view.job.failure is not None
        assert "a kernel was not found" in view.job.failure.message
        assert finished(service, service.make([spec(2)])).job.state is JobState.DONE


def test_what_was_made_before_says_so_and_can_be_made_again(open_service: Callable) -> None:
    engine = FakeEngine()
    with open_service(engine) as service:
        first = finished(service, service.make([spec(1)]))
        assert not first.pictures[0].already
        second = finished(service, service.make([spec(1), spec(2)], person="Ada"))
        assert [each.already for each in second.pictures] == [True, False]
        assert second.job.run_ids[0] == first.job.run_ids[0]
        again = finished(service, service.again(second.job.id, person="Grace"))
        assert [each.already for each in again.pictures] == [False, False]
        assert again.job.person == "Grace"
        assert engine.made == 4
    with open_service() as reopened:
        assert [each.already for each in reopened.look(second.job.id).pictures] == [True, False]


def test_what_was_asked_is_told(service: Service) -> None:
    job = finished(service, service.make([spec(1), spec(2)])).job
    assert service.asked(job.id) == (spec(1), spec(2))
    with pytest.raises(RecordError):
        service.asked(service.experiment(PLAN).id)


def test_an_experiment_runs_beside_pictures(service: Service) -> None:
    experiment, pictures = service.experiment(PLAN, person="Ada"), service.make([spec(9)])
    assert finished(service, pictures).job.state is JobState.DONE
    view = finished(service, experiment)
    assert view.job.state is JobState.DONE
    assert view.job.experiment == "steps"
    assert view.progress is not None
    assert (view.progress.done, view.progress.total) == (3, 3)
    assert (service.bench.settings.output / "steps" / "report.html").is_file()


def test_a_stopped_experiment_goes_on_with_what_is_missing(open_service: Callable) -> None:
    engine = HeldEngine()
    long = PLAN.model_copy(update={"vary": Varied(steps=(110, 120, 130, 140, 150))})
    with open_service(engine) as service:
        job = service.experiment(long)

        def one_is_done() -> bool:
            progress = service.look(job.id).progress
            if progress is None or progress.done == 0:
                engine.allow(1)
            return progress is not None and progress.done > 0

        wait_for(one_is_done)
        service.stop(job.id)
        engine.let_go()
        assert finished(service, job).job.state is JobState.STOPPED
        before = made(service)
        assert 1 <= len(before) < 6
        assert finished(service, service.go_on(job.id)).job.state is JobState.DONE
        assert len(made(service)) == 6
        assert before < made(service)


def test_a_replay_gives_its_verdict(service: Service) -> None:
    run_id = finished(service, service.make([spec()])).job.run_ids[0] or ""
    view = finished(service, service.replay(run_id))
    assert view.job.state is JobState.DONE
    assert view.verdict is not None
    assert view.verdict.sameness == "identical"
    with pytest.raises(RecordError):
        service.replay("01ZZZ")


def test_work_is_found_again_and_gone_on_with_after_a_restart(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        job = service.make([spec(1), spec(2)], person="Ada")
        wait_for(lambda: service.look(job.id).pictures)
    with open_service() as service:
        assert service.look(job.id).job.is_open
        view = finished(service, job)
        assert view.job.state is JobState.DONE
        assert view.job.person == "Ada"
        assert len(view.pictures) == 2


def test_a_job_that_outlasts_the_engine_is_left_for_the_next_start(
    open_service: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def measure_long(*_arguments: object) -> None:
        reached.set()
        go_on.wait(PATIENCE_S)
        service._engine.ask(lambda _engine: None)

    monkeypatch.setattr(flight, "measure", measure_long)
    with open_service() as service:
        job = service.make([spec(1), spec(2)])
        assert reached.wait(PATIENCE_S)
        worker = service._at_work.find(job.id)
        assert worker is not None
        service.close(patience_s=0)
        go_on.set()
        worker.thread.join(PATIENCE_S)
        kept = service.bench.store.job(job.id)
        assert (kept.state, kept.failure) == (JobState.QUEUED, None)
    monkeypatch.undo()
    with open_service() as service:
        assert finished(service, job).job.state is JobState.DONE


def test_a_killed_process_leaves_its_jobs_to_the_next(open_service: Callable) -> None:
    with open_service() as service:
        job = service.make([spec()])
        finished(service, job)
        database = service.bench.settings.workspace / "packshot.db"
    living = "UPDATE job SET state = 'running', owner = 'a@nowhere:1:1', lease_until = '2999-01-01 00:00:00.000000'"
    with create_engine(f"sqlite:///{database}").begin() as connection:
        connection.execute(text(living))
    with open_service() as service:
        service.make([spec(2)])
        wait_for(lambda: len(made(service)) == 2)
        assert service.look(job.id).job.owner == "a@nowhere:1:1", "a process of another host may live"
    with create_engine(f"sqlite:///{database}").begin() as connection:
        dead = {"dead": f"{socket.gethostname()}:4194000:1.0"}
        connection.execute(text("UPDATE job SET owner = :dead WHERE state = 'running'"), dead)
    with open_service() as service:
        assert finished(service, job).pictures[0].state == "done"


def test_a_finished_job_is_seen_by_another_process(open_service: Callable) -> None:
    with open_service() as service:
        job = service.make([spec()])
        finished(service, job)
    with open_service() as service:
        view = service.look(job.id.lower())
        assert view.job.state is JobState.DONE
        assert [each.state for each in view.pictures] == ["done"]
        with pytest.raises(RecordError):
            service.look("nothing")


def test_there_is_an_end_to_what_may_wait(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine, most=20) as service:
        for seed in range(20):
            service.make([spec(seed)])
        with pytest.raises(ServiceError) as refused:
            service.make([spec(99)])
        assert refused.value.code == "service.full"
        assert service.count_open() == 20
        engine.let_go()
