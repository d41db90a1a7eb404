"""How often an address may offer a wrong token. Knows nothing about tokens; keeps nothing over a restart."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

FREE: Final = 5
FIRST_WAIT_S: Final = 30.0
LONGEST_WAIT_S: Final = 900.0
FORGOTTEN_S: Final = 3600.0
ADDRESSES_MAX: Final = 10_000
"""More than that are not remembered: whoever has so many addresses shall not fill the memory."""


class Attempts:
    """Counts wrong tokens by address. `clock` tells seconds. Not for several threads: the gate has one event loop."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}

    def wait_s(self, address: str) -> float:
        """Seconds until the address is listened to again; 0 for now."""
        count, last = self._wrong.get(_group(address), (0, 0.0))
        if count < FREE:
            return 0.0
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(count - FREE, 20))
        return max(0.0, last + wait - self._clock())

    def wrong(self, address: str) -> None:
        """One more wrong token."""
        self._forget()
        count, _last = self._wrong.pop(_group(address), (0, 0.0))
        self._wrong[_group(address)] = (count + 1, self._clock())

    def right(self, address: str) -> None:
        """The address has shown a token: it begins anew."""
        self._wrong.pop(_group(address), None)

    def _forget(self) -> None:
        """The oldest stand first: `wrong` puts each address at the end."""
        for address, (_count, last) in list(self._wrong.items()):
            if len(self._wrong) < ADDRESSES_MAX and self._clock() - last < FORGOTTEN_S:
                return
            del self._wrong[address]


def _group(address: str) -> str:
    """A household has a whole network of IPv6 addresses: its first 64 bits count as one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)
