"""What stands for a model on a server: its pin is its address and name, for nobody here can see its weights.

Asks nobody: a reference is resolved without a network, and the first order finds out whether the server is there.
"""

from __future__ import annotations

from typing import Final

from packshot.models.description import ModelDescription
from packshot.models.families import REMOTE
from packshot.models.recipes import Recipe, recipe_of
from packshot.models.reference import SHORT_NAMES
from packshot.models.remote_reference import RemoteReference
from packshot.spec import ModelPin, sha256_of

SIDE_PX: Final = 1024
"""Where no size is asked for: the images API's own, and that of most models that are served."""

MULTIPLE_PX: Final = 8
"""What every latent model needs. A server that needs more refuses the request."""


def remote_pin(reference: RemoteReference) -> ModelPin:
    """The same address and name is the same work, though a server may change its weights without telling."""
    said = {"address": reference.address, "model": reference.name}
    return ModelPin(family=REMOTE.name, digest="sha256:" + sha256_of(said))


def remote_description(reference: RemoteReference) -> ModelDescription:
    """It reads words as the server does, and takes no scheduler by name: the API has no field for one."""
    return ModelDescription(
        family=REMOTE.name,
        side_px=SIDE_PX,
        multiple_px=MULTIPLE_PX,
        prediction="not told",
        scheduler_class="none",
        scheduler_config={},
        tokenizers=(),
        safety_checker=False,
        guidance_embedded=False,
        recipe=_recipe(reference.name),
    )


def _recipe(name: str) -> Recipe:
    """That of a repository whose card is known, also by its short name; else the usual one."""
    repositories = {entry.name: entry.repository for entry in SHORT_NAMES}
    return recipe_of(REMOTE.name, guidance_embedded=False, repository=repositories.get(name, name))
