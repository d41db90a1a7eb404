"""Reads a team's policy from YAML. A mistake is pointed at by its line; a policy with one lets nothing through."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from packshot.errors import PlanError, PolicyError
from packshot.experiment.yaml_lines import Lines, line_of, read_yaml
from packshot.review.policy import NO_POLICY, Policy, PolicyRule

BYTES_MAX: Final = 2_000_000
KEYS: Final = {0: ("schema", "rules"), 2: tuple(PolicyRule.model_fields)}
"""By how deep they stand: beside `rules`, and in a rule."""

EXAMPLE: Final = """\
# What prompts may not ask for, and what they should rather not. Kept by the team, read anew before every picture.
#
#   packshot policy check "a mug with the best coffee"    what the rules find in a prompt
#   packshot policy show                                  the rules as they are read
#
# A rule has a name, a kind (brand, claim or banned), an action (warn or refuse), a reason that people are shown, and
# words. A word or phrase is found whole, whatever its case and accents ("creme" finds "Crème"), and whatever stands
# between its words. A * at the end finds every word that begins so. Numbers are written in quotes.
# Only prompts are judged, never negative prompts.
schema: packshot.policy/1
rules:
  - name: other brands
    kind: brand
    action: refuse
    reason: We do not show marks that belong to others.
    words:
      - Brandname             # put the real names here
      - Another Brand
      - Brandline*            # also "Brandlines", "Brandline7"

  - name: health claims
    kind: claim
    action: refuse
    reason: Health claims need a proof that a picture cannot give.
    words: [cures, heals, clinically proven, anti-ageing]

  - name: superlatives
    kind: claim
    action: warn
    reason: Legal wants to see superlatives before they are published.
    words: [best, "No. 1", "100 %", number one]

  - name: tone
    kind: banned
    action: warn
    reason: Not the voice of our shop.
    words: [cheap*, sexy]
"""


def find_policy(path: Path, *, named: bool) -> Policy:
    """The policy in a file; one without rules where there is no file, unless somebody `named` it.

    Remembered until the file changes. Raises PolicyError (policy.missing, policy.invalid).
    """
    try:
        status = path.stat()
        if status.st_size > BYTES_MAX:
            raise PolicyError(
                "policy.invalid",
                f"{path} is too large for a policy",
                expected=f"at most {BYTES_MAX / 1e6:.0f} MB",
                got=f"{status.st_size / 1e6:.1f} MB",
            )
        return _read(path.absolute(), status.st_mtime_ns, status.st_size)
    except FileNotFoundError as error:
        if not named:
            return NO_POLICY
        raise PolicyError(
            "policy.missing",
            f"no policy at {path}",
            expected="a YAML file",
            got="no such file",
            hint="`packshot policy init` writes one, or take the setting `policy` away",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError("policy.invalid", f"{path} cannot be read: {error}") from error


@lru_cache(maxsize=8)
def _read(path: Path, _changed_ns: int, _size: int) -> Policy:
    return read_policy(path.read_text(encoding="utf-8-sig"), path.name)


def read_policy(text: str, name: str) -> Policy:
    """A policy from YAML; `name` is the file's. Raises PolicyError that names line, expected and got."""
    try:
        value, lines = read_yaml(text, name)
    except PlanError as error:
        raise PolicyError("policy.invalid", error.message, expected=error.expected, got=error.got) from error
    if not isinstance(value, dict):
        raise PolicyError(
            "policy.invalid",
            f"{name}, line 1: no policy",
            expected="the keys schema and rules",
            got="nothing" if value is None else repr(value)[:80],
            hint="`packshot policy init` writes an example",
        )
    try:
        return Policy.model_validate(value)
    except ValidationError as error:
        raise _explained(error, lines, name) from error


def _explained(error: ValidationError, lines: Lines, name: str) -> PolicyError:
    """The first mistake. A misspelt key makes two, and explains that another is missing."""
    first = min(error.errors(include_url=False), key=lambda found: found["type"] == "missing")
    path = tuple(first["loc"])
    place = f"{name}, line {line_of(path, lines)}"
    where = ".".join(str(part) for part in path) or "the policy"
    if first["type"] == "extra_forbidden":
        return PolicyError(
            "policy.invalid",
            f"{place}: unknown key {str(path[-1])!r}",
            expected=f"one of {', '.join(KEYS.get(len(path) - 1, ()))}",
            got=str(path[-1]),
        )
    if first["type"] == "missing":
        return PolicyError("policy.invalid", f"{place}: {where}: Field required", expected="a value", got="nothing")
    problem = _words(first)
    is_no_text = first["type"] == "string_type" and isinstance(first["input"], int | float)
    return PolicyError(
        "policy.invalid",
        f"{place}: {where}: {problem}",
        expected=problem,
        got=_shortened(first["input"]),
        hint=f'write text in quotes: "{first["input"]}"' if is_no_text else None,
    )


def _words(found: Any) -> str:
    """What a person is told of a value."""
    if found["type"] == "string_pattern_mismatch":
        return "a name of letters, digits, spaces, '.', '_' or '-'"
    return str(found["msg"]).removeprefix("Value error, ")


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
