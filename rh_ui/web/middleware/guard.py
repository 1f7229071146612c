"""Who may talk to this page: checks Host, Origin and proxy headers before every request.

Gradio itself allows any origin with credentials on names that are not loopback, checks no Host header, and
trusts any header that names its address (measured, docs/decisions). A page of another site must not start
paid runs here.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rh_ui.config import is_loopback
from rh_ui.i18n import Words
from rh_ui.services.services import Network
from rh_ui.web.access import without_secret

LOG: Final = logging.getLogger(__name__)
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PORTS: Final = {"http": 80, "https": 443}

API: Final = "/rh/api/"
"""What the page asks: refused to pages of other sites, even where it changes nothing."""
RECEIVERS: Final = ("/rh/hooks/",)
"""Addresses for other servers: they are called under the page's public name, which no browser may use, and
each message contains a secret."""
FORWARDED: Final = re.compile(
    r"forwarded|via|x-forwarded.*|x-gradio-server|x-real-ip|(?:x-|true-|fly-|x-cluster-)?client-ip"
    r"|x-original-.*|x-rewrite-url|x-envoy-external-address|cf-connecting-ip|cdn-loop"
)
"""Headers in which a proxy names the client and the address that it asked for. Nothing believes them (see
decision 0018), except that a proxy of RH_UI_PROXIES names the client."""


VOUCHED: Final = "vouched"
"""In a request's state: the person whom a proxy that is believed names; empty: nobody."""


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """From where the page may be used."""

    names: frozenset[str] | None
    """Host names it answers to; None: any."""
    public: str = ""
    """Its address for others; empty where it has none."""
    beyond: bool = False
    """Whether it listens for other computers, so that IP addresses count as its names too."""
    keyed: bool = False
    """Whether it has a key that nobody has to sign in for."""
    proxies: tuple[Network, ...] = ()
    """The proxies that are believed when they name the client."""
    user_header: str = ""
    """The header in which they name the person, in lower case; empty: none."""

    @property
    def takes_forwarded(self) -> bool:
        """Whether requests with a proxy's headers are answered."""
        return not self.keyed and (self.beyond or bool(self.public))

    def answers_to(self, host: str) -> bool:
        name = host_name(host)
        return self.names is None or name in self.names or (self.beyond and _is_bare(name))

    def is_own(self, origin: str, host: str) -> bool:
        """Whether the origin is a page of ours, by the requested host or by the address for others. At the
        latter, the scheme counts too."""
        public = origin_of(self.public) if self.public else ""
        if public and (origin.lower() == public or host.lower() == public.partition("://")[2]):
            return origin.lower() == public
        try:
            return urlsplit(origin).netloc.lower() == host.lower()
        except ValueError:
            return False


def reach_of(
    host: str,
    shown_at: str,
    *,
    demo: bool,
    people: bool = False,
    any_name: bool = False,
    proxies: tuple[Network, ...] = (),
    user_header: str = "",
) -> AccessPolicy:
    """`host`: where it listens. `shown_at`: its address for others. `people`: whether they sign in, so that
    others may reach a page with a key. `any_name`: the hosting platform decides which host names reach it."""
    near, beyond = LOOPBACK | {host.lower()}, not is_loopback(host)
    if not demo and not people:
        return AccessPolicy(near, keyed=True)
    if any_name or (beyond and not shown_at):
        return AccessPolicy(None, shown_at, beyond, proxies=proxies, user_header=user_header)
    names = near | {host_name(urlsplit(shown_at).netloc)} - {""}
    return AccessPolicy(names, shown_at, beyond, proxies=proxies, user_header=user_header)


def host_name(netloc: str) -> str:
    """The host of `host:port` or `[v6]:port`, in lower case; empty where it is not valid."""
    try:
        return (urlsplit(f"//{netloc}").hostname or "").lower()
    except ValueError:
        return ""


def origin_of(address: str) -> str:
    """The origin as browsers write it: without a path and without the default port."""
    parts = urlsplit(address.lower())
    usual = f":{PORTS.get(parts.scheme, '')}"
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"


def _is_bare(name: str) -> bool:
    """Whether the name is an IP address or localhost: no page of another site can be under it."""
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def refusal(method: str, path: str, headers: Headers, reach: AccessPolicy) -> tuple[str, str]:
    """The sentence with which this request is refused, and the header it is about; empty if it may pass."""
    host, origin = headers.get("host", ""), headers.get("origin", "")
    forwarded = next((name for name in headers if FORWARDED.fullmatch(name)), "")
    if forwarded and not reach.takes_forwarded:
        return ("guard.proxy_key" if reach.keyed else "guard.proxy"), forwarded
    if not reach.answers_to(host):
        return "guard.host", "host"
    is_api = path.startswith(API)
    if (is_api or method not in SAFE_METHODS) and origin and not reach.is_own(origin, host):
        return "guard.origin", "origin"
    if (
        is_api and headers.get("sec-fetch-site") == "cross-site"
    ):  # a read has no Origin where it shows nothing
        return "guard.origin", "sec-fetch-site"
    return "", ""


def client_of(scope: Scope, forwarded: Sequence[str], proxies: Sequence[Network]) -> tuple[str, int] | None:
    """The client of a request: whom the proxies that are believed name, or whoever connected. Each proxy adds
    its own client at the end, and only what such a proxy added is believed."""
    client: tuple[str, int] | None = scope.get("client")
    hops = [hop.strip() for line in forwarded for hop in line.split(",")]
    while client is not None and hops and _is_among(client[0], proxies):
        named = _bare(hops.pop())
        if not named:
            break
        client = (named, 0)
    return client


def _is_among(address: str, proxies: Sequence[Network]) -> bool:
    bare = _bare(address)
    return bool(bare) and any(ipaddress.ip_address(bare) in network for network in proxies)


def _bare(address: str) -> str:
    """The IP address without a port and brackets, an IPv4 one as such; empty if it is none."""
    text = address.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped or found)


def vouched_for(scope: Scope, reach: AccessPolicy) -> str:
    """Whom the proxy that sent this request names; empty if it is none of those that are believed, or names
    several: then the first may be what the visitor sent."""
    client: tuple[str, int] | None = scope.get("client")
    wanted = reach.user_header.encode()
    named = [value for name, value in scope["headers"] if wanted and name.lower() == wanted]
    if client is None or len(named) != 1 or not _is_among(client[0], reach.proxies):
        return ""
    return str(named[0].decode("utf-8", "replace").strip())


class Guard:
    """ASGI middleware: refuses foreign hosts, origins and proxies with 403, in the reader's language. Removes
    the proxy headers of accepted requests."""

    def __init__(self, app: ASGIApp, reach: AccessPolicy, words: Mapping[str, Words]) -> None:
        self._app = app
        self._reach = reach
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not scope["path"].startswith(RECEIVERS):
            why, header = refusal(scope.get("method", "GET"), scope["path"], headers, self._reach)
            if why:
                words = self._words["zh" if headers.get("accept-language", "").startswith("zh") else "en"]
                await PlainTextResponse(words(why, header=header), status_code=403)(scope, receive, send)
                return
        kept = [pair for pair in scope["headers"] if not self._is_removed(pair[0].decode("latin-1").lower())]
        client = client_of(scope, headers.getlist("x-forwarded-for"), self._reach.proxies)
        state = {**scope.get("state", {}), VOUCHED: vouched_for(scope, self._reach)}
        try:
            await self._app({**scope, "headers": kept, "client": client, "state": state}, receive, send)
        except ClientDisconnect:  # An upload was cancelled or the page was closed: nobody reads an answer.
            path = without_secret(scope["path"])
            LOG.info("the browser disconnected during %s %s", scope.get("method", ""), path)

    def _is_removed(self, name: str) -> bool:
        return bool(FORWARDED.fullmatch(name)) or name == self._reach.user_header
