"""How the program writes its log: to standard error, one line an event, and never with the key in it."""

from __future__ import annotations

import logging
import sys
from typing import Final

LAYOUT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
HIDDEN: Final = "[key]"


class Redacting(logging.Formatter):
    """Hides the secrets wherever they stand, in a traceback too."""

    def __init__(self, *secrets: str) -> None:
        super().__init__(LAYOUT, "%H:%M:%S")
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def configure(*secrets: str) -> None:
    """Log to standard error: our own events from INFO, other libraries' from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(*secrets))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("rh_ui").setLevel(logging.INFO)
