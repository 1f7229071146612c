"""What a model's card says beyond its form: the price and how it is calculated, and every field's limits.
Pure."""

from __future__ import annotations

from typing import Final

from typing_extensions import TypedDict

from rh_ui.catalog.glossary import field_words, option_label
from rh_ui.catalog.media_limits import media_limits
from rh_ui.catalog.pricing import USUAL_SECONDS, estimate, per_unit, typical_run
from rh_ui.catalog.problems import meaning
from rh_ui.catalog.roles import NAMING
from rh_ui.catalog.schema import Endpoint, Field, Price, PriceRule, PriceUnit
from rh_ui.domain import FieldKind, Money
from rh_ui.i18n import Words, translate
from rh_ui.i18n.format import count, money
from rh_ui.web.serializers.form import field_order
from rh_ui.web.serializers.form_state import limit_words

MOST_PRICES: Final = 8
"""Rows of a price list on a card; the price line covers them all."""
MOST_CHOICES: Final = 16
"""More choices than this are counted instead of named."""


class FieldDetails(TypedDict):
    key: str
    label: str
    help: str
    optional: bool
    limits: str


class ModelDetails(TypedDict):
    """A model in sentences."""

    price: list[str]
    prices: list[tuple[str, str]]
    inputs: list[FieldDetails]
    settings: list[FieldDetails]


def about(endpoint: Endpoint, words: Words) -> ModelDetails:
    """A model in sentences: `price` (lines), `prices` (what, amount), and its fields as `inputs` (text and
    files) and `settings`, each with label, help, limits and whether it is optional."""
    given: list[FieldDetails] = []
    settings: list[FieldDetails] = []
    for field in sorted(endpoint.fields, key=field_order):
        into = given if _is_input(field) else settings
        into.append(_field(endpoint, field, words))
    return {
        "price": _price_lines(endpoint, words),
        "prices": _price_rows(endpoint, words),
        "inputs": given,
        "settings": settings,
    }


def _is_input(field: Field) -> bool:
    return bool(field.file_kind or field.parts) or field.role in NAMING


def _price_lines(endpoint: Endpoint, words: Words) -> list[str]:
    price = endpoint.price
    if price is None:
        return [words("about.price_unknown")]
    lines = [_unit_line(price, words)]
    usual = _usual_line(endpoint, price, words)
    if usual:
        lines.append(usual)
    lines.append(words("about.price_date", date=price.date.isoformat()))
    return lines


def _unit_line(price: Price, words: Words) -> str:
    low, high = (money(Money(end(price.amounts), price.currency)) for end in (min, max))
    span = low if low == high else words("about.span", low=low, high=high)
    if price.floor:
        span = words("price.from", price=span)
    return translate(per_unit(price, span), words.language)


def _usual_line(endpoint: Endpoint, price: Price, words: Words) -> str:
    """The cost with the form's starting values, where the unit price does not say it already."""
    told = estimate(endpoint, endpoint.opening)
    run = typical_run(endpoint)
    if run is None:
        return ""
    shown = money(Money(run, price.currency))
    if told.money is not None:
        alone = (
            price.unit in (PriceUnit.CALL, PriceUnit.IMAGE, PriceUnit.RESULT) and len(set(price.amounts)) == 1
        )
        name = "about.usual_from" if told.from_ else "about.usual"
        return "" if alone and not told.from_ else words(name, price=shown)
    if price.unit is PriceUnit.INPUT_SECOND:
        return words("about.usual_file", price=shown, count=USUAL_SECONDS)
    return ""


def _price_rows(endpoint: Endpoint, words: Words) -> list[tuple[str, str]]:
    """What the price depends on, cheapest first; empty without rules, or with too many."""
    price = endpoint.price
    if price is None or not 1 < len(price.rules) <= MOST_PRICES:
        return []
    rules = sorted(price.rules, key=lambda rule: rule.amount)
    return [(_when(endpoint, rule, words), money(Money(rule.amount, price.currency))) for rule in rules]


def _when(endpoint: Endpoint, rule: PriceRule, words: Words) -> str:
    said = []
    for key, value in rule.when.items():
        field = endpoint.field(key)
        if field is None:
            continue
        label = field_words(endpoint, field, words.language).label
        shown = option_label(endpoint, field, str(value), words.language)
        if isinstance(value, bool):
            shown = words("form.on") if value else words("form.off")
        said.append(words("about.when", label=label, value=shown))
    return words("about.comma").join(said)


def _field(endpoint: Endpoint, field: Field, words: Words) -> FieldDetails:
    said = field_words(endpoint, field, words.language)
    limits = [*_amount_limits(field, words), *_file_limits(endpoint, field, words)]
    limits += [*_choices(endpoint, field, words), *_range(field, words)]
    limits += [
        words("about.means", value=special.value, meaning=meaning(special, words.language))
        for special in field.sentinels
    ]
    if field.unconfirmed:
        limits.append(words("about.unconfirmed"))
    return {
        "key": field.key,
        "label": said.label,
        "help": said.help,
        "optional": not field.required,
        "limits": words("about.semicolon").join(limits),
    }


def _amount_limits(field: Field, words: Words) -> list[str]:
    found = []
    if field.many and field.max_items is not None:
        found.append(words("about.items", count=field.max_items))
    if field.max_length is not None and field.min_length:
        found.append(words("about.length", low=count(field.min_length), high=count(field.max_length)))
    elif field.max_length is not None:
        found.append(words("about.length_to", high=count(field.max_length)))
    return found


def _file_limits(endpoint: Endpoint, field: Field, words: Words) -> list[str]:
    found = []
    if field.accept:
        found.append(", ".join(field.accept))
    if field.max_mb is not None:
        found.append(words("media.limits_size", mb=f"{field.max_mb:g}"))
    found.append(limit_words(media_limits(endpoint, field.key, None), words.language))
    return [limit for limit in found if limit]


def _choices(endpoint: Endpoint, field: Field, words: Words) -> list[str]:
    labels = [option_label(endpoint, field, value, words.language) for value in field.values]
    if len(labels) > MOST_CHOICES:
        return [words("about.choices", count=len(labels))]
    return [words("about.comma").join(labels)] if labels else []


def _range(field: Field, words: Words) -> list[str]:
    if field.kind is FieldKind.SHOTS:
        return [words("about.shot_seconds", min=count(field.min or 1), max=count(field.max or 0))]
    if field.kind not in (FieldKind.INTEGER, FieldKind.DECIMAL):
        return []
    if field.min is not None and field.max is not None:
        return [words("form.range", min=count(field.min), max=count(field.max))]
    if field.min is not None:
        return [words("form.range_from", min=count(field.min))]
    return [words("form.range_to", max=count(field.max))] if field.max is not None else []
