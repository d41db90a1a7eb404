"""A function that runs in a thread of its own, and stops wherever it tells something until it is asked to go on.

So a pipeline that would run to its end can be paused and given up between two steps. Knows nothing about pipelines.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from packshot.engine.failure import failure_of
from packshot.result import Failure

Tell = Callable[[object], None]
Work = Callable[[Tell], object]

END_WAIT_S: Final = 30.0
"""How long a thread that is in the middle of a step may take to its end, after Ctrl-C or when the process ends."""


@dataclass(frozen=True, slots=True)
class Done:
    """What the work returned."""

    value: Any


@dataclass(frozen=True, slots=True)
class Broken:
    """What the work failed with. The error itself is gone, and with it the memory that its frames held."""

    failure: Failure


class Abandoned(BaseException):
    """Raised in the work where nobody wants its result. No error: nothing may catch it but the thread."""


class _Turns:
    """One of two threads runs at a time."""

    def __init__(self) -> None:
        self._go = threading.Semaphore(0)
        self._told = threading.Semaphore(0)
        self._message: object = None
        self._asked = False
        self._abandoned = False

    def ask(self) -> object:
        """Let the work go on, and wait for what it tells next. After an interrupted call the next takes its answer."""
        if not self._asked:
            self._asked = True
            self._go.release()
        self._told.acquire()
        self._asked = False
        message, self._message = self._message, None
        return message

    def wait(self) -> None:
        """In the work: until it may go on. Raises Abandoned."""
        self._go.acquire()
        if self._abandoned:
            raise Abandoned

    def tell(self, message: object) -> None:
        """In the work: hand a message over."""
        self._message = message
        self._told.release()

    def abandon(self) -> None:
        """From now on the work ends at its next turn."""
        self._abandoned = True
        self._go.release()


class Worker:
    """Runs `work(tell)`; what it tells comes out of `advance`, its end as Done or Broken.

    The thread ends when the work is abandoned, when nobody holds the worker any more, and when the process ends.
    """

    def __init__(self, work: Work) -> None:
        self._turns = _Turns()
        thread = threading.Thread(target=_run, args=(self._turns, work), name="pipeline", daemon=True)
        self._end = weakref.finalize(self, _end, self._turns, thread)
        thread.start()

    def advance(self) -> object:
        """Let it work until it tells something: that, or Done or Broken."""
        return self._turns.ask()

    def abandon(self) -> None:
        """End the work, wherever it is, and its thread."""
        self._end()


def _run(turns: _Turns, work: Work) -> None:
    def tell(message: object) -> None:
        turns.tell(message)
        turns.wait()

    try:
        turns.wait()
        last: object = Done(work(tell))
    except Abandoned:
        return
    except BaseException as error:
        last = Broken(failure_of(error))
    turns.tell(last)


def _end(turns: _Turns, thread: threading.Thread) -> None:
    turns.abandon()
    if thread is not threading.current_thread():
        thread.join(END_WAIT_S)
