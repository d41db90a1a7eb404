"""Instruments that several threads share: loaded once, asked by one at a time, and nothing forgotten in between."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from packshot.evaluation import FoundText, OwnScorer, RememberedReader, TransformersScorer, own_scorer
from packshot.evaluation import transformers_scorer as named
from packshot.models import embedded_folder, find_scorer
from packshot.result import Pixels
from tests.tiny_scorers import save_tiny_clip

THREADS = 8


def together(work: Callable[[int], Any]) -> list[Any]:
    """Every thread starts at the same moment; an exception of one is the test's."""
    barrier = threading.Barrier(THREADS)

    def one(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def picture(number: int) -> Pixels:
    return np.full((32, 32, 3), number, np.uint8)


class Counting:
    """A reader that takes its time, and notices when two ask at once."""

    name = "counting"

    def __init__(self) -> None:
        self.calls = 0
        self.inside = 0
        self.most = 0

    def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
        self.calls += 1
        self.inside += 1
        self.most = max(self.most, self.inside)
        time.sleep(0.002)
        self.inside -= 1
        return (FoundText(str(int(pixels[0, 0, 0])), 1.0, (0, 0, 1, 1)),)


def test_a_picture_is_read_once_whoever_asks() -> None:
    counting = Counting()
    reader = RememberedReader(counting)
    found = together(lambda _thread: [reader.read(picture(number))[0].text for number in range(5)])
    assert found == [[str(number) for number in range(5)]] * THREADS
    assert (counting.calls, counting.most) == (5, 1)


def test_what_is_pushed_out_by_others_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packshot.evaluation.remembered_reader.KEPT", 1)
    reader = RememberedReader(Counting())
    found = together(lambda thread: [reader.read(picture((thread + turn) % 7))[0].text for turn in range(30)])
    assert found == [[str((thread + turn) % 7) for turn in range(30)] for thread in range(THREADS)]


def test_what_is_known_does_not_wait_for_what_is_read() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Counting):
        def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
            if pixels[0, 0, 0] == 9:
                begun.set()
                go_on.wait(10)
            return ()

    reader = RememberedReader(Slow())
    reader.read(picture(1))
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(reader.read, picture(9))
        assert begun.wait(10)
        assert pool.submit(reader.read, picture(1)).result(timeout=5) == ()
        go_on.set()
        assert slow.result(timeout=5) == ()


@pytest.mark.parametrize("kind", ["own", "named"])
def test_a_scorer_is_loaded_once_and_scores_as_alone(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Any] = []
    module: Any = own_scorer if kind == "own" else named
    load = module._load

    def counted(where: Any) -> Any:
        loaded.append(where)
        return load(where)

    monkeypatch.setattr(module, "_load", counted)
    folder = None if kind == "own" else save_tiny_clip(tmp_path / "clip")

    def opened() -> Any:
        return OwnScorer(embedded_folder(), "studio-tiny") if folder is None else TransformersScorer(found)

    found: Any = None if folder is None else find_scorer(str(folder), offline=True)
    prompts = [f"a red mug {'on a white ground ' * (number * 3)}" for number in range(THREADS)]
    alone = opened()
    expected = [(alone.score(picture(number), prompt), alone.unread(prompt)) for number, prompt in enumerate(prompts)]
    shared = opened()

    def work(number: int) -> Any:
        return {(shared.score(picture(number), prompts[number]), shared.unread(prompts[number])) for _ in range(10)}

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        assert together(work) == [{each} for each in expected]
    finally:
        sys.setswitchinterval(before)
    assert len(loaded) == 2
