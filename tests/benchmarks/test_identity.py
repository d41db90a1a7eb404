"""The benchmark of the identity gate: its truth, and how it counts."""

from __future__ import annotations

import numpy as np

from benchmarks.identity.agreement import Measured, agreement_table
from benchmarks.identity.cases import SAME, SWAPS, pair
from packshot.evaluation.identity import UNITS
from packshot.result import Evidence
from packshot.review import IdentityGate


def measured(change: str, colour: float | None) -> Measured:
    values = {"identity_shape": 1.0, "identity_colour": colour, "identity_surface": 1.0, "identity_structure": 1.0}
    evidence = tuple(Evidence(name=n, value=values.get(n), unit=UNITS[n], sentence="So.") for n in UNITS)
    return Measured(change, "nothing", evidence)


def test_right_is_a_pass_of_the_same_and_a_closed_gate_before_another() -> None:
    cases = [
        measured("nothing", 0.1),
        measured("nothing", 90.0),
        measured("background", None),
        measured("kind", 90.0),
        measured("kind", 0.1),
        measured("kind", 90.0),
    ]
    rows = {row.split("|")[1].strip(): row for row in agreement_table(cases, IdentityGate()).splitlines()}
    assert "| 2 | 1 | 1 | 0 | 0.500" in rows["nothing"]
    assert "| 1 | 0 | 0 | 1 | – |" in rows["background"]
    assert "| 3 | 1 | 2 | 0 | 0.667" in rows["kind"]
    assert "| 6 | 2 | 3 | 1 | 0.600" in rows["**all**"]


def test_pairs_are_the_same_again_and_every_second_is_another_product() -> None:
    numbers = (0, 1)
    first, again = [pair(number) for number in numbers], [pair(number) for number in numbers]
    assert [each.same for each in first] == [True, False]
    assert [each.change for each in first] == [SAME[0], SWAPS[0]]
    for one, other in zip(first, again, strict=True):
        assert np.array_equal(one.picture, other.picture)
        assert one.source.shape == one.picture.shape
    assert not np.array_equal(first[1].source, first[1].picture)
