"""The one place where specs become orders, whoever asks: command line, studio, notebook or library.

The team's policy judges the prompt here, before a model is looked for. A replay asks for nothing new, so it is never
refused: what the policy says of its prompt today is noted with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from packshot.errors import PolicyError
from packshot.resolve import Order, SourceLibrary, check_prompt, resolve
from packshot.result import Run
from packshot.review import Action, Blocked, Policy, PolicyFinding, find_policy, of_action
from packshot.settings import Settings
from packshot.spec import ResolvedSpec, Spec
from packshot.workflow.workbench import Workbench


def order_of(bench: Workbench, spec: Spec, library: SourceLibrary) -> Order:
    """A spec with nothing left open, once the policy lets its prompt through; warnings are among its notes.

    Raises PolicyError (policy.refused, or where the policy itself cannot be read), and what `resolve` refuses.
    """
    if spec.prompt.strip():
        check_prompt("prompt", spec.prompt)  # a policy looks at every letter: of a prompt, not of a book
    found = judge_prompt(bench.settings, spec.prompt)
    refused = of_action(found, Action.REFUSE)
    if refused:
        raise _refusal(refused, spec.prompt)
    order = resolve(spec, bench.catalogue, bench.settings, library)
    return replace(order, resolved=noted(order.resolved, [_warning(finding) for finding in found]))


def policy_in_force(settings: Settings) -> Policy:
    """The team's policy; one without rules where there is none. Raises PolicyError where it cannot be read."""
    return find_policy(settings.policy_file, named=settings.policy is not None)


def judge_prompt(settings: Settings, prompt: str) -> tuple[PolicyFinding, ...]:
    """What the team's policy finds in a prompt. Raises PolicyError where it cannot be read."""
    return policy_in_force(settings).judge(prompt)


def replay_notes(settings: Settings, prompt: str) -> tuple[str, ...]:
    """What the policy says today of a prompt that is made again. Raises PolicyError where it cannot be read."""
    return tuple(
        _warning(finding) if finding.action is Action.WARN else _would_be_refused(finding)
        for finding in judge_prompt(settings, prompt)
    )


def noted(resolved: ResolvedSpec, notes: Iterable[str]) -> ResolvedSpec:
    """The same, with notes that it had not. The hash leaves them out."""
    all_notes = tuple(dict.fromkeys((*resolved.origin.notes, *notes)))
    return resolved.model_copy(update={"origin": resolved.origin.model_copy(update={"notes": all_notes})})


@dataclass(frozen=True, slots=True)
class PolicyBlocker:
    """Stands against selling a picture whose prompt the policy refuses today, whenever it was made. Warnings do not."""

    settings: Settings

    def __call__(self, run: Run, channel: str) -> Sequence[Blocked]:
        """One for each entry that is found, so that an override of one is none of the next."""
        found = of_action(judge_prompt(self.settings, run.resolved.intent.prompt), Action.REFUSE)
        entries = dict.fromkeys((finding.rule, finding.entry) for finding in found)
        first = {key: next(each for each in found if (each.rule, each.entry) == key) for key in entries}
        return [
            Blocked(f"policy: {rule}: {entry}", f"The prompt has “{finding.found}”: {finding.reason}")
            for (rule, entry), finding in first.items()
        ]


def _refusal(refused: Sequence[PolicyFinding], prompt: str) -> PolicyError:
    listed = ", ".join(dict.fromkeys(f"“{finding.found}” ({finding.rule})" for finding in refused))
    reasons = dict.fromkeys(f"{finding.rule}: {finding.reason}" for finding in refused)
    return PolicyError(
        "policy.refused",
        f"the policy refuses {listed}",
        expected="a prompt without it",
        got=prompt if len(prompt) <= 200 else f"{prompt[:199]}…",
        hint=" ".join(reasons),
    )


def _warning(finding: PolicyFinding) -> str:
    return f"the policy warns of “{finding.found}” ({finding.rule}): {finding.reason}"


def _would_be_refused(finding: PolicyFinding) -> str:
    return f"the policy refuses “{finding.found}” today ({finding.rule}), which a replay leaves alone: {finding.reason}"
