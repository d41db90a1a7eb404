"""The commands as a person calls them."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.main import get_command

from packshot import wiring
from packshot.cli.main import app
from packshot.result import RuntimeMeasurement
from tests.lora_files import write_lora

Call = Callable[..., Any]


@pytest.fixture
def made(call: Call, tiny_sd: Path) -> dict[str, Any]:
    """A picture, made by `generate`."""
    answer = call("generate", "a red mug", "--model", str(tiny_sd), "--steps", "3", "--out", "mug.png", "--json")
    assert answer.code == 0, answer.err
    return dict(answer.data)


def test_help_is_instant_and_imports_no_torch() -> None:
    code = "import sys; from packshot.cli.main import run; run(['--help']); sys.exit('torch' in sys.modules)"
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)
    print(f"--help took {time.perf_counter() - began:.2f} s")


def every_command() -> list[list[str]]:
    found: list[list[str]] = []

    def walk(command: Any, path: list[str]) -> None:
        children = getattr(command, "commands", {})
        for name, child in children.items():
            walk(child, [*path, name])
        if not children:
            found.append(path)

    walk(get_command(app), [])
    return found


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_command_has_help_with_an_example(path: list[str], call: Call) -> None:
    answer = call(*path, "--help")
    assert answer.code == 0
    assert "packshot " + " ".join(path) in re.sub(r"\s+", " ", answer.out)
    assert "Example" in answer.out


def test_generate_prints_its_whole_configuration(call: Call, tiny_sd: Path) -> None:
    answer = call("generate", "a red mug", "--negative", "logo", "--model", str(tiny_sd), "--steps", "3", "--seed", "7")
    assert answer.code == 0, answer.err
    for words in (
        "a red mug",
        "logo",
        "EulerA",
        "steps      3",
        "guidance   7.5",
        "seed       7",
        "64×64",
        "sha256:",
        "ps1:",
    ):
        assert words in answer.out, words
    assert len(list(Path("outputs").glob("*.png"))) == 1


def test_image_to_image_says_the_steps_really_taken(call: Call, tiny_sd: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 70, 3), np.uint8)).save("photo.jpg")
    answer = call("generate", "a mug", "--model", str(tiny_sd), "--source", "photo.jpg", "--strength", "0.35")
    assert answer.code == 0, answer.err
    assert "10 of 30" in answer.out
    assert "70×90 fitted to 64×64 (pad)" in answer.err


def test_the_json_of_what_reads(call: Call, made: dict[str, Any]) -> None:
    for command in (
        ["runs", "list"], ["runs", "show", made["id"]], ["experiment", "list"], ["models", "list"],
        ["models", "schedulers"], ["doctor"], ["verify"], ["models", "show", made["resolved"]["origin"]["model"]],
    ):  # fmt: skip
        answer = call(*command, "--json")
        assert answer.code == 0, (command, answer.err)
        value = json.loads(answer.out)
        assert re.fullmatch(r"packshot\.[a-z-]+/1", value["schema"]), command
        plain = call(*command)
        assert plain.code == 0
        assert plain.out.strip()


def test_a_run_is_replayed_by_id_and_by_file(call: Call, made: dict[str, Any]) -> None:
    for reference in (made["id"], made["id"][:10], "mug.png"):
        answer = call("replay", reference)
        assert answer.code == 0, answer.err
        assert "identical" in answer.out
    assert call("replay", "mug.png", "--json").data["verdict"]["sameness"] == "identical"


def test_rating(call: Call, made: dict[str, Any]) -> None:
    answer = call("rate", "mug.png", "--by", "Ada", "--scores", "2,1,2,1,2", "--reason", "artifacts: none seen")
    assert answer.code == 0, answer.err
    assert "8 of 10 by Ada" in answer.out
    shown = call("runs", "show", made["id"], "--json").data
    assert shown["ratings"][0]["total"] == 8
    assert shown["ratings"][0]["scores"]["artifacts"] == {"score": 2, "reason": "none seen"}


@pytest.mark.parametrize(
    "extra", [["--scores", "1,2"], ["--scores", "3,1,1,1,1"], ["--scores", "1,1,1,1,1", "--reason", "taste: bad"], []]
)
def test_impossible_ratings(call: Call, made: dict[str, Any], extra: list[str]) -> None:
    answer = call("rate", "mug.png", "--by", "Ada", *extra, "--json")
    assert answer.code == 2
    assert answer.error["code"] == "record.rating"
    assert answer.out == ""


def test_a_failed_picture_is_an_error_with_its_name(call: Call, tiny_sd: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "broken"
    shutil.copytree(tiny_sd, copy)
    weights = next((copy / "unet").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-100])
    answer = call("smoke", "--model", str(copy), "--json", engine="local")
    assert answer.code == 1
    assert answer.error["code"] == "model.corrupt"
    assert answer.data["remedy"]["steps"]
    assert answer.data["state"] == "failed"


def test_the_doctor_speaks_of_a_device_that_is_not_there(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_DEVICE", "cuda:7")
    answer = call("doctor", "--json")
    assert answer.code == 0, answer.err
    device = next(entry for entry in answer.data if entry["topic"] == "device")
    assert device["level"] == "problem"
    assert "PACKSHOT_DEVICE=cpu" in device["remedy"]


def test_an_experiment_from_plan_to_report(call: Call, tiny_sd: Path) -> None:
    answer = call("experiment", "run", "lab", "--model", str(tiny_sd), "--json")
    assert answer.code == 0, answer.err
    assert len(answer.data["cells"]) == 11
    name = answer.data["name"]
    assert Path(answer.data["report"]).is_file()
    assert call("experiment", "show", name).out.count("succeeded") == 11
    assert call("experiment", "run", "lab", "--model", str(tiny_sd), "--json").data["made"] == 0
    assert call("report", name, "--out", "again").code == 0
    assert Path("again/report.md").is_file()
    assert call("verify").code == 0
    replayed = call("replay", f"outputs/{name}/i2i_run09_strength085.png", "--model", str(tiny_sd))
    assert replayed.code == 0, replayed.err


def test_what_the_model_does_not_know_is_said(call: Call) -> None:
    answer = call("generate", "a red mug on a bicycle", "--steps", "2")
    assert answer.code == 0, answer.err
    assert "note       studio-tiny knows" in answer.err
    assert "“bicycle” is not among them" in answer.err
    again = call("generate", "a red mug on a bicycle", "--steps", "2", "--json")
    assert again.err == ""
    assert "“bicycle”" in again.data["notes"][0]
    assert again.data["notes"] == again.data["resolved"]["origin"]["notes"]
    assert again.data["notes"] == again.data["result"]["provenance"]["notes"]
    assert "note: studio-tiny knows" in call("runs", "show", again.data["id"]).out
    assert call("generate", "a red mug", "--steps", "2").err == ""


def test_strict_refuses_what_the_model_does_not_know(call: Call) -> None:
    answer = call("generate", "a bicycle", "--strict", "--json")
    assert answer.code == 2
    assert answer.error["code"] == "spec.prompt.unknown"
    assert answer.error["got"] == "“bicycle”"
    assert "mug" in answer.error["expected"]
    assert call("generate", "a red mug", "--steps", "2", "--strict").code == 0
    plain = call("generate", "a bicycle", "--strict")
    assert plain.code == 2
    assert plain.err.startswith("error: studio-tiny does not know “bicycle”")
    assert len(list(Path("outputs").glob("*.png"))) == 1


@pytest.mark.slow
def test_an_experiment_notes_each_thing_once_and_strict_refuses_it(call: Call) -> None:
    from packshot import wiring

    lab = (wiring.data_folder() / "plans" / "lab.yaml").read_text(encoding="utf-8")
    Path("lake.yaml").write_text(lab.replace("running shoes on a white", "running shoes by a lake on a white"))
    refused = call("experiment", "run", "lake.yaml", "--strict", "--json")
    assert refused.code == 2
    assert refused.error["code"] == "spec.prompt.unknown"
    assert "cell baseline" in refused.error["message"]
    assert not Path("outputs").exists()
    answer = call("experiment", "run", "lake.yaml")
    assert answer.code == 0, answer.err
    assert answer.err.count("“lake” is not among them") == 1
    assert answer.err.index("“lake”") < answer.err.index("1/11")
    data = call("experiment", "run", "lake.yaml", "--json").data
    assert [len(entry["cells"]) for entry in data["notes"] if "“lake”" in entry["note"]] == [10]
    page = Path(data["report"])
    assert "“lake” is not among them" in page.read_text(encoding="utf-8")
    assert "“lake” is not among them" in page.with_suffix(".md").read_text(encoding="utf-8")
    assert call("experiment", "run", "lab", "--strict").code == 0


def test_a_model_says_what_it_knows(call: Call, tiny_sd: Path) -> None:
    assert "headphones" in call("models", "show", "studio-tiny").out
    products = call("models", "show", "studio-tiny", "--json").data["knows"]["products"]
    assert "mug" in {product["name"] for product in products}
    assert "prompts are not judged" in call("models", "show", str(tiny_sd)).out
    assert call("models", "show", str(tiny_sd), "--json").data["knows"] is None


def test_slots_are_asked_for_and_shown(call: Call, tiny_sd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = call("generate", "a mug", "--model", str(tiny_sd), "--steps", "2", "--slots", "4")
    assert "rows       8 (4 slots)" in plain.out
    model = ("--model", str(tiny_sd))

    def slots() -> set[int]:
        runs = call("runs", "list", "--limit", "10", "--json").data["runs"]
        return {run["resolved"]["execution"]["slots"] for run in runs}

    assert call("experiment", "run", "lab", *model).code == 0
    assert slots() == {2}, "what makes the plan fastest on a CPU"
    assert call("experiment", "run", "lab", *model, "--fresh", "--slots", "8").code == 0
    assert slots() == {8}
    monkeypatch.setenv("PACKSHOT_SLOTS", "1")
    assert call("experiment", "run", "lab", *model, "--fresh").code == 0
    assert slots() == {1}, "the limit"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["generate", "a mug", "--slots", "3"], "spec.slots.unsupported"),
        (["experiment", "run", "lab", "--slots", "64"], "spec.slots.unsupported"),
        (["generate", "a mug", "--scheduler", "EulrA"], "spec.scheduler.unknown"),
        (["generate", "a mug", "--model", "no-such-model"], "model.unknown"),
        (["generate", "a mug", "--model", "sd15"], "model.not_cached"),
        (["generate", "a mug", "--size", "65x64"], "spec.size.not_divisible"),
        (["generate", "a mug", "--size", "big"], "spec.size.range"),
        (["generate", "a mug", "--steps", "0"], "spec.steps.range"),
        (["generate", "a mug", "--steps", "many"], "spec.invalid"),
        (["generate", "a mug", "--guidance", "-1"], "spec.guidance.range"),
        (["generate", "a mug", "--strength", "2", "--source", "photo.png"], "spec.strength.range"),
        (["generate", "a mug", "--source", "nothing.png"], "source.missing"),
        (["generate", "a mug", "--source", "text.png"], "source.format"),
        (["generate", "a mug", "--fit", "squash", "--source", "photo.png"], "spec.invalid"),
        (["generate", "shoe " * 90], "spec.prompt.truncated"),
        (["generate", "a mug", "--out", "text.png/mug.png"], "output.unwritable"),
        (["generate"], "spec.invalid"),
        (["generate", "a mug", "--no-such-option"], "spec.invalid"),
        (["experiment", "run", "lap"], "plan.unknown"),
        (["experiment", "run", "bad.yaml"], "plan.invalid"),
        (["experiment", "show", "nothing"], "record.not_found"),
        (["report", "nothing"], "record.not_found"),
        (["runs", "show", "zzzz"], "record.not_found"),
        (["runs", "list", "--state", "asleep"], "record.not_found"),
        (["replay", "nothing.png"], "record.not_found"),
        (["replay", "photo.png"], "record.no_spec"),
        (["rate", "zzzz", "--by", "Ada", "--scores", "1,1,1,1,1"], "record.not_found"),
        (["--workspace", "nowhere", "verify"], "workspace.unusable"),
        (["--workspace", "nowhere", "runs", "list"], "workspace.unusable"),
        (["generate", "a mug", "--out", "photo.png"], "output.exists"),
        (["generate", "mug \udcff"], "spec.invalid"),
        (["no-such-command"], "spec.invalid"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_wrong_use_gets_one_message_and_exit_2(call: Call, tiny_sd: Path, arguments: list[str], code: str) -> None:
    Image.new("RGB", (64, 64), "red").save("photo.png")
    Path("text.png").write_text("not a picture")
    Path(".packshot").mkdir()
    Path("bad.yaml").write_text("schema: packshot.plan/1\nname: x\n")
    if arguments[0] == "generate" and len(arguments) > 1 and "--model" not in arguments:
        arguments = [*arguments, "--model", str(tiny_sd)]
    answer = call(*arguments, "--json")
    assert answer.code == 2, answer
    assert answer.error["code"] == code
    assert answer.out == ""
    plain = call(*arguments)
    assert plain.code == 2
    assert plain.err.startswith("error: ")
    assert "Traceback" not in plain.err


def test_a_newer_workspace_is_left_alone(call: Call, made: dict[str, Any]) -> None:
    import sqlite3

    with sqlite3.connect(".packshot/packshot.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    answer = call("runs", "list", "--json")
    assert answer.code == 2
    assert answer.error["code"] == "workspace.newer"


def test_an_unexpected_error_is_one_line_and_in_the_log(
    call: Call, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from packshot.store import SqlStore

    def explode(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(SqlStore, "verify", explode)
    answer = call("verify")
    assert answer.code == 1
    assert "Traceback" not in answer.err
    assert "boom" in answer.err
    log = [json.loads(line) for line in Path(".packshot/logs/packshot.jsonl").read_text().splitlines()]
    assert "ZeroDivisionError" in log[-1]["trace"]


def test_a_changed_picture_is_found_by_verify(call: Call, made: dict[str, Any]) -> None:
    path = next(Path(".packshot/pictures").rglob("*.png"))
    Image.new("RGB", (64, 64), "red").save(path)
    answer = call("verify", "--json")
    assert answer.code == 3
    assert not answer.data["clean"]


def test_the_doctor_names_cause_and_remedy(call: Call) -> None:
    findings = {entry["topic"]: entry for entry in call("doctor", "--json").data}
    assert {"python", "device", "memory", "libraries", "hub cache", "workspace", "disk"} <= set(findings)
    assert all(entry["remedy"] for entry in findings.values() if entry["level"] == "problem")
    assert findings["hub cache"]["remedy"]


def test_the_doctor_measures_runtimes(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def meter(orders: list[Any], candidates: list[tuple[str, str]]) -> Iterator[RuntimeMeasurement]:
        assert {order.resolved.intent.scheduler.name for order in orders} >= {"DDIM", "DPM++"}
        for number, (runtime, precision) in enumerate(candidates):
            psnr_db = None if (runtime, precision) == ("torch", "float32") else 34.0
            yield RuntimeMeasurement(
                runtime=runtime, precision=precision, call_s={2: 0.01 + number / 100, 8: 0.04}, psnr_db=psnr_db
            )

    monkeypatch.setattr(wiring, "runtime_meter", lambda _settings: meter)
    shown = call("doctor", "--bench")
    assert shown.code == 0, shown.err
    assert "34.0 dB" in shown.out
    assert "measured torch in float32" in shown.err
    data = call("doctor", "--bench", "--json").data
    assert data["choice"]["precision"] == "float32", "nothing in bfloat16 agrees well enough"
    assert (tmp_path / ".packshot" / "cache" / "bench.json").is_file()
    made = call("generate", "a red mug", "--json").data
    assert made["resolved"]["execution"]["runtime"] == data["choice"]["runtime"]
    assert made["resolved"]["execution"]["precision"] == "float32"
    assert made["resolved"]["intent"]["runtime"] is None


def test_a_lora_is_shown_recorded_and_asked_for_at_a_replay(call: Call, tiny_sd: Path, tmp_path: Path) -> None:
    lora = write_lora(tiny_sd, tmp_path / "brand.safetensors")
    command = ["generate", "a red mug", "--model", str(tiny_sd), "--steps", "2", "--lora", "brand.safetensors:0.8"]
    plain = call(*command, "--out", "mug.png")
    assert plain.code == 0, plain.err
    digest = "sha256:" + hashlib.sha256(lora.read_bytes()).hexdigest()
    assert f"lora       brand.safetensors × 0.8  ({digest[:19]}…)" in plain.out
    resolved = call(*command, "--json").data["resolved"]
    assert resolved["intent"]["loras"] == [{"digest": digest, "weight": 0.8}]
    assert resolved["origin"]["loras"][0]["name"] == "brand.safetensors"
    with Image.open("mug.png") as picture:
        assert "a red mug <lora:brand:0.8>" in picture.info["parameters"]
    assert call("replay", "mug.png").code == 0
    lora.rename("moved.safetensors")
    refused = call("replay", "mug.png", "--json")
    assert (refused.code, refused.error["code"]) == (2, "model.lora.not_found")
    assert digest in refused.error["expected"]
    assert call("replay", "mug.png", "--lora", "moved.safetensors").code == 0
    Path(".packshot/loras").mkdir()
    Path("moved.safetensors").rename(".packshot/loras/any.safetensors")
    assert call("replay", "mug.png").code == 0
    other = call("generate", "a red mug", "--model", str(tiny_sd), "--lora", "any.safetensors:9", "--json")
    assert (other.code, other.error["code"]) == (2, "spec.lora.weight")


def test_a_model_in_its_own_pipeline_is_shown(tiny_transformer: Call, call: Call) -> None:
    data = call("models", "show", str(tiny_transformer("flux-schnell")), "--json").data
    assert data["family"] == "flux"
    assert data["runs"].startswith("one picture at a time")
    assert (data["steps"], data["guidance"], data["guidance_kind"]) == (4, 0.0, "none")
    assert (data["negative_prompt"], data["schedulers"]) == (False, ["FlowMatchEuler"])


def test_a_plan_is_shown_before_it_runs_and_an_experiment_page_by_page(call: Call) -> None:
    steps = ("experiment", "plan", "steps", "--seeds", "2")
    shown = call(*steps, "--json").data
    assert (shown["cells"], shown["runs"], shown["states"]["to do"]) == (12, 12, 12)
    assert shown["estimate"]["seconds"] is shown["estimate"]["cost"] is None
    assert shown["first"][1]["against"] == "baseline"
    assert "not measured yet" in call(*steps).out
    assert call("experiment", "run", "steps", "--seeds", "2", "--dry-run", "--json").data == shown
    assert call("experiment", "list", "--json").data["experiments"] == []
    assert call("experiment", "run", "steps", "--seeds", "2").code == 0
    assert "nothing to make" in call(*steps).out
    page = call("experiment", "show", "steps", "--limit", "3", "--offset", "10", "--json").data
    assert (page["total"], len(page["cells"]), page["states"]) == (12, 2, {"succeeded": 12})
    assert "--offset 3 goes on" in call("experiment", "show", "steps", "--limit", "3").out
    assert call("experiment", "show", "steps", "--state", "failed", "--json").data["total"] == 0
    listed = call("experiment", "list", "--json").data
    assert {plan["name"] for plan in listed["plans"]} >= {"lab", "steps", "full"}
    assert listed["experiments"][0]["states"] == {"succeeded": 12}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["experiment", "run", "lab", "--retry", "picture.blnk"], "settings.invalid"),
        (["experiment", "run", "lab", "--seeds", "0"], "plan.invalid"),
        (["experiment", "plan", "lap"], "plan.unknown"),
        (["experiment", "show", "lab", "--state", "lost"], "record.not_found"),
    ],
)
def test_wrong_use_of_plans(call: Call, words: list[str], code: str) -> None:
    call("experiment", "run", "steps", "--seeds", "1")
    answer = call(*words, "--json")
    assert answer.code == 2
    assert json.loads(answer.err)["error"]["code"] == code


def test_a_price_is_asked_for_in_numbers(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACKSHOT_PRICE_PER_HOUR", "a lot")
    answer = call("experiment", "plan", "lab", "--json")
    assert json.loads(answer.err)["error"]["code"] == "settings.invalid"
    monkeypatch.setenv("PACKSHOT_PRICE_PER_HOUR", "1.5")
    assert call("experiment", "plan", "lab", "--json").data["estimate"]["price_per_hour"] == 1.5
