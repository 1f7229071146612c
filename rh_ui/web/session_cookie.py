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
    """The Set-Cookie header for this secret; empty: delete it. `host`: the Host header of the request, by
    which the page's public address is told from the one on this computer."""
    public = urlsplit(address.shown_at)
    is_public = bool(public.netloc) and host.lower() == public.netloc.lower()
    path = public.path.rstrip("/") + "/" if is_public else "/"
    lasts = int(LONGEST.total_seconds()) if secret else 0
    parts = [f"{COOKIE}={secret}", f"Path={path}", f"Max-Age={lasts}", "HttpOnly"]
    if address.on_space and is_public:  # it is shown in a frame of another site
        return "; ".join([*parts, "SameSite=None", "Secure", "Partitioned"])
    parts.append("SameSite=Lax")
    return "; ".join([*parts, "Secure"] if is_public and public.scheme == "https" else parts)
