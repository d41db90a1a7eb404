"""Limits of a server and of whoever works at the queue, where nobody says. Flags show them: quick to import."""

from __future__ import annotations

from typing import Final

QUEUE_MAX: Final = 1000
"""Jobs that wait or run at once."""

DRAIN_S: Final = 20.0
"""How long running work is waited for at the end: Kubernetes kills after 30 s."""

REQUESTS_PER_MINUTE: Final = 600
"""Of one token."""
