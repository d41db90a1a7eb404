"""Mixed precision: the noisiest calls in float32 and alone, the others shared in bfloat16."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from packshot.engine import Failed
from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser import TorchDenoiser
from packshot.engine.local import LocalEngine
from packshot.engine.precision import is_precise, precise_part, shared_part
from packshot.engine.schedule import build_schedule
from packshot.models import Loader, Model
from packshot.resolve import Order
from packshot.spec import Execution, SchedulerPin
from tests.engine.driving import alone, digest_of, drain, finished

LOADER = Loader()


class Recording:
    """Opens torch's denoiser whatever the runtime, and writes down each call's precision, rows and timesteps."""

    def __init__(self, *, fails_at: float | None = None) -> None:
        self.calls: list[tuple[str, int, list[float]]] = []
        self.fails_at = fails_at

    def __call__(
        self, model: Model, pipeline: Any, execution: Execution, latents: torch.Tensor, conditioning: Conditioning
    ) -> Any:
        recording, within = self, TorchDenoiser(pipeline.unet)

        class Denoiser:
            threads = 1

            def predict(self, latents: torch.Tensor, timesteps: torch.Tensor, conditioning: Conditioning) -> Any:
                recording.calls.append((execution.precision, latents.shape[0], timesteps.tolist()))
                if execution.precision == "float32" and float(timesteps[0]) == recording.fails_at:
                    raise RuntimeError("this call fails")
                return within.predict(latents, timesteps, conditioning)

        return Denoiser()


def mixed(made: Order, rows: int) -> Order:
    """With torch's weights behind it, since the recording denoiser calls torch."""
    return Order(made.resolved.with_execution(precision="mixed", rows=rows), made.model, made.source)


@pytest.fixture(autouse=True)
def float32_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of a mixed execution are float32, which torch has no precision of that name for."""
    load = Loader.load
    monkeypatch.setattr(
        Loader, "load", lambda self, model, device, precision, *_, **__: load(self, model, device, "float32", "torch")
    )


def test_the_parts_of_an_execution() -> None:
    whole = Execution(device="cpu", precision="mixed", runtime="openvino", slots=4, rows=8, threads=1)
    assert shared_part(whole) == whole.model_copy(update={"precision": "bfloat16"})
    assert precise_part(whole) == whole.model_copy(update={"precision": "float32", "slots": 1, "rows": 2})
    plain = whole.model_copy(update={"precision": "bfloat16"})
    assert shared_part(plain) == plain
    assert precise_part(plain) is None


def test_which_calls_are_precise() -> None:
    euler = SchedulerPin(name="Euler", class_name="EulerDiscreteScheduler", config={})
    assert is_precise(euler, 999.0, 1000)
    assert is_precise(euler, 850.0, 1000)
    assert not is_precise(euler, 849.9, 1000)
    lms = SchedulerPin(name="LMS", class_name="LMSDiscreteScheduler", config={"use_karras_sigmas": False})
    assert is_precise(lms, 1.0, 1000), "it amplifies all along"
    assert not is_precise(lms.model_copy(update={"config": {"use_karras_sigmas": True}}), 1.0, 1000)


def test_precise_calls_are_alone_and_the_others_shared(order: Callable[..., Order]) -> None:
    orders = [mixed(order(slots=2, seed=1, scheduler="DDIM", steps=10), 4)]
    orders.append(mixed(order(slots=2, seed=2, scheduler="LMS", steps=3), 4))
    recording = Recording()
    engine = LocalEngine(LOADER, denoiser=recording)
    for each in orders:
        engine.submit(each)
    pictures = finished(drain(engine))
    assert len(pictures) == 2
    assert {event.provenance.precision for event in pictures.values()} == {"mixed"}
    precise = [timesteps for precision, rows, timesteps in recording.calls if precision == "float32" and rows == 2]
    shared = [timesteps for precision, rows, timesteps in recording.calls if precision == "bfloat16" and rows == 4]
    assert len(precise) + len(shared) == len(recording.calls)
    assert all(len(set(timesteps)) == 1 for timesteps in precise)
    assert sorted(timesteps[0] for timesteps in precise) == [1.0, 334.0, 667.0, 901.0], "LMS's three, and DDIM's first"
    assert len(shared) == 9, "DDIM's others"


@pytest.mark.slow
def test_it_replays_alone(order: Callable[..., Order]) -> None:
    wishes = [{"scheduler": "EulerA", "seed": 3}, {"scheduler": "Heun", "seed": 4, "guidance": 1.0}, {"seed": 5}]
    orders = [mixed(order(slots=4, steps=7, **wish), 8) for wish in wishes]
    engine = LocalEngine(LOADER, denoiser=Recording())
    tickets = [engine.submit(each) for each in orders]
    made = finished(drain(engine))
    for ticket, each in zip(tickets, orders, strict=True):
        assert alone(LocalEngine(LOADER, denoiser=Recording()), each) == digest_of(made[ticket])


def test_a_precise_call_fails_its_own_run_only(order: Callable[..., Order]) -> None:
    good, bad = (
        mixed(order(slots=2, seed=1, scheduler="DDIM", steps=10), 4),
        mixed(order(slots=2, seed=2, scheduler="DPM++", steps=7), 4),
    )
    expected = alone(LocalEngine(LOADER, denoiser=Recording()), good)
    first = float(build_schedule(bad, torch.Generator()).timesteps[0])
    assert first not in build_schedule(good, torch.Generator()).timesteps
    engine = LocalEngine(LOADER, denoiser=Recording(fails_at=first))
    tickets = [engine.submit(good), engine.submit(bad)]
    events = drain(engine)
    failed = [event for event in events if isinstance(event, Failed)]
    assert [event.ticket for event in failed] == tickets[1:]
    assert "this call fails" in failed[0].failure.message
    assert digest_of(finished(events)[tickets[0]]) == expected
