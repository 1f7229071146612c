"""A submit over real HTTP: at most one POST, and never a guess about its outcome (C01, C12)."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from rh_ui.errors import Busy, KeyRefused, NoBalance, NotSent, OutcomeUnknown, PayloadRefused, Refused
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.replies import RemoteStatus
from tests.integration.runninghub.conftest import Start, Wire

ID = "2009191190196789249"
TAKEN = b'{"taskId":2009191190196789249,"status":"RUNNING","errorCode":"","errorMessage":"","results":null}'


def client(url: str, key: str = "rh_TESTKEY_0123456789abcdef") -> Client:
    return Client(url, key, connect_timeout=2, read_timeout=0.5)


def test_accepted_with_exact_id_and_body(start_server: Start, wire: Wire) -> None:
    server = start_server(lambda _seen: wire.http(200, TAKEN))
    taken = client(server.url).submit("rhart-image/v1/text-to-image", {"seed": 2**60, "prompt": "猫\ud800"})
    assert (taken.remote_id, taken.task.status) == (ID, RemoteStatus.RUNNING)
    (seen,) = server.seen
    assert (seen.method, seen.path) == ("POST", "/openapi/v2/rhart-image/v1/text-to-image")
    assert b'"seed": 1152921504606846976' in seen.body
    assert seen.headers["authorization"] == f"Bearer {wire.KEY}"
    assert seen.headers["content-type"] == "application/json"
    assert seen.headers["connection"] == "close"
    assert wire.KEY.encode() not in seen.body


LOST = {
    "no answer in time": None,
    "dropped without a byte": b"",
    "dropped inside the headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "gateway page": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 15\r\n\r\n<html>no</html>",
    "gateway page with 200": b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>no</html>",
    "half a JSON": b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"taskId":"200',
    "cut JSON": b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"taskId":"200',
    "empty 200": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "JSON that says nothing": b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"taskId":""}',
    "JSON list": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
    "refusal under 500": b'HTTP/1.1 500 Oh\r\nContent-Length: 20\r\n\r\n{"errorCode":"1007"}',
    "refusal under 503": b"HTTP/1.1 503 Oh\r\nRetry-After: 0\r\nContent-Length: 19\r\n\r\n"
    b'{"errorCode":"421"}',
    "redirect": b"HTTP/1.1 307 Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    "401 page": b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno",
    "fault of its own": b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"errorCode":"1005"}',
    "no HTTP at all": b"\x00\x01\x02\x03 what\r\n\r\n",
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST.keys())
def test_lost_answers_are_unknown_and_never_sent_again(start_server: Start, answer: bytes | None) -> None:
    server = start_server(lambda _seen: answer)
    with pytest.raises(OutcomeUnknown) as caught:
        client(server.url).submit("a/b", {"prompt": "x"})
    assert "may have been accepted" in str(caught.value)
    assert [seen.method for seen in server.seen] == ["POST"]


def test_task_id_counts_even_under_an_error_status(start_server: Start, wire: Wire) -> None:
    server = start_server(lambda _seen: wire.http(500, TAKEN))
    assert client(server.url).submit("a/b", {}).remote_id == ID


def test_refused_connection_is_proof(wire: Wire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent, match="refused"):
        client(f"http://127.0.0.1:{port}").submit("a/b", {})


@pytest.mark.parametrize("host", ["http://no-such-host.invalid", "htp:/nonsense", "http://[::1", ""])
def test_unreachable_hosts_are_proof(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NotSent):
        client(host).submit("a/b", {})


def test_failed_handshake_is_proof() -> None:
    """Plain HTTP where TLS is expected: the request itself was never sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def speak_plainly() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

        speaker = threading.Thread(target=speak_plainly, daemon=True)
        speaker.start()
        with pytest.raises(NotSent, match="secure connection"):
            client(f"https://127.0.0.1:{port}").submit("a/b", {})
        speaker.join(5)


def test_silent_handshake_is_proof() -> None:
    """The port accepts connections and never speaks TLS: a timeout, and yet nothing was sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(NotSent):
            Client(f"https://127.0.0.1:{port}", "rh_TESTKEY_0123456789abcdef", connect_timeout=0.3).submit(
                "a", {}
            )


def test_dead_proxy_is_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(NotSent, match=r"proxy|refused"):
        client("http://service.invalid").submit("a/b", {})


def test_proxy_is_used_but_not_for_this_machine(
    start_server: Start, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = start_server(lambda _seen: wire.http(200, TAKEN))
    server = start_server(lambda _seen: wire.http(200, TAKEN))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "")
    client(server.url).submit("a/b", {})
    assert (len(proxy.seen), len(server.seen)) == (0, 1)
    client("http://service.invalid").submit("a/b", {})
    assert [seen.path for seen in proxy.seen] == ["http://service.invalid/openapi/v2/a/b"]


REFUSALS = [
    (200, {"taskId": "", "status": "", "errorCode": "1014", "errorMessage": "needs|需要"}, Refused, "1014"),
    (200, {"errorCode": "421", "errorMessage": "api queue limit reached"}, Busy, "421"),
    (200, {"errorCode": 1520}, Busy, "1520"),
    (200, {"errorCode": "416"}, NoBalance, "416"),
    (200, {"errorCode": "605"}, NoBalance, "605"),
    (200, {"errorCode": "1620"}, NoBalance, "1620"),
    (200, {"errorCode": "1002"}, KeyRefused, "1002"),
    (200, {"code": 802, "msg": "APIKEY_UNAUTHORIZED", "data": None}, KeyRefused, "802"),
    (200, {"errorCode": "99999", "errorMessage": "new"}, Refused, "99999"),
    (401, {"message": "Unauthorized"}, KeyRefused, "401"),
    (401, {"code": 1, "msg": "no"}, KeyRefused, "1"),
    (429, {"error": "slow down"}, Busy, "429"),
    (404, {"errorCode": "1001", "errorMessage": "invalid url"}, Refused, "1001"),
    (400, {"errorCode": "1007", "errorMessage": "bad"}, Refused, "1007"),
]


@pytest.mark.parametrize(("status", "body", "kind", "code"), REFUSALS)
def test_documented_refusals(
    start_server: Start, wire: Wire, status: int, body: object, kind: type[Refused], code: str
) -> None:
    server = start_server(lambda _seen: wire.reply(body, status))
    with pytest.raises(Refused) as caught:
        client(server.url).submit("a/b", {})
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert caught.value.message
    assert len(server.seen) == 1


@pytest.mark.parametrize("key", ["", "  ", "rh_TEST\nKEY", "rh_TEST\r\nX-A: b", "schlüssel", "钥匙", "a b"])
def test_unusable_keys_are_refused_before_any_request(start_server: Start, key: str) -> None:
    server = start_server(lambda _seen: b"")
    bad = client(server.url, key)
    for call in (lambda: bad.submit("a/b", {}), lambda: bad.query("1"), bad.account, bad.queue_status):
        with pytest.raises(KeyRefused):
            call()
    assert server.seen == []


def test_no_number_is_refused_before_any_request(start_server: Start) -> None:
    server = start_server(lambda _seen: b"")
    with pytest.raises(PayloadRefused):
        client(server.url).submit("a/b", {"strength": float("nan")})
    assert server.seen == []


def test_redirects_take_the_key_nowhere(start_server: Start, wire: Wire) -> None:
    other = start_server(lambda _seen: wire.http(200, TAKEN))
    server = start_server(lambda _seen: wire.http(307, b"", f"Location: {other.url}/x"))
    with pytest.raises(OutcomeUnknown):
        client(server.url).submit("a/b", {})
    assert other.seen == []


def test_netrc_does_not_replace_the_key(
    start_server: Start, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = start_server(lambda _seen: wire.http(200, TAKEN))
    client(server.url).submit("a/b", {})
    assert server.seen[0].headers["authorization"] == f"Bearer {wire.KEY}"


def test_errors_hold_no_key(start_server: Start, wire: Wire) -> None:
    words = f"key {wire.KEY} at https://x.example/a?sign=SECRETSIGN&k=1 Bearer {wire.KEY}"
    server = start_server(lambda _seen: wire.reply({"errorCode": "1007", "errorMessage": words}))
    with pytest.raises(Refused) as caught:
        client(server.url).submit("a/b", {})
    shown = f"{caught.value} {caught.value!r} {caught.value.message} {client(server.url)!r}"
    assert wire.KEY not in shown
    assert "SECRETSIGN" not in shown
    assert "https://x.example/a" in shown
