"""When the queue is looked at."""

from __future__ import annotations

from collections.abc import Callable

from packshot.result import Job, JobKind
from packshot.service.at_work import AtWork
from packshot.service.awaited import Awaited
from packshot.service.dispatcher import OFTEN_S, Dispatcher, Lane
from tests.service.test_service import PLAN, spec


def test_a_lane_is_looked_at_for_its_own_news_and_every_now_and_then(open_service: Callable) -> None:
    now, begun = [0.0], list[Job]()
    lanes = Lane((JobKind.PICTURES,), 8), Lane((JobKind.EXPERIMENT,), 8)
    with open_service(works=False) as asking:
        dispatcher = Dispatcher(
            asking.bench.store.worker("ours"),
            lanes,
            AtWork(),
            Awaited(),
            begin=begun.append,
            rest=lambda: [job.id for job in begun],
            put_back=lambda _job: None,
            lost=lambda _job: None,
            clock=lambda: now[0],
        )
        dispatcher._look()

        picture, sweep = asking.make([spec(1)]), asking.experiment(PLAN)
        dispatcher.wake(JobKind.PICTURES)
        dispatcher._look()
        assert [job.id for job in begun] == [picture.id], "a picture that ends is no news for sweeps"
        dispatcher.wake()
        dispatcher._look()
        assert [job.id for job in begun] == [picture.id, sweep.id]

        later = asking.make([spec(2)])
        dispatcher._look()
        assert len(begun) == 2
        now[0] += OFTEN_S
        dispatcher._look()
        assert begun[2].id == later.id, "what others put in is found without news"
