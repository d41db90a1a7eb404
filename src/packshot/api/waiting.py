"""Waits for a job without holding a thread or the event loop."""

from __future__ import annotations

import asyncio

from fastapi.concurrency import run_in_threadpool

from packshot.api.serving import Serving
from packshot.errors import ServiceError
from packshot.service import View


async def until_over(serving: Serving, job_id: str) -> View:
    """The job's last view, whichever process was at it. Raises ServiceError (service.closing) where the server ends."""
    while True:
        view = await run_in_threadpool(serving.service.look, job_id)
        if not view.job.is_open:
            return view
        over = serving.service.over(job_id)
        if over is None:
            raise ServiceError(
                "service.closing",
                f"the server ends; job {job_id} goes on when it is back",
                hint=f"send the same request with its Idempotency-Key again, or look at /v1/packshot/jobs/{job_id}",
            )
        await asyncio.wait([asyncio.wrap_future(over)])
