"""The cookie that holds a session's secret, and the address at which a browser sees this page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from rh_ui.people import Caller
from rh_ui.services.services import PageAddress
from rh_ui.services.sign_in import LONGEST

COOKIE: Final = "rh_session"
MOST: Final = 4
"""The most of a request that are looked up."""


def session_secrets(headers: Headers) -> list[str]:
    """The secrets that a browser sends. It sends several where a page above this one in the same host has a
    cookie of this name, too, or where one was kept apart by site and another was not."""
    pairs = [part.strip().partition("=") for part in headers.get("cookie", "").split(";")]
    given = [value for name, _, value in pairs if name == COOKIE and value]
    return list(dict.fromkeys(given))[:MOST]


def signed_in(headers: Headers, caller_of: Callable[[str], Caller | None]) -> tuple[Caller | None, str]:
    """The caller whose session the browser is in, and its secret; None and empty if it is in none. Raises
    StorageFault."""
    for secret in session_secrets(headers):
        if caller := caller_of(secret):
            return caller, secret
    return None, ""


def session_cookie(secret: str, address: PageAddress, host: str) -> str:
    """The Set-Cookie header for this secret; empty: delete it. `host`: as in `cookie`."""
    return cookie(COOKIE, secret, int(LONGEST.total_seconds()) if secret else 0, address, host)


def page_address(address: PageAddress, host: str) -> str:
    """The page's address in the browser that sent this Host header."""
    return address.shown_at.rstrip("/") if _is_public(address, host) else f"http://{host}"


def cookie(name: str, value: str, seconds: int, address: PageAddress, host: str) -> str:
    """A Set-Cookie header. `host`: the Host header of the request, by which the page's public address is told
    from the one on this computer."""
    public = urlsplit(address.shown_at)
    is_public = _is_public(address, host)
    path = public.path.rstrip("/") + "/" if is_public else "/"
    parts = [f"{name}={value}", f"Path={path}", f"Max-Age={seconds}", "HttpOnly"]
    if address.on_space and is_public:  # it is shown in a frame of another site
        return "; ".join([*parts, "SameSite=None", "Secure", "Partitioned"])
    parts.append("SameSite=Lax")
    return "; ".join([*parts, "Secure"] if is_public and public.scheme == "https" else parts)


def _is_public(address: PageAddress, host: str) -> bool:
    public = urlsplit(address.shown_at).netloc
    return bool(public) and host.lower() == public.lower()
