"""The studio's sign in the browser's tab. Drawn here: Streamlit fetches its own icons from another host."""

from __future__ import annotations

from typing import Final

ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1F6170"/>'
    '<path d="M6 11h4l2-3h8l2 3h4v14H6z" fill="#FBF9F5"/><circle cx="16" cy="17.5" r="4.8" fill="#1F6170"/></svg>'
)
