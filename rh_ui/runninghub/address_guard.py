"""The one gate for addresses from outside: result links, covers, stores, progress websockets.

A name is resolved once, and the connection goes to the address that was checked, so that DNS rebinding does
not help. The gate works below TLS, which still checks the name, and below redirects: each of them makes a new
connection.
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
"""Transparent proxies resolve every name to one of these addresses (fake IP) and know which name is meant."""
_NOT_PUBLIC: Final = [ipaddress.ip_network(net) for net in ("192.0.0.0/24", "168.63.129.16/32", "3fff::/20")]
"""Ranges that older Pythons treat as public, and the metadata addresses of clouds."""
_PUBLIC_V6: Final = ipaddress.ip_network("2000::/3")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address, as the system resolved it, is on the public internet."""
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
    """The IPv4 address inside an IPv6 address, if there is one (mapped, 6to4, NAT64)."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def origin(url: str) -> Origin | None:
    """Host and port of a URL; None if it lacks one of them."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme.lower(), 0)
    except ValueError:
        return None
    return (parts.hostname.lower(), port) if parts.hostname and port else None


class AddressGuard:
    """Allows public addresses and those of the service itself. Frozen."""

    def __init__(self, own: Container[Origin] = (), *, encrypted: bool = False) -> None:
        """`own`: URLs of the service, allowed even if they are not public. `encrypted`: all others are
        allowed over https only."""
        self._own = own
        self._encrypted = encrypted

    @classmethod
    def around(cls, *urls: str, encrypted: bool = False) -> AddressGuard:
        """A gate for a service at these URLs."""
        return cls(frozenset(filter(None, map(origin, urls))), encrypted=encrypted)

    def check_scheme(self, url: str) -> None:
        """Check how a URL is to be reached, also after a redirect. Raises LinkRefused."""
        if self._encrypted and urlsplit(url).scheme.lower() != "https" and origin(url) not in self._own:
            raise LinkRefused

    def passes(self, host: str, port: int, address: str) -> bool:
        """Whether a connection to this host, resolved to this address, is allowed."""
        return (host.lower(), port) in self._own or is_public(address)

    def check_spelled(self, host: str, port: int) -> None:
        """Check a host that a proxy will resolve, by its name alone. Raises LinkRefused."""
        name = host.lower().strip("[]").rstrip(".")
        if (name, port) in self._own:
            return
        here = name == "localhost" or name.endswith(".localhost")
        if here or not all(is_public(address) for address in _spelled(name)):
            raise LinkRefused

    def connect(
        self, host: str, port: int, timeout: Any = None, options: Sequence[Any] = ()
    ) -> socket.socket:
        """A connection to the first address that is allowed and answers. Raises LinkRefused, OSError."""
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
    """The address that a name spells in another way (`127.1`, `0x7f.1`, `2130706433`), if it does."""
    try:
        found = socket.getaddrinfo(name, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return ()
    return [str(entry[4][0]) for entry in found]


class CancelToken:
    """Stops a transfer from another thread, at once, even while it waits for the next byte."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._done = False

    @property
    def done(self) -> bool:
        return self._done

    def follow(self, line: socket.socket) -> None:
        """Add a connection to the transfer."""
        with self._lock:
            # A duplicate: TLS detaches the first socket object.
            self._lines.append(line.dup())
        if self._done:
            self.now()

    def now(self) -> None:
        """Stop the transfer."""
        self._done = True
        with self._lock:
            for line in self._lines:
                try:
                    line.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def close(self) -> None:
        """The transfer is over: close the handles."""
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()


class GuardedAdapter(HTTPAdapter):
    """An adapter for requests whose connections go through the gate, except those to a proxy that the user
    set."""

    def __init__(self, gate: AddressGuard, cut: CancelToken | None = None, **options: Any) -> None:
        self._gate = gate
        self._cut = cut
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _guarded(self._gate, self._cut)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self._gate.check_scheme(request.url or "")
        proxies = options.get("proxies")
        if select_proxy(request.url or "", proxies):
            place = origin(request.url or "")
            if place is None:
                raise LinkRefused
            self._gate.check_spelled(*place)
        return super().send(request, *args, **options)


def _guarded(gate: AddressGuard, cut: CancelToken | None) -> dict[str, Any]:
    """GuardedHttpPool classes by scheme, whose connections this gate makes."""

    class GuardedHttpConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, gate, cut)

    class GuardedHttpsConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connect(self, gate, cut)

    class GuardedHttpPool(HTTPConnectionPool):
        ConnectionCls = GuardedHttpConnection

    class GuardedHttpsPool(HTTPSConnectionPool):
        ConnectionCls = GuardedHttpsConnection

    return {"http": GuardedHttpPool, "https": GuardedHttpsPool}


def _connect(line: HTTPConnection, gate: AddressGuard, cut: CancelToken | None) -> socket.socket:
    """Connect through the gate and raise urllib3's exceptions, as urllib3's own method does."""
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
