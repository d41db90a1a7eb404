"""`/v1/packshot/experiments`: plans run, how far they are, what they show, and their reports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from packshot.api.documented import ERRORS
from packshot.api.job_states import JobTold, told_job
from packshot.api.once import Key, once_of
from packshot.api.people import Creator, Person, Reader
from packshot.api.plan_limits import check_plan, check_source
from packshot.api.serving import Now, Serving
from packshot.errors import RecordError
from packshot.result import ExperimentSummary
from packshot.workflow import effect_row, experiment_effects, uploaded_plan

Name = Annotated[str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]

SANDBOX: Final = {"Content-Security-Policy": "sandbox allow-popups; frame-ancestors 'self'"}
REPORT: Final = "report.html"
BODY: Final = "plan.yaml"

PLAN: Final[dict[str, Any]] = {
    "schema": "packshot.plan/1",
    "name": "steps",
    "title": "How many steps are enough?",
    "question": "Does the picture change after 30 steps?",
    "baseline": {"name": "thirty", "prompt": "a red mug", "steps": 30},
    "vary": {"steps": [15, 50]},
    "seeds": 3,
}
"""An example for the schema."""

PLAN_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "A plan (docs/plans.md) as JSON or as YAML.",
        "content": {
            "application/json": {"schema": {"type": "object", "title": "Plan"}, "example": PLAN},
            "application/yaml": {"schema": {"type": "string"}},
        },
    }
}

router = APIRouter(prefix="/v1/packshot/experiments", tags=["experiments"])


class ExperimentTold(BaseModel):
    """An experiment in numbers: how many cells have a run in which state, and where its report is."""

    name: str
    created_at: datetime
    cells: int
    states: dict[str, int]
    report: str | None


class ExperimentList(BaseModel):
    """Experiments, newest first."""

    data: list[ExperimentTold]


class EffectList(BaseModel):
    """What the arms changed, with confidence intervals, and the sentences that warn of too much trust."""

    experiment: str
    quality: str | None
    data: list[dict[str, Any]]
    caveats: list[str]


@router.post("", status_code=202, response_model=JobTold, responses=ERRORS, openapi_extra=PLAN_BODY)
async def create(
    request: Request,
    serving: Now,
    who: Creator,
    source: Annotated[str | None, Query(description="Another source, by digest.", max_length=200)] = None,
    replay: Annotated[bool, Query(description="Make every baseline and arm again, to see that they can be.")] = False,
    key: Key = None,
) -> JobTold:
    """Run a plan, or what is missing of it."""
    data = await request.body()
    return await run_in_threadpool(_start, serving, who, data, source, replay, key)


def _start(serving: Serving, who: Person, data: bytes, source: str | None, replay: bool, key: str | None) -> JobTold:
    plan = uploaded_plan(data, BODY)
    check_plan(serving, plan)
    check_source(source)
    once = once_of(who, key, "experiments", {"plan": plan.as_json(), "source": source, "replay": replay})
    return told_job(serving.service.experiment(plan, person=who.name, source=source, replay=replay, once=once))


@router.get("", response_model=ExperimentList, responses=ERRORS)
def experiments(serving: Now, _who: Reader) -> ExperimentList:
    """List experiments, newest first."""
    return ExperimentList(data=[_told(serving, each) for each in serving.service.bench.store.summaries()])


@router.get("/{name}", response_model=ExperimentTold, responses=ERRORS)
def experiment(name: Name, serving: Now, _who: Reader) -> ExperimentTold:
    """How far an experiment is."""
    return _told(serving, serving.service.bench.store.summary(name))


@router.get("/{name}/effects", response_model=EffectList, responses=ERRORS)
def effects(
    name: Name,
    serving: Now,
    _who: Reader,
    measure: Annotated[str | None, Query(max_length=100, description="Only of this measure of quality.")] = None,
) -> EffectList:
    """What an experiment's arms changed against their baselines."""
    found = experiment_effects(serving.service.bench, name, measure=measure)
    rows = [effect_row(each) for each in found.effects]
    return EffectList(experiment=name, quality=found.quality, data=rows, caveats=list(found.caveats))


@router.get("/{name}/report", response_class=Response, responses={**ERRORS, 200: {"content": {"text/html": {}}}})
def report(name: Name, serving: Now, _who: Reader) -> Response:
    """The report as it was written last: one HTML file, which can do nothing where it is shown."""
    path = serving.service.bench.settings.output / serving.service.bench.store.summary(name).name / REPORT
    if not path.is_file():
        raise RecordError("record.not_found", f"{name} has no report yet", hint="it is written when the work is done")
    return Response(path.read_bytes(), media_type="text/html; charset=utf-8", headers=SANDBOX)


def _told(serving: Serving, summary: ExperimentSummary) -> ExperimentTold:
    written = (serving.service.bench.settings.output / summary.name / REPORT).is_file()
    return ExperimentTold(
        name=summary.name,
        created_at=summary.created_at,
        cells=summary.cells,
        states=summary.states,
        report=f"{router.prefix}/{summary.name}/report" if written else None,
    )
