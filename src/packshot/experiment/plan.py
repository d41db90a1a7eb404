"""A plan as a person writes it: a baseline, what changes against it, and its replicates. Pure values.

Knows nothing of engines or stores. What becomes of a plan is in `plan_arms` and `plan_cells`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field, PlainValidator, PrivateAttr, StringConstraints
from pydantic_core import PydanticCustomError

from packshot.experiment.plan_places import Places
from packshot.spec import Choices, Fit, Frozen, Lora, defaults

SafeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
WholeNumber = Annotated[int, Field(strict=True)]
Number = Annotated[float, Field(strict=True)]
Size = Annotated[str, StringConstraints(pattern=r"^\d{1,5}x\d{1,5}$")]

SEEDS_MAX: Final = 100_000
SEEDS_KIND: Final = "plan_seeds"
SEEDS_WORDS: Final = f"a list of different seeds, each once, or how many there shall be (1 to {SEEDS_MAX})"


class Settings(Choices):
    """What a plan may say about a picture. Numbers are numbers: `true` is no 1."""

    prompt: str | None = None
    steps: WholeNumber | None = None
    guidance: Number | None = None
    seed: WholeNumber | None = None
    width: WholeNumber | None = None
    height: WholeNumber | None = None
    strength: Number | None = None


class Named(Settings):
    """The smoke test: a full spec with a name."""

    name: SafeName
    prompt: str


class Baseline(Settings):
    """What everything is compared with. Its prompt may be left to the products, where each has one."""

    name: SafeName


class Arm(Frozen):
    """What this arm changes against the baseline. Nothing: the baseline's run under another name.

    `against` is the arm that it is compared with, where that is not the baseline.
    """

    name: SafeName
    change: Settings = Field(default_factory=Settings)
    against: str | None = None


class Varied(Frozen):
    """Values to try, by parameter. Seeds are no parameter: they are replicates. A size is WIDTHxHEIGHT in pixels."""

    prompt: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    negative_prompt: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    model: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    loras: Annotated[tuple[tuple[Lora, ...], ...], Field(min_length=1)] | None = None
    source: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    fit: Annotated[tuple[Fit, ...], Field(min_length=1)] | None = None
    size: Annotated[tuple[Size, ...], Field(min_length=1)] | None = None
    width: Annotated[tuple[WholeNumber, ...], Field(min_length=1)] | None = None
    height: Annotated[tuple[WholeNumber, ...], Field(min_length=1)] | None = None
    steps: Annotated[tuple[WholeNumber, ...], Field(min_length=1)] | None = None
    guidance: Annotated[tuple[Number, ...], Field(min_length=1)] | None = None
    scheduler: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    strength: Annotated[tuple[Number, ...], Field(min_length=1)] | None = None

    @property
    def values(self) -> dict[str, tuple[Any, ...]]:
        """The parameters that are given, in this class's order: names do not depend on the order in the file."""
        return {name: getattr(self, name) for name in type(self).model_fields if getattr(self, name) is not None}


class Product(Settings):
    """One product, or one prompt, by a name that is safe in a file's name, and what is its own about its pictures."""

    sku: SafeName


def _seeds(value: Any) -> int | tuple[int, ...]:
    if type(value) is int and 1 <= value <= SEEDS_MAX:
        return value
    if isinstance(value, list | tuple) and value and all(type(seed) is int for seed in value):
        fit = all(0 <= seed <= defaults.SEED_MAX for seed in value) and len(value) <= SEEDS_MAX
        if fit and len(set(value)) == len(value):
            return tuple(value)
    raise PydanticCustomError(SEEDS_KIND, "expected {words}", {"words": SEEDS_WORDS})


Seeds = Annotated[int | tuple[int, ...], PlainValidator(_seeds)]
"""The seeds, or how many: then they count up from the baseline's."""


class Plan(Frozen):
    """An experiment as a person writes it. Every arm is made with every seed and every product."""

    schema_: Literal["packshot.plan/1"] = Field(alias="schema")
    name: SafeName
    title: str
    question: str
    smoke: Named | None = None
    baseline: Baseline
    arms: tuple[Arm, ...] = ()
    vary: Varied | None = None
    grid: Varied | None = None
    seeds: Seeds | None = None
    products: tuple[Product, ...] = ()
    prompts: tuple[Product, ...] = ()

    _places: Places = PrivateAttr(default_factory=Places)

    def as_json(self) -> dict[str, Any]:
        """The plan as it is stored with the experiment: products and prompts stand in it, wherever they came from."""
        written = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {key: value for key, value in written.items() if value != [] or key == "arms"}

    @property
    def places(self) -> Places:
        """Where in the file everything stands."""
        return self._places

    @property
    def rows(self) -> tuple[Product, ...]:
        """The products, or the prompts."""
        return self.products or self.prompts

    @property
    def all_seeds(self) -> Sequence[int]:
        """Every replicate's seed; the first is the baseline's own, unless the plan lists others."""
        first = self.baseline.seed if self.baseline.seed is not None else defaults.SEED
        if self.seeds is None:
            return (first,)
        return range(first, first + self.seeds) if isinstance(self.seeds, int) else self.seeds
