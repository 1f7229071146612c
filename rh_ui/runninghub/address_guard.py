"""The one gate for addresses that come from outside: result links, covers, stores, lines of progress.

A name is resolved once, and the connection goes to what was judged: a name server that answers otherwise the
next time gains nothing. It sits below TLS, which still checks the name, and below redirects: each of them
makes a connection of its own.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Container, Iterable, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import select_proxy
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from rh_ui.errors import LinkRefused

Origin: TypeAlias = tuple[str, int]
"""Host name, lower case, and port."""
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_PROXIED: Final = ipaddress.ip_network("198.18.0.0/15")
"""Proxies of a whole machine hand out these in place of every name, and know which one is meant."""
_NOT_PUBLIC: Final = [ipaddress.ip_network(net) for net in ("192.0.0.0/24", "168.63.129.16/32", "3fff::/20")]
"""What older Pythons take for public, and where a cloud tells its machines of themselves."""
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address, as the system resolved it, lies in the open internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inside = _inside(found)
        if inside is None:
            return found in _PUBLIC_V6 and _is_global(found)
        found = inside
    return found in _PROXIED or _is_global(found)


def _is_global(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    odd = address.is_multicast or address.is_reserved or any(address in net for net in _NOT_PUBLIC)
    return address.is_global and not odd


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for, where it does (mapped, 6to4, NAT64)."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def origin(url: str) -> Origin | None:
    """Where an address leads; None where it leads nowhere."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme.lower(), 0)
    except ValueError:
        return None
    return (parts.hostname.lower(), port) if parts.hostname and port else None


class Gate:
    """Lets through what is public, and what is the service itself. Frozen."""

    def __init__(self, own: Container[Origin] = ()) -> None:
        """`own`: where the service is, wherever that may be."""
        self._own = own

    @classmethod
    def around(cls, *urls: str) -> Gate:
        """With the service at these addresses."""
        return cls(frozenset(filter(None, map(origin, urls))))

    def passes(self, host: str, port: int, address: str) -> bool:
        """Whether a host that was resolved to this address may be connected to."""
        return (host.lower(), port) in self._own or is_public(address)

    def check_spelled(self, host: str, port: int) -> None:
        """Judge a host that a proxy resolves: by its name alone. Raises LinkRefused."""
        name = host.lower().strip("[]").rstrip(".")
        if (name, port) in self._own:
            return
        here = name == "localhost" or name.endswith(".localhost")
        if here or not all(is_public(address) for address in _spelled(name)):
            raise LinkRefused

    def connect(
        self, host: str, port: int, timeout: Any = None, options: Sequence[Any] = ()
    ) -> socket.socket:
        """A connection to the first address that passes and answers. Raises LinkRefused, OSError."""
        host.encode("idna")
        name = host.strip("[]")
        found = socket.getaddrinfo(name, port, allowed_gai_family(), socket.SOCK_STREAM)
        passing = [entry for entry in found if self.passes(name, port, str(entry[4][0]))]
        if not passing:
            raise LinkRefused
        fault = OSError("the name leads to no address")
        for family, kind, protocol, _, place in passing:
            line = socket.socket(family, kind, protocol)
            try:
                for option in options:
                    line.setsockopt(*option)
                if isinstance(timeout, (int, float)):
                    line.settimeout(timeout)
                line.connect(place)
            except OSError as error:
                line.close()
                fault = error
            else:
                return line
        raise fault


def _spelled(name: str) -> Iterable[str]:
    """The address that a name is a spelling of (`127.1`, `0x7f.1`, `2130706433`), if it is one."""
    try:
        found = socket.getaddrinfo(name, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return ()
    return [str(entry[4][0]) for entry in found]


class Cut:
    """Ends a transfer from another thread, at once, also while it waits for the next byte."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._done = False

    @property
    def done(self) -> bool:
        return self._done

    def follow(self, line: socket.socket) -> None:
        """This connection is part of the transfer."""
        with self._lock:
            # A second handle: TLS takes the first one over.
            self._lines.append(line.dup())
        if self._done:
            self.now()

    def now(self) -> None:
        """End it."""
        self._done = True
        with self._lock:
            for line in self._lines:
                try:
                    line.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def close(self) -> None:
        """The transfer is over."""
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()


class GuardedAdapter(HTTPAdapter):
    """requests over connections that go through the gate. Those to a proxy are the person's own choice."""

    def __init__(self, gate: Gate, cut: Cut | None = None, **options: Any) -> None:
        self._gate = gate
        self._cut = cut
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _guarded(self._gate, self._cut)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        proxies = options.get("proxies")
        if select_proxy(request.url or "", proxies):
            place = origin(request.url or "")
            if place is None:
                raise LinkRefused
            self._gate.check_spelled(*place)
        return super().send(request, *args, **options)


def _guarded(gate: Gate, cut: Cut | None) -> dict[str, Any]:
    """Pools by scheme whose connections this gate makes."""

    class Line(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, gate, cut)

    class SecureLine(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, gate, cut)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Line

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureLine

    return {"http": Pool, "https": SecurePool}


def _connect(line: HTTPConnection, gate: Gate, cut: Cut | None) -> socket.socket:
    """As urllib3 does it, with its own exceptions."""
    try:
        made = gate.connect(line._dns_host, line.port, line.timeout, line.socket_options or ())
    except socket.gaierror as error:
        raise NameResolutionError(line.host, line, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(line, "the connection could not be made in time") from error
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(line, "the connection could not be made") from error
    if cut is not None:
        cut.follow(made)
    return made
