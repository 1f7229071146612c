"""The table of measured figures."""

from __future__ import annotations

import pytest

from bench.figures import Figure, number, table


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.0, "0"), (1.5, "1.5"), (9.999, "10"), (26.94, "26.9"), (1377.4, "1,377"), (-41, "-41")],
)
def test_numbers_are_short(value: float, shown: str) -> None:
    assert number(value) == shown


def test_a_broken_budget_is_marked() -> None:
    lines = table([Figure("quick", 1.2, "×", 1.5), Figure("slow", 120, "ms", 100), Figure("told", 3, "")])
    assert [line.endswith("OVER") for line in lines.splitlines()] == [False, False, True, False]
    assert "≤ 100 ms" in lines
    assert not Figure("slow", 120, "ms", 100).kept
