"""The rule that chooses what computes: asked for, measured, or known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from packshot.errors import SpecError, UsageError
from packshot.models import Catalogue
from packshot.resolve import candidates, choose_runtime, keep_bench, read_bench, resolve
from packshot.result import Bench, RuntimeMeasurement
from packshot.settings import Settings, read_settings
from packshot.spec import Spec


@pytest.fixture
def here(settings: Settings) -> Settings:
    """A CPU with OpenVINO and bfloat16."""
    return replace(settings, openvino="2026.4.1", processor="a CPU", bfloat16=True)


def bench(**row_ms_and_db: tuple[float, float | None]) -> Bench:
    measurements = []
    for name, (row_ms, psnr_db) in row_ms_and_db.items():
        runtime, precision = name.split("_")
        call_s = {rows: rows * row_ms / 1000 for rows in (2, 8)}
        measurements.append(RuntimeMeasurement(runtime=runtime, precision=precision, call_s=call_s, psnr_db=psnr_db))
    return Bench(
        model="m",
        weights_digest="sha256:0",
        processor="a CPU",
        threads=1,
        libraries={"torch": "2", "openvino": "2026.4.1"},
        measurements=tuple(measurements),
    )


def chosen(settings: Settings, *, measured: Bench | None = None, **asked: str) -> tuple[str, str]:
    choice = choose_runtime(asked.get("runtime"), asked.get("precision"), settings, measured)
    return choice.runtime, choice.precision


def test_where_nothing_was_measured(here: Settings) -> None:
    assert chosen(here) == ("openvino", "float32"), "nobody knows how far bfloat16 is off for this model"
    assert chosen(replace(here, openvino=None)) == ("torch", "float32")
    assert chosen(replace(here, device="cuda")) == ("torch", "float16")
    assert chosen(replace(here, device="mps")) == ("torch", "float32")


def test_the_card_speaks_where_nothing_was_measured(here: Settings) -> None:
    def by_card(settings: Settings, measured: Bench | None = None, **card_db: float) -> tuple[str, str]:
        card = {name.replace("_", "/"): figure for name, figure in card_db.items()}
        choice = choose_runtime(None, None, settings, measured, card)
        return choice.runtime, choice.precision

    assert by_card(here, openvino_mixed=36.9, openvino_bfloat16=7.4) == ("openvino", "mixed")
    assert by_card(here, openvino_mixed=36.9, openvino_bfloat16=36.0) == ("openvino", "bfloat16")
    assert by_card(here, openvino_mixed=34.9) == ("openvino", "float32")
    assert by_card(replace(here, bfloat16=False), openvino_mixed=36.9) == ("openvino", "float32")
    assert by_card(replace(here, openvino=None), openvino_mixed=36.9) == ("torch", "float32")
    lucky = bench(openvino_bfloat16=(2.0, 35.6), openvino_mixed=(3.0, 45.0), torch_float32=(8.0, None))
    assert by_card(here, lucky, openvino_bfloat16=7.4) == ("openvino", "mixed"), "the card had more pictures"
    slower = bench(openvino_mixed=(9.0, 36.0), openvino_float32=(4.0, 90.0), torch_float32=(8.0, None))
    assert by_card(here, slower, openvino_mixed=36.9) == ("openvino", "float32"), "what was measured here goes first"


def test_what_was_measured_decides(here: Settings) -> None:
    figures = {"torch_float32": (9.0, None), "torch_bfloat16": (5.0, 33.0), "openvino_float32": (4.0, 90.0)}
    assert chosen(here, measured=bench(**figures, openvino_bfloat16=(2.0, 50.0))) == ("openvino", "bfloat16")
    assert chosen(here, measured=bench(**figures, openvino_bfloat16=(2.0, 34.9))) == ("openvino", "float32")
    assert chosen(here, measured=bench(**figures, openvino_bfloat16=(5.0, 50.0))) == ("openvino", "float32")
    slow = figures | {"openvino_float32": (10.0, 90.0), "openvino_bfloat16": (12.0, 50.0)}
    assert chosen(here, measured=bench(**slow)) == ("torch", "float32")


def test_what_is_asked_for_is_had(here: Settings) -> None:
    assert chosen(here, runtime="torch") == ("torch", "float32")
    assert chosen(here, runtime="openvino") == ("openvino", "float32")
    assert chosen(here, precision="bfloat16") == ("openvino", "bfloat16"), "asked for: no agreement is needed"
    assert chosen(here, runtime="torch", precision="bfloat16") == ("torch", "bfloat16")
    assert chosen(replace(here, bfloat16=False), precision="bfloat16") == ("torch", "bfloat16")


@pytest.mark.parametrize(
    ("changes", "asked", "code"),
    [
        ({}, {"runtime": "magic"}, "spec.runtime.unsupported"),
        ({"openvino": None}, {"runtime": "openvino"}, "spec.runtime.unsupported"),
        ({"device": "cuda"}, {"runtime": "openvino"}, "spec.runtime.unsupported"),
        ({}, {"precision": "float16"}, "spec.precision.unsupported"),
        ({"bfloat16": False}, {"runtime": "openvino", "precision": "bfloat16"}, "spec.precision.unsupported"),
    ],
)
def test_what_is_not_here_is_refused(here: Settings, changes: dict[str, Any], asked: dict[str, str], code: str) -> None:
    with pytest.raises(SpecError) as caught:
        chosen(replace(here, **changes), **asked)
    assert caught.value.code == code
    assert caught.value.expected


def test_measurements_hold_for_their_circumstances_only(here: Settings) -> None:
    made = bench(torch_float32=(9.0, None))
    path = keep_bench(here, made)
    assert read_bench(here, "sha256:0") == made
    assert read_bench(here, "sha256:1") is None
    for changes in ({"threads": 2}, {"processor": "another"}, {"openvino": "2027.0"}):
        assert read_bench(replace(here, **changes), "sha256:0") is None
    keep_bench(here, made.model_copy(update={"weights_digest": "sha256:1"}))
    keep_bench(here, made)
    assert read_bench(here, "sha256:1") is not None
    path.write_text("{}", encoding="utf-8")
    assert read_bench(here, "sha256:0") is None
    path.write_text("no JSON", encoding="utf-8")
    assert read_bench(here, "sha256:0") is None


def test_only_what_was_asked_for_is_intent(here: Settings, tiny_sd: Path, catalogue: Catalogue, library: Any) -> None:
    def resolved(settings: Settings = here, **fields: Any) -> Any:
        return resolve(Spec(prompt="a mug", model=str(tiny_sd), **fields), catalogue, settings, library).resolved

    plain = resolved()
    assert (plain.execution.runtime, plain.execution.precision) == ("openvino", "float32")
    assert (plain.intent.runtime, plain.intent.precision) == (None, None)
    assert resolved(runtime="auto", precision="auto").hash == plain.hash
    setting = replace(here, runtime="torch")
    assert resolved(setting).execution.runtime == "torch"
    assert resolved(setting).hash == plain.hash, "a setting is no part of what is asked for"
    assert resolved(setting, runtime="auto").execution.runtime == "openvino", "the flag goes before the setting"
    asked = resolved(runtime="torch")
    assert (asked.intent.runtime, asked.execution.runtime) == ("torch", "torch")
    assert asked.hash != plain.hash


def test_settings_name_runtime_and_precision(tmp_path: Path) -> None:
    environ = {"PACKSHOT_RUNTIME": "torch", "PACKSHOT_PRECISION": "bfloat16"}
    found = read_settings(environ, workspace=tmp_path)
    assert (found.runtime, found.precision) == ("torch", "bfloat16")
    assert read_settings({}, workspace=tmp_path).runtime == "auto"
    with pytest.raises(UsageError):
        read_settings({"PACKSHOT_RUNTIME": "magic"}, workspace=tmp_path)


def test_the_fastest_comes_first(here: Settings) -> None:
    assert candidates(here)[0] == ("openvino", "bfloat16")
    assert candidates(replace(here, openvino=None)) == [("torch", "float32"), ("torch", "bfloat16")]
