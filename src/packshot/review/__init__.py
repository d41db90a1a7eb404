"""Whether a picture may go out, as people decided it: the states of a review, and the one gate before a release."""

from packshot.review.blocking import Blocked, Blocker
from packshot.review.gate import Permission, against_approval, may_go_out
from packshot.review.identity import DEFAULT as DEFAULT_LIMITS
from packshot.review.identity import LIMITED, IdentityGate, IdentityVerdict, Limits
from packshot.review.identity_file import NAMES as IDENTITY_FILES
from packshot.review.identity_file import (
    IdentityFile,
    KnownProduct,
    find_identity_file,
    gate_for,
    read_identity_file,
    with_product,
    written,
)
from packshot.review.machine import next_state, state_after
from packshot.review.policy import NO_POLICY, Action, Policy, PolicyFinding, PolicyRule, of_action
from packshot.review.policy_file import EXAMPLE, find_policy, read_policy

__all__ = [
    "DEFAULT_LIMITS",
    "EXAMPLE",
    "IDENTITY_FILES",
    "LIMITED",
    "NO_POLICY",
    "Action",
    "Blocked",
    "Blocker",
    "IdentityFile",
    "IdentityGate",
    "IdentityVerdict",
    "KnownProduct",
    "Limits",
    "Permission",
    "Policy",
    "PolicyFinding",
    "PolicyRule",
    "against_approval",
    "find_identity_file",
    "find_policy",
    "gate_for",
    "may_go_out",
    "next_state",
    "of_action",
    "read_identity_file",
    "read_policy",
    "state_after",
    "with_product",
    "written",
]
