"""What a team does not want asked for: brand names, claims, banned words. Pure: a policy and a prompt in, findings out.

Knows neither files nor engines. Only the prompt is judged: to keep a brand away by the negative prompt is legitimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from packshot.review.policy_words import WordIndex, wanted
from packshot.spec import Frozen

RuleName = Annotated[str, StringConstraints(pattern=r"^[^\W_][\w .-]{0,99}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Entry = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]


class Action(StrEnum):
    """What comes of a word that is found."""

    WARN = "warn"
    REFUSE = "refuse"


class PolicyRule(Frozen):
    """Some words or phrases, what comes of them, and the reason that a person is told. `kind` is for people."""

    name: RuleName
    kind: Literal["brand", "claim", "banned"]
    action: Action
    reason: Reason
    words: Annotated[tuple[Entry, ...], Field(min_length=1)]

    @field_validator("words")
    @classmethod
    def _can_be_found(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for entry in words:
            try:
                wanted(entry)
            except ValueError as error:
                raise ValueError(f"{entry!r}: expected {error}") from error
        return words


class PolicyFinding(Frozen):
    """What a prompt has of a rule: `found` as the prompt writes it, `entry` as the policy does."""

    rule: str
    kind: str
    action: Action
    entry: str
    found: str
    reason: str


class Policy(Frozen):
    """The rules of a team. One without rules finds nothing."""

    schema_: Literal["packshot.policy/1"] = Field(default="packshot.policy/1", alias="schema")
    rules: tuple[PolicyRule, ...] = ()

    @model_validator(mode="after")
    def _names_each_rule_once(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two rules named {twice[0]!r}")
        return self

    def judge(self, prompt: str) -> tuple[PolicyFinding, ...]:
        """Everything that a prompt has of the rules, in its order; the same words of the same entry are told once."""
        found = dict.fromkeys(
            PolicyFinding(
                rule=rule.name, kind=rule.kind, action=rule.action, entry=entry, found=words, reason=rule.reason
            )
            for number, words in self._index.find(prompt)
            for rule, entry in (self._entries[number],)
        )
        return tuple(found)

    @cached_property
    def _entries(self) -> list[tuple[PolicyRule, str]]:
        return [(rule, entry) for rule in self.rules for entry in rule.words]

    @cached_property
    def _index(self) -> WordIndex:
        index = WordIndex()
        for number, (_rule, entry) in enumerate(self._entries):
            index.add(number, wanted(entry))
        return index


NO_POLICY = Policy()


def of_action(findings: Iterable[PolicyFinding], action: Action) -> tuple[PolicyFinding, ...]:
    """Those of one action."""
    return tuple(finding for finding in findings if finding.action is action)
