"""A measured figure with its budget, and the printed table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, its unit, and its budget (None: for information only)."""

    name: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def kept(self) -> bool:
        return self.budget is None or self.value <= self.budget

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "kept": self.kept}


def table(figures: Sequence[Figure]) -> str:
    """Aligned lines: name, value, budget, and a mark where the budget is exceeded."""
    lines = [("figure", "value", "budget", "")]
    for figure in figures:
        budget = "" if figure.budget is None else f"≤ {number(figure.budget)} {figure.unit}"
        value = f"{number(figure.value)} {figure.unit}"
        lines.append((figure.name, value, budget, "" if figure.kept else "OVER"))
    widths = [max(len(line[column]) for line in lines) for column in range(3)]
    return "".join(
        "  ".join((name.ljust(widths[0]), value.rjust(widths[1]), budget.rjust(widths[2]), mark)).rstrip()
        + "\n"
        for name, value, budget, mark in lines
    )


def number(value: float) -> str:
    """With thousands separators; two decimals below ten, one below a hundred."""
    digits = 2 if value < 10 else 1 if value < 100 else 0
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
