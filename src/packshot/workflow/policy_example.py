"""Writes the example from which a team makes its own policy."""

from __future__ import annotations

from pathlib import Path

from packshot.errors import PolicyError
from packshot.metadata import write_atomically
from packshot.review import EXAMPLE
from packshot.settings import Settings


def write_example_policy(settings: Settings) -> Path:
    """The example, where the policy is looked for. Raises PolicyError where one is there, and OutputError."""
    path = settings.policy_file
    try:
        write_atomically(path, EXAMPLE.encode(), keep_existing=True)
    except FileExistsError as error:
        raise PolicyError(
            "policy.exists", f"there is a policy at {path}", expected="no file there", hint="edit it, or move it away"
        ) from error
    return path
