"""The steps and the guidance that a model was made for: its own defaults, declared once, and what burns it.

A repository's own card goes before its family. A folder does not say which repository it came from: there the family
is all that is known. Knows nothing of specs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from packshot.spec import defaults


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is taken where a person says nothing. `distilled` is None, or the range of steps it was distilled for.

    A distilled model wants the guidance of its recipe or less; `name` is what a note calls it.
    """

    steps: int
    guidance: float
    distilled: tuple[int, int] | None = None
    name: str = ""

    @property
    def is_own(self) -> bool:
        """Whether the model wants other values than the usual ones."""
        return (self.steps, self.guidance) != (USUAL.steps, USUAL.guidance)

    def excess(self, steps: int, guidance: float) -> str | None:
        """The words for values that a distilled model was not made for, None where all is well."""
        if self.distilled is None:
            return None
        fewest, most = self.distilled
        if steps <= most and guidance <= max(self.guidance, 1.0):
            return None
        made_for = f"{most} step{'s' if most > 1 else ''}" if fewest == most else f"{fewest} to {most} steps"
        asked = f"{steps} step{'s' if steps > 1 else ''} at guidance {guidance:g}"
        return f"{self.name} was distilled for {made_for} and no guidance; {asked} may burn the picture"


USUAL: Final = Recipe(defaults.STEPS, defaults.GUIDANCE)

# diffusers' own defaults of the call
_OF_FAMILY: Final[dict[str, Recipe]] = {
    "sd": USUAL,
    "sdxl": USUAL,
    "sd3": Recipe(28, 7.0),
    "flux": Recipe(4, 0.0, (1, 4), "FLUX.1 schnell"),
    "sana": Recipe(20, 4.5),
    "pixart-alpha": Recipe(20, 4.5),
    "pixart-sigma": Recipe(20, 4.5),
    "qwen-image": Recipe(50, 4.0),
    "z-image": Recipe(50, 5.0),
    "remote": USUAL,
}

_FLUX_DEV: Final = Recipe(28, 3.5)

# the models' cards; of the turbos four steps, so that a strength leaves some
_OF_REPOSITORY: Final[dict[str, Recipe]] = {
    "stabilityai/sd-turbo": Recipe(4, 0.0, (1, 4), "sd-turbo"),
    "stabilityai/sdxl-turbo": Recipe(4, 0.0, (1, 4), "sdxl-turbo"),
    "stabilityai/stable-diffusion-3.5-large": Recipe(28, 3.5),
    "stabilityai/stable-diffusion-3.5-medium": Recipe(40, 4.5),
    "stabilityai/stable-diffusion-3.5-large-turbo": Recipe(4, 0.0, (4, 4), "sd35-turbo"),
    "Tongyi-MAI/Z-Image-Turbo": Recipe(9, 0.0, (8, 9), "z-image-turbo"),
}


def recipe_of(family: str, *, guidance_embedded: bool, repository: str | None = None) -> Recipe:
    """The recipe of a repository, else of the family."""
    if repository in _OF_REPOSITORY:
        return _OF_REPOSITORY[repository]
    if family == "flux" and guidance_embedded:
        return _FLUX_DEV
    return _OF_FAMILY[family]
