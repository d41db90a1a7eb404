"""Source pictures in the memory that a cluster's processes share: sent once, however many orders begin with them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from packshot.resolve import Order

KEPT: Final = 16
"""Sources that orders may still come for; the others' memory is free once their orders have ended."""


class SentSources:
    """`put` gives a reference for pixels (H, W, 3), which the cluster resolves where it is used."""

    def __init__(self, put: Callable[[Any], Any]) -> None:
        self._put = put
        self._sent: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def sent(self, order: Order) -> Any:
        """The reference of an order's source; None where it has none."""
        intent = order.resolved.intent
        if order.source is None:
            return None
        key = (intent.source, intent.fit, intent.width, intent.height, intent.lock)
        if key not in self._sent:
            self._sent[key] = self._put(order.source)
            while len(self._sent) > KEPT:
                self._sent.popitem(last=False)
        self._sent.move_to_end(key)
        return self._sent[key]
