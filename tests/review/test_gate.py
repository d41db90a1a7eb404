"""The gate from all sides: by cases, and against what every history of a picture means, read in another way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from packshot.result import Check, CheckVerdict, Decision, Entry, Review, ReviewState
from packshot.review import Blocked, may_go_out, state_after
from tests.review.test_machine import APPROVE, MINE, OTHER, REJECT, SUBMIT, entry, released

RULES = ("fill", "background", "identity")


def check(rule: str = "fill", verdict: CheckVerdict = "fail") -> Check:
    return Check(rule=rule, expected="85 %", got="50 %", verdict=verdict, sentence=f"{rule} is not kept.")


def approved(*overrides: str, channel: str = "ebay", digest: str = MINE) -> list[Entry]:
    return [entry(SUBMIT, channel, digest), entry(APPROVE, channel, digest, overrides=overrides)]


def test_an_approval_for_the_channel_and_pixels_opens_it() -> None:
    permission = may_go_out(approved(), MINE, "ebay", [check(verdict="pass")])
    assert permission.allowed
    assert permission.approval == approved()[-1]
    assert permission.reasons == permission.overridden == ()


def test_it_is_closed_to_all_else() -> None:
    general = [entry(SUBMIT), entry(APPROVE)]
    histories: dict[str, list[Entry]] = {
        "nobody approved these pixels for ebay": [],
        "the pixels wait for a decision for ebay": [entry(SUBMIT, "ebay")],
        "Ada rejected these pixels: so": [*approved(), entry(REJECT, "ebay")],
    }
    for reason, history in histories.items():
        assert may_go_out(history, MINE, "ebay").reasons == (reason,)
    for history in (general, approved(channel="etsy"), approved(digest=OTHER), [released()]):
        assert may_go_out(history, MINE, "ebay").reasons == ("nobody approved these pixels for ebay",)
    assert not may_go_out([*approved(), entry(REJECT)], MINE, "ebay").allowed
    assert not may_go_out([*approved(), released(), entry(REJECT)], MINE, "ebay").allowed


def test_what_was_released_may_be_released_again() -> None:
    assert may_go_out([*approved(), released()], MINE, "ebay").allowed


def test_a_rejection_of_other_pixels_or_of_another_channel_takes_nothing_back() -> None:
    assert may_go_out([*approved(), entry(REJECT, digest=OTHER)], MINE, "ebay").allowed
    assert may_go_out([*approved(), entry(REJECT, "etsy")], MINE, "ebay").allowed


def test_a_failing_rule_closes_it_unless_that_very_approval_overrode_that_very_rule() -> None:
    assert may_go_out(approved(), MINE, "ebay", [check()]).reasons == ("fill: fill is not kept.",)
    assert may_go_out(approved("fill"), MINE, "ebay", [check()]).overridden == ("fill",)
    assert may_go_out(approved("fill"), MINE, "ebay", [check()]).allowed
    other = may_go_out(approved("background"), MINE, "ebay", [check()])
    assert (other.allowed, other.reasons) == (False, ("fill: fill is not kept.",))
    newer = [*approved("fill"), entry(APPROVE, "ebay")]
    assert not may_go_out(newer, MINE, "ebay", [check()]).allowed, "an override ends with its approval"
    assert may_go_out(approved("fill"), MINE, "ebay", []).allowed, "a rule that is kept by now needs no override"


def test_advice_and_what_nobody_checked_do_not_close_it() -> None:
    assert may_go_out(approved(), MINE, "ebay", [check(verdict="advice"), check("x", "not checked")]).allowed


def test_what_blocks_closes_it_like_a_failing_rule() -> None:
    blocked = [Blocked("identity", "It is another product.")]
    assert may_go_out(approved(), MINE, "ebay", [], blocked).reasons == ("identity: It is another product.",)
    assert may_go_out(approved("identity"), MINE, "ebay", [], blocked).allowed


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    entries: list[Entry] = []
    for _ in range(draw(st.integers(0, 6))):
        decision = draw(st.sampled_from([None, *Decision]))
        channel = draw(st.sampled_from(["ebay", "etsy", None]))
        digest = draw(st.sampled_from([MINE, OTHER]))
        if decision is None:
            entries.append(released(channel or "ebay", digest))
        else:
            overriding = decision is APPROVE and channel is not None
            overrides = draw(st.sets(st.sampled_from(RULES))) if overriding else set()
            entries.append(entry(decision, channel, digest, overrides=tuple(sorted(overrides))))
    return entries


@given(histories(), st.sets(st.sampled_from(RULES[:2])), st.booleans())
def test_open_means_approved_last_and_nothing_failing_that_was_not_overridden(
    history: list[Entry], failing: set[str], blocked: bool
) -> None:
    checks = [check(rule, "fail" if rule in failing else "pass") for rule in RULES[:2]]
    permission = may_go_out(history, MINE, "ebay", checks, [Blocked("identity", "No.")] if blocked else [])

    decisions = [e for e in history if isinstance(e, Review) and e.picture_digest == MINE]
    mine = [e for e in decisions if e.channel == "ebay" or (e.channel is None and e.decision is REJECT)]
    against = failing | ({"identity"} if blocked else set())
    assert permission.allowed == bool(mine and mine[-1].decision is APPROVE and against <= set(mine[-1].overrides))
    assert permission.allowed == (permission.reasons == ())
    if permission.allowed:
        assert permission.approval == mine[-1]
        assert set(permission.overridden) == against
        unreleased = [e for e in history if isinstance(e, Review)]
        assert state_after(unreleased, MINE, "ebay") is ReviewState.APPROVED


@given(histories(), histories(), st.sampled_from([None, "ebay"]))
def test_after_a_rejection_nothing_but_an_approval_opens_it(
    history: list[Entry], later: list[Entry], channel: str | None
) -> None:
    unapproving = [e for e in later if not (isinstance(e, Review) and e.decision is APPROVE)]
    assert not may_go_out([*history, entry(REJECT, channel), *unapproving], MINE, "ebay").allowed


@given(histories())
def test_what_is_said_of_other_pixels_changes_nothing(history: list[Entry]) -> None:
    mine = [e for e in history if e.picture_digest == MINE]
    assert may_go_out(history, MINE, "ebay") == may_go_out(mine, MINE, "ebay")
