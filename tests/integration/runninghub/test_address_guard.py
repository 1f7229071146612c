"""No address from outside reaches the private network, however it is spelled or resolved (A8)."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rh_ui.errors import FileFault, LinkRefused, NotFound, ServiceFault, TooLarge, Unreachable
from rh_ui.runninghub import lora_upload
from rh_ui.runninghub.address_guard import AddressGuard, is_public
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.download import Bounds, download
from rh_ui.runninghub.progress import follow
from rh_ui.services.cover_proxy import CoverProxy
from tests.here import OPEN
from tests.integration.runninghub.conftest import RawServer, Seen, Start, Wire, always

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
SHUT = AddressGuard()

INSIDE = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1",
    "::1", "::", "fe80::1%lo", "fd00:ec2::254", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
    "2002:7f00:1::", "2002:c0a8:101::1", "2001:0:7f00:1::", "2001:db8::1", "nonsense",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8", "198.18.0.1", "198.19.255.254", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808",
    "2002:808:808::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_these_lie_inside(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_these_lie_in_the_open(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def inside(start_server: Start, wire: Wire) -> RawServer:
    """A server of the private network that would answer."""
    return start_server(lambda _seen: wire.http(200, PNG))


SPELLINGS = [
    "127.0.0.1", "localhost", "LOCALHOST", "localhost.", "127.1", "0x7f.1", "0x7f000001", "2130706433",
    "0177.0.0.1",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127\u30020\u30020\u30021", "\u2460\u2461\u2466.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_this_machine_is_asked(inside: RawServer, tmp_path: Path, host: str) -> None:
    with pytest.raises((LinkRefused, Unreachable)):
        download(f"http://{host}:{inside.port}/x.png", tmp_path / "x", gate=SHUT)
    assert inside.seen == []
    assert list(tmp_path.iterdir()) == []


def test_a_redirect_goes_through_the_gate_too(
    start_server: Start, inside: RawServer, wire: Wire, tmp_path: Path
) -> None:
    for target in (inside.url, f"http://0x7f.1:{inside.port}", f"//localhost:{inside.port}"):
        answer = wire.http(302, b"", f"Location: {target}/y")
        store = start_server(always(answer))
        with pytest.raises(LinkRefused):
            download(f"{store.url}/x", tmp_path / "x", gate=AddressGuard.around(store.url))
        assert len(store.seen) == 1
    assert inside.seen == []


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """The answers of a name server, in turn, the last one for ever; and the questions to it."""
    answers: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def told(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host not in answers:
            return real(host, port, *args, **options)
        left = answers[host]
        now = left.pop(0) if len(left) > 1 else left[0]
        return [entry for address in now for entry in real(address, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", told)
    return answers


def test_a_name_is_resolved_once_and_what_was_judged_is_connected_to(
    inside: RawServer, tmp_path: Path, names: dict[str, list[list[str]]]
) -> None:
    """The second answer of the name server would lead inside."""
    names["store.example"] = [["198.18.0.7"], ["127.0.0.1"]]
    reached: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda _self, place: _refuse(reached, place))
        with pytest.raises(Unreachable):
            download(f"http://store.example:{inside.port}/x", tmp_path / "x", gate=SHUT)
    assert reached == [("198.18.0.7", inside.port)]
    assert inside.seen == []


def _refuse(reached: list[Any], place: Any) -> None:
    reached.append(place)
    raise ConnectionRefusedError


def test_of_several_addresses_only_the_public_ones_count(
    inside: RawServer, tmp_path: Path, names: dict[str, list[list[str]]]
) -> None:
    names["mixed.example"] = [["127.0.0.1", "::1"]]
    with pytest.raises(LinkRefused):
        download(f"http://mixed.example:{inside.port}/x", tmp_path / "x", gate=SHUT)
    assert inside.seen == []


def test_the_service_itself_is_let_through_and_no_other_port_of_its_host(
    inside: RawServer, start_server: Start, wire: Wire, tmp_path: Path
) -> None:
    gate = Client(inside.url, wire.KEY).gate
    assert download(f"{inside.url}/x", tmp_path / "x", gate=gate).size == len(PNG)
    other = start_server(lambda _seen: wire.http(200, PNG))
    with pytest.raises(LinkRefused):
        download(f"{other.url}/x", tmp_path / "y", gate=gate)
    assert other.seen == []


def test_a_proxy_of_the_environment_is_used_and_may_lie_inside(
    start_server: Start, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It resolves names itself; numeric addresses are refused before it is asked."""
    proxy = start_server(lambda _seen: wire.http(200, PNG))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert download("http://store.example/x.png", tmp_path / "x", gate=SHUT).size == len(PNG)
    assert [seen.path for seen in proxy.seen] == ["http://store.example/x.png"]
    for host in ("10.0.0.1", "0xa.1", "[::ffff:10.0.0.1]", "167772161", "169.254.169.254"):
        with pytest.raises(LinkRefused):
            download(f"http://{host}/x.png", tmp_path / "x", gate=SHUT)
    assert len(proxy.seen) == 1


def test_a_redirect_of_a_proxy_goes_through_the_gate_too(
    start_server: Start, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = start_server(always(wire.http(302, b"", "Location: http://10.0.0.1/y")))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(LinkRefused):
        download("http://store.example/x.png", tmp_path / "x", gate=SHUT)
    assert len(proxy.seen) == 1


@pytest.fixture
def secure(tmp_path: Path, wire: Wire) -> Iterator[Callable[[str], tuple[int, Path]]]:
    """Starts a TLS server whose certificate is for one name. Returns its port and its certificate
    authority."""
    servers: list[socket.socket] = []

    def start(name: str) -> tuple[int, Path]:
        key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
        subprocess.run(
            [*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        raw = RawServer(always(wire.http(200, PNG)))
        raw.listener.close()
        listener = context.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True)
        servers.append(listener)
        raw.listener = listener
        threading.Thread(target=raw._accept, daemon=True).start()
        return listener.getsockname()[1], certificate

    yield start
    for server in servers:
        server.close()


@pytest.mark.parametrize(("asked", "taken"), [("store.example", True), ("other.example", False)])
def test_the_name_on_the_certificate_is_still_checked(
    secure: Callable[[str], tuple[int, Path]],
    tmp_path: Path,
    names: dict[str, list[list[str]]],
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    taken: bool,
) -> None:
    port, certificate = secure("store.example")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    names[asked] = [["127.0.0.1"]]
    gate = AddressGuard(frozenset({(asked, port)}))
    if taken:
        assert download(f"https://{asked}:{port}/x", tmp_path / "x", gate=gate).size == len(PNG)
    else:
        with pytest.raises(Unreachable, match=r"certificate|secure"):
            download(f"https://{asked}:{port}/x", tmp_path / "x", gate=gate)


def test_covers_stores_for_loras_and_lines_of_progress_go_through_it(
    inside: RawServer, start_server: Start, wire: Wire, tmp_path: Path
) -> None:
    covers = CoverProxy(SHUT)
    with pytest.raises(NotFound):
        covers.fetch(covers.token(f"{inside.url}/cover.png"))
    place = {"code": 0, "data": {"fileName": "mine.safetensors", "url": f"{inside.url}/put"}}
    service = start_server(lambda _seen: wire.reply(place))
    weights = tmp_path / "mine.safetensors"
    weights.write_bytes(b"weights")
    with pytest.raises((FileFault, ServiceFault)):
        lora_upload.upload(Client(service.url, wire.KEY), weights, "mine.safetensors")
    assert list(follow(f"ws://127.0.0.1:{inside.port}/", SHUT, lambda: False)) == []
    assert inside.seen == []


def test_an_endless_body_ends_at_the_largest_size(start_server: Start, tmp_path: Path) -> None:
    def endless(_seen: Seen) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n" + PNG
        while not server.ended.is_set():
            yield bytes(100_000)

    server = start_server(endless)
    with pytest.raises(TooLarge):
        download(f"{server.url}/x", tmp_path / "x", gate=OPEN, bounds=Bounds(largest=1_000_000))
    assert list(tmp_path.iterdir()) == []
