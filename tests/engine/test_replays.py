"""The promise: a picture made inside a sweep is made again alone, in another order or another process, bit for bit."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from packshot.engine import Advanced
from packshot.engine.local import LocalEngine
from packshot.models import SCHEDULERS, Loader
from packshot.resolve import Order, share
from tests.engine.driving import alone, digest_of, drain, finished

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = ("a red mug", "a pair of running shoes on a white background", "a photo of a black mug")

wishes = st.fixed_dictionaries(
    {
        "prompt": st.sampled_from(PROMPTS),
        "negative_prompt": st.sampled_from(("", "text, watermark")),
        "scheduler": st.sampled_from([choice.name for choice in SCHEDULERS]),
        "steps": st.integers(2, 6),
        "guidance": st.sampled_from((0.0, 1.0, 1.5, 7.5, 12.0)),
        "seed": st.integers(0, 2**63 - 1),
        "strength": st.sampled_from((None, 0.5, 0.7, 1.0)),
    }
)
"""What a cell of a sweep may ask for; with a strength it starts from the photo."""


def sweep(order: Callable[..., Order], photo: Path, asked: list[dict[str, Any]], slots: int) -> list[Order]:
    orders = {
        str(position): order(source=str(photo) if fields["strength"] is not None else None, **fields)
        for position, fields in enumerate(asked)
    }
    return list(share(orders, limit=slots, slots=slots).values())


def assert_replays(loader: Loader, orders: list[Order], shuffle: random.Random) -> None:
    """Together, submitted a few at a time; then each alone, in another order."""
    engine = LocalEngine(loader)
    tickets: dict[int, int] = {}
    made: dict[int, str] = {}
    for position, each in enumerate(orders):
        tickets[engine.submit(each)] = position
        for _ in range(shuffle.randint(0, 3)):
            made |= {tickets[t]: digest_of(event) for t, event in finished(engine.step()).items()}
    made |= {tickets[t]: digest_of(event) for t, event in finished(drain(engine)).items()}
    assert set(made) == set(range(len(orders)))
    positions = list(made)
    shuffle.shuffle(positions)
    again = LocalEngine(loader)
    assert {position: alone(again, orders[position]) for position in positions} == made


FAST = settings(
    max_examples=4, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LOADER = Loader()


@FAST
@given(asked=st.lists(wishes, min_size=4, max_size=7), slots=st.sampled_from((2, 4, 8)), shuffle=st.randoms())
def test_any_sweep_replays(
    order: Callable[..., Order], photo: Path, asked: list[dict[str, Any]], slots: int, shuffle: random.Random
) -> None:
    assert_replays(LOADER, sweep(order, photo, asked, slots), shuffle)


@pytest.mark.slow
@settings(FAST, max_examples=6)
@given(asked=st.lists(wishes, min_size=4, max_size=24), slots=st.sampled_from((2, 4, 8, 16, 32)), shuffle=st.randoms())
def test_hundreds_of_runs_replay(
    order: Callable[..., Order], photo: Path, asked: list[dict[str, Any]], slots: int, shuffle: random.Random
) -> None:
    assert_replays(LOADER, sweep(order, photo, asked, slots), shuffle)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["tiny_sd2", "tiny_sdxl"])
def test_other_families_replay(
    model: str, order: Callable[..., Order], photo: Path, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue(model)
    asked = [
        {
            "model": folder,
            "scheduler": choice.name,
            "seed": seed,
            "strength": (None, 0.7)[seed % 2],
            "guidance": seed % 9,
        }
        for seed, choice in enumerate(SCHEDULERS)
    ]
    assert_replays(LOADER, sweep(order, photo, asked, 8), random.Random(1))


def test_runs_join_and_leave_between_steps(order: Callable[..., Order], photo: Path) -> None:
    """Five runs of unequal length on two slots, all schedulers of several steps or calls among them."""
    asked: list[dict[str, Any]] = [
        {"scheduler": "Heun", "steps": 6, "seed": 1, "strength": None},
        {"scheduler": "DDIM", "steps": 2, "seed": 2, "strength": None, "guidance": 1.0},
        {"scheduler": "DPM++", "steps": 6, "seed": 3, "strength": 0.7},
        {"scheduler": "DPM2 a", "steps": 4, "seed": 4, "strength": None},
        {"scheduler": "LMS", "steps": 3, "seed": 5, "strength": None},
    ]
    orders = sweep(order, photo, asked, 2)
    assert {(each.resolved.execution.slots, each.resolved.execution.rows) for each in orders} == {(2, 4)}
    engine = LocalEngine(LOADER)
    tickets = [engine.submit(each) for each in orders]
    together: list[set[int]] = []
    events = []
    while engine.busy:
        happened = engine.step()
        events += happened
        advanced = [event.ticket for event in happened if isinstance(event, Advanced)]
        assert len(advanced) == len(set(advanced)) <= 2
        together += [set(advanced)] if advanced else []
    assert {1, 2} in together
    assert {1, 3} in together, "the third took the second's slot while the first went on"
    calls = {ticket: sum(ticket in each for each in together) for ticket in tickets}
    assert calls == {1: 11, 2: 2, 3: 4, 4: 7, 5: 3}
    assert len(together) < sum(calls.values())
    made = finished(events)
    assert {event.provenance.rows for event in made.values()} == {4}
    again = LocalEngine(LOADER)
    for ticket, each in reversed(list(zip(tickets, orders, strict=True))):
        assert alone(again, each) == digest_of(made[ticket])


@pytest.mark.slow
def test_another_process_makes_the_same(
    order: Callable[..., Order], photo: Path, tmp_path: Path, tiny_sd: Path
) -> None:
    asked: list[dict[str, Any]] = [
        {"scheduler": name, "seed": seed, "strength": strength, "guidance": guidance}
        for seed, (name, strength, guidance) in enumerate(
            [("EulerA", None, 7.5), ("DPM++ SDE", 0.7, 4.0), ("UniPC", None, 1.0), ("DDPM", 1.0, 7.5)]
        )
    ]
    orders = sweep(order, photo, asked, 4)
    engine = LocalEngine(LOADER)
    for each in orders:
        engine.submit(each)
    here = [digest_of(event) for _, event in sorted(finished(drain(engine)).items())]
    recorded = [each.resolved.model_dump(mode="json", by_alias=True) for each in reversed(orders)]
    (tmp_path / "orders.json").write_text(json.dumps(recorded))
    code = f"""
import json, sys
from pathlib import Path
from packshot.engine.local import LocalEngine
from packshot.models import Catalogue, DigestCache, Loader
from packshot.resolve import open_source, restore
from packshot.spec import ResolvedSpec
from tests.engine.driving import alone

class Library:
    def by_digest(self, digest): return open_source(Path({str(photo)!r}))
    def packaged(self, name): return None

catalogue, engine = Catalogue(DigestCache(None), offline=True), LocalEngine(Loader())
for recorded in json.loads(Path({str(tmp_path / "orders.json")!r}).read_text()):
    print(alone(engine, restore(ResolvedSpec.model_validate(recorded), catalogue, Library())))
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert list(reversed(answer.stdout.split())) == here
