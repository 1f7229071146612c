"""The cookie that holds a session's secret, and the address at which a browser sees this page."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from rh_ui.services.services import PageAddress
from rh_ui.services.sign_in import LONGEST

COOKIE: Final = "rh_session"


def session_secret(headers: Headers) -> str:
    """Empty where there is none."""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


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
