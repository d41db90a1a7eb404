"""An experiment's effects as a reader sees them: tables in words, and charts, in a language."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.experiment import Effect, Findings
from packshot.report import EffectTable, Figures, Language, draw, effect_tables, foremost, only_luck


@dataclass(frozen=True, slots=True)
class EffectsShown:
    """`luck` says why no effect can be told from it; then there are no tables and no charts."""

    tables: tuple[EffectTable, ...]
    figures: Figures
    luck: str | None


@dataclass(frozen=True, slots=True)
class KeyDifferences:
    """The differences to tell first, of every arm some, and how many `more` there are of their kind.

    `shown` says whether they are told from luck; where none is, they are what was seen. `in_tables` says whether
    `effects_shown` has tables that hold all of them.
    """

    effects: tuple[Effect, ...]
    more: int
    shown: bool
    in_tables: bool


NOTHING = Figures((), (), None, None)


def key_differences(found: Findings, most: int) -> KeyDifferences:
    """At most so many of the effects that are shown; where none is, of all that were seen."""
    shown = [effect for effect in found.effects if effect.shown]
    told = foremost(shown or found.effects, most)
    return KeyDifferences(told, len(shown or found.effects) - len(told), bool(shown), only_luck(found.effects) is None)


def effects_shown(found: Findings, said: Language) -> EffectsShown:
    """What the report shows of the same findings. Draws nothing yet."""
    luck = only_luck(found.effects)
    if luck is not None:
        return EffectsShown((), NOTHING, said.say(luck))
    return EffectsShown(effect_tables(found.effects, said), draw(found, said), None)
