"""The one gate: may exactly these pixels be released for a channel? Pure: entries and findings in, the answer out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from packshot.result import Check, Decision, Entry, Review, speaks_of
from packshot.review.blocking import Blocked


@dataclass(frozen=True, slots=True)
class Permission:
    """The answer: allowed by `approval` where there are no `reasons` against it. `overridden` are rules that failed."""

    approval: Review | None
    reasons: tuple[str, ...]
    overridden: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the pixels may go out."""
        return self.approval is not None and not self.reasons


def may_go_out(
    entries: Iterable[Entry],
    picture_digest: str,
    channel: str,
    checks: Sequence[Check] = (),
    blocked: Sequence[Blocked] = (),
) -> Permission:
    """Allowed only where the newest decision on these pixels approves them for the channel, and nothing stands against.

    `entries` are one run's, oldest first. A rule that fails, and what is blocked, counts as overridden only where that
    very approval overrode that very rule.
    """
    newest = _newest_decision(entries, picture_digest, channel)
    if newest is None or newest.decision is not Decision.APPROVE:
        return Permission(None, (_unapproved(newest, channel),))
    against = against_approval(checks, blocked)
    overridden = tuple(found.rule for found in against if found.rule in newest.overrides)
    return Permission(newest, tuple(_words(found) for found in against if found.rule not in overridden), overridden)


def against_approval(checks: Sequence[Check], blocked: Sequence[Blocked]) -> list[Blocked]:
    """Everything that stands against an approval: rules that fail, then what else blocks. Advice does not."""
    return [*(Blocked(check.rule, check.sentence) for check in checks if check.verdict == "fail"), *blocked]


def _newest_decision(entries: Iterable[Entry], picture_digest: str, channel: str) -> Review | None:
    newest = None
    for entry in entries:
        if isinstance(entry, Review) and entry.picture_digest == picture_digest and speaks_of(entry, channel):
            newest = entry
    return newest


def _unapproved(newest: Review | None, channel: str) -> str:
    if newest is None:
        return f"nobody approved these pixels for {channel}"
    if newest.decision is Decision.SUBMIT:
        return f"the pixels wait for a decision for {channel}"
    return f"{newest.by} rejected these pixels: {newest.reason}"


def _words(found: Blocked) -> str:
    return f"{found.rule}: {found.sentence}"
