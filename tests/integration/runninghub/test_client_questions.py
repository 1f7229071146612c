"""Queries and uploads over real HTTP: no fault of the network ends a run (C04, C12, C37)."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from pathlib import Path

import pytest

from rh_ui.domain import Money
from rh_ui.errors import Busy, InputRefused, KeyRefused, Refused, Unreachable
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import RemoteStatus
from rh_ui.runninghub.replies_account import Preview
from tests.integration.runninghub.conftest import Seen, Start, Wire, always

KEY = "rh_TESTKEY_0123456789abcdef"
OK = {"code": 0, "message": "success"}


def client(url: str) -> Client:
    return Client(url, KEY, connect_timeout=2, read_timeout=0.5)


def test_query_sends_the_id_as_text(start_server: Start, wire: Wire) -> None:
    server = start_server(lambda _seen: wire.reply({"taskId": "9", "status": "QUEUED", "errorCode": "813"}))
    assert client(server.url).query("2009191190196789249").status is RemoteStatus.QUEUED
    assert server.seen[0].json == {"taskId": "2009191190196789249"}
    assert server.seen[0].headers["authorization"] == f"Bearer {KEY}"


WEATHER = {
    "late": None,
    "dropped": b"",
    "502 page": b"HTTP/1.1 502 Bad\r\nConnection: close\r\nContent-Length: 13\r\n\r\n<html></html>",
    "500 JSON": b'HTTP/1.1 500 Bad\r\nConnection: close\r\nContent-Length: 20\r\n\r\n{"errorCode":"1004"}',
    "200 page": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 13\r\n\r\n<html></html>",
    "404 page": b"HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: 13\r\n\r\n<html></html>",
    "403 foreign JSON": b'HTTP/1.1 403 No\r\nConnection: close\r\nContent-Length: 15\r\n\r\n{"error":"waf"}',
    "empty": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    "half": b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 60\r\n\r\n{"taskId":"200',
    "rate limit": b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\n\r\n{"errorCode":"1003"}',
    "internal": b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\n\r\n{"errorCode":"1005"}',
    "redirect": b"HTTP/1.1 302 Go\r\nConnection: close\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("answer", WEATHER.values(), ids=WEATHER.keys())
def test_bad_weather_is_unreachable(start_server: Start, answer: bytes | None) -> None:
    server = start_server(lambda _seen: answer)
    with pytest.raises(Unreachable):
        client(server.url).query("1")


def test_dropped_question_is_asked_once_more(start_server: Start, wire: Wire) -> None:
    server = start_server(lambda _seen: b"" if len(server.seen) == 1 else wire.reply({"status": "RUNNING"}))
    assert client(server.url).query("1").status is RemoteStatus.RUNNING
    assert len(server.seen) == 2


def test_unknown_task_is_a_refusal(start_server: Start, wire: Wire) -> None:
    server = start_server(lambda _seen: wire.reply({"errorCode": "1004", "errorMessage": "gone"}))
    with pytest.raises(Refused) as caught:
        client(server.url).query("1")
    assert (type(caught.value), caught.value.code) == (Refused, "1004")


def test_status_wins_over_error_code(start_server: Start, wire: Wire) -> None:
    body = {"taskId": "1", "status": "FAILED", "errorCode": "1002", "errorMessage": "policy"}
    server = start_server(lambda _seen: wire.reply(body))
    task = client(server.url).query("1")
    assert (task.status, task.error_code, task.error_message) == (RemoteStatus.FAILED, "1002", "policy")


def test_retry_after_in_seconds_and_as_a_date(start_server: Start, wire: Wire) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    for header, low, high in (("7", 7, 7), (moment, 80, 91), ("soon", None, None), ("99999999", 3600, 3600)):
        server = start_server(always(wire.http(429, b"", f"Retry-After: {header}")))
        with pytest.raises(Unreachable) as caught:
            client(server.url).query("1")
        wait = caught.value.retry_after
        if low is None or high is None:
            assert wait is None
        else:
            assert wait is not None
            assert low <= wait <= high
        assert len(server.seen) == 1


def test_a_date_to_wait_for_counts_by_the_answers_own_clock(start_server: Start, wire: Wire) -> None:
    """This computer's clock may be hours off (C03)."""
    now = datetime.now(UTC) + timedelta(hours=2)
    wish = format_datetime(now + timedelta(seconds=90), usegmt=True)
    date = format_datetime(now, usegmt=True)
    server = start_server(lambda _seen: wire.http(429, b"", f"Retry-After: {wish}\r\nDate: {date}"))
    with pytest.raises(Unreachable) as caught:
        client(server.url).query("1")
    assert caught.value.retry_after == 90


def test_wrong_key(start_server: Start, wire: Wire) -> None:
    for answer in (
        wire.http(401, b"<html>no</html>"),
        wire.reply({"message": "no"}, 401),
        wire.reply({"code": 401, "message": "ApiKey verification failed", "data": None}),
        wire.reply({"errorCode": "1002"}),
        wire.reply({"code": 802, "msg": "APIKEY_UNAUTHORIZED"}),
    ):
        server = start_server(always(answer))
        with pytest.raises(KeyRefused):
            client(server.url).queue_status()


def test_questions_follow_no_redirect(start_server: Start, wire: Wire) -> None:
    other = start_server(lambda _seen: wire.reply({"status": "RUNNING"}))
    server = start_server(lambda _seen: wire.http(302, b"", f"Location: {other.url}/x"))
    mine = client(server.url)
    for call in (
        lambda: mine.query("1"),
        lambda: mine.price_preview("a/b", {}),
        mine.queue_status,
        mine.account,
    ):
        with pytest.raises(Unreachable):
            call()
    assert other.seen == []


def test_queue_status_account_price_and_cancel(start_server: Start, wire: Wire) -> None:
    answers = {
        "/openapi/v2/queue/status": {
            **OK,
            "data": {"apiKeyType": "SHARED", "concurrentLimit": 30, "runningCount": "1", "queuedCount": "0"},
        },
        "/uc/openapi/accountStatus": {
            "code": "0", "msg": "success",
            "data": {"remainCoins": "99", "currentTaskCounts": "2", "remainMoney": "12.5", "currency": "USD",
                     "apiType": "NORMAL"},
        },
        "/openapi/v2/price-preview/a/b": {"errorCode": "", "estimatedPrice": 0.19, "currency": "CNY"},
        "/task/openapi/cancel": {"code": 0, "msg": "success", "data": None},
    }  # fmt: skip
    server = start_server(lambda seen: wire.reply(answers[seen.path]))
    mine = client(server.url)
    queue, account = mine.queue_status(), mine.account()
    assert (queue.key_kind, queue.limit, queue.running, queue.queued) == ("SHARED", 30, 1, 0)
    assert (account.money, account.coins, account.running) == (Money(Decimal("12.5"), "USD"), "99", 2)
    assert mine.price_preview("a/b", {}) == Preview(Money(Decimal("0.19"), "CNY"))
    mine.cancel("123")
    assert [seen.method for seen in server.seen] == ["GET", "POST", "POST", "POST"]
    assert server.seen[1].json == {"apikey": KEY}
    assert server.seen[3].json == {"apiKey": KEY, "taskId": "123"}


def test_cookies_are_not_kept(start_server: Start, wire: Wire) -> None:
    server = start_server(lambda _seen: wire.reply({"status": "RUNNING"}, 200, "Set-Cookie: a=b"))
    mine = client(server.url)
    mine.query("1")
    mine.query("1")
    assert all("cookie" not in seen.headers for seen in server.seen)


UPLOADED = {
    "type": "image", "download_url": "https://store.example/input/x.png?sign=abc",
    "fileName": "openapi/ab.png", "size": "5",
}  # fmt: skip


@pytest.mark.parametrize("code", [0, 200, "0", "200"])
def test_upload(start_server: Start, wire: Wire, tmp_path: Path, code: int | str) -> None:
    server = start_server(lambda _seen: wire.reply({"code": code, "message": "success", "data": UPLOADED}))
    path = tmp_path / "猫 #1.PNG"
    path.write_bytes(b"12345")
    told: list[tuple[int, int]] = []
    uploaded = client(server.url).upload(path, path.name, lambda done, total: told.append((done, total)))
    assert (uploaded.url, uploaded.file_name, uploaded.size) == (
        UPLOADED["download_url"], "openapi/ab.png", 5,
    )  # fmt: skip
    assert told == [(5, 5)]
    (seen,) = server.seen
    boundary = seen.headers["content-type"].partition("boundary=")[2]
    assert (
        seen.body
        == (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="upload.png"\r\n'
            f"Content-Type: image/png\r\n\r\n12345\r\n--{boundary}--\r\n"
        ).encode()
    )
    assert seen.headers["content-length"] == str(len(seen.body))
    assert seen.headers["authorization"] == f"Bearer {KEY}"


UPLOAD_FAULTS = [
    ({**OK, "data": {"fileName": "x.png"}}, 200, Unreachable, "no link"),
    ({**OK, "data": None}, 200, Unreachable, "no link"),
    ({"code": 808, "msg": "APIKEY_UPLOAD_FAILED"}, 200, Unreachable, "808"),
    ({"code": 809, "msg": "APIKEY_FILE_SIZE_EXCEEDED"}, 200, InputRefused, "size"),
    ({"code": "1008", "message": "too large"}, 200, InputRefused, "size"),
    ({"code": 401, "message": "ApiKey verification failed"}, 200, KeyRefused, "401"),
    ({"whatever": 1}, 413, InputRefused, "size"),
    ({"errorCode": "421"}, 200, Unreachable, "421"),
]


@pytest.mark.parametrize(("body", "status", "kind", "words"), UPLOAD_FAULTS)
def test_upload_faults(
    start_server: Start,
    wire: Wire,
    tmp_path: Path,
    body: object,
    status: int,
    kind: type[Exception],
    words: str,
) -> None:
    server = start_server(lambda _seen: wire.reply(body, status))
    path = tmp_path / "a.png"
    path.write_bytes(b"12345")
    with pytest.raises(kind, match=words) as caught:
        client(server.url).upload(path, "a.png", None)
    assert not isinstance(caught.value, Busy)


def test_upload_of_nothing(start_server: Start, tmp_path: Path) -> None:
    server = start_server(lambda _seen: b"")
    (tmp_path / "a.png").touch()
    for name in ("a.png", "missing.png"):
        with pytest.raises(InputRefused):
            client(server.url).upload(tmp_path / name, name, None)
    assert server.seen == []


def test_large_upload_is_not_held_in_memory(start_server: Start, wire: Wire, tmp_path: Path) -> None:
    sizes: list[int] = []

    def answer(seen: Seen) -> bytes:
        sizes.append(len(seen.body))
        return wire.reply({**OK, "data": UPLOADED})

    path = tmp_path / "a.mp4"
    with path.open("wb") as file:
        file.truncate(40_000_000)
    mine = Client("http://127.0.0.1:1", KEY)
    tracemalloc.start()
    try:
        with pytest.raises(Unreachable):
            mine.upload(path, "a.mp4", None)
        body_only = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert body_only < 4_000_000
    Client(start_server(answer).url, KEY).upload(path, "a.mp4", None)
    assert 40_000_000 < sizes[0] < 40_001_000
