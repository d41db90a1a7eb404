"""Whether a picture may go out, as people decided it: the states of a review, and the one gate before a release."""

from packshot.review.blocking import Blocked, Blocker
from packshot.review.gate import Permission, against_approval, may_go_out
from packshot.review.machine import next_state, state_after
from packshot.review.policy import NO_POLICY, Action, Policy, PolicyFinding, PolicyRule, of_action
from packshot.review.policy_file import EXAMPLE, find_policy, read_policy

__all__ = [
    "EXAMPLE",
    "NO_POLICY",
    "Action",
    "Blocked",
    "Blocker",
    "Permission",
    "Policy",
    "PolicyFinding",
    "PolicyRule",
    "against_approval",
    "find_policy",
    "may_go_out",
    "next_state",
    "of_action",
    "read_policy",
    "state_after",
]
