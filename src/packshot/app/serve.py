"""The studio's server: `packshot app` runs it, and so does `streamlit run` on this file.

Streamlit finds `app` by reading this file, so it stands here by itself. What is in front of the pages (sign-in, help
with the tunnel, security headers) is in `gate`, addresses of pictures, reports and ZIP files in `pictures`, `reports`,
`archives` and `released`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from packshot.app import archives, pictures, released, reports
from packshot.app.gate import Gate
from packshot.app.parts.errors import show_error
from packshot.app.warming import lifespan

app = st.App(
    Path(__file__).parent / "frame" / "main.py",
    routes=(*pictures.ROUTES, *reports.ROUTES, *archives.ROUTES, *released.ROUTES),
    middleware=[Middleware(Gate)],
    lifespan=lifespan,
    on_script_error=show_error,
)
