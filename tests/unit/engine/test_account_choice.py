"""Which account a new run goes to: each rule, and their order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rh_ui.domain import Modality, Money
from rh_ui.services.account_choice import Candidate, Key, Wanted, cheapest, fitting

AI, CN = "https://www.runninghub.ai", "https://www.runninghub.cn"
IMAGE, VIDEO = Modality.IMAGE, Modality.VIDEO
MAIN = Candidate(name="main", key=(AI, "1"))
SHOP = Candidate(name="shop", key=(CN, "2"))
FILMS = Candidate(name="films", key=(CN, "3"), kinds=frozenset({VIDEO}))
ALL = [MAIN, SHOP, FILMS]


def names(found: list[Candidate]) -> list[str]:
    return [one.name for one in found]


def cny(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


@pytest.mark.parametrize(
    ("wanted", "ailing", "found"),
    [
        (Wanted(IMAGE), [], ["main", "shop", "films"]),
        (Wanted(VIDEO), [], ["films"]),
        (Wanted(VIDEO, account="shop"), [], ["shop"]),
        (Wanted(VIDEO, account="shop"), [SHOP], ["shop"]),
        (Wanted(VIDEO), [FILMS], ["main", "shop"]),
        (Wanted(VIDEO), [MAIN, SHOP, FILMS], ["films"]),
        (Wanted(IMAGE), [MAIN], ["shop", "films"]),
        (Wanted(IMAGE, account="gone"), [], []),
        (Wanted(IMAGE, site=CN), [], ["shop", "films"]),
        (Wanted(IMAGE, site=CN), [SHOP, FILMS], ["shop", "films"]),
        (Wanted(IMAGE, account="main", site=CN), [], []),
        (Wanted(VIDEO, holders=frozenset({SHOP.key})), [], ["shop"]),
        (Wanted(VIDEO, site=AI, holders=frozenset({SHOP.key})), [], []),
        (Wanted(IMAGE, holders=frozenset()), [], []),
    ],
)
def test_project_health_and_kind_decide_in_this_order(
    wanted: Wanted, ailing: list[Candidate], found: list[str]
) -> None:
    assert names(fitting(ALL, wanted, [one.key for one in ailing])) == found


@pytest.mark.parametrize(
    ("prices", "name"),
    [
        ({}, "main"),
        ({MAIN.key: cny("2"), SHOP.key: cny("1"), FILMS.key: cny("1")}, "shop"),
        ({MAIN.key: cny("2"), SHOP.key: cny("1")}, "main"),
        ({MAIN.key: Money(Decimal(3), "USD"), SHOP.key: cny("1"), FILMS.key: cny("2")}, "main"),
        ({MAIN.key: cny("0"), SHOP.key: cny("1"), FILMS.key: cny("2")}, "main"),
    ],
)
def test_the_cheaper_counts_where_all_prices_are_in_one_currency(prices: dict[Key, Money], name: str) -> None:
    assert cheapest(ALL, prices).name == name


@given(
    st.builds(
        Wanted, st.sampled_from(list(Modality)), st.sampled_from(["", "main", "films"]),
        st.sampled_from(["", AI, CN]),
    ),
    st.sets(st.sampled_from([one.key for one in ALL])),
)  # fmt: skip
def test_nobody_is_turned_away_for_being_ill_and_no_fixed_account_is_left(
    wanted: Wanted, ailing: set[Key]
) -> None:
    found = fitting(ALL, wanted, ailing)
    assert bool(found) == bool(fitting(ALL, wanted, set()))
    assert all(one.name == wanted.account for one in found if wanted.account)
    assert all(one.key[0] == wanted.site for one in found if wanted.site)
    if any(one.key not in ailing for one in found):
        assert all(one.key not in ailing for one in found)
