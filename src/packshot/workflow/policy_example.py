"""Writes the example from which a team makes its own policy."""

from __future__ import annotations

from pathlib import Path

from packshot.errors import OutputError, PolicyError
from packshot.review import EXAMPLE
from packshot.settings import Settings


def write_example_policy(settings: Settings) -> Path:
    """The example, where the policy is looked for; nothing is written over. Raises PolicyError and OutputError."""
    path = settings.policy_file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(EXAMPLE)
    except FileExistsError as error:
        raise PolicyError(
            "policy.exists", f"there is a policy at {path}", expected="no file there", hint="edit it, or move it away"
        ) from error
    except OSError as error:
        raise OutputError("output.unwritable", f"{path} cannot be written: {error.strerror}", got=str(path)) from error
    return path
