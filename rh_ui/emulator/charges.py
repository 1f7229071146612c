"""What a run is charged here: the table's prices, without the program's estimate (catalog.pricing)."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import Final, assert_never

from rh_ui.catalog.schema import Endpoint, Field, Price, PriceExtra, PriceRule, PriceUnit
from rh_ui.domain import JsonValue, Params
from rh_ui.emulator.evaluator import BodyValues
from rh_ui.emulator.media_evaluator import Media, measured

UNLISTED: Final = Decimal("0.10")
"""The charge of a run where the table gives no price."""


def price_of(endpoint: Endpoint, body: Params, media: Media) -> Decimal:
    """The charge for a run with this body and these files."""
    known = charge(endpoint, body, media)
    return UNLISTED if known is None else known


def charge(endpoint: Endpoint, body: Params, media: Media = ()) -> Decimal | None:
    """The charge for a run with this body in the price's currency. None where the table gives none, also
    where it depends on the duration of a file on another host.

    Settings that the body leaves open cost the least that they can mean.
    """
    price = endpoint.price
    if price is None:
        return None
    said = BodyValues(endpoint, body)
    sums = [_for_row(endpoint, price, row, said, media) for row in price.rows if _fits(row, said)]
    known = [each for each in sums if each is not None]
    if not known:
        return None
    return min(known) + sum(_pieces(said, extra) for extra in price.extras)


def _fits(row: PriceRule, said: BodyValues) -> bool:
    if any(said.value(key) not in (None, wanted) for key, wanted in row.when.items()):
        return False
    missing = row.given and not any(said.has(key) for key in row.given)
    return not missing and not any(said.has(key) for key in row.absent)


def _for_row(
    endpoint: Endpoint, price: Price, row: PriceRule, said: BodyValues, media: Media
) -> Decimal | None:
    match price.unit:
        case PriceUnit.CALL:
            return row.amount
        case PriceUnit.INPUT_SECOND:
            seconds = _input_seconds(media)
            if seconds is None:
                return row.amount * price.at_least if price.at_least and not media else None
            if price.at_least:
                seconds = max(seconds.to_integral_value(ROUND_CEILING), Decimal(price.at_least))
            return row.amount * _portions(price, seconds)
        case PriceUnit.MILLION_TOKENS:
            return None
        case PriceUnit.THOUSAND_CHARACTERS:
            text = said.value(price.quantity)
            return row.amount * len(text) / 1000 if isinstance(text, str) and text else None
        case PriceUnit.IMAGE | PriceUnit.RESULT:
            count = _count(endpoint, price, said)
            return None if count is None else row.amount * count
        case PriceUnit.SECOND:
            made = _count(endpoint, price, said)
            if made is None:
                return None
            charged = made + _handed_in({*price.inputs, *row.given}, said, media)
            if row.given:
                charged = max(charged, Decimal(price.least.get(str(made), 0)))
            charged = max(charged, Decimal(price.at_least))
            return row.amount * _portions(price, charged) + row.extra * made
        case _:
            assert_never(price.unit)


def _portions(price: Price, count: Decimal) -> Decimal:
    portions = count / price.unit_size
    return portions.to_integral_value(ROUND_CEILING) if price.unit_size > 1 else portions


def _input_seconds(media: Media) -> Decimal | None:
    """The total duration of the sent videos; of the sounds if there is no video."""
    for kind in ("video", "audio"):
        files = [path for _, told, path in media if told == kind]
        if files:
            lengths = [measured(kind, path).seconds for path in files]
            known = [Decimal(str(seconds)) for seconds in lengths if seconds]
            return sum(known, Decimal(0)) if len(known) == len(files) else None
    return None


def _handed_in(keys: set[str], said: BodyValues, media: Media) -> Decimal:
    """The total seconds of the files under these keys; none where a file is not here and can't be
    measured."""
    lengths = [measured(kind, path).seconds for key, kind, path in media if key in keys]
    if len(lengths) != sum(said.entries(key) for key in keys) or not all(lengths):
        return Decimal(0)
    return sum((Decimal(str(seconds)) for seconds in lengths), Decimal(0))


def _pieces(said: BodyValues, extra: PriceExtra) -> Decimal:
    return extra.amount * max(0, said.entries(extra.field) - extra.free)


def _count(endpoint: Endpoint, price: Price, said: BodyValues) -> Decimal | None:
    """The requested seconds or results; the fewest possible where the model decides."""
    asked = _number(said.value(price.quantity))
    if asked is not None:
        return asked
    if price.unit is not PriceUnit.SECOND and said.value(price.quantity) is None:
        return Decimal(1)
    field = endpoint.field(price.quantity)
    return None if field is None else _fewest(field)


def _fewest(field: Field) -> Decimal | None:
    offered: list[JsonValue] = [option.value for option in field.options]
    return min(
        (count for value in offered or [field.min] if (count := _number(value)) is not None), default=None
    )


def _number(value: JsonValue) -> Decimal | None:
    """A count above zero; None for a word such as `auto`, and for -1 and 0, which leave it to the model."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() and number > 0 else None
