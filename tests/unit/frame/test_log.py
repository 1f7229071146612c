"""No log record shows the key, whoever writes it and wherever it contains the key."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from rh_ui.log import HIDDEN, LAYOUT, hiding

KEY = "rh_TESTKEY_0123456789abcdef"
ODD_KEY = 'rh/TEST+KEY "0%'


@pytest.fixture
def logger(caplog: pytest.LogCaptureFixture) -> Iterator[logging.Logger]:
    """A library's logger while the keys are hidden."""
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(hiding(KEY, ODD_KEY, ""))
    caplog.set_level(logging.DEBUG)
    yield logging.getLogger("some.library")
    logging.setLogRecordFactory(before)


def told(records: list[logging.LogRecord]) -> str:
    """Everything that a handler could make from the records."""
    lines = [logging.Formatter(LAYOUT).format(record) for record in records]
    return "\n".join(lines + [str(vars(record)) for record in records])


def test_the_key_is_hidden_in_message_and_values(
    logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    logger.warning("sent %s to %s", f"<{KEY}>", {"apiKey": KEY})
    logger.debug("plain %s", KEY)
    logger.error(ValueError(KEY))
    assert KEY not in told(caplog.records)
    assert caplog.records[0].getMessage() == f"sent <{HIDDEN}> to {{'apiKey': '{HIDDEN}'}}"


def test_the_key_is_hidden_in_a_traceback(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError(f"Bearer {KEY}")
    except ValueError:
        logger.exception("it broke", stack_info=True)
    shown = told(caplog.records)
    assert KEY not in shown
    assert f"ValueError: Bearer {HIDDEN}" in shown
    assert "test_log.py" in shown


@pytest.mark.parametrize(
    "form", ['rh/TEST+KEY "0%', "rh%2FTEST%2BKEY%20%220%25", "rh%2FTEST%2BKEY+%220%25", 'rh/TEST+KEY \\"0%']
)
def test_a_key_is_hidden_in_every_spelling(
    form: str, logger: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    logger.warning("asked %s", f"https://x.example/a?apiKey={form}&b=1")
    assert caplog.records[0].getMessage() == f"asked https://x.example/a?apiKey={HIDDEN}&b=1"


def test_everything_else_stays_as_it_is(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise KeyError("x")
    except KeyError:
        logger.exception("a plain %s", "line")
    (record,) = caplog.records
    assert (record.msg, record.args) == ("a plain %s", ("line",))
    assert record.exc_info and record.exc_info[0] is KeyError
