"""An error as the record keeps it."""

from __future__ import annotations

import traceback

from packshot.errors import PackshotError
from packshot.models import is_out_of_memory
from packshot.result import Failure


def failure_of(error: BaseException) -> Failure:
    """Named where it is ours or memory, with its trace where it is not."""
    if isinstance(error, PackshotError):
        return Failure(code=error.code, message=str(error), hint=error.hint)
    trace = "".join(traceback.format_exception(error))
    if is_out_of_memory(error):
        return Failure(
            code="engine.out_of_memory",
            message="not enough memory for this picture",
            hint="--memory balanced, a smaller --size, another program closed, float16 on a GPU, or a smaller model",
            trace=trace,
        )
    return Failure(
        code="engine.failed",
        message=f"the engine stopped on {type(error).__name__}: {error}",
        hint="the trace is in the record: `packshot runs show ID --json`",
        trace=trace,
    )
