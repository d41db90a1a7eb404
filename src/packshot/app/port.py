"""Where the studio listens unless told otherwise."""

from __future__ import annotations

from typing import Final

PORT: Final = 8501
"""Streamlit's own, so that `streamlit run` on `serve.py` takes the same without being told."""
