"""How many slots pictures of several jobs share."""

from __future__ import annotations

from collections.abc import Callable

from packshot.resolve import Order, worthwhile_slots
from packshot.resolve.throughput import OVERHEAD_ROWS
from packshot.service.crowd import Crowd
from packshot.settings import Settings
from tests.engine.conftest import order  # noqa: F401  (its fixture)


def slots_of(orders: dict[str, Order]) -> list[tuple[int, int]]:
    return [(each.resolved.execution.slots, each.resolved.execution.rows) for each in orders.values()]


def test_a_crowd_shares_calls_and_one_alone_has_its_own(settings: Settings, order: Callable[..., Order]) -> None:  # noqa: F811
    crowd = Crowd(settings)
    with crowd.joined({"a": order(seed=1)}) as alone:
        assert slots_of(alone) == [(1, 2)]
        with crowd.joined({"b": order(seed=2), "c": order(seed=3), "d": order(seed=4)}) as three:
            assert len(set(slots_of(three))) == 1
            (slots, rows) = slots_of(three)[0]
            assert (slots, rows) == (2, 4), "on a processor more than two save little, and all wait for the last"
            with crowd.joined({"e": order(seed=5, guidance=1.0)}) as unguided:
                assert slots_of(unguided) == [(slots, rows)], "it joins the call that is there"
            with crowd.joined({"f": order(seed=6, width=128, height=128)}) as larger:
                assert slots_of(larger) == [(1, 2)], "another size is another call"
    with crowd.joined({"a": order(seed=1)}) as again:
        assert slots_of(again) == [(1, 2)]


def test_a_fixed_number_of_slots_holds_alone_and_in_company(settings: Settings, order: Callable[..., Order]) -> None:  # noqa: F811
    crowd = Crowd(settings, 4)
    with crowd.joined({"a": order(seed=1)}) as alone, crowd.joined({"b": order(seed=2)}) as beside:
        assert slots_of(alone) == slots_of(beside) == [(4, 8)]
        crowd.lowered(order(seed=1), 2)
        with crowd.joined({"c": order(seed=3)}) as lowered:
            assert slots_of(lowered) == [(2, 4)], "what memory did not hold is not tried again"


def test_on_a_gpu_a_crowd_fills_larger_calls() -> None:
    choices = (1, 2, 4, 8)
    assert worthwhile_slots(2, OVERHEAD_ROWS["cpu"], choices) == 2
    assert worthwhile_slots(2, OVERHEAD_ROWS["cuda"], choices) == 8
    assert worthwhile_slots(1, 0.0, choices) == 1
