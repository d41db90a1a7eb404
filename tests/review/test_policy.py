"""What a policy finds in a prompt, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from packshot.review import Action, Policy, PolicyRule
from packshot.review.policy_words import tokens


def policy(*words: str, action: Action = Action.REFUSE) -> Policy:
    rule = PolicyRule(name="brands", kind="brand", action=action, reason="not ours", words=words)
    return Policy(rules=(rule,))


def found(prompt: str, *words: str) -> list[str]:
    return [finding.found for finding in policy(*words).judge(prompt)]


@pytest.mark.parametrize(
    ("prompt", "entry", "words"),
    [
        ("a pair of NIKE shoes", "Nike", "NIKE"),
        ("Nike", "nike", "Nike"),
        ("a crème brûlée bowl", "creme brulee", "crème brûlée"),
        ("a creme bowl", "Crème", "creme"),
        ("cre\u0301me", "crème", "cre\u0301me"),
        ("microphones by Røde", "Rode", "Røde"),
        ("STRASSE", "straße", "STRASSE"),
        ("\uff2e\uff49\uff4b\uff45 shoes", "Nike", "\uff2e\uff49\uff4b\uff45"),  # full-width letters
        ("Nike™ shoes", "nike", "Nike"),
        ("nike®", "Nike®", "nike"),
        ("ni\u00adke shoes", "Nike", "ni\u00adke"),  # a soft hyphen
        ("ni\u200bke shoes", "Nike", "ni\u200bke"),
        ("a nike_shoe", "nike", "nike"),
        ("just  do-it!", "Just do it", "just  do-it"),
        ("jeans by Levi’s", "Levi's", "Levi’s"),
        ("levi's", "levi", "levi"),
        ("healing cream", "heal*", "healing"),
        ("it heals", "heal*", "heals"),
        ("clinically provenance", "clinically proven*", "clinically provenance"),
        ("100 % wool", "100 %", "100 %"),
        ("100% wool", "100 %", "100%"),
        ("100% wool", "100", "100"),
        ("the No. 1 mug", "No. 1", "No. 1"),
        ("ナイキの靴", "ナイキ", "ナイキ"),
        ("耐克鞋", "耐克", "耐克"),
        ("ΝΊΚΗ", "νικη", "ΝΊΚΗ"),
        ("İstanbul", "istanbul", "İstanbul"),
    ],
)
def test_is_found_as_it_is_written(prompt: str, entry: str, words: str) -> None:
    assert found(prompt, entry) == [words]


@pytest.mark.parametrize(
    ("prompt", "entry"),
    [
        ("a snikers bar", "nike"),
        ("nikes", "nike"),
        ("unheal", "heal*"),
        ("do just it", "just do it"),
        ("100 g of wool", "100 %"),
        ("ガ", "カ"),  # another letter, not an accent
        ("", "nike"),
        ("a red mug", "nike"),
    ],
)
def test_is_not_found(prompt: str, entry: str) -> None:
    assert found(prompt, entry) == []


def test_all_are_told_in_the_prompts_order_and_the_same_words_once() -> None:
    assert found("Adidas, nike, NIKE, nike", "nike", "adi*") == ["Adidas", "nike", "NIKE"]
    both = policy("just do it", "do it").judge("just do it")
    assert [(finding.entry, finding.found) for finding in both] == [("just do it", "just do it"), ("do it", "do it")]


@pytest.mark.parametrize("entry", ["*", "a*b", "!!!", "mug *", "%", "", "  "])
def test_entries_that_find_nothing_are_refused(entry: str) -> None:
    with pytest.raises(ValidationError):
        policy(entry)


def test_rules_have_names_of_their_own() -> None:
    rule = policy("a").rules[0]
    with pytest.raises(ValidationError, match="two rules named 'brands'"):
        Policy(rules=(rule, rule))


def test_many_entries_are_looked_up() -> None:
    many = policy(*(f"brand{number}" for number in range(10_000)), "zzz*")
    assert [finding.entry for finding in many.judge("a brand77 mug by zzzap")] == ["brand77", "zzz*"]


@given(st.text(max_size=60))
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    last = 0
    for token in tokens(text):
        assert last <= token.start < token.end <= len(text)
        assert token.text
        last = token.start


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_word_alone_is_found_whatever_is_around_it(before: str, after: str) -> None:
    assert "Qwertz" in found(f"{before} Qwertz {after}", "qwertz")
