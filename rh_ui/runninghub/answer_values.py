"""Reads single values of an answer, whatever their JSON type: ids, texts, exact numbers. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation


def id_text(value: object) -> str:
    """An id or code as text; a JSON number keeps all its digits."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, Decimal):
        return str(int(value)) if value.is_finite() and value == value.to_integral_value() else str(value)
    return str(value) if isinstance(value, int) else text_of(value).strip()


def text_of(value: object) -> str:
    """Text that every database and file accepts: without NUL and lone surrogates."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        return ""
    return str(value)


def decimal_of(value: object) -> Decimal | None:
    """An exact number, also from a text; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return None
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 40 else None


def count_of(value: object) -> int:
    """A count; 0 if none is given."""
    number = decimal_of(value)
    return max(0, int(number)) if number is not None else 0


def amount_of(value: object) -> Decimal | None:
    """What something costs, lasts or counts: None also below zero, which is no such thing."""
    number = decimal_of(value)
    return number if number is not None and number >= 0 else None
