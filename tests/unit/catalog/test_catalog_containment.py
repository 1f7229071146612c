"""Whether a table already holds what a loaded one brought: only then is that dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rh_ui.catalog.importer.containment import lacking
from rh_ui.catalog.schema import Catalog, Endpoint, Field, Option, Price, PriceRule, PriceUnit
from rh_ui.domain import Channel, FieldKind, Modality

SIZE = Field(key="size", kind=FieldKind.CHOICE, options=(Option("1k"), Option("2k")))
SEED = Field(key="seed", kind=FieldKind.INTEGER, min=0, max=9)
WORDS = Field(key="prompt", kind=FieldKind.TEXT, min_length=2, max_length=80)
FILES = Field(key="images", kind=FieldKind.IMAGE, many=True, max_items=3, accept=("png", "jpg"), max_mb=10.0)
PRICE = Price(PriceUnit.CALL, "CNY", date(2030, 1, 2), Decimal("0.1"))
PAINTER = Endpoint(
    path="maker/painter", title="Painter — text to image", modality=Modality.IMAGE, task="text-to-image",
    family="Maker", channel=Channel.NONE, documented=False, deprecated=False,
    fields=(SIZE, SEED, WORDS, FILES), price=PRICE,
)  # fmt: skip


def table(*endpoints: Endpoint) -> Catalog:
    return Catalog({endpoint.path: endpoint for endpoint in endpoints})


def with_field(field: Field, **changed: Any) -> Endpoint:
    fields = tuple(replace(each, **changed) if each is field else each for each in PAINTER.fields)
    return replace(PAINTER, fields=fields)


def holds(ours: Endpoint, theirs: Endpoint) -> bool:
    return lacking(table(ours), table(theirs)) == frozenset()


def test_what_is_there_by_its_path_or_an_older_one_is_held() -> None:
    assert holds(PAINTER, PAINTER)
    assert holds(replace(PAINTER, path="maker/painter-1", formerly=("maker/painter",)), PAINTER)
    assert lacking(table(PAINTER), table(PAINTER, replace(PAINTER, path="new"))) == {"new"}
    assert lacking(table(PAINTER, replace(PAINTER, path="new")), table(PAINTER)) == frozenset()


ROOMS: list[tuple[Field, dict[str, Any], dict[str, Any]]] = [
    (SIZE, {"options": (*SIZE.options, Option("4k"))}, {}),
    (SEED, {"max": 10}, {"max": 9}),
    (SEED, {"max": None}, {"max": 9}),
    (SEED, {"min": None}, {"min": 0}),
    (SEED, {"min": -1}, {"min": 0}),
    (WORDS, {"max_length": 81}, {"max_length": 80}),
    (WORDS, {"min_length": None}, {"min_length": 2}),
    (FILES, {"max_items": 4}, {"max_items": 3}),
    (FILES, {"max_mb": 20.0}, {"max_mb": 10.0}),
    (FILES, {"accept": ("png", "jpg", "webp")}, {"accept": ("png", "jpg")}),
    (FILES, {"accept": ()}, {"accept": ("png",)}),
    (FILES, {"many": True}, {"many": False}),
]


@pytest.mark.parametrize(("field", "wide", "narrow"), ROOMS)
def test_more_room_holds_less_and_not_the_other_way_round(
    field: Field, wide: dict[str, Any], narrow: dict[str, Any]
) -> None:
    wider, narrower = with_field(field, **wide), with_field(field, **narrow)
    assert holds(wider, narrower) and not holds(narrower, wider)


def test_a_field_of_another_kind_or_a_further_one_is_not_held() -> None:
    further = replace(PAINTER, fields=(*PAINTER.fields, replace(WORDS, key="more")))
    assert not holds(PAINTER, further) and holds(further, PAINTER)
    assert not holds(with_field(SEED, kind=FieldKind.TEXT, min=None, max=None), PAINTER)
    assert not holds(replace(PAINTER, modality=Modality.VIDEO), PAINTER)


def test_a_newer_price_is_held_by_itself_or_a_later_one() -> None:
    def priced(**changed: Any) -> Endpoint:
        return replace(PAINTER, price=replace(PRICE, **changed))

    later = date(2031, 1, 1)
    assert not holds(PAINTER, priced(amount=Decimal("0.2"), date=later))
    assert holds(priced(date=later), priced(amount=Decimal("0.2")))
    assert holds(PAINTER, priced(date=later, amount=Decimal("0.10"))), "the same figure, read later"
    assert not holds(PAINTER, priced(date=later, unit=PriceUnit.SECOND))
    assert holds(PAINTER, replace(PAINTER, price=None)) and not holds(replace(PAINTER, price=None), PAINTER)
    rows = tuple(PriceRule({"size": size}, Decimal(1)) for size in ("1k", "2k"))
    ruled = {"amount": None, "date": later}
    assert holds(priced(**ruled | {"rules": rows, "date": PRICE.date}), priced(**ruled, rules=rows[::-1]))
