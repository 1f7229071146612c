"""The tables that map foreign errors to ours; a test checks that they are complete."""

from __future__ import annotations

import inspect

import pytest
import requests
import urllib3

from rh_ui.errors import Busy, KeyRefused, NoBalance, Refused
from rh_ui.runninghub import error_mapping
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.upload import safe_name

KEY = "rh_TESTKEY_0123456789abcdef"


def foreign_exceptions() -> list[type[Exception]]:
    modules = (requests.exceptions, urllib3.exceptions)
    return [
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Exception)
        and not issubclass(found, Warning)
        and found.__module__ == module.__name__
    ]


@pytest.mark.parametrize("kind", foreign_exceptions(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_exception_of_the_libraries_has_words(kind: type[Exception]) -> None:
    assert kind in error_mapping.TRANSPORT


@pytest.mark.parametrize("kind", foreign_exceptions(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_exception_of_the_libraries_is_caught(kind: type[Exception]) -> None:
    assert issubclass(kind, error_mapping.LOST) or issubclass(kind, AssertionError)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("421", Busy), ("1520", Busy), ("1003", Busy), ("415", Busy), ("416", NoBalance), ("812", NoBalance),
     ("414", NoBalance), ("401", KeyRefused), ("802", KeyRefused), ("1002", KeyRefused), ("1007", Refused),
     ("1014", Refused), ("801", Refused), ("809", Refused), ("412", Refused), ("77777", Refused)],
)  # fmt: skip
def test_classes(code: str, kind: type[Refused]) -> None:
    error = error_mapping.refusal(code, "")
    assert type(error) is kind
    assert error.message
    assert error.code == code


def test_words_of_the_service_come_first() -> None:
    assert str(error_mapping.refusal("1007", "seed too large|种子太大")) == "seed too large|种子太大 (1007)"


@pytest.mark.parametrize(
    "text",
    [
        f"key {KEY} here",
        f"Authorization: Bearer {KEY}",
        "Bearer other-token-SECRET",
        "https://x.example/a.png?q-sign=SECRET&b=1",
        "Max retries exceeded with url: /a.png?X-Amz-Signature=SECRET (Caused by x)",
        "http://user:SECRET@proxy.example:3128/",
        f"b'{KEY}\\n'",
    ],
)
def test_redaction(text: str) -> None:
    shown = error_mapping.redact(text, KEY)
    assert KEY not in shown
    assert "SECRET" not in shown


def test_redaction_leaves_plain_words() -> None:
    assert error_mapping.redact("Is this right? No: 2 < 3 https://x.example/a.png", KEY, "") == (
        "Is this right? No: 2 < 3 https://x.example/a.png"
    )


@pytest.mark.parametrize("words", sorted(error_mapping.TROUBLES))
def test_every_reason_with_advice_is_one_that_is_given(words: str) -> None:
    given = {*error_mapping.TRANSPORT.values(), "the connection was refused", "the proxy refused to connect"}
    assert words in given | {"the certificate of the host could not be verified"}


def test_reasons_in_a_word() -> None:
    assert error_mapping.trouble(requests.ConnectTimeout()) == "slow"
    assert error_mapping.trouble(requests.exceptions.ProxyError()) == "proxy"
    assert error_mapping.trouble(requests.ConnectionError(ConnectionRefusedError())) == "refused"
    assert error_mapping.trouble(requests.exceptions.ChunkedEncodingError()) == "lost"


def test_reasons_name_the_innermost_cause() -> None:
    outer = requests.ConnectionError(
        urllib3.exceptions.MaxRetryError(None, "/a?sign=SECRET", ConnectionRefusedError())  # type: ignore[arg-type]
    )
    assert error_mapping.reason(outer) == "the connection was refused"
    assert error_mapping.reason(requests.ReadTimeout("url /a?sign=SECRET")) == "no answer came in time"
    tunnel = urllib3.exceptions.ProtocolError("aborted", OSError("Tunnel connection failed: 407 Who"))
    assert error_mapping.reason(requests.ConnectionError(tunnel)) == "the proxy refused to connect"
    assert error_mapping.reason(KeyError("odd")) == "the connection failed"


@pytest.mark.parametrize(
    ("name", "safe"),
    [("猫.PNG", "upload.png"), ("a/b\\c.jpeg", "upload.jpeg"),
     ('x".mp4\r\nX: y', "upload.mp4xy"), ("none", "upload"),
     ("..", "upload"), (".png", "upload"), ("a.tar.gz", "upload.gz"), ("a.ünï", "upload.n")],
)  # fmt: skip
def test_upload_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_client_shows_no_key() -> None:
    client = Client(" https://www.runninghub.ai/ ", f" {KEY}\n")
    assert (client.host, client.currency) == ("https://www.runninghub.ai", "USD")
    assert client.fingerprint == Client("https://www.runninghub.cn", KEY).fingerprint
    assert len(client.fingerprint) == 12
    assert Client("https://www.runninghub.cn", "").currency == "CNY"
    assert KEY not in repr(client)


OTHER = "46eb00000000000000000000000063ff"
LOGGED = {
    "the call log": '{"apiRequestParams":"{\\"apiKey\\":\\"KEY\\",\\"webappId\\":\\"19\\"}"}',
    "a body": '{"apiKey": "KEY", "taskId": "19"}',
    "lower case": "{'apikey':'KEY'}",
    "an address": "https://www.runninghub.cn/api/webapp/apiCallDemo?apiKey=KEY&webappId=19",
    "a form": "apiKey=KEY",
    "a header": "Authorization: Bearer KEY",
}


@pytest.mark.parametrize("logged", LOGGED.values(), ids=LOGGED)
def test_a_pasted_call_log_loses_its_key_whosever_it_is(logged: str) -> None:
    shown = error_mapping.redact(logged.replace("KEY", OTHER), KEY)
    assert OTHER not in shown and ("•••" in shown or "?…" in shown)
    assert error_mapping.redact("param apiKey is required", KEY) == "param apiKey is required"


@pytest.mark.parametrize(
    "name", ["www.runninghub.cn.evil.example", "evil-www.runninghub.cn", "runninghub.cn"]
)
def test_a_host_counts_as_the_service_s_by_its_whole_name(name: str) -> None:
    gate = AddressGuard.around("https://www.runninghub.cn")
    assert gate.passes("WWW.runninghub.cn", 443, "10.0.0.5")
    assert not gate.passes(name, 443, "10.0.0.5")
