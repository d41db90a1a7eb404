"""`/v1/packshot/runs`: what was made: search, one with its record, its picture, its evidence; and making it again."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from packshot.api.documented import ERRORS
from packshot.api.job_states import JobTold, told_job
from packshot.api.once import Key, once_of
from packshot.api.people import Creator, Reader
from packshot.api.pictures import FORMS
from packshot.api.serving import Now
from packshot.metadata import FileForm
from packshot.result import Evidence, Found, ReviewState, Run, RunQuery, RunState
from packshot.spec import Mode
from packshot.workflow import draft_file, gallery_page, picture_file
from packshot.workflow.gallery import PAGE_MAX

RunId = Annotated[str, Path(pattern="^[0-9A-Za-z]{4,26}$", description="A run's id, or the start of it.")]

router = APIRouter(prefix="/v1/packshot/runs", tags=["runs"])


class RunPage(BaseModel):
    """A page of runs, newest first: `page` of `pages`, both from 1."""

    data: list[Found]
    total: int
    page: int
    pages: int


class EvidenceList(BaseModel):
    """What was measured of a picture."""

    run: str
    data: list[Evidence]


@router.get("", response_model=RunPage, responses=ERRORS)
def runs(
    serving: Now,
    _who: Reader,
    text: Annotated[str, Query(max_length=500, description="Words of the prompt.")] = "",
    experiment: Annotated[str | None, Query(max_length=100)] = None,
    product: Annotated[str | None, Query(max_length=100)] = None,
    model: Annotated[str | None, Query(max_length=500)] = None,
    state: RunState | None = None,
    mode: Mode | None = None,
    least_points: Annotated[int | None, Query(ge=0, le=10)] = None,
    rated: bool | None = None,
    least_total: Annotated[float | None, Query(ge=0, le=10)] = None,
    review: ReviewState | None = None,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    size: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
) -> RunPage:
    """Search runs; all that is asked for must hold."""
    query = RunQuery(
        text=text,
        experiment=experiment,
        product=product,
        model=model,
        state=state,
        mode=mode,
        least_points=least_points,
        rated=rated,
        least_total=least_total,
        review=review,
    )
    found = gallery_page(serving.service.bench, query, page, size)
    return RunPage(data=list(found.found), total=found.total, page=found.page, pages=found.pages)


@router.get("/{run}", response_model=Run, responses=ERRORS)
def one_run(run: RunId, serving: Now, _who: Reader) -> Run:
    """A run with its whole record: what was resolved, and under which circumstances it was made."""
    found = serving.service.bench.store.run(run)
    if found.failure is None:
        return found
    return found.model_copy(update={"failure": found.failure.model_copy(update={"trace": None})})


@router.get(
    "/{run}/picture",
    response_class=Response,
    responses={**ERRORS, 200: {"content": {f"image/{ending}": {} for ending in FORMS}}},
)
def picture(
    run: RunId,
    serving: Now,
    _who: Reader,
    as_: Annotated[Literal["png", "jpeg", "webp"], Query(alias="format")] = "png",
    record: Annotated[bool, Query(description="A PNG with the whole record in it, the prompt too.")] = False,
) -> Response:
    """The run's picture: a draft, labelled as made by AI where it was. It is no release."""
    bench = serving.service.bench
    found = bench.store.run(run)
    if record and as_ == "png":
        content = picture_file(bench, found.id)
    else:
        content = draft_file(bench, found.id, FileForm(FORMS[as_]))
    return Response(content, media_type=f"image/{as_}")


@router.get("/{run}/evidence", response_model=EvidenceList, responses=ERRORS)
def evidence(run: RunId, serving: Now, _who: Reader) -> EvidenceList:
    """What was measured of the run's picture, each fact with its unit and its place."""
    found = serving.service.bench.store.run(run)
    return EvidenceList(run=found.id, data=serving.service.bench.store.evidence(found.id))


@router.post("/{run}/replay", status_code=202, response_model=JobTold, responses=ERRORS)
def replay(run: RunId, serving: Now, who: Creator, key: Key = None) -> JobTold:
    """Make the run again and compare; the job's `verdict` says how equal it came out."""
    once = once_of(who, key, "replay", run)
    return told_job(serving.service.replay(run, person=who.name, once=once))
