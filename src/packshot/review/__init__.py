"""Whether a picture may go out, as people decided it: the states of a review, and the one gate before a release."""

from packshot.review.blocking import Blocked, Blocker
from packshot.review.gate import Permission, against_approval, may_go_out
from packshot.review.machine import next_state, state_after

__all__ = ["Blocked", "Blocker", "Permission", "against_approval", "may_go_out", "next_state", "state_after"]
