"""What a job was asked, as JSON and back: enough to go on with in another process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from packshot.experiment import Plan
from packshot.spec import Spec


@dataclass(frozen=True, slots=True)
class PicturesAsked:
    """Some pictures; `fresh` makes again what was made before."""

    specs: tuple[Spec, ...]
    fresh: bool = False

    @classmethod
    def read(cls, request: dict[str, Any]) -> Self:
        """From its JSON."""
        return cls(tuple(Spec.model_validate(spec) for spec in request["specs"]), request["fresh"])

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {"specs": [spec.model_dump(mode="json", exclude_none=True) for spec in self.specs], "fresh": self.fresh}


@dataclass(frozen=True, slots=True)
class ExperimentAsked:
    """A plan, and how it is run; see `packshot.workflow.run_experiment`.

    `photos` are digests of the workspace, by the paths that the plan names: who makes it may be on another machine.
    """

    plan: Plan
    model: str | None = None
    source: str | None = None
    replay: bool = False
    language: str = "en"
    slots: int | None = None
    memory: str | None = None
    fresh: bool = False
    strict: bool = False
    retry: tuple[str, ...] = ()
    photos: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, request: dict[str, Any]) -> Self:
        """From its JSON."""
        read = {"plan": Plan.model_validate(request["plan"]), "retry": tuple(request.get("retry", ()))}
        return cls(**{**request, **read})

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "plan": self.plan.as_json(),
            "model": self.model,
            "source": self.source,
            "replay": self.replay,
            "language": self.language,
            "slots": self.slots,
            "memory": self.memory,
            "fresh": self.fresh,
            "strict": self.strict,
            "retry": list(self.retry),
            "photos": dict(self.photos),
        }


def title_of(specs: Sequence[Spec]) -> str:
    """The first prompt, and how many more there are."""
    first = specs[0].prompt
    short = first if len(first) <= 80 else f"{first[:79]}…"
    return short if len(specs) == 1 else f"{short} (+{len(specs) - 1})"
