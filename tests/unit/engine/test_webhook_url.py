"""The webhook address of an attempt."""

from __future__ import annotations

from rh_ui.domain import Params
from rh_ui.engine.webhook_url import digest, new_webhook, redact_secret

PUBLIC = "https://studio.example.org/rooms"


def test_each_attempt_has_a_secret_of_its_own_and_only_its_digest_is_shown() -> None:
    one, other = (new_webhook(PUBLIC, "r1", "some/model") for _ in range(2))
    start, _, secret = one.url.rpartition("/")
    assert start == f"{PUBLIC}/rh/hooks/r1" and one.digest == digest(secret) != other.digest
    assert secret not in repr(one)
    body: Params = {"prompt": "x"}
    assert one.add_to(body) == {"prompt": "x", "webhookUrl": one.url} and body == {"prompt": "x"}


def test_without_a_public_address_and_for_quick_creations_nobody_is_told() -> None:
    for hook in (new_webhook("", "r1", "some/model"), new_webhook(PUBLIC, "r1", "run/quick-ai-app/1")):
        assert (hook.url, hook.digest, hook.add_to({"a": 1})) == ("", "", {"a": 1})


def test_the_secret_is_taken_out_of_words_that_repeat_the_address() -> None:
    hook = new_webhook(PUBLIC, "r1", "some/model")
    secret = hook.url.rpartition("/")[2]
    for words in (f"bad webhookUrl {hook.url}.", f'{{"webhookUrl": "{hook.url}"}}', f"{hook.url}/x?y"):
        assert secret not in redact_secret(words) and "/rh/hooks/r1/…" in redact_secret(words)
    assert redact_secret("nothing of the kind") == "nothing of the kind"
