"""What it takes to make the pictures again, out of what the runs recorded, and what replays measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from packshot.report.data import ReportData, Shot
from packshot.report.wording import count, decibels, listing, short
from packshot.result import Provenance, Sameness


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One fact of the environment; several values where runs differ, each with its cells."""

    name: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    breaks: str | None = None
    """What another value does to a replay, where it can change bits."""

    @property
    def is_uniform(self) -> bool:
        """Whether all runs agree."""
        return len(self.values) == 1


def environment(data: ReportData) -> tuple[Circumstance, ...]:
    """The circumstances of all runs with a result."""
    shots = [shot for shot in data.shots if shot.provenance is not None]
    if not shots:
        return ()
    found = [_circumstance(name, shots, read, breaks) for name, read, breaks in _READ]
    libraries = dict.fromkeys(name for shot in shots if shot.provenance for name in sorted(shot.provenance.libraries))
    for library in libraries:
        breaks = "another version may compute in another order" if library in {"torch", "diffusers"} else None
        found.append(_circumstance(library, shots, _version_of(library), breaks))
    return tuple(found)


def needs(data: ReportData) -> tuple[str, ...]:
    """What must be at hand."""
    shots = [shot for shot in data.shots if shot.provenance is not None]
    weights = dict.fromkeys(
        f"weights `{shot.run.resolved.origin.model}` with digest `{short(_base_digest(shot))}`" for shot in shots
    )
    loras = dict.fromkeys(
        f"the LoRA `{origin.name}` with digest `{short(pin.digest)}`"
        for shot in shots
        for pin, origin in zip(shot.intent.loras, shot.run.resolved.origin.loras, strict=False)
    )
    sources = dict.fromkeys(
        f"the source picture with pixels `{short(shot.intent.source.digest)}`" for shot in shots if shot.intent.source
    )
    spec = "the spec, which every exported file carries" if any(shot.files for shot in shots) else "the spec"
    return (spec, *weights, *loras, *sources) if shots else ()


def _base_digest(shot: Shot) -> str:
    """Of the weights that LoRAs were added to, where there were any: what computed has a digest of its own."""
    if shot.provenance is None or shot.intent.loras:
        return shot.intent.model.digest
    return shot.provenance.weights_digest


def replay_summary(data: ReportData) -> tuple[str, ...]:
    """What replays measured, in sentences; says so where there is none."""
    verdicts = [replay.verdict for shot in data.made for replay in shot.replays if replay.verdict is not None]
    replayed = {shot.name for shot in data.made if any(replay.verdict for replay in shot.replays)}
    if not verdicts:
        return (f"No picture of {len(data.made)} has been replayed yet: reproducibility is not measured.",)
    tally = Counter(verdict.sameness for verdict in verdicts)
    parts = [f"{tally[sameness]} {sameness}" for sameness in Sameness if tally[sameness]]
    sentences = [
        f"{count(len(verdicts), 'replay')}: {listing(parts)}.",
        f"{len(replayed)} of {count(len(data.made), 'picture')} replayed at least once.",
    ]
    for shot in data.made:
        for replay in shot.replays:
            verdict = replay.verdict
            if verdict is not None and verdict.sameness is not Sameness.IDENTICAL:
                by = "" if verdict.psnr_db is None else f", {decibels(verdict.psnr_db)}"
                cause = listing(verdict.causes) or "cause unknown"
                sentences.append(f"`{shot.name}`: {verdict.sameness}{by} ({cause}).")
    return tuple(sentences)


def _circumstance(
    name: str, shots: Sequence[Shot], read: Callable[[Provenance], str], breaks: str | None
) -> Circumstance:
    values: dict[str, list[str]] = {}
    for shot in shots:
        if shot.provenance is not None:
            values.setdefault(read(shot.provenance), []).append(shot.name)
    return Circumstance(name, tuple((value, tuple(cells)) for value, cells in values.items()), breaks)


def _version_of(library: str) -> Callable[[Provenance], str]:
    return lambda provenance: provenance.libraries.get(library, "not recorded")


def _yes(value: bool) -> str:
    return "on" if value else "off"


_READ: tuple[tuple[str, Callable[[Provenance], str], str | None], ...] = (
    ("packshot", lambda p: p.packshot, None),
    ("python", lambda p: p.python, None),
    ("platform", lambda p: f"{p.platform} {p.machine}", None),
    ("device", lambda p: f"{p.device}: {p.device_name}", "another device computes other last bits"),
    ("precision", lambda p: p.precision, "another precision rounds otherwise"),
    ("runtime", lambda p: p.runtime, "another runtime has other kernels"),
    ("threads", lambda p: str(p.threads), "another count sums in another order; a replay restores it"),
    ("rows", lambda p: str(p.rows), "another batch shape runs other kernels; a replay restores it"),
    ("attention", lambda p: p.attention, "another backend sums in another order; a replay restores it"),
    ("denormals flushed", lambda p: _yes(p.flush_denormal), None),
    ("deterministic algorithms", lambda p: _yes(p.deterministic), "without it, some kernels add in random order"),
    ("noise drawn on", lambda p: p.rng_device, "another generator gives other noise, and another picture"),
    ("weights digest", lambda p: p.weights_digest, "other weights are another model"),
    ("safety checker", lambda p: p.safety_checker, None),
)
