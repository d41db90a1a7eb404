"""What OpenVINO makes inside a sweep it makes again alone, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packshot.engine.denoiser import Denoisers
from packshot.engine.local import LocalEngine
from packshot.models import Loader
from packshot.resolve import Order
from packshot.settings import read_settings
from tests.engine.driving import alone, digest_of, drain, finished

pytest.importorskip("openvino_telemetry", reason="OpenVINO is not installed")


@pytest.mark.parametrize(
    "precision",
    [pytest.param("float32", marks=pytest.mark.slow), "mixed", pytest.param("bfloat16", marks=pytest.mark.slow)],
)
def test_a_sweep_replays(order: Callable[..., Order], photo: Path, tmp_path: Path, precision: str) -> None:
    if precision != "float32" and not read_settings({}).bfloat16:
        pytest.skip("this CPU has no bfloat16")
    loader = Loader()
    engine = LocalEngine(loader, denoiser=Denoisers(loader, tmp_path))
    wishes = [
        {"scheduler": "EulerA", "seed": 1},
        {"scheduler": "DDIM", "seed": 2, "guidance": 1.0},
        {"scheduler": "DPM++", "seed": 3, "steps": 5},
        {"scheduler": "Heun", "seed": 4, "source": str(photo), "strength": 0.6, "steps": 6},
        {"scheduler": "LMS", "seed": 5},
    ]
    made = [order(slots=4, **wish) for wish in wishes]
    orders = [
        Order(each.resolved.with_execution(runtime="openvino", precision=precision, rows=8), each.model, each.source)
        for each in made
    ]
    tickets = [engine.submit(each) for each in orders]
    pictures = finished(drain(engine))
    assert set(pictures) == set(tickets)
    assert {event.provenance.rows for event in pictures.values()} == {8}
    again = LocalEngine(loader, denoiser=Denoisers(loader, tmp_path))
    for ticket, each in zip(tickets, orders, strict=True):
        assert alone(again, each) == digest_of(pictures[ticket])
