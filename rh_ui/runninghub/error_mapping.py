"""Maps foreign errors to our exceptions: refusals by their code, the libraries' exceptions; and redaction."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import requests
import urllib3.exceptions as wire

from rh_ui import error_codes
from rh_ui.errors import Refused


def refusal(code: str, message: str, *secrets: str) -> Refused:
    """The exception for a refusal; the service's message is redacted, and replaced by ours if it is empty."""
    known = error_codes.meaning_of(code)
    return known.raises(code, redact(message, *secrets) or known.meaning)


SILENCE: Final = "no answer came in time"
TRANSPORT: Final[Mapping[type[Exception], str]] = {
    requests.ReadTimeout: SILENCE,
    requests.ConnectTimeout: "the connection could not be made in time",
    requests.Timeout: SILENCE,
    requests.exceptions.ProxyError: "the proxy could not be reached",
    requests.exceptions.SSLError: "the secure connection failed",
    requests.exceptions.ChunkedEncodingError: "the answer broke off",
    requests.exceptions.ContentDecodingError: "the answer could not be unpacked",
    requests.exceptions.StreamConsumedError: "the answer was already read",
    requests.exceptions.RetryError: "several tries failed",
    requests.exceptions.UnrewindableBodyError: "the file could not be read again",
    requests.TooManyRedirects: "the address leads round in circles",
    requests.URLRequired: "the address is not usable",
    requests.exceptions.MissingSchema: "the address is not usable",
    requests.exceptions.InvalidSchema: "the address is not usable",
    requests.exceptions.InvalidProxyURL: "the address of the proxy is not usable",
    requests.exceptions.InvalidURL: "the address is not usable",
    requests.exceptions.InvalidHeader: "a header is not usable",
    requests.JSONDecodeError: "the answer is not readable",
    requests.exceptions.InvalidJSONError: "the answer is not readable",
    requests.HTTPError: "the answer is an error",
    requests.ConnectionError: "the connection was lost",
    requests.RequestException: "the request failed",
    wire.NameResolutionError: "the name of the host could not be looked up",
    wire.NewConnectionError: "the connection could not be made",
    wire.ConnectTimeoutError: "the connection could not be made in time",
    wire.ReadTimeoutError: SILENCE,
    wire.TimeoutError: SILENCE,
    wire.TimeoutStateError: SILENCE,
    wire.ProxyError: "the proxy could not be reached",
    wire.ProxySchemeUnknown: "the address of the proxy is not usable",
    wire.ProxySchemeUnsupported: "the address of the proxy is not usable",
    wire.SSLError: "the secure connection failed",
    wire.IncompleteRead: "the answer broke off",
    wire.InvalidChunkLength: "the answer broke off",
    wire.ResponseNotChunked: "the answer is not readable",
    wire.BodyNotHttplibCompatible: "the answer is not readable",
    wire.ProtocolError: "the connection was lost",
    wire.DecodeError: "the answer could not be unpacked",
    wire.HeaderParsingError: "the answer is not readable",
    wire.InvalidHeader: "a header is not usable",
    wire.ResponseError: "the answer is an error",
    wire.MaxRetryError: "several tries failed",
    wire.HostChangedError: "the address leads to another host",
    wire.LocationParseError: "the address is not usable",
    wire.URLSchemeUnknown: "the address is not usable",
    wire.LocationValueError: "the address is not usable",
    wire.UnrewindableBodyError: "the file could not be read again",
    wire.EmptyPoolError: "too many connections are open",
    wire.FullPoolError: "too many connections are open",
    wire.ClosedPoolError: "the connection was closed on our side",
    wire.PoolError: "the connection was lost",
    wire.RequestError: "the request failed",
    wire.HTTPError: "the request failed",
}
"""A sentence for every exception of requests and urllib3; a test fails when one of them gets a new one."""

TROUBLES: Final[Mapping[str, str]] = {
    SILENCE: "slow",
    "the connection could not be made in time": "slow",
    "the connection could not be made": "offline",
    "the name of the host could not be looked up": "name",
    "the connection was refused": "refused",
    "the secure connection failed": "secure",
    "the certificate of the host could not be verified": "secure",
    "the proxy could not be reached": "proxy",
    "the proxy refused to connect": "proxy",
    "the address of the proxy is not usable": "proxy",
    "the address is not usable": "address",
}
"""Closed codes by which the page says what to do; every other reason is `lost`. An answer itself can also be
`busy`, `broken`, `elsewhere` or `odd`."""

LOST: Final = (requests.RequestException, wire.HTTPError, http.client.HTTPException, OSError, ValueError)
"""What a call over HTTP may raise. ValueError: addresses and headers that the libraries refuse."""


def reason(error: BaseException) -> str:
    """Why a call failed, in a few words and without any URL; the innermost known cause wins."""
    words = ""
    for cause in _causes(error):
        if isinstance(cause, ConnectionRefusedError):
            return "the connection was refused"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "the certificate of the host could not be verified"
        if isinstance(cause, OSError) and str(cause).startswith("Tunnel connection failed"):
            return "the proxy refused to connect"
        words = next((TRANSPORT[kind] for kind in type(cause).__mro__ if kind in TRANSPORT), words)
    return words or "the connection failed"


def trouble(error: BaseException) -> str:
    """The reason as a code, see TROUBLES."""
    return TROUBLES.get(reason(error), "lost")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and its causes, outermost first: they are in args, `reason` or `__cause__`."""
    seen: set[int] = set()
    todo: list[object] = [error]
    while todo:
        cause = todo.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        todo += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]


_MASK: Final = "•••"
_QUERY: Final = re.compile(r"\?[^\s\"'<>]*=[^\s\"'<>)]*")
_BEARER: Final = re.compile(r"(?i)\b(bearer)\s+[^\s\"',;]+")
_KEY_FIELD: Final = re.compile(r"""(?i)(api_?key\\*["']?\s*[:=]\s*\\*["']?)[^\s"'\\,;&}]+""")
"""A key by its name, also in JSON within JSON: the service's call log repeats it (API news §0)."""
_USERINFO: Final = re.compile(r"(?i)\b(https?://)[^/\s@\"']+@")


def redact(text: str, *secrets: str) -> str:
    """The text without keys, bearer tokens, credentials in URLs, and query strings (signed links)."""
    for secret in secrets:
        text = mask(text, secret)
    text = _KEY_FIELD.sub(rf"\1{_MASK}", _BEARER.sub(rf"\1 {_MASK}", text))
    return _QUERY.sub("?…", _USERINFO.sub(rf"\1{_MASK}@", text))


def mask(text: str, secret: str) -> str:
    """The text without this word, however its letters are written: plain, or escaped for URLs, JSON or HTML,
    once or several times."""
    if not secret:
        return text
    if not any(mark in text for mark in "%\\&"):
        return text.replace(secret, _MASK)
    return _spellings(secret).sub(_MASK, text)


@lru_cache(maxsize=16)
def _spellings(secret: str) -> re.Pattern[str]:
    return re.compile("".join(map(_spelling, secret)))


def _spelling(letter: str) -> str:
    code = ord(letter)
    escaped = rf"%(?:25)*{code:02x}|\\+u{code:04x}|\\+x{code:02x}|&#0*{code};|&#x0*{code:x};"
    quoted = r"\\*" if letter in "\"'/\\" else ""
    return f"(?:{quoted}{re.escape(letter)}|(?i:{escaped}))"
