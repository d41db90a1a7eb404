"""Makes a recorded picture again, under its recorded circumstances, and measures how close it came."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from packshot.errors import ModelError, SourceError
from packshot.metadata import PictureRecord, read_record
from packshot.models import FAMILIES
from packshot.resolve import Order, open_source, restore
from packshot.result import (
    CLOSE_DB,
    Pixels,
    Provenance,
    Run,
    RunState,
    Sameness,
    Verdict,
    picture_digest,
    psnr_db,
)
from packshot.settings import Settings
from packshot.spec import (
    BALANCED,
    HIGH,
    LOW,
    MIXED,
    OPENVINO_DECODER,
    REMOTE_DEVICE,
    SDPA,
    SLICED,
    TORCH_DECODER,
    ResolvedSpec,
)
from packshot.workflow.execute import execute
from packshot.workflow.export import picture_of
from packshot.workflow.flight import OnEvent, ignore
from packshot.workflow.make import WAIT_S
from packshot.workflow.ordering import noted, replay_notes
from packshot.workflow.scoring import score
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

COMPARED = (
    "device",
    "device_name",
    "precision",
    "runtime",
    "rows",
    "threads",
    "attention",
    "flush_denormal",
    "deterministic",
    "weights_digest",
    "fitted_source_digest",
    "packshot",
    "python",
    "platform",
)
"""Circumstances that can change bits, and are named where they differ."""

FOUND = ("threads", "attention", "flush_denormal", "deterministic")
"""What a machine may have done otherwise than it was told: a replay restores what really was, not the wish."""

SERVED = "made on a server, which promises nothing: another picture is no mistake, and an equal one may be a stored one"
"""Stands beside every verdict on a remote model's picture."""


@dataclass(frozen=True, slots=True)
class Replay:
    """The run that was made for it, and the verdict (None where the run failed).

    `notes` is what the team's policy says of the prompt today: a replay is not refused, for it measures a record.
    """

    run: Run
    verdict: Verdict | None
    original: str
    notes: tuple[str, ...] = ()


def replay(
    bench: Workbench,
    reference: str,
    *,
    source: Path | None = None,
    model: str | None = None,
    loras: Sequence[Path] = (),
    mask: Path | None = None,
    on_found: Callable[[PictureRecord], None] = lambda _record: None,
    on_event: OnEvent = ignore,
) -> Replay:
    """Replay a run (any unique prefix of its id) or a picture file that carries its record.

    `source` is where the source picture is now, `model` where the weights are, `loras` where LoRAs of the run are,
    `mask` where that of a product lock is.
    Raises RecordError, SourceError or ModelError where something that is needed is not at hand, and PolicyError where
    the team's policy cannot be read.
    """
    record, pixels = _find(bench, reference)
    on_found(record)
    resolved, causes = _known(*_restorable(_as_it_was(record), bench.settings))
    notes = replay_notes(bench.settings, resolved.intent.prompt)
    resolved = noted(resolved, notes)
    order = _order(bench, resolved, KnownSources(bench, _named(resolved, source), mask), model, loras)
    run = execute(bench, order, _claimed(bench, resolved, record.run_id), on_event)
    if run.state is not RunState.SUCCEEDED or run.result is None:
        return Replay(run, None, reference, notes)
    made = bench.store.pictures.get(run.result.picture_digest)
    if picture_digest(pixels) != record.picture_digest:
        equal = "equals" if run.result.picture_digest == record.picture_digest else "does not equal"
        causes.append(f"the file's pixels were changed after it was made; the replay {equal} what its record names")
    if run.result.picture_digest != record.picture_digest:
        causes += _differences(record.provenance, run.result.provenance)
    verdict = judge(pixels, made, tuple(causes))
    run = bench.store.set_verdict(run.id, verdict)
    _score_original(bench, record.run_id)
    return Replay(run, verdict, reference, notes)


def _score_original(bench: Workbench, run_id: str) -> None:
    """A replay is what reproducibility is proposed from. The original of a foreign file is not here to be scored."""
    if bench.store.measured_among([run_id]):
        score(bench, run_id)


def _as_it_was(record: PictureRecord) -> ResolvedSpec:
    """The recorded spec with what the machine really had. A pipeline of its own has attention of its own: no choice."""
    found = {name: getattr(record.provenance, name) for name in FOUND}
    if any(not family.batched for family in FAMILIES if family.name == record.resolved.intent.model.family):
        del found["attention"]
    return record.resolved.with_execution(**found)


def _claimed(bench: Workbench, resolved: ResolvedSpec, original: str) -> Run:
    """A run for the replay, once no other process is at the same one."""
    while (begun := bench.store.begin(resolved, replay_of=original)).outcome == "busy":
        time.sleep(WAIT_S)
    return begun.run


def judge(expected: Pixels, got: Pixels, causes: tuple[str, ...]) -> Verdict:
    """Compare pixels. Identical is decided by digest alone; close from 30 dB."""
    expected_digest, digest = picture_digest(expected), picture_digest(got)
    if digest == expected_digest:
        return Verdict(
            sameness=Sameness.IDENTICAL,
            expected_digest=expected_digest,
            got_digest=digest,
            max_difference=0,
            causes=causes,
        )
    if expected.shape != got.shape:
        sizes = f"{expected.shape[1]}×{expected.shape[0]} became {got.shape[1]}×{got.shape[0]}"
        return Verdict(
            sameness=Sameness.DIFFERENT, expected_digest=expected_digest, got_digest=digest, causes=(*causes, sizes)
        )
    decibels = psnr_db(expected, got)
    return Verdict(
        sameness=Sameness.CLOSE if decibels >= CLOSE_DB else Sameness.DIFFERENT,
        expected_digest=expected_digest,
        got_digest=digest,
        psnr_db=None if decibels == float("inf") else decibels,
        max_difference=int(np.abs(expected.astype(np.int16) - got.astype(np.int16)).max()),
        causes=causes or ("nothing in the record differs: the cause is not known",),
    )


def _find(bench: Workbench, reference: str) -> tuple[PictureRecord, Pixels]:
    path = Path(reference).expanduser()
    if path.is_file() or path.suffix.lower() == ".png" or "/" in reference:
        return read_record(path)
    return picture_of(bench, bench.store.run(reference))


def _restorable(resolved: ResolvedSpec, settings: Settings) -> tuple[ResolvedSpec, list[str]]:
    """The recorded execution, or the nearest that this machine has, with what could not be restored."""
    recorded, here = resolved.execution.device, settings.device
    if recorded == REMOTE_DEVICE:
        return resolved, [SERVED]
    if recorded == "cpu":
        return _computable(resolved, settings)
    if recorded == here:
        return resolved, []
    if recorded.split(":")[0] == here.split(":")[0]:
        return resolved.with_execution(device=here), [f"device: recorded {recorded}, used {here}"]
    precision = "float16" if here.startswith("cuda") else "float32"
    changed = resolved.with_execution(device=here, precision=precision, deterministic=here != "cpu")
    return changed, [f"device: recorded {recorded}, this machine has {here}"]


def _computable(resolved: ResolvedSpec, settings: Settings) -> tuple[ResolvedSpec, list[str]]:
    """On a CPU: torch where OpenVINO is missing, float32 where its bfloat16 is."""
    runtime, precision = resolved.execution.runtime, resolved.execution.precision
    if runtime == "openvino" and settings.openvino is None:
        changed = resolved.with_execution(runtime="torch", precision="float32", decoder=TORCH_DECODER)
        return changed, [f"runtime: recorded openvino in {precision}, not installed here; used torch in float32"]
    if runtime == "openvino" and precision in ("bfloat16", MIXED) and not settings.bfloat16:
        changed = resolved.with_execution(precision="float32", decoder=TORCH_DECODER)
        return changed, [f"precision: recorded {precision}, and this processor has no bfloat16; used float32"]
    return resolved, []


def _known(resolved: ResolvedSpec, causes: list[str]) -> tuple[ResolvedSpec, list[str]]:
    """Ways to compute that this version has, for those of a newer or older one. A server's are its own."""
    execution = resolved.execution
    if execution.device == REMOTE_DEVICE:
        return resolved, causes
    if execution.attention not in (SDPA, SLICED):
        causes = [*causes, f"attention: recorded {execution.attention}, which this version has not; used {SDPA}"]
        resolved = resolved.with_execution(attention=SDPA)
    if execution.memory not in (HIGH, BALANCED, LOW):
        causes = [*causes, f"memory mode: recorded {execution.memory}, which this version has not; used {HIGH}"]
        resolved = resolved.with_execution(memory=HIGH)
    if execution.decoder not in (TORCH_DECODER, OPENVINO_DECODER):
        causes = [*causes, f"decoder: recorded {execution.decoder}, which this version has not; used {TORCH_DECODER}"]
        resolved = resolved.with_execution(decoder=TORCH_DECODER)
    return resolved, causes


def _named(resolved: ResolvedSpec, source: Path | None) -> Path | None:
    """The source that was named, where the run has one. Raises SourceError where it is another."""
    if source is None or resolved.intent.source is None:
        return None
    named = open_source(source)
    if named.digest != resolved.intent.source.digest:
        raise SourceError(
            "source.not_found",
            f"{source.name} is not the source of this run",
            expected=f"the picture with digest {resolved.intent.source.digest}",
            got=named.digest,
        )
    return source


def _order(
    bench: Workbench, resolved: ResolvedSpec, library: KnownSources, model: str | None, loras: Sequence[Path]
) -> Order:
    try:
        return restore(resolved, bench.catalogue, library, model=model, loras=loras)
    except ModelError as error:
        if error.code == "model.changed" and model is not None:
            return restore(resolved, bench.catalogue, library, model=model, any_weights=True, loras=loras)
        raise


def _differences(recorded: Provenance, now: Provenance) -> list[str]:
    causes = [
        f"{name}: recorded {before}, now {after}"
        for name in COMPARED
        if (before := getattr(recorded, name)) != (after := getattr(now, name))
    ]
    for library in sorted(set(recorded.libraries) | set(now.libraries)):
        was, is_now = recorded.libraries.get(library, "none"), now.libraries.get(library, "none")
        if was != is_now:
            causes.append(f"{library}: recorded {was}, now {is_now}")
    if recorded.scheduler_config != now.scheduler_config:
        causes.append("the scheduler's configuration differs")
    return causes
