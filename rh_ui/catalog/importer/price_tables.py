"""A table of prices as the service shows it, read into rules.

It reads tables whose first column names the options of one field, with or without a reference video; others
come back unchanged, without a price. If the endpoint takes no video, the cost of a reference is dropped and
the price becomes a minimum: another option, such as a template, may contain one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rh_ui.catalog.importer.fact_files import Number, PriceExtraFact, PriceFact, PriceRuleFact

BY_CHOICE: Final = "MULTI_DIMENSION"
NATIVE: Final = "原生"
BETWEEN: Final = " · "
WITH_VIDEO: Final = "有参考视频"
WITHOUT_VIDEO: Final = "无参考视频"
CHANGE: Final = "→"
VIDEO, IMAGE = "视频", "图片"

_AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*/")
_EXTRA: Final = re.compile(r"附加: ¥(\d+(?:\.\d+)?)/秒")
_AT_LEAST: Final = re.compile(r"max\([^,]*,\s*(\d+)\)")
_FREE: Final = re.compile(r"(\d+) 张以内免费[^¥]*¥(\d+(?:\.\d+)?)/张")


def as_rules(price: PriceFact, fields: Mapping[str, Mapping[str, object]]) -> PriceFact:
    """The same price with its table as rules; `fields` by key, as the table of endpoints writes them."""
    if price.price_type != BY_CHOICE:
        return price
    videos = [key for key, field in fields.items() if field["kind"] == "video" and field.get("many")]
    images = [key for key, field in fields.items() if field["kind"] == "image" and field.get("many")]
    labels = [_label(row[0]) for row in price.rows]
    key = next((name for name, field in fields.items() if _names(field, labels)), "")
    rows = [row for row in price.rows if videos or not row[0].endswith(WITH_VIDEO)]
    rules = [_rule(key, row, videos) for row in rows]
    fixed = not key and len(rules) == 1 and CHANGE in price.rows[0][0]
    if not key and not fixed:
        return price
    at_least = _AT_LEAST.search(price.rows[0][-1])
    extras, inputs = _materials(price, videos, images)
    return price.model_copy(
        update={
            "price": rules[0].price if fixed else None,
            "rules": [] if fixed else rules,
            "least": _least(price) if videos else {},
            "floor": len(rows) < len(price.rows),
            "at_least": int(at_least[1]) if at_least else None,
            "extras": extras,
            "inputs": inputs,
        }
    )


def _rule(key: str, row: list[str], videos: list[str]) -> PriceRuleFact:
    amount, extra = _AMOUNT.search(row[1]), _EXTRA.search(row[1])
    return PriceRuleFact(
        when={key: _label(row[0])},
        price=_number(amount[1]) if amount else 0,
        extra=_number(extra[1]) if extra else None,
        given=videos if row[0].endswith(WITH_VIDEO) else [],
        absent=videos if row[0].endswith(WITHOUT_VIDEO) else [],
    )


def _label(shown: str) -> str:
    """`1080p原生 · 无参考视频` → `native1080p`."""
    choice = shown.partition(BETWEEN)[0].strip()
    return f"native{choice.removesuffix(NATIVE)}" if choice.endswith(NATIVE) else choice


def _names(field: Mapping[str, object], labels: list[str]) -> bool:
    """Whether every label is an option of the field."""
    options = field.get("options")
    known = {str(option).casefold() for option in options} if isinstance(options, list) else set()
    return all(label.casefold() in known for label in labels)


def _least(price: PriceFact) -> dict[str, int]:
    table = price.floor_table
    if table is None:
        return {}
    return {output: int(charged) for output, charged in zip(table.header[1:], table.row[1:], strict=True)}


def _materials(
    price: PriceFact, videos: list[str], images: list[str]
) -> tuple[list[PriceExtraFact], list[str]]:
    """What files handed in cost: pictures by the piece, videos by their seconds."""
    extras: list[PriceExtraFact] = []
    inputs: list[str] = []
    for material, charged in price.condition_rows:
        free = _FREE.search(charged)
        if material == VIDEO:
            inputs += videos
        elif material == IMAGE and free:
            extras += [
                PriceExtraFact(field=key, amount=_number(free[2]), free=int(free[1])) for key in images
            ]
    return extras, inputs


def _number(text: str) -> Number:
    return float(text) if "." in text else int(text)
