"""Whether a picture may go out, as people decided it. Only that: releasing comes later, and nothing here does it."""

from packshot.review.machine import next_state, state_after

__all__ = ["next_state", "state_after"]
