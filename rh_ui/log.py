"""How the program writes its log: to standard error, one line an event, and never with the key in it.

The key is masked when a record is made, so that no handler sees it, whichever library logs: urllib3 logs the
address of a request that it repeats, and some addresses hold the key.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, quote_plus

LAYOUT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN: Final = "[key]"


def configure(*secrets: str) -> None:
    """Log to standard error: our own events from INFO, other libraries' from WARNING."""
    logging.setLogRecordFactory(hiding(*secrets))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(LAYOUT, "%H:%M:%S"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("rh_ui").setLevel(logging.INFO)


def hiding(*secrets: str) -> Callable[..., logging.LogRecord]:
    """A record factory that masks the secrets everywhere in a record, also in a traceback."""
    forms = sorted({form for secret in secrets if secret for form in _forms(secret)}, key=len, reverse=True)

    def hidden(text: str) -> str:
        for form in forms:
            text = text.replace(form, HIDDEN)
        return text

    def make(*details: Any, **more: Any) -> logging.LogRecord:
        record = logging.LogRecord(*details, **more)
        if not forms:
            return record
        text, values = _told(record), repr(record.args)
        if hidden(text) != text or hidden(values) != values:
            record.msg, record.args = hidden(text), None
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            if hidden(trace) != trace:
                # The exception itself holds the secret, so the record keeps only the text.
                record.exc_text, record.exc_info = hidden(trace), None
        if record.stack_info:
            record.stack_info = hidden(record.stack_info)
        return record

    return make


def _told(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (AttributeError, LookupError, TypeError, ValueError):  # The format does not fit its arguments.
        return f"{record.msg!r} {record.args!r}"


def _forms(secret: str) -> set[str]:
    """The spellings of a secret: plain, as in an address, in JSON and in a `repr`."""
    return {secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
