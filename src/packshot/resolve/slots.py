"""How many runs share a denoiser call, and how many rows the call has. Pure; knows nothing of devices.

A denoiser call has the same number of rows from a run's first step to its last, since another number is another
kernel and other last bits. So the rows are chosen before anything runs, and recorded with the execution.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from packshot.errors import SpecError
from packshot.models import family_named
from packshot.resolve.memory import check_memory_slots, most_slots
from packshot.resolve.order import Order
from packshot.resolve.throughput import denoiser_calls, fastest_slots
from packshot.settings import SLOTS
from packshot.spec import Execution


@dataclass(frozen=True, slots=True)
class Group:
    """What runs must have in common to share a denoiser call: weights, size, and the whole execution."""

    model: str
    width: int
    height: int
    execution: Execution


def group_of(order: Order) -> Group:
    """The group of an order."""
    intent = order.resolved.intent
    return Group(order.model.weights_digest, intent.width, intent.height, order.resolved.execution)


def kin_of(order: Order) -> Group:
    """The group that the order would have with one slot and one row: orders of one kin can share a call."""
    group = group_of(order)
    return replace(group, execution=group.execution.model_copy(update={"slots": 1, "rows": 1}))


def rows_for(slots: int, *, guided: bool) -> int:
    """Rows of a denoiser call: two a slot where guided runs may join, else one."""
    return slots * (2 if guided else 1)


def check_slots(slots: int) -> None:
    """Raise SpecError on a number that is not on offer."""
    if slots not in SLOTS:
        raise SpecError(
            "spec.slots.unsupported",
            "no such number of slots",
            expected=", ".join(map(str, SLOTS)),
            got=str(slots),
        )


def slots_for(waiting: int, limit: int) -> int:
    """The fewest slots that hold what waits, up to `limit`."""
    return next((slots for slots in SLOTS if slots >= min(waiting, limit)), SLOTS[-1])


def share(
    orders: Mapping[str, Order],
    *,
    limit: int,
    slots: int | None = None,
    overhead: Callable[[Order], float] = lambda _order: math.inf,
    room: Callable[[Order], float] = lambda _order: math.inf,
) -> dict[str, Order]:
    """Orders of a sweep, by any name, with the slots and rows that those of one model and size share.

    The slots are those that make the sweep fastest, up to `limit`, or `slots` where they are asked for. `overhead` is
    what a call costs beside its rows, in rows; where it is all that counts, the fewest slots that hold the orders are
    the fastest. `room` is how many rows the machine's memory holds. A memory mode lowers the limit, and refuses more
    slots where they are asked for. What runs in its own pipeline has one slot, whatever is asked for, and a note then;
    a server's model as many as were asked for or resolved.
    Raises SpecError.
    """
    if slots is not None:
        check_slots(slots)
        for order in orders.values():
            check_memory_slots(slots, order.resolved.execution.memory)
    members: dict[Group, list[Order]] = {}
    sharing = {name: order for name, order in orders.items() if order.is_batched}
    for order in sharing.values():
        members.setdefault(kin_of(order), []).append(order)
    guided = {group: any(order.is_guided for order in together) for group, together in members.items()}
    chosen = {
        group: slots or _fastest(together, limit, overhead(together[0]), room(together[0]), guided=guided[group])
        for group, together in members.items()
    }
    return {
        name: with_slots(order, chosen[kin_of(order)], guided=guided[kin_of(order)])
        if name in sharing
        else _one_at_a_time(order, slots)
        for name, order in orders.items()
    }


def _fastest(orders: list[Order], limit: int, overhead: float, room: float, *, guided: bool) -> int:
    each = rows_for(1, guided=guided)
    most = slots_for(len(orders), min(limit, most_slots(orders[0].resolved.execution.memory)))
    choices = [slots for slots in SLOTS if slots <= most and (slots == 1 or slots * each <= room)]
    if math.isinf(overhead):
        return choices[-1]
    return fastest_slots([denoiser_calls(order) for order in orders], each, overhead, choices)


def _one_at_a_time(order: Order, slots: int | None) -> Order:
    """The order as it was resolved; where slots were asked for, with a note that they do not hold for it.

    To a server they are the requests that are on their way at once.
    """
    if order.is_remote and slots is not None:
        return replace(order, resolved=order.resolved.with_execution(slots=slots, rows=slots))
    if slots in (None, 1):
        return order
    origin = order.resolved.origin
    title = family_named(order.model.description.family).title
    notes = (*origin.notes, f"{title} runs one picture at a time: {slots} slots do not hold for it")
    noted = origin.model_copy(update={"notes": notes})
    return replace(order, resolved=order.resolved.model_copy(update={"origin": noted}))


def with_slots(order: Order, slots: int, *, guided: bool) -> Order:
    """The order in a call of `slots`, with rows for guided runs or not; one slot has the rows of its own run."""
    rows = rows_for(slots, guided=order.is_guided if slots == 1 else guided)
    return replace(order, resolved=order.resolved.with_execution(slots=slots, rows=rows))


def lowered(order: Order) -> Order:
    """The order with half its slots, after memory did not hold them, and a note that says so."""
    execution = order.resolved.execution
    fewer = with_slots(order, execution.slots // 2, guided=execution.rows > execution.slots)
    note = f"memory did not hold {execution.slots} slots: lowered to {execution.slots // 2}"
    origin = order.resolved.origin
    noted = origin.model_copy(update={"notes": (*origin.notes, note)})
    return replace(fewer, resolved=fewer.resolved.model_copy(update={"origin": noted}))
