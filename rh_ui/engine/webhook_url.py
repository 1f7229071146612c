"""The address at which a run's end is told: one secret for each attempt, of which only a hash is kept.

Pure but for chance. The route is web/routes/webhooks; what a message does stands in services/webhooks.
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
"""No document or client names a message for quick creations (API sheet §6)."""


@dataclass(frozen=True, slots=True)
class WebhookUrl:
    """Where one attempt is told of; empty where nobody can be told."""

    url: str = field(default="", repr=False)
    digest: str = ""

    def add_to(self, body: Params) -> Params:
        """The body with the address in it."""
        return {**body, "webhookUrl": self.url} if self.url else body


def new_webhook(public: str, task_id: str, endpoint: str) -> WebhookUrl:
    """An address with a secret of its own, where the page has a public address."""
    if not public or endpoint.startswith(_TAKES_NONE):
        return WebhookUrl()
    secret = secrets.token_urlsafe(32)
    return WebhookUrl(f"{public}{PLACE}/{task_id}/{secret}", digest(secret))


def digest(secret: str) -> str:
    """What stands for a secret in the database."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def redact_secret(text: str) -> str:
    """The service's words without the secret, in case they repeat the address."""
    return _ADDRESS.sub(r"\1…", text)
