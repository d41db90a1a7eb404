"""From evidence and replays to five proposed scores, by the rules of `rubric.py`. Pure; knows no thresholds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packshot.evaluation.adherence import IN_PART
from packshot.evaluation.fault import Values
from packshot.evaluation.rubric import (
    FAULT_SUFFICES,
    FAULTS,
    KNOWN_SCORER,
    NEEDED,
    NEEDED_WITH_SOURCE,
    NOT_PROVED,
    NOT_SEEN,
    SHOWN_AS,
)
from packshot.result import Criterion, Evidence, Proposal, ProposedScore, Sameness

FULL = 2
SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[^a-z])")
NOTHING_MEASURED = "Not evaluated: "
REPLAYED = {Sameness.IDENTICAL: 2, Sameness.CLOSE: 1, Sameness.DIFFERENT: 0}
"""DESIGN 4.7."""


@dataclass(frozen=True, slots=True)
class FoundFault:
    """A fault of one picture: what it takes of which criterion's 2 points, and the whole reason."""

    criterion: Criterion
    cost: int
    label: str
    sentence: str
    evidence: tuple[str, ...]


def propose(evidence: Sequence[Evidence], replays: Sequence[Sameness]) -> Proposal:
    """A score or the lack of one for each criterion. `replays` are the measured verdicts of the picture's replays."""
    values, faults = measured_values(evidence), find_faults(evidence)
    unscored = _unscored(evidence)
    scores = {
        criterion: _proposed(criterion, values, [fault for fault in faults if fault.criterion is criterion], unscored)
        for criterion in Criterion
        if criterion is not Criterion.REPRODUCIBILITY
    }
    return Proposal(scores={**scores, Criterion.REPRODUCIBILITY: _reproducibility(replays)})


def find_faults(evidence: Sequence[Evidence]) -> tuple[FoundFault, ...]:
    """Everything that costs points, the gravest first. A slight fault is left out where the same sign shows a grave."""
    values = measured_values(evidence)
    sentences = {entry.name: entry.sentence for entry in evidence}
    found: dict[tuple[Criterion, str], FoundFault] = {}
    for fault in sorted(FAULTS, key=lambda fault: -fault.cost):
        if fault.is_found(values):
            decisive = fault.evidence[-1]
            reason = f"{sentences[decisive]} {fault.why}"
            entry = FoundFault(fault.criterion, fault.cost, fault.label, reason, fault.evidence)
            found.setdefault((fault.criterion, decisive), entry)
    return tuple(found.values())


def measured_values(evidence: Sequence[Evidence]) -> Values:
    """What was measured. A scorer's number is left out where no rule fits it.

    So it is where its scale is not known, and where it speaks of a part of the prompt alone: a mug that fits “a mug
    and a bicycle” is not what was asked for.
    """
    return {
        entry.name: entry.value
        for entry in evidence
        if entry.value is not None and (entry.name != "adherence" or _fits_the_rules(entry))
    }


def _fits_the_rules(entry: Evidence) -> bool:
    return entry.unit is None and KNOWN_SCORER in entry.sentence and IN_PART not in entry.sentence


def _unscored(evidence: Sequence[Evidence]) -> str:
    """Why the fit to the prompt decides no score, where it does not."""
    entry = next((entry for entry in evidence if entry.name == "adherence"), None)
    if entry is not None and KNOWN_SCORER in entry.sentence:
        if IN_PART in entry.sentence:
            return f"{KNOWN_SCORER} does not know all that was asked for"
        if entry.sentence.startswith(NOTHING_MEASURED):
            return entry.sentence.removeprefix(NOTHING_MEASURED).removesuffix(".")
    return f"no scorer whose scale is known ({KNOWN_SCORER}) has compared picture and prompt"


def _proposed(criterion: Criterion, values: Values, faults: list[FoundFault], unscored: str) -> ProposedScore:
    cost = max((fault.cost for fault in faults), default=0)
    missing = [name for name in _needed(criterion, values) if name not in values]
    provable = criterion in NEEDED and not missing
    deciding = [fault for fault in faults if fault.cost == cost]
    shown = said_once(fault.sentence for fault in deciding)
    names = tuple(dict.fromkeys(name for fault in deciding for name in fault.evidence))
    if cost == FULL:
        return ProposedScore(score=0, reason=shown, evidence=names)
    if provable and not cost:
        looked_at = (*(name for name in ("background_as_asked",) if name in values), *_needed(criterion, values))
        if _is_unseen(criterion, values):
            reason = f"Not evaluated: no fault was found in {_listed(looked_at)}, but {NOT_SEEN}."
            return ProposedScore(score=None, reason=reason, evidence=looked_at)
        return ProposedScore(score=FULL, reason=f"No fault was found in {_listed(looked_at)}.", evidence=looked_at)
    if provable or (cost and criterion in FAULT_SUFFICES):
        unseen = f" It may be less, for not all was looked at: {_listed(missing)} could not be." if missing else ""
        limit = f" It may be less, for {NOT_SEEN}." if not missing and _is_unseen(criterion, values) else ""
        return ProposedScore(score=FULL - cost, reason=shown + unseen + limit, evidence=names)
    most = f" At most {FULL - cost}: {shown}" if cost else ""
    return ProposedScore(
        score=None, reason=f"Not evaluated: {_why_not(criterion, missing, unscored)}.{most}", evidence=names
    )


def said_once(texts: Iterable[str]) -> str:
    """One paragraph of several reasons; a sentence that comes again stands only where it came last."""
    sentences = [sentence for text in texts for sentence in SENTENCE_END.split(text)]
    return " ".join(reversed(dict.fromkeys(reversed(sentences))))


def _needed(criterion: Criterion, values: Values) -> tuple[str, ...]:
    needed = NEEDED.get(criterion, ())
    compared = criterion is Criterion.USABILITY and _has_source(values)
    return (*needed, *NEEDED_WITH_SOURCE) if compared else needed


def _is_unseen(criterion: Criterion, values: Values) -> bool:
    """Whether nothing looked at the product itself: a picture from words has no source to compare it with."""
    return criterion is Criterion.USABILITY and not _has_source(values)


def _has_source(values: Values) -> bool:
    return any(name.startswith("likeness_") for name in values)


def _why_not(criterion: Criterion, missing: list[str], unscored: str) -> str:
    if criterion in NOT_PROVED:
        reason = NOT_PROVED[criterion]
        return reason[0].lower() + reason[1:]
    if criterion is Criterion.ADHERENCE:
        return unscored
    return f"no fault was found, but {_listed(missing)} could not be looked at"


def _reproducibility(replays: Sequence[Sameness]) -> ProposedScore:
    """The worst replay counts: a promise that was broken once is not kept."""
    if not replays:
        return ProposedScore(score=None, reason="Not evaluated: it was not replayed (packshot replay).")
    score = min(REPLAYED[sameness] for sameness in replays)
    counts = {sameness: list(replays).count(sameness) for sameness in Sameness}
    counted = ", ".join(f"{count} {sameness}" for sameness, count in counts.items() if count)
    times = "replayed once" if len(replays) == 1 else f"replayed {len(replays)} times"
    return ProposedScore(score=score, reason=f"It was {times}: {counted}.")


def _listed(names: Sequence[str]) -> str:
    words = [SHOWN_AS.get(name, name.replace("_", " ")) for name in names]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
