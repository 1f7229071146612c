"""What earlier runs of an app cost, in money or in coins (B11)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rh_ui.domain import Cost, Money
from rh_ui.i18n import load_words
from rh_ui.web.serializers.run_form import cost_words


def cost(money: str | None = None, coins: str | None = None) -> Cost:
    return Cost(Money(Decimal(money), "CNY") if money else None, Decimal(coins) if coins else None)


@pytest.mark.parametrize(
    ("costs", "said"),
    [
        ([], "not run here yet; what it cost stands at the result"),
        ([cost("0.1")], "its last run here cost ¥0.10"),
        ([cost(None, "17")], "its last run here cost 17 coins"),
        ([cost(None, "1")], "its last run here cost 1 coin"),
        ([cost("3.85", "5")], "its last run here cost ¥3.85 + 5 coins"),
        ([cost("0.1"), cost("0.3"), cost("0.2")], "its last 3 runs here cost ¥0.10–¥0.30"),
        ([cost(None, "17"), cost(None, "20")], "its last 2 runs here cost 17–20 coins"),
        ([cost("0.1"), cost(None, "20")], "its last 2 runs here cost ¥0.10 · 20 coins"),
        ([cost("0.1", "5"), cost("0.1", "6")], "its last 2 runs here cost ¥0.10 + 5–6 coins"),
    ],
)
def test_money_and_coins(costs: list[Cost], said: str) -> None:
    assert cost_words(costs, load_words("en")) == said
