"""Asks the hub for a repository's files, and says in words what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from packshot.errors import ModelError


def asked_of_hub(repository: str, fetch: Callable[[], Path], absent: Callable[[str, str], ModelError]) -> Path:
    """What `fetch` gives. `absent` makes the error of a repository that cannot be had, and why.

    Raises ModelError: model.gated, model.unknown, or what `absent` makes.
    """
    from huggingface_hub import errors

    try:
        return fetch()
    except errors.GatedRepoError as error:
        raise ModelError(
            "model.gated", f"the owner of {repository} asks for consent or a login", hint="`hf auth login`"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise ModelError("model.unknown", f"the hub has no public model {repository}", hint="check the name") from error
    except (OSError, ValueError, errors.HfHubHTTPError) as error:
        raise absent(repository, f"the hub cannot be reached ({type(error).__name__})") from error
