"""Calls about the account and the site: keys, public models, webhooks (API sheet §7, 8)."""

from __future__ import annotations

from rh_ui.errors import Refused
from rh_ui.runninghub import replies_runs
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies_runs import KeyEntry, ResourcePage, Webhook


def keys(client: Client) -> tuple[KeyEntry, ...]:
    """The account's keys, masked."""
    return replies_runs.keys_of(client.ask("GET", "/openapi/v2/api-key/list"))


def resources(client: Client, kind: str, words: str = "", *, size: int = 20) -> ResourcePage:
    """The first `size` public models of a kind: UNET, CHECKPOINT, LORA or GGUF."""
    body = {
        "resourceType": kind, "resourceName": words, "baseModels": [], "tags": [], "current": 1,
        "size": size,
    }  # fmt: skip
    return replies_runs.resources_of(client.ask("POST", "/openapi/v2/resource/list", body))


def webhook(client: Client, remote_id: str) -> Webhook | None:
    """Whether a task's webhook was delivered; None if the task has none."""
    try:
        reply = client.ask("POST", "/task/openapi/getWebhookDetail", {"taskId": remote_id}, "apiKey")
    except Refused as refused:
        if refused.code == "1":
            return None
        raise
    return replies_runs.webhook_of(reply)


def resend_webhook(client: Client, webhook_id: str, url: str = "") -> None:
    """Have a webhook delivered again, to another address if one is given."""
    body = {"webhookId": webhook_id, **({"webhookUrl": url} if url else {})}
    client.ask("POST", "/task/openapi/retryWebhook", body, "apiKey")
