"""Sessions of requests: for a paid call, for questions, for storage hosts. Sends nothing itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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

from rh_ui.runninghub.address_guard import AddressGuard, CancelToken, GuardedAdapter

BEARER: Final = "Bearer "
_LONGEST_WAIT: Final = 3600.0


class _Bare(HTTPAdapter):
    """Sends no cookies: requests handles those of a redirect outside the session's jar and its policy."""

    def add_headers(self, request: requests.PreparedRequest, **_kwargs: object) -> None:
        request.headers.pop("Cookie", None)


class _BareOfKeys(GuardedAdapter):
    """Sends no credentials, and connects only where the gate allows it."""

    def add_headers(self, request: requests.PreparedRequest, **_kwargs: object) -> None:
        for name in ("Cookie", "Authorization"):
            request.headers.pop(name, None)


class KeyHeader(AuthBase):
    """Puts the key into one request; explicit, so that no netrc entry can replace it."""

    def __init__(self, key: str, scheme: str) -> None:
        self._value = f"{scheme}{key}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._value
        return request


def paid_session(url: str) -> requests.Session:
    """For one submit only: nothing is sent twice, and the connection is not used again."""
    session = _session(url, Retry(0, redirect=False, respect_retry_after_header=False), pool=1)
    session.headers["Connection"] = "close"
    return session


def asking_session(url: str) -> requests.Session:
    """For questions: reconnects once if the service has closed a kept connection."""
    once = Retry(
        total=1, connect=0, read=1, redirect=0, status=0, other=0, allowed_methods=None,
        backoff_factor=0, respect_retry_after_header=False,
    )  # fmt: skip
    return _session(url, once, pool=32)


def upload_session(url: str) -> requests.Session:
    """For uploads: the engine repeats a failed one, not this layer."""
    return _session(url, Retry(0, redirect=False, respect_retry_after_header=False), pool=8)


def storage_session(url: str, gate: AddressGuard, cut: CancelToken | None = None) -> requests.Session:
    """For URLs from outside: no key, no cookies, no netrc, and through the gate, also for redirects. `cut`
    can stop a transfer."""
    no_retry = Retry(0, redirect=False, respect_retry_after_header=False)
    session = _session(url, no_retry, pool=1, adapter=partial(_BareOfKeys, gate, cut))
    session.headers["Accept-Encoding"] = "identity"
    session.headers["Accept"] = "*/*"
    session.max_redirects = 5
    return session


def host_of(url: str) -> str:
    """The host name in a URL, lower case; empty if there is none or the URL is invalid."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def is_loopback(url: str) -> bool:
    """Whether a URL points to this machine."""
    host = host_of(url)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def proxies_for(url: str) -> dict[str, str]:
    """The environment's proxies for a URL, by scheme; none for this machine."""
    direct = not host_of(url) or is_loopback(url)
    return {} if direct else dict(get_environ_proxies(url))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait from a Retry-After header (seconds or an HTTP date), at most an hour; None without one.

    A date is compared with the answer's own Date if it has one: this computer's clock may be wrong by hours.
    """
    value = headers.get("Retry-After")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        moment = _moment(value)
        if moment is None:
            return None
        now = _moment(headers.get("Date", "")) or datetime.now(UTC)
        seconds = (moment - now).total_seconds()
    return min(max(seconds, 0.0), _LONGEST_WAIT) if seconds == seconds else None


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _session(
    url: str, retries: Retry, pool: int, adapter: Callable[..., HTTPAdapter] = _Bare
) -> requests.Session:
    session = requests.Session()
    # Off because of netrc, which would replace the key (psf/requests#3929) or be sent to storage hosts.
    # Proxies and the certificate bundle depend on the same setting, so they are set explicitly.
    session.trust_env = False
    session.proxies = dict(proxies_for(url))
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=_NOWHERE))
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter(pool_connections=2, pool_maxsize=pool, max_retries=retries))
    return session


_NOWHERE: Final[Sequence[str]] = ()
