"""A page inside the studio's frame, without a browser."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

import packshot.app

MAIN = Path(packshot.app.__file__).parent / "frame" / "main.py"


def opened(page: str, language: str = "en", /, **query: str) -> AppTest:
    """The page after its first run, as by a link; `query` is what stands in its address."""
    frame = AppTest.from_file(MAIN, default_timeout=120)
    frame.query_params["lang"] = language
    for name, value in query.items():
        frame.query_params[name] = value
    if page != "create":  # the first page: its address has no name
        frame.switch_page(f"../pages/{page}.py")
    return frame.run()
