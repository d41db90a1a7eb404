"""What tells pictures of one prompt apart in a list: the settings in which they differ, and no others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from packshot.report.wording import listing, moment, number, short, size
from packshot.result import Found
from packshot.workflow.compare import Difference

MADE: Final = "made"
"""Stands for a setting where two pictures share all of them."""


def told_apart(found: Sequence[Found]) -> dict[str, tuple[Difference, ...]]:
    """By run: each setting that differs among those with the same prompt, with this run's one value ("" for none).

    Nothing for a prompt that stands alone. Of runs that share every setting, when each was asked for.
    """
    groups: defaultdict[str, list[Found]] = defaultdict(list)
    for each in found:
        groups[each.prompt].append(each)
    return {run: apart for group in groups.values() if len(group) > 1 for run, apart in _apart(group).items()}


def _apart(group: Sequence[Found]) -> dict[str, tuple[Difference, ...]]:
    settings = {each.run_id: _settings(each) for each in group}
    names = [name for name in _settings(group[0]) if len({values[name] for values in settings.values()}) > 1]
    alike = Counter(tuple(values.items()) for values in settings.values())
    apart = {}
    for each in group:
        values = settings[each.run_id]
        told = [Difference(name, (values[name],)) for name in names]
        if alike[tuple(values.items())] > 1:
            told.append(Difference(MADE, (moment(each.created_at),)))
        apart[each.run_id] = tuple(told)
    return apart


def _settings(each: Found) -> dict[str, str]:
    """As a person reads them; names as in `packshot.report.differences`."""
    return {
        "seed": str(each.seed),
        "steps": str(each.steps),
        "guidance": number(each.guidance),
        "scheduler": each.scheduler,
        "strength": "" if each.strength is None else number(each.strength),
        "model": each.model,
        "LoRA": listing([f"{short(lora.digest)} × {number(lora.weight)}" for lora in each.loras]),
        "size": size(each.width, each.height),
        "mode": str(each.mode),
        "source": "" if each.source is None else short(each.source),
        "negative prompt": each.negative_prompt,
    }
