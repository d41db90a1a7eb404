"""A plan: a baseline, and arms that each change something named. Pure values; knows nothing of engines or stores."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, ValidationError

from packshot.errors import PlanError
from packshot.experiment.yaml_lines import Lines, line_of, read_yaml
from packshot.spec import Choices, Fit, Frozen, Mode, Spec

SafeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
WholeNumber = Annotated[int, Field(strict=True)]
RESERVED = ("grid_text2img", "grid_img2img", "report")
SMOKE_GROUP = "smoke test"
TEXT_GROUP = "text-to-image"
IMAGE_GROUP = "image-to-image"


class Settings(Choices):
    """What a plan may say about a picture. Numbers are numbers: `true` is no 1."""

    prompt: str | None = None
    steps: WholeNumber | None = None
    seed: WholeNumber | None = None
    width: WholeNumber | None = None
    height: WholeNumber | None = None


class Named(Settings):
    """The baseline or the smoke test: a full spec with a name."""

    name: SafeName
    prompt: str


class Arm(Frozen):
    """What this arm changes against the baseline. Nothing: the baseline's run under another name."""

    name: SafeName
    change: Settings = Field(default_factory=Settings)


class Plan(Frozen):
    """An experiment as a person writes it."""

    schema_: Literal["packshot.plan/1"] = Field(alias="schema")
    name: SafeName
    title: str
    question: str
    smoke: Named | None = None
    baseline: Named
    arms: tuple[Arm, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The plan as it is stored with the experiment."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class PlannedCell(Frozen):
    """A cell before it runs: its name, its group in the report, its spec, and what it changes."""

    name: str
    group: str
    spec: Spec
    change: dict[str, Any]


def cells(plan: Plan, *, model: str | None = None, source: str | None = None) -> list[PlannedCell]:
    """All cells in order. `model` and `source` replace what the plan says (the source only where it has one)."""
    planned: list[PlannedCell] = []
    if plan.smoke is not None:
        planned.append(_cell(plan.smoke.name, SMOKE_GROUP, _fields(plan.smoke), {}, model, source))
    base = _fields(plan.baseline)
    planned.append(_cell(plan.baseline.name, None, base, {}, model, source))
    for arm in plan.arms:
        change = _fields(arm.change)
        planned.append(_cell(arm.name, None, base | change, change, model, source))
    return planned


def _fields(settings: Settings) -> dict[str, Any]:
    return settings.model_dump(exclude_none=True, exclude={"name"})


def _cell(
    name: str, group: str | None, fields: dict[str, Any], change: dict[str, Any], model: str | None, source: str | None
) -> PlannedCell:
    if model is not None:
        fields = fields | {"model": model}
    if source is not None and fields.get("source"):
        fields = fields | {"source": source}
        change = change | {"source": source} if "source" in change else change
    mode = Mode.IMAGE_TO_IMAGE if fields.get("source") else Mode.TEXT_TO_IMAGE
    shown = IMAGE_GROUP if mode is Mode.IMAGE_TO_IMAGE else TEXT_GROUP
    change = {key: str(value) if isinstance(value, Fit) else value for key, value in change.items()}
    return PlannedCell(name=name, group=group or shown, spec=Spec(mode=mode, **fields), change=change)


def read_plan(text: str, name: str) -> Plan:
    """A plan from YAML. Raises PlanError that names line, key, expected and got."""
    value, lines = read_yaml(text, name)
    if not isinstance(value, dict):
        raise PlanError(
            "plan.invalid", f"{name}: no plan", expected="keys such as name, baseline, arms", got=type(value).__name__
        )
    try:
        plan = Plan.model_validate(value)
    except ValidationError as error:
        raise _explained(error, lines, name) from error
    _check_names(plan, lines, name)
    return plan


def _check_names(plan: Plan, lines: Lines, name: str) -> None:
    """Names become files: each once, whatever its case, and none that the report writes itself."""
    named: list[tuple[str, tuple[str | int, ...]]] = [(plan.baseline.name, ("baseline", "name"))]
    if plan.smoke is not None:
        named.append((plan.smoke.name, ("smoke", "name")))
    named += [(arm.name, ("arms", position, "name")) for position, arm in enumerate(plan.arms)]
    seen: set[str] = set()
    for cell, path in named:
        line = line_of(path, lines)
        if cell.casefold() in RESERVED:
            raise PlanError("plan.invalid", f"{name}, line {line}: {cell!r} is a file of the report", got=cell)
        if cell.casefold() in seen:
            raise PlanError(
                "plan.invalid", f"{name}, line {line}: two cells named {cell!r}", expected="each name once", got=cell
            )
        seen.add(cell.casefold())


def _explained(error: ValidationError, lines: Lines, name: str) -> PlanError:
    first = error.errors()[0]
    path = tuple(first["loc"])
    line = line_of(path, lines)
    where = ".".join(str(part) for part in path) or "the plan"
    if first["type"] == "extra_forbidden":
        known = _known_keys(path)
        near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
        return PlanError(
            "plan.invalid",
            f"{name}, line {line}: unknown key {path[-1]!r}",
            expected=", ".join(known),
            got=str(path[-1]),
            hint=f"did you mean {near[0]}?" if near else None,
        )
    got = "nothing" if first["type"] == "missing" else repr(first["input"])
    return PlanError("plan.invalid", f"{name}, line {line}: {where}: {first['msg']}", expected=first["msg"], got=got)


def _known_keys(path: tuple[int | str, ...]) -> list[str]:
    if len(path) == 1:
        return ["schema", *(field for field in Plan.model_fields if field != "schema_")]
    if path[0] == "arms" and len(path) == 3:
        return list(Arm.model_fields)
    model = Settings if path[0] == "arms" else Named
    return list(model.model_fields)


def find_plan(text: str, packaged: Path) -> Plan:
    """A built-in plan by name, or a YAML file. Raises PlanError."""
    builtin = {path.stem: path for path in sorted(packaged.glob("*.yaml"))}
    path = builtin.get(text) or Path(text).expanduser()
    try:
        return read_plan(path.read_text(encoding="utf-8"), path.name)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        near = difflib.get_close_matches(text, builtin, n=1, cutoff=0.5)
        raise PlanError(
            "plan.unknown",
            f"no plan named {text!r}",
            expected=f"a built-in plan ({', '.join(builtin)}) or a YAML file",
            got=text,
            hint=f"did you mean {near[0]}?" if near else None,
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError("plan.invalid", f"{path} cannot be read: {error}") from error
