"""The engine for models in their own pipeline keeps the protocol: events, cancel, pause, honest failures."""

from __future__ import annotations

import gc
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch

from packshot.engine import Advanced, Failed, Finished, Preview, RoutingEngine, Started
from packshot.engine.local import LocalEngine
from packshot.engine.machine import flushes_denormals
from packshot.engine.pipeline import PipelineEngine
from packshot.models import Loader, PipelineLoader
from packshot.resolve import Order
from tests.engine.driving import alone, digest_of, drain, finished, kinds


@pytest.fixture(scope="module")
def loader() -> PipelineLoader:
    return PipelineLoader()


@pytest.fixture
def engine(loader: PipelineLoader) -> PipelineEngine:
    return PipelineEngine(loader)


@pytest.fixture
def flux(order: Callable[..., Order], tiny_transformer: Callable[[str], Path]) -> Callable[..., Order]:
    """Orders of three steps for a model like FLUX dev."""

    def ordered(**fields: Any) -> Order:
        return order(tiny_transformer("flux-dev"), **({"width": 64, "height": 64} | fields))

    return ordered


@pytest.fixture
def hook(loader: PipelineLoader, flux: Callable[..., Order]) -> Iterator[Callable[[str, Any], None]]:
    """Breaks a part of the loaded model: what the function returns takes the place of the part's result."""
    handles = []

    def hooked(part: str, function: Callable[..., Any]) -> None:
        module = loader.load(flux().model, "cpu", "float32")
        for name in part.split("."):
            module = getattr(module, name)
        handles.append(module.register_forward_hook(lambda *call: function(call[2])))

    yield hooked
    for handle in handles:
        handle.remove()


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pipeline"]


def until_step(engine: Any, ticket: int, step: int) -> None:
    while not any(
        isinstance(event, Advanced) and (event.ticket, event.step) == (ticket, step) for event in engine.step()
    ):
        pass


def test_a_run_tells_every_step_and_what_it_took(engine: PipelineEngine, flux: Callable[..., Order]) -> None:
    order = flux()
    ticket = engine.submit(order)
    events = drain(engine)
    assert events[:-1] == [Started(ticket, 3), *(Advanced(ticket, step, 3) for step in (1, 2, 3))]
    done = events[-1]
    assert isinstance(done, Finished)
    times = done.timings
    assert min(times.encode_s, times.denoise_s, times.decode_s) > 0
    assert times.total_s >= times.load_s + times.picture_s
    made = done.provenance
    assert (made.device, made.precision, made.runtime, made.rows, made.threads) == ("cpu", "float32", "torch", 1, 1)
    assert made.flush_denormal
    assert made.attention
    assert made.rng_device == "cpu"
    assert made.weights_digest == order.model.pin.digest
    assert made.scheduler_config["use_dynamic_shifting"] is True
    assert made.peak_memory_bytes
    assert not threads()
    assert not engine.busy
    assert engine.step() == []


def test_the_callers_thread_keeps_its_arithmetic(engine: PipelineEngine, flux: Callable[..., Order]) -> None:
    engine.submit(flux())
    while engine.busy:
        engine.step()
        assert not flushes_denormals()
        assert torch.is_grad_enabled()


def test_a_cancelled_run_ends_its_thread_and_lets_go(engine: PipelineEngine, flux: Callable[..., Order]) -> None:
    def pipelines() -> int:
        gc.collect()
        return sum(type(thing) is diffusers.FluxPipeline for thing in gc.get_objects())

    alone(engine, flux())
    before = pipelines()
    ticket = engine.submit(flux())
    until_step(engine, ticket, 2)
    assert pipelines() == before + 1
    assert kinds(engine.cancel(ticket), ticket) == ["Cancelled"]
    assert not threads()
    assert pipelines() == before
    assert not engine.busy
    assert engine.cancel(ticket) == []


def test_a_waiting_and_a_paused_run_can_be_cancelled(engine: PipelineEngine, flux: Callable[..., Order]) -> None:
    first, second = engine.submit(flux()), engine.submit(flux(seed=2))
    engine.step()
    assert kinds(engine.cancel(second), second) == ["Cancelled"]
    engine.pause(first)
    assert not engine.busy
    assert len(threads()) == 1
    assert kinds(engine.cancel(first), first) == ["Cancelled"]
    assert not threads()
    assert engine.resume(first) == []


@pytest.mark.parametrize("step", [1, 3])
def test_a_pause_changes_no_bit(step: int, engine: PipelineEngine, flux: Callable[..., Order], photo: Path) -> None:
    """Others run in between: other steps, another mode, another number of threads."""
    one, other = flux(steps=4), flux(steps=6, seed=2, guidance=2.0, source=str(photo))
    expected, expected_other = alone(engine, one), alone(engine, other)
    ticket = engine.submit(one)
    until_step(engine, ticket, step)
    assert kinds(engine.pause(ticket), ticket) == ["Paused"]
    between = engine.submit(other)
    until_step(engine, between, 2)
    engine.pause(between)
    assert kinds(engine.resume(ticket), ticket) == ["Resumed"]
    engine.resume(between)
    events = drain(engine)
    made = finished(events)
    assert kinds(events, ticket) == ["Advanced"] * (4 - step) + ["Finished"]
    assert digest_of(made[ticket]) == expected
    assert digest_of(made[between]) == expected_other
    assert made[ticket].provenance.denoiser_calls == 4


def test_the_oldest_comes_first(engine: PipelineEngine, flux: Callable[..., Order]) -> None:
    tickets = [engine.submit(flux(seed=seed)) for seed in (1, 2, 3)]
    engine.pause(tickets[0])
    until_step(engine, tickets[1], 1)
    engine.resume(tickets[0])
    assert [event.ticket for event in drain(engine) if isinstance(event, Finished)] == [
        tickets[1],
        tickets[0],
        tickets[2],
    ]


def test_previews_where_they_cost_nothing(
    engine: PipelineEngine, order: Callable[..., Order], tiny_transformer: Callable[[str], Path]
) -> None:
    engine.submit(order(tiny_transformer("pixart-sigma")), preview_every=2)
    shown = [event for event in drain(engine) if isinstance(event, Preview)]
    assert [event.step for event in shown] == [2]
    assert shown[0].pixels.shape == (32, 32, 3)


@pytest.mark.parametrize(
    ("error", "code"), [(RuntimeError("no such kernel"), "engine.failed"), (MemoryError(), "engine.out_of_memory")]
)
def test_an_error_inside_the_pipeline_fails_one_run(
    error: Exception,
    code: str,
    engine: PipelineEngine,
    flux: Callable[..., Order],
    hook: Callable[[str, Any], None],
) -> None:
    calls = []

    def fails_once(_output: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise error

    hook("transformer", fails_once)
    first, second = engine.submit(flux()), engine.submit(flux())
    events = drain(engine)
    assert kinds(events, first) == ["Started", "Advanced", "Failed"]
    failed = next(event for event in events if isinstance(event, Failed))
    assert failed.failure.code == code
    assert "fails_once" in (failed.failure.trace or "")
    assert kinds(events, second)[-1] == "Finished"
    assert not threads()


def test_weights_that_cannot_be_read_fail_the_run(
    flux: Callable[..., Order], tmp_path: Path, tiny_transformer: Callable[[str], Path], order: Callable[..., Order]
) -> None:
    import shutil

    copy = tmp_path / "cut"
    shutil.copytree(tiny_transformer("flux-dev"), copy)
    weights = copy / "transformer" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    engine = PipelineEngine(PipelineLoader())
    ticket = engine.submit(order(copy, width=64, height=64))
    events = drain(engine)
    assert kinds(events, ticket) == ["Failed"]
    assert events[0].failure.code == "model.corrupt"


@pytest.mark.parametrize("part", ["transformer", "vae.decoder"])
def test_numbers_that_are_none_are_no_picture(
    part: str, engine: PipelineEngine, flux: Callable[..., Order], hook: Callable[[str, Any], None]
) -> None:
    nan = float("nan")
    hook(part, lambda output: (output[0] * nan,) if isinstance(output, tuple) else output * nan)
    engine.submit(flux())
    failed = drain(engine)[-1]
    assert isinstance(failed, Failed)
    assert failed.failure.code == "picture.nan"
    assert ("denoiser" if part == "transformer" else "decoder") in failed.failure.message


def test_a_blank_picture_and_the_source_itself_are_no_pictures(
    engine: PipelineEngine, flux: Callable[..., Order], hook: Callable[[str, Any], None], photo: Path
) -> None:
    order = flux(source=str(photo))
    source = torch.from_numpy(np.array(order.source)).permute(2, 0, 1)[None].float() / 127.5 - 1
    shown = [torch.zeros(1, 3, 64, 64), source]
    hook("vae.decoder", lambda _output: shown.pop(0))
    codes = []
    for _ in range(2):
        engine.submit(order)
        failed = drain(engine)[-1]
        assert isinstance(failed, Failed)
        codes.append(failed.failure.code)
    assert codes == ["picture.blank", "picture.equal_to_source"]


def test_only_the_last_model_is_kept(order: Callable[..., Order], tiny_transformer: Callable[[str], Path]) -> None:
    loader = PipelineLoader()
    flux, sana = (order(tiny_transformer(name)).model for name in ("flux-dev", "sana"))
    first = loader.load(flux, "cpu", "float32")
    assert loader.load(flux, "cpu", "float32") is first
    loader.load(sana, "cpu", "float32")
    assert loader.load(flux, "cpu", "float32") is not first


def test_an_engine_that_nobody_holds_leaves_no_thread(loader: PipelineLoader, flux: Callable[..., Order]) -> None:
    engine = PipelineEngine(loader)
    ticket = engine.submit(flux())
    until_step(engine, ticket, 1)
    assert len(threads()) == 1
    del engine
    gc.collect()
    assert not threads()


@pytest.mark.slow
def test_a_process_ends_with_runs_under_way(tiny_transformer: Callable[[str], Path], tmp_path: Path) -> None:
    """One waits between two steps, another is in the middle of one when Ctrl-C comes."""
    script = f"""
        import _thread, signal, time
        from pathlib import Path
        from packshot.engine.pipeline import PipelineEngine
        from packshot.models import Catalogue, DigestCache, PipelineLoader
        from packshot.resolve import resolve
        from packshot.settings import Settings
        from packshot.spec import Spec
        from tests.conftest import NoLibrary

        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is born deaf to it
        here = Path({str(tmp_path)!r})
        settings = Settings(workspace=here, device="cpu", threads=1, offline=True, output=here)
        spec = Spec(prompt="a red mug", model={str(tiny_transformer("flux-dev"))!r}, steps=3, width=64, height=64)
        order = resolve(spec, Catalogue(DigestCache(None), offline=True), settings, NoLibrary())
        loader = PipelineLoader()
        waiting, interrupted = PipelineEngine(loader), PipelineEngine(loader)
        for engine in waiting, interrupted:
            engine.submit(order)
            engine.step(), engine.step()

        def slow(*_call):
            _thread.interrupt_main()
            time.sleep(2)

        loader.load(order.model, "cpu", "float32").transformer.register_forward_hook(slow)
        try:
            interrupted.step()
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).resolve().parents[2],
        check=False,
    )
    assert ended.stdout == "interrupted\n", ended.stderr
    assert ended.returncode == 0, ended.stderr


def test_the_router_gives_each_order_to_its_engine_and_turns_in_turn(
    loader: PipelineLoader, flux: Callable[..., Order], order: Callable[..., Order]
) -> None:
    made: list[str] = []

    def batching() -> LocalEngine:
        made.append("batching")
        return LocalEngine(Loader())

    def pipeline() -> PipelineEngine:
        made.append("pipeline")
        return PipelineEngine(loader)

    engine = RoutingEngine(
        {"batching": batching, "pipeline": pipeline}, lambda each: "batching" if each.is_batched else "pipeline"
    )
    assert (made, engine.busy, engine.step()) == ([], False, [])
    own = engine.submit(flux())
    assert made == ["pipeline"]
    batched = engine.submit(order())
    given_up = engine.submit(flux(seed=9))
    assert len({own, batched, given_up}) == 3
    events = [*engine.cancel(given_up)]
    turns = []
    while engine.busy:
        stepped = engine.step()
        turns += [{event.ticket for event in stepped}]
        events += stepped
    assert turns[:4] == [{batched}, {own}, {batched}, {own}]
    assert kinds(events, own) == ["Started", *["Advanced"] * 3, "Finished"]
    assert kinds(events, batched) == ["Started", *["Advanced"] * 3, "Finished"]
    assert kinds(events, given_up) == ["Cancelled"]
    assert engine.cancel(own) == engine.pause(own) == engine.resume(99) == []
    pausable = engine.submit(flux())
    until_step(engine, pausable, 1)
    assert kinds(engine.pause(pausable), pausable) == ["Paused"]
    assert not engine.busy
    assert kinds(engine.resume(pausable), pausable) == ["Resumed"]
    assert digest_of(finished(drain(engine))[pausable]) == digest_of(finished(events)[own])
