"""The address at which the service reports the end of a run, with one secret per attempt; only its hash is
stored.

Pure except for random numbers. The route is web/routes/webhooks; services/webhooks handles a message.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Final

from rh_ui.domain import RUN_PREFIX, Params, RunKind

PLACE: Final = "/rh/hooks"
_ADDRESS: Final = re.compile(rf"({PLACE}/[\w-]*/)[\w-]+")
_TAKES_NONE: Final = f"{RUN_PREFIX}{RunKind.QUICK.value}/"
"""Neither document nor client names a webhook for quick creations (API sheet §6)."""


@dataclass(frozen=True, slots=True)
class WebhookUrl:
    """The webhook address of one attempt; empty where there is none."""

    url: str = field(default="", repr=False)
    digest: str = ""

    def add_to(self, body: Params) -> Params:
        """The body with the address added."""
        return {**body, "webhookUrl": self.url} if self.url else body


def new_webhook(public: str, task_id: str, endpoint: str) -> WebhookUrl:
    """An address with its own secret, if the page has a public address."""
    if not public or endpoint.startswith(_TAKES_NONE):
        return WebhookUrl()
    secret = secrets.token_urlsafe(32)
    return WebhookUrl(f"{public}{PLACE}/{task_id}/{secret}", digest(secret))


def digest(secret: str) -> str:
    """The hash of the secret, as stored in the database."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def redact_secret(text: str) -> str:
    """The service's text without the secret, in case it repeats the address."""
    return _ADDRESS.sub(r"\1…", text)
