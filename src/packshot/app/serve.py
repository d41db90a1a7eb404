"""The studio's server: `packshot app` runs it, and so does `streamlit run` on this file.

Streamlit finds `app` by reading this file, so it stands here by itself. What is in front of the pages (sign-in, help
with the tunnel, security headers) is in `gate`, the pictures' addresses in `pictures`.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).parent / "frame" / "main.py")
