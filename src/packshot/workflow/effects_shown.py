"""An experiment's effects as a reader sees them: tables in words, and charts, in a language."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.experiment import Findings
from packshot.report import EffectTable, Figures, Language, draw, effect_tables, only_luck


@dataclass(frozen=True, slots=True)
class EffectsShown:
    """`luck` says why no effect can be told from it; then there are no tables and no charts."""

    tables: tuple[EffectTable, ...]
    figures: Figures
    luck: str | None


NOTHING = Figures((), (), None, None)


def effects_shown(found: Findings, said: Language) -> EffectsShown:
    """What the report shows of the same findings. Draws nothing yet."""
    luck = only_luck(found.effects)
    if luck is not None:
        return EffectsShown((), NOTHING, said.say(luck))
    return EffectsShown(effect_tables(found.effects, said), draw(found, said), None)
