"""The benchmark of the identity gate: its truth, and how it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.identity.agreement import Measured, agreement_table
from benchmarks.identity.cases import GROUNDS, SAME, SWAPS, pair
from benchmarks.identity.climbing import Climb, climb_table, used
from benchmarks.identity.kept_texts import KeptTexts
from benchmarks.identity.ladder_picture import draw_ladder
from benchmarks.identity.morphs import STEPS, SWAP, faded, morph
from packshot.evaluation import FoundText
from packshot.evaluation.identity import UNITS
from packshot.result import Evidence, Pixels
from packshot.review import IdentityGate


def evidence(colour: float | None) -> tuple[Evidence, ...]:
    values = {"identity_shape": 1.0, "identity_colour": colour, "identity_surface": 1.0, "identity_structure": 1.0}
    return tuple(Evidence(name=n, value=values.get(n), unit=UNITS[n], sentence="So.") for n in UNITS)


def measured(change: str, colour: float | None, ground: str = GROUNDS[0]) -> Measured:
    return Measured(change, ground, "nothing", evidence(colour))


def test_right_is_a_pass_of_the_same_and_a_closed_gate_before_another() -> None:
    cases = [
        measured("nothing", 0.1),
        measured("nothing", 90.0),
        measured("nothing", None, "a texture"),
        measured("kind", 90.0),
        measured("kind", 0.1),
        measured("kind", 90.0, "another paper"),
    ]
    rows = {row.split("|")[1].strip(): row for row in agreement_table(cases, IdentityGate()).splitlines()}
    assert "| 2 | 1 | 1 | 0 | 0.500" in rows["the same, the same ground"]
    assert "| 1 | 0 | 0 | 1 | – |" in rows["all on a texture"]
    assert "| 2 | 1 | 1 | 0 | 0.500" in rows["another kind, the same ground"]
    assert "| 2 | 0 | 1 | 1 | 1.000" in rows["**all on another ground**"]
    assert "| 6 | 2 | 3 | 1 | 0.600" in rows["**all**"]


def test_pairs_are_the_same_again_half_are_another_product_and_half_stand_elsewhere() -> None:
    numbers = range(4)
    first = [pair(number) for number in numbers]
    assert [each.same for each in first] == [True, False, True, False]
    assert [each.ground == GROUNDS[0] for each in first] == [True, True, False, False]
    assert [each.change for each in first[:2]] == [SAME[0], SWAPS[0]]
    assert np.array_equal(first[1].picture, pair(1).picture)
    assert all(one.source.shape == one.picture.shape for one in first)
    assert not np.array_equal(first[1].source, first[1].picture)


def test_a_ladder_goes_from_the_same_product_to_another() -> None:
    made = morph(0)
    away = [np.abs(picture.astype(int) - made.source).mean() for picture in made.pictures]
    assert len(away) == len(STEPS)
    assert away == sorted(away)
    black, white = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
    assert (faded(black, white, 0.5) == 188).all(), "half of the light, not of the bytes"


def test_a_ladder_closes_where_the_first_step_does_not_pass(tmp_path: Path) -> None:
    gate = IdentityGate()
    limit = float(gate.limits.colour or 0)
    rising = Climb("kind", False, tuple(evidence(4 * limit * step) for step in STEPS))
    late = Climb("kind", True, tuple(evidence(limit if step < 0.8 else 2 * limit) for step in STEPS))
    odd = Climb("kind", True, tuple(evidence(2 * limit if step == SWAP else 0.0) for step in STEPS))
    assert (rising.closes_at(gate), rising.reopens(gate)) == (0.375, False)
    assert (late.closes_at(gate), late.reopens(gate)) == (0.875, False)
    assert odd.reopens(gate)
    assert used(evidence(2 * limit), gate)["identity_colour"] == 2.0
    table = climb_table([rising, late, Climb("logo", False, (evidence(None),) * len(STEPS))], gate)
    rows = {row.split("|")[1].strip(): row for row in table.splitlines() if "|" in row}
    assert "| 2 | 2 | 2 | 0.625 (0.875) | 0.500 (0.095–0.905) | 1.000" in rows["kind"]
    assert "| 1 | 0 | 0 | never | –" in rows["logo"]
    draw_ladder(tmp_path / "ladder.png", 0, rising, gate)
    assert (tmp_path / "ladder.png").stat().st_size < 300_000


def test_a_picture_is_read_once(tmp_path: Path) -> None:
    asked = []

    class Reads:
        name = "a reader"

        def read(self, pixels: Pixels) -> tuple[FoundText, ...]:
            asked.append(pixels.shape)
            return (FoundText("ACME", 0.9, (1, 2, 3, 4)),)

    pixels = np.zeros((4, 4, 3), np.uint8)
    first, again = (KeptTexts(Reads(), tmp_path).read(pixels) for _ in range(2))
    assert first == again == (FoundText("ACME", 0.9, (1, 2, 3, 4)),)
    assert len(asked) == 1
