"""An engine made ready before anybody asks: nothing is kept of it, nobody waits for it, and nothing depends on it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from packshot.engine import FakeEngine
from packshot.evaluation import NO_INSTRUMENTS
from packshot.result import Failure, JobState
from packshot.service import Warmth
from packshot.service.warming import PATIENCE_S, UNSEEN, Warming
from tests.service.conftest import HeldEngine, finished, wait_for
from tests.service.test_service import made, spec


def test_nothing_is_kept_and_nobody_waits_for_it(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine) as service:
        service.warm_up()
        service.warm_up()
        wait_for(lambda: engine.busy)
        job = service.make([spec()])
        wait_for(lambda: service.look(job.id).pictures)
        assert service.look(job.id).ahead == 0
        assert service.warmth is Warmth.WARMING
        engine.let_go()
        kept = {finished(service, job).pictures[0].run_id}
        assert made(service) == kept
        wait_for(lambda: engine.made == 2)
        wait_for(lambda: service.warmth is Warmth.WARM)


def test_not_where_the_settings_say_no(open_service: Callable) -> None:
    engine = FakeEngine()
    with open_service(engine, warm_up=False, warm_first=True) as service:
        service.warm_up()
        finished(service, service.make([spec()]))
        assert (engine.made, service.warmth) == (1, Warmth.COLD)


def test_pictures_are_made_all_the_same_where_it_failed(
    open_service: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    failure = Failure(code="engine.failed", message="no weights")
    with open_service(FakeEngine(fails={UNSEEN.prompt: failure}), warm_first=True) as service:
        job = service.make([spec()])
        with caplog.at_level(logging.WARNING, "packshot"):
            service.warm_up()
            assert finished(service, job).job.state is JobState.DONE
        assert service.warmth is Warmth.FAILED
    assert "no weights" in caplog.text


def test_a_cold_process_leaves_the_work_to_warm_ones(open_service: Callable) -> None:
    engine = HeldEngine()
    with open_service(engine, warm_first=True) as cold:
        first, second = cold.make([spec(1)]), cold.make([spec(2)])
        cold.warm_up()
        wait_for(lambda: engine.busy)
        cold._dispatcher._look()
        assert cold._at_work.ids == []
        with open_service() as warm:
            assert finished(warm, first).job.state is JobState.DONE
            assert finished(warm, second).job.state is JobState.DONE
        third = cold.make([spec(3)])
        engine.let_go()
        assert finished(cold, third).job.state is JobState.DONE
        assert cold.warmth is Warmth.WARM


def test_there_is_an_end_to_being_waited_for(open_service: Callable) -> None:
    engine, now = HeldEngine(), [0.0]
    with open_service(engine) as service:
        warming = Warming(service.bench, service._engine.caller(counted=False), clock=lambda: now[0])
        assert warming.warmth is Warmth.COLD
        warming.begin()
        assert warming.warmth is Warmth.WARMING
        now[0] = PATIENCE_S
        assert warming.warmth is Warmth.LATE
        engine.let_go()
        wait_for(lambda: warming.warmth is Warmth.WARM)


def test_what_measures_pictures_is_made_ready_too(open_service: Callable) -> None:
    asked: list[str] = []

    def instruments(model: str) -> object:
        asked.append(model)
        return NO_INSTRUMENTS

    with open_service() as service:
        bench = replace(service.bench, instruments=instruments)
        warming = Warming(bench, service._engine.caller(counted=False))
        warming.begin()
        wait_for(lambda: warming.warmth is Warmth.WARM)
    assert asked == ["studio-tiny"]
