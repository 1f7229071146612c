"""The key never comes back from an answer, in whatever field, header or spelling (A12)."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest

from rh_ui.domain import RunKind
from rh_ui.errors import StudioError
from rh_ui.runninghub import account, error_mapping, runs
from rh_ui.runninghub.client import Client
from tests.integration.runninghub.conftest import Seen, Start, Wire

ID = "2009191190196789249"


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


def percent(text: str) -> str:
    return "".join(f"%{ord(letter):02X}" for letter in text)


def html(text: str) -> str:
    return "".join(f"&#{ord(letter)};" for letter in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "in an address": lambda key: quote(key, safe=""),
    "every letter in per cent": percent,
    "per cent, twice": lambda key: quote(percent(key), safe=""),
    "JSON text": lambda key: json.dumps({"key": key}),
    "escaped letters in JSON text": escaped,
    "escaped twice": lambda key: json.dumps(escaped(key)),
    "HTML": html,
    "beside other words": lambda key: f"Bearer {key}, and {key}",
}
WORDS: dict[str, Any] = {
    "query": {
        "taskId": ID, "status": "FAILED", "errorCode": "1501", "errorMessage": "no",
        "failedReason": {"exception_message": "no", "node_id": "3", "traceback": "x"},
        "usage": {"consumeMoney": "1", "consumeCoins": "2", "taskCostTime": "3"},
        "results": [{"url": "https://x.example/a.png", "outputType": "png", "text": "t", "nodeId": "1"}],
        "promptTips": '{"node_errors": {"1": {"errors": [{"message": "m"}]}}}',
    },
    "envelope": {"code": 0, "msg": "fine", "data": {"taskId": ID, "taskStatus": "RUNNING"}},
    "refusal": {"code": 1007, "msg": "no", "data": None},
    "account": {"code": 0, "data": {"remainMoney": "1", "remainCoins": "2", "currency": "CNY"}},
    "queue": {"code": 0, "data": {"apiKeyType": "SHARED", "concurrentLimit": "3", "runningCount": "1"}},
    "keys": {"code": 0, "data": [{"key": "k", "apiKeyName": "n", "status": 1, "expireAt": "e"}]},
    "app": {"code": 0, "data": {
        "webappName": "n", "description": "d", "nodeInfoList": [{"nodeId": "1", "x": "y"}],
        "covers": [{"url": "https://x.example/c.png"}],
    }},
    "apps": {"code": 0, "data": {"records": [{"id": "1", "title": "t", "intro": "i", "cover": "c"}]}},
    "graph": {"code": 0, "data": {"prompt": {"1": {"class_type": "a", "inputs": {"b": "c"}}}}},
    "upload": {"code": 0, "data": {"download_url": "https://x.example/u.png", "fileName": "f", "size": "1"}},
}  # fmt: skip


def places(value: Any, put: str) -> list[Any]:
    """The answer again and again, each time with `put` in another place: as a value, or as the name of
    one."""
    found: list[Any] = []
    if isinstance(value, dict):
        for name, item in value.items():
            found += [{**value, name: inner} for inner in places(item, put)]
            found.append({**value, put: item})
    elif isinstance(value, list):
        found += [
            [*value[:at], inner, *value[at + 1 :]]
            for at, item in enumerate(value)
            for inner in places(item, put)
        ]
    else:
        found.append(put)
    return found


def calls(client: Client) -> list[Callable[[], object]]:
    return [
        lambda: client.query(ID),
        lambda: client.outputs(ID),
        lambda: client.submit("a/b", {"prompt": "x"}),
        lambda: runs.run(client, RunKind.APP, "1", {}),
        client.account,
        client.queue_status,
        lambda: account.keys(client),
        lambda: runs.app_form(client, "1"),
        lambda: runs.app_list(client),
        lambda: runs.graph(client, "1"),
        lambda: client.price_preview("a/b", {}),
        lambda: client.cancel(ID),
    ]


def outcome(call: Callable[[], object]) -> str:
    """All that the rest of the program can learn from a call."""
    try:
        return repr(call())
    except StudioError as fault:
        return f"{fault!r} {fault} {fault.__dict__}"


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_in_every_place_of_every_answer(start_server: Start, wire: Wire, kind: str, spelling: str) -> None:
    answers: list[bytes] = []
    server = start_server(lambda _seen: wire.http(200, answers[0]))
    client = Client(server.url, wire.KEY, read_timeout=5)
    hidden = SPELLINGS[spelling](wire.KEY)
    which = {"query": (0, 2), "envelope": (1, 2, 3), "refusal": (0, 2, 11), "account": (4,), "queue": (5,),
             "keys": (6,), "app": (7,), "apps": (8,), "graph": (9,), "upload": (1,)}[kind]  # fmt: skip
    for answer in places(WORDS[kind], hidden):
        answers[:] = [json.dumps(answer).encode()]
        for number in which:
            told = outcome(calls(client)[number])
            assert error_mapping.mask(told, wire.KEY) == told, (answer, told)


def test_letters_that_json_itself_escapes(start_server: Start, wire: Wire) -> None:
    """The answer's own JSON escapes letters of the key."""
    body = f'{{"taskId":"{ID}","status":"{escaped(wire.KEY)}","errorMessage":"{escaped(wire.KEY)}"}}'
    server = start_server(lambda _seen: wire.http(200, body.encode()))
    client = Client(server.url, wire.KEY)
    assert wire.KEY not in outcome(lambda: client.query(ID))
    assert client.query(ID).unknown_word == "•••"


@pytest.mark.parametrize("status", [200, 401, 404, 429, 500, 503])
def test_headers_and_bodies_that_are_no_answer(start_server: Start, wire: Wire, status: int) -> None:
    def answer(_seen: Seen) -> bytes:
        return wire.http(status, wire.KEY.encode(), f"Retry-After: {wire.KEY}", f"X-Echo: {wire.KEY}")

    client = Client(start_server(answer).url, wire.KEY)
    for call in calls(client):
        assert wire.KEY not in outcome(call)


def test_a_number_that_is_the_key(start_server: Start, wire: Wire) -> None:
    key = "12345678901234567890123456789012"
    body = f'{{"code":{key},"msg":{key},"data":{{"taskId":{key},"x":{key}.5}}}}'
    client = Client(start_server(lambda _seen: wire.http(200, body.encode())).url, key)
    for call in calls(client):
        with suppress(StudioError):
            assert key not in repr(call())


def test_a_key_of_letters_that_are_quoted() -> None:
    key = "a\"b\\c/d'e"
    for told in (
        key,
        json.dumps(key),
        json.dumps(json.dumps(key)),
        repr(key),
        json.dumps(key).replace("/", "\\/"),
    ):
        shown = error_mapping.mask(told, key)
        assert "•••" in shown and "b" not in shown.replace("•••", "")


def test_plain_words_stay_as_they_are() -> None:
    text = 'a 50% off & "quoted" \\u0041 word'
    assert error_mapping.mask(text, "rh_TESTKEY_other") == text
    assert error_mapping.mask("anything", "") == "anything"
