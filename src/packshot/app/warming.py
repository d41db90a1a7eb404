"""Opens the service while the browser loads the page's own files, and closes it when the server ends."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from packshot.app.access import close_studio, studio

if TYPE_CHECKING:
    import streamlit as st

TURN_S: Final = 0.0005
LOG = logging.getLogger("packshot.app")


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Around the server's life."""
    threading.Thread(target=_warm, name="packshot-warm", daemon=True).start()
    yield {}
    await run_in_threadpool(close_studio)


def _warm() -> None:
    """What fails here fails again, and is shown, on the page that needs it.

    The server shares the interpreter: at the usual 5 ms a turn, each of the page's files would wait for the imports.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_S)
    try:
        studio()
    except Exception as error:
        LOG.warning("the workspace is not opened ahead: %s", error)
    finally:
        sys.setswitchinterval(before)
