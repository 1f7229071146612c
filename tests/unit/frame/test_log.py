"""No log line shows the key, wherever in it the key stands."""

from __future__ import annotations

import logging

from rh_ui.log import HIDDEN, Redacting

KEY = "rh_TESTKEY_0123456789abcdef"


def record(message: str, *details: object, fault: BaseException | None = None) -> logging.LogRecord:
    about = (type(fault), fault, fault.__traceback__) if fault else None
    return logging.LogRecord("rh_ui.x", logging.ERROR, __file__, 1, message, details, about)


def test_the_key_is_hidden_in_message_and_traceback() -> None:
    try:
        raise ValueError(f"Bearer {KEY}")
    except ValueError as fault:
        text = Redacting(KEY).format(record("sent %s", f"<{KEY}>", fault=fault))
    assert KEY not in text
    assert f"sent <{HIDDEN}>" in text
    assert f"ValueError: Bearer {HIDDEN}" in text


def test_without_a_key_nothing_is_touched() -> None:
    assert Redacting("").format(record("a plain line")).endswith("ERROR rh_ui.x: a plain line")
