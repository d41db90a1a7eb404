"""Any order of claims, heartbeats, ends and pauses by three owners keeps the invariants of the store."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from packshot.errors import StoreError
from packshot.result import RunState
from packshot.store import LEASE, SqlStore, open_store
from tests.servers import Cluster
from tests.store.conftest import clear
from tests.store.examples import FAILURE, Clock, picture, resolved_spec, result_of

OWNERS = ("one", "two", "three")
owners, seeds = st.sampled_from(OWNERS), st.integers(0, 2)


class Claims(RuleBasedStateMachine):
    """The model: who holds which run until when, and which hashes are done."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.stores = {owner: self.opened(owner) for owner in OWNERS}
        self.held: dict[str, tuple[str, int, float]] = {}
        self.done: dict[int, set[str]] = {}

    def opened(self, owner: str) -> SqlStore:
        return open_store(Path(self.folder.name), now=self.clock, random_bytes=os.urandom, owner=owner)

    def teardown(self) -> None:
        for store in self.stores.values():
            store.close()
        self.folder.cleanup()

    def live(self, run_id: str) -> bool:
        return run_id in self.held and self.held[run_id][2] > self.clock.moment.timestamp()

    def holder_of(self, seed: int) -> str | None:
        return next((owner for run_id, (owner, s, _) in self.held.items() if s == seed and self.live(run_id)), None)

    def until(self) -> float:
        return (self.clock.moment + LEASE).timestamp()

    @rule(owner=owners, seed=seeds, fresh=st.booleans())
    def begin(self, owner: str, seed: int, fresh: bool) -> None:
        holder = self.holder_of(seed)
        begun = self.stores[owner].begin(resolved_spec(seed), fresh=fresh)
        if seed in self.done and not fresh:
            assert begun.outcome == "done"
            assert begun.run.id in self.done[seed]
        elif holder not in (None, owner):
            assert begun.outcome == "busy"
        else:
            assert begun.outcome == "claimed"
            assert not self.live(begun.run.id) or self.held[begun.run.id][0] == owner
            self.held[begun.run.id] = (owner, seed, self.until())

    @rule(
        owner=owners, pick=st.integers(0, 9), what=st.sampled_from(("finish", "fail", "heartbeat", "release", "cancel"))
    )
    def end(self, owner: str, pick: int, what: str) -> None:
        if not self.held:
            return
        run_id = sorted(self.held)[pick % len(self.held)]
        holder, seed, _ = self.held[run_id]
        store, live = self.stores[owner], self.live(run_id)
        pixels = picture(seed)
        calls = {
            "finish": lambda: store.finish(run_id, pixels, result_of(pixels)),
            "fail": lambda: store.fail(run_id, FAILURE),
            "heartbeat": lambda: store.heartbeat(run_id),
            "release": lambda: store.release(run_id),
            "cancel": lambda: store.cancel(run_id),
        }
        try:
            calls[what]()
        except StoreError:
            assert holder != owner
            return
        if what == "release" and holder != owner:
            return
        assert holder == owner or (what == "cancel" and not live)
        if what == "heartbeat":
            self.held[run_id] = (holder, seed, self.until())
            return
        del self.held[run_id]
        if what == "finish":
            self.done.setdefault(seed, set()).add(run_id)

    @rule(seconds=st.sampled_from((1.0, 30.0, 61.0)))
    def wait(self, seconds: float) -> None:
        self.clock.forward(seconds)

    @invariant()
    def nothing_done_is_lost(self) -> None:
        store = self.stores["one"]
        succeeded = {run.id for run in store.runs(state=RunState.SUCCEEDED, limit=1000)}
        assert succeeded == set().union(*self.done.values())
        for seed in self.done:
            assert store.done(resolved_spec(seed).hash) is not None

    @invariant()
    def nobody_shares_a_hash(self) -> None:
        running = self.stores["two"].runs(state=RunState.RUNNING, limit=1000)
        assert {run.id for run in running} == set(self.held)
        assert len({run.spec_hash for run in running}) == len(running)

    @invariant()
    def the_record_holds(self) -> None:
        assert self.stores["three"].verify().clean


FEW = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
Claims.TestCase.settings = FEW
TestClaims = Claims.TestCase


@pytest.mark.slow
def test_claims_on_postgresql(cluster: Cluster, shared_database: str) -> None:
    class Shared(Claims):
        def __init__(self) -> None:
            clear(cluster, shared_database)
            super().__init__()

        def opened(self, owner: str) -> SqlStore:
            folder = Path(self.folder.name)
            return open_store(folder, now=self.clock, random_bytes=os.urandom, owner=owner, database=shared_database)

    run_state_machine_as_test(Shared, settings=FEW)
