"""The policy's file: an example that holds, and mistakes that are pointed at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from packshot.errors import PolicyError
from packshot.report import open_language
from packshot.review import EXAMPLE, NO_POLICY, find_policy, read_policy

RULE = """\
schema: packshot.policy/1
rules:
  - name: brands
    kind: brand
    action: refuse
    reason: not ours
    words: [Nike]
"""


def refused(text: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        read_policy(text, "policy.yaml")
    assert caught.value.code == "policy.invalid"
    return caught.value


def test_the_example_holds() -> None:
    example = read_policy(EXAMPLE, "policy.yaml")
    assert {rule.kind for rule in example.rules} == {"brand", "claim", "banned"}
    assert {str(rule.action) for rule in example.rules} == {"warn", "refuse"}
    assert [finding.found for finding in example.judge("the BEST mug, clinically proven")] == [
        "BEST",
        "clinically proven",
    ]


@pytest.mark.parametrize(
    ("old", "new", "message", "got"),
    [
        ("action: refuse", "action: forbid", "policy.yaml, line 5: rules.0.action", "'forbid'"),
        ("kind: brand", "kind: logo", "policy.yaml, line 4: rules.0.kind", "'logo'"),
        ("    reason: not ours\n", "", "policy.yaml, line 3: rules.0.reason: Field required", "nothing"),
        ("reason", "reasons", "policy.yaml, line 6: unknown key 'reasons'", "reasons"),
        ("rules:", "rulez:", "policy.yaml, line 2: unknown key 'rulez'", "rulez"),
        ("[Nike]", "[Nike, 2024]", "policy.yaml, line 7: rules.0.words.1", "2024"),
        ("[Nike]", "[]", "policy.yaml, line 7: rules.0.words", "[]"),
        ("[Nike]", "[Nike, 'a*b']", "policy.yaml, line 7: rules.0.words", "['Nike', 'a*b']"),
        ("packshot.policy/1", "packshot.policy/2", "policy.yaml, line 1: schema", "'packshot.policy/2'"),
        ("name: brands", "name: brands\n    name: again", "policy.yaml, line 4: 'name' stands twice", None),
        ("[Nike]", "[Nike", "policy.yaml, line 8: not YAML", "the end of what is written"),
    ],
)
def test_a_mistake_names_its_line(old: str, new: str, message: str, got: str | None) -> None:
    error = refused(RULE.replace(old, new))
    assert error.message.startswith(message)
    assert error.got == got
    assert error.expected


def test_numbers_are_written_in_quotes() -> None:
    assert refused(RULE.replace("Nike", "2024")).hint == 'write text in quotes: "2024"'


@pytest.mark.parametrize("text", ["", "- a list", "just text"])
def test_what_is_no_policy(text: str) -> None:
    assert "no policy" in refused(text).message


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    assert find_policy(path, named=False) == NO_POLICY
    with pytest.raises(PolicyError) as caught:
        find_policy(path, named=True)
    assert caught.value.code == "policy.missing"
    path.write_text(RULE, encoding="utf-8")
    assert find_policy(path, named=True).rules[0].words == ("Nike",)
    path.write_text(RULE.replace("Nike", "Puma"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert find_policy(path, named=True).rules[0].words == ("Puma",)
    path.write_bytes(b"\xff\xfe\x00")
    assert refused_file(path).code == "policy.invalid"
    path.write_bytes(b"#" * 2_000_001)
    assert "too large" in refused_file(path).message


def refused_file(path: Path) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        find_policy(path, named=True)
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        "",
        RULE.replace("refuse", "forbid"),
        RULE.replace("Nike", "a*b"),
        RULE.replace("reason", "reasons"),
        RULE.replace("name: brands", "name: '!'"),
        RULE.replace("    words: [Nike]\n", ""),
        RULE + RULE.partition("rules:\n")[2],
    ],
)
def test_mistakes_are_told_in_french(text: str) -> None:
    error, french = refused(text), open_language("fr")
    for part in (error.message, error.expected or "", error.hint or ""):
        assert french.knows(part), part
