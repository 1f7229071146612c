"""The cost of a payload by the table. An unknown price stays unknown; it is never zero."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from types import MappingProxyType
from typing import Final

from rh_ui.catalog.glossary import field_words, option_label
from rh_ui.catalog.rule_check import count as entries
from rh_ui.catalog.rule_check import is_given
from rh_ui.catalog.schema import Endpoint, Price, PriceRule, PriceUnit
from rh_ui.catalog.validation import converted
from rh_ui.domain import FieldKind, JsonValue, Money, Params
from rh_ui.i18n import LANGUAGES, Message, Spoken, format

PIECES: Final = {PriceUnit.IMAGE: ("image", "images"), PriceUnit.RESULT: ("result", "results")}
"""Units that a run makes whole ones of, with their words for one and for several."""
USUAL_SECONDS: Final = Decimal(5)
"""The assumed duration of a user's file where a price depends on it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """`money` is None where the table can't know it; `how` is the calculation (`¥0.46 × 5 s`)."""

    money: Money | None
    how: Message
    from_: bool = False
    """A minimum: the real price may be higher."""


def estimate(
    endpoint: Endpoint, params: Params, lengths: Mapping[str, float] = MappingProxyType({})
) -> Estimate:
    """The table's estimate for `params`, complete or not, also with a form's values.

    Missing values count as their defaults. `lengths`: the seconds of the chosen files by field, where all of
    them are known.
    """
    price = endpoint.price
    if price is None:
        return Estimate(None, Message("price.how.unknown"))
    given = converted(endpoint, params)
    values = {**endpoint.defaults, **given}
    rows = _fitting(price.rows, values)
    if not rows:
        return Estimate(None, Message("price.how.unlisted"))
    row = min(rows, key=lambda each: each.amount + each.extra)
    open_row = len({(each.amount, each.extra) for each in rows}) > 1
    paid = _paid_files(endpoint, price, row)
    seconds = sum((Decimal(str(lengths[key])) for key in paid if key in lengths), Decimal(0))
    whole = all(key in lengths for key in paid if is_given(given.get(key)))
    floor = price.floor or open_row
    if price.unit is PriceUnit.INPUT_SECOND:
        told = _for_file(price, row.amount, seconds, whole, floor)
    else:
        told = _total(endpoint, price, row, values, seconds if whole else None, floor)
    return _with_extras(price, told, given)


def typical_run(endpoint: Endpoint) -> Decimal | None:
    """The least that a run costs with the form's starting values, to compare models.

    Where the user's own file or text decides, USUAL_SECONDS or a thousand characters are assumed. None: the
    price is not known, or the amount of work or the duration of the result is not.
    """
    price = endpoint.price
    if price is None or price.unit is PriceUnit.MILLION_TOKENS:
        return None
    money = estimate(endpoint, endpoint.opening).money
    if money is not None:
        return money.amount
    if price.unit is PriceUnit.SECOND and not price.quantity:
        return None
    portions = USUAL_SECONDS / price.unit_size if price.unit is PriceUnit.INPUT_SECOND else Decimal(1)
    return min(price.amounts) * portions


def unit_price(price: Price) -> Message:
    """The lowest price for one unit in words, for a list of models: `from ¥0.46 for a run`."""
    each = per_unit(price, _shown(price, min(price.amounts)))
    floor = price.floor or len(set(price.amounts)) > 1
    return Message("price.how.floor", each=each) if floor else each


def per_unit(price: Price, shown: str) -> Message:
    """The unit for which `shown`, an amount or a span of them, is paid."""
    group = "portion" if price.unit_size > 1 else "each"
    return Message(f"price.{group}.{price.unit.name.lower()}", price=shown, size=price.unit_size)


def _fitting(rows: Iterable[PriceRule], values: Mapping[str, JsonValue]) -> list[PriceRule]:
    """The rows that fit what is known; one when everything that they depend on is known."""
    return [
        row
        for row in rows
        if all(key not in values or values[key] == wanted for key, wanted in row.when.items())
        and (not row.given or any(is_given(values.get(key)) for key in row.given))
        and not any(is_given(values.get(key)) for key in row.absent)
    ]


def _total(
    endpoint: Endpoint,
    price: Price,
    row: PriceRule,
    values: Mapping[str, JsonValue],
    handed: Decimal | None,
    floor: bool,
) -> Estimate:
    amount, each = row.amount, _per_unit(price, row)
    match price.unit:
        case PriceUnit.CALL:
            return Estimate(Money(amount, price.currency), _fixed(endpoint, price, values, floor), floor)
        case PriceUnit.MILLION_TOKENS:
            return Estimate(None, Message("price.how.work_decides", each=each), floor)
        case PriceUnit.THOUSAND_CHARACTERS:
            return _characters(price, amount, values.get(price.quantity), floor)
        case _:
            counted = _counted(endpoint, price, row, values.get(price.quantity), handed, floor)
            return counted or Estimate(None, each, floor)


def _per_unit(price: Price, row: PriceRule) -> Message:
    each = per_unit(price, _shown(price, row.amount))
    if not row.extra:
        return each
    return Message(
        "price.how.and", one=each, other=Message("price.each.second", price=_shown(price, row.extra))
    )


def _characters(price: Price, amount: Decimal, text: JsonValue, floor: bool) -> Estimate:
    shown = _shown(price, amount)
    length = len(text) if isinstance(text, str) else 0
    if not length:
        return Estimate(None, per_unit(price, shown), floor)
    how = Message("price.how.characters", price=shown, count=format.count(length))
    return Estimate(Money(amount * length / 1000, price.currency), how, floor)


def _with_extras(price: Price, told: Estimate, given: Mapping[str, JsonValue]) -> Estimate:
    """With the additional cost of the entries of some fields."""
    for extra in price.extras:
        count = max(0, entries(given.get(extra.field)) - extra.free)
        if count and told.money is not None:
            phrase = "file" if count == 1 else "files"
            more = Message(f"price.how.{phrase}", price=_shown(price, extra.amount), count=f"{count}")
            money = Money(told.money.amount + extra.amount * count, price.currency)
            told = Estimate(money, Message("price.how.plus", one=told.how, other=more), told.from_)
    return told


def _paid_files(endpoint: Endpoint, price: Price, row: PriceRule) -> Sequence[str]:
    """The fields whose files are paid for by the second."""
    if price.unit is PriceUnit.SECOND:
        return (*price.inputs, *row.given)
    if price.unit is not PriceUnit.INPUT_SECOND:
        return ()
    films = [field.key for field in endpoint.fields if field.kind is FieldKind.VIDEO]
    # Sounds count only where no film is taken.
    return films or [field.key for field in endpoint.fields if field.kind is FieldKind.AUDIO]


def _for_file(price: Price, amount: Decimal, seconds: Decimal, whole: bool, floor: bool) -> Estimate:
    """`whole`: the seconds are those of all files."""
    shown = _shown(price, amount)
    if not seconds and not price.at_least:
        return Estimate(None, Message("price.how.length_decides", each=per_unit(price, shown)), floor)
    count = max(seconds.to_integral_value(ROUND_UP), Decimal(price.at_least)) if price.at_least else seconds
    at_least = not whole or not seconds
    phrase = "seconds_at_least" if at_least else "seconds"
    how = Message(f"price.how.{phrase}", price=shown, count=_number(count))
    return Estimate(Money(amount * _portions(price, count), price.currency), how, floor or at_least)


def _portions(price: Price, count: Decimal) -> Decimal:
    """How many times the amount is paid; a started portion of several units counts in full."""
    portions = count / price.unit_size
    return portions.to_integral_value(ROUND_UP) if price.unit_size > 1 else portions


def _fixed(endpoint: Endpoint, price: Price, values: Mapping[str, JsonValue], floor: bool) -> Message:
    """The settings on which a price for a whole run depends, as far as they are chosen (`1k · 5 s`)."""
    deciding = dict.fromkeys(key for rule in price.rules for key in rule.when)
    chosen = [key for key in deciding if values.get(key) is not None]
    settings = Spoken(
        {
            language: " · ".join(
                filter(None, (_setting(endpoint, key, values[key], language) for key in chosen))
            )
            for language in LANGUAGES
        }
    )
    phrase = "depends" if floor else "fixed_for" if settings else "fixed"
    return Message(f"price.how.{phrase}", settings=settings)


def _setting(endpoint: Endpoint, key: str, value: JsonValue, language: str) -> str:
    """A choice by its label, a switch by its field's label; empty when it is off."""
    field = endpoint.field(key)
    if field is None or value is False or value == "false":
        return ""
    if field.kind is FieldKind.FLAG or value == "true":
        return field_words(endpoint, field, language).label
    return option_label(endpoint, field, str(value), language)


def _counted(
    endpoint: Endpoint,
    price: Price,
    row: PriceRule,
    value: JsonValue,
    handed: Decimal | None,
    floor: bool,
) -> Estimate | None:
    """`handed`: the seconds of files that count too, None where they are not known. None where the number of
    units is not known."""
    count = _positive(value)
    if price.unit in PIECES and value is None:
        count = Decimal(1)
    at_least = count is None or handed is None
    if count is None:
        count = _smallest(endpoint, price.quantity)
    if count is None:
        return None
    charged = max(count + (handed or 0), Decimal(price.at_least))
    if row.given:
        charged = max(charged, Decimal(price.least.get(f"{count:f}", 0)))
    one, several = PIECES.get(price.unit, ("seconds", "seconds"))
    phrase = f"{several}_at_least" if at_least else one if charged == 1 else several
    how = Message(f"price.how.{phrase}", price=_shown(price, row.amount), count=_number(charged))
    if row.extra:
        more = Message("price.how.seconds", price=_shown(price, row.extra), count=f"{count:f}")
        how = Message("price.how.plus", one=how, other=more)
    amount = row.amount * _portions(price, charged) + row.extra * count
    return Estimate(Money(amount, price.currency), how, floor or at_least)


def _positive(value: JsonValue) -> Decimal | None:
    """A count as a number; None where it is not one (`auto`, -1, 0, nothing)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    text = str(value).strip()
    if not text.replace(".", "", 1).isdecimal():
        return None
    number = Decimal(text)
    return number if number > 0 else None


def _smallest(endpoint: Endpoint, key: str) -> Decimal | None:
    """The least that the field can request: the least cost of a duration that is left to the model."""
    field = endpoint.field(key)
    if field is None:
        return None
    counts = [_positive(value) for value in field.values] or [_positive(field.min)]
    return min((count for count in counts if count is not None), default=None)


def _number(count: Decimal) -> str:
    return f"{round(count, 2).normalize():f}"


def _shown(price: Price, amount: Decimal) -> str:
    return format.money(Money(amount, price.currency))
