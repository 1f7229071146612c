"""The requests sessions: for a paid call, for questions, for storage hosts. No calls are made here."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.utils import get_environ_proxies
from urllib3.util.retry import Retry

from rh_ui.runninghub.address_guard import Cut, Gate, GuardedAdapter


class _Bare(HTTPAdapter):
    """Sends no cookies: requests keeps those of a redirect apart from the session's jar and its policy."""

    def add_headers(self, request: requests.PreparedRequest, **_kwargs: object) -> None:
        request.headers.pop("Cookie", None)


class _BareOfKeys(GuardedAdapter):
    """Sends no credentials of any kind, and only where the gate lets it."""

    def add_headers(self, request: requests.PreparedRequest, **_kwargs: object) -> None:
        for name in ("Cookie", "Authorization"):
            request.headers.pop(name, None)


class Bearer(AuthBase):
    """Puts the key into one request; set explicitly, so that no netrc entry can take its place."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def paid_session(url: str) -> requests.Session:
    """For one submit only: nothing is ever sent twice, and the connection is not used again."""
    session = _session(url, Retry(0, redirect=False, respect_retry_after_header=False), pool=1)
    session.headers["Connection"] = "close"
    return session


def asking_session(url: str) -> requests.Session:
    """For questions: a kept connection that the service closed meanwhile is made anew once."""
    once = Retry(
        total=1, connect=0, read=1, redirect=0, status=0, other=0, allowed_methods=None,
        backoff_factor=0, respect_retry_after_header=False,
    )  # fmt: skip
    return _session(url, once, pool=32)


def upload_session(url: str) -> requests.Session:
    """For uploads: a broken one is begun again by the engine, not below it."""
    return _session(url, Retry(0, redirect=False, respect_retry_after_header=False), pool=8)


def storage_session(url: str, gate: Gate, cut: Cut | None = None) -> requests.Session:
    """For addresses that others name: no key, no cookies, no netrc, and through the gate, also across
    redirects. `cut` can end what it does."""
    no_retry = Retry(0, redirect=False, respect_retry_after_header=False)
    session = _session(url, no_retry, pool=1, adapter=partial(_BareOfKeys, gate, cut))
    session.headers["Accept-Encoding"] = "identity"
    session.headers["Accept"] = "*/*"
    session.max_redirects = 5
    return session


def host_of(url: str) -> str:
    """The host name in a URL, lower case; empty where there is none or the URL is broken."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this machine."""
    host = host_of(url)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def proxies_for(url: str) -> dict[str, str]:
    """The proxies of the environment for an address, by scheme; none for this machine."""
    direct = not host_of(url) or is_loopback(url)
    return {} if direct else dict(get_environ_proxies(url))


def _session(
    url: str, retries: Retry, pool: int, adapter: Callable[..., HTTPAdapter] = _Bare
) -> requests.Session:
    session = requests.Session()
    # Off because of netrc, which would replace the key (psf/requests#3929) or be sent to storage hosts;
    # proxies and the certificate bundle, which hang on the same switch, are put back by hand.
    session.trust_env = False
    session.proxies = dict(proxies_for(url))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=_NOWHERE))
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter(pool_connections=2, pool_maxsize=pool, max_retries=retries))
    return session


_NOWHERE: Final[Sequence[str]] = ()
