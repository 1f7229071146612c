"""Foreign errors into our family: the service's codes, the libraries' exceptions, and redaction."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import requests
import urllib3.exceptions as wire

from rh_ui.errors import Busy, KeyRefused, NoBalance, Refused


@dataclass(frozen=True, slots=True)
class Code:
    """What an error code of the service means (API sheet §9)."""

    raises: type[Refused]
    meaning: str
    """In our words, used where the service sends none."""
    waiting_helps: bool = False
    """The same question may be answered later."""
    no_task: bool = True
    """On a submit: proof that no task was made. Codes of work that had begun prove nothing."""


_UNPROVEN: Final = False

CODES: Final[Mapping[str, Code]] = {
    "1": Code(Refused, "The service refused the request"),
    "301": Code(Refused, "A parameter is missing or of the wrong type"),
    "380": Code(Refused, "There is no such workflow on this site"),
    "401": Code(KeyRefused, "The service does not know this key"),
    "403": Code(Refused, "The service does not allow this"),
    "404": Code(Refused, "There is no such app or workflow on this site"),
    "405": Code(Refused, "The service does not take this kind of request here"),
    "412": Code(Refused, "The service does not know this path"),
    "413": Code(Refused, "The request is too large for the service"),
    "414": Code(NoBalance, "The computing credit of the account is used up"),
    "415": Code(Busy, "No machine is free at the moment", waiting_helps=True),
    "416": Code(NoBalance, "The wallet does not hold enough money"),
    "421": Code(Busy, "The key already runs as many tasks as it may", waiting_helps=True),
    "423": Code(Refused, "The service does not know this task, or no longer"),
    "429": Code(Busy, "Too many requests in a short time", waiting_helps=True),
    "433": Code(Refused, "The workflow is not valid"),
    "435": Code(Refused, "The key does not fit this kind of machine"),
    "436": Code(Refused, "The exclusive plan has ended"),
    "500": Code(Refused, "Something broke at the service", True, _UNPROVEN),
    "801": Code(Refused, "The API is not open to free accounts"),
    "802": Code(KeyRefused, "The key is wrong, disabled, or belongs to the other site"),
    "803": Code(Refused, "A node setting does not fit the workflow"),
    "804": Code(Refused, "The task is running", True, _UNPROVEN),
    "805": Code(Refused, "The task failed or was cancelled", no_task=_UNPROVEN),
    "806": Code(KeyRefused, "The service does not know the owner of this key"),
    "807": Code(Refused, "The service does not know this task, or no longer"),
    "808": Code(Refused, "The service could not store the file", waiting_helps=True),
    "809": Code(Refused, "The file is larger than the service takes"),
    "810": Code(Refused, "The workflow must be saved and run once on the site first"),
    "811": Code(KeyRefused, "The enterprise key is not valid"),
    "812": Code(NoBalance, "The enterprise account does not hold enough money"),
    "813": Code(Refused, "The task is queued", True, _UNPROVEN),
    "814": Code(Busy, "The personal queue is full", waiting_helps=True),
    "901": Code(Refused, "There is no such app on this site"),
    "1000": Code(Refused, "The service failed for an unknown reason", True, _UNPROVEN),
    "1001": Code(Refused, "The service does not know this path"),
    "1002": Code(KeyRefused, "The key is not valid on this site"),
    "1003": Code(Busy, "Too many requests in a short time", waiting_helps=True),
    "1004": Code(Refused, "The service does not know this task, or no longer"),
    "1005": Code(Refused, "Something broke at the service", True, _UNPROVEN),
    "1006": Code(Refused, "The task took too long", no_task=_UNPROVEN),
    "1007": Code(Refused, "A parameter is not valid"),
    "1008": Code(Refused, "The file is larger than the service takes"),
    "1009": Code(Refused, "The service does not take this kind of request here"),
    "1010": Code(Busy, "The model is not available at the moment", waiting_helps=True),
    "1011": Code(Busy, "The model is busy", waiting_helps=True),
    "1012": Code(Refused, "The model's maker gave no usable answer", True, _UNPROVEN),
    "1013": Code(Refused, "An input file could not be processed"),
    "1014": Code(Refused, "Models need an enterprise-shared key; this key is of another kind"),
    "1015": Code(Refused, "The generation failed", no_task=_UNPROVEN),
    "1101": Code(Refused, "A node setting does not fit the workflow"),
    "1501": Code(Refused, "Content moderation refused the input"),
    "1504": Code(Refused, "The model took too long", no_task=_UNPROVEN),
    "1505": Code(Refused, "The model refuses pictures of real people"),
    "1520": Code(Busy, "The account already runs as many tasks as it may", waiting_helps=True),
    "1601": Code(KeyRefused, "The request carried no key"),
}
"""Every code of the sheet. A code that is not here is a plain refusal."""

_OTHER: Final = Code(Refused, "The service refused the request")


def meaning_of(code: str) -> Code:
    """The table's line for a code; a plain refusal for one that is not in it."""
    return CODES.get(code, _OTHER)


def refusal(code: str, message: str, *secrets: str) -> Refused:
    """The exception for a refusal; the service's words are redacted, ours stand in where it sent none."""
    known = meaning_of(code)
    return known.raises(code, redact(message, *secrets) or known.meaning)


TRANSPORT: Final[Mapping[type[Exception], str]] = {
    requests.ReadTimeout: "no answer came in time",
    requests.ConnectTimeout: "the connection could not be made in time",
    requests.Timeout: "no answer came in time",
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
    wire.ReadTimeoutError: "no answer came in time",
    wire.TimeoutError: "no answer came in time",
    wire.TimeoutStateError: "no answer came in time",
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
"""Every exception of requests and urllib3 in words; a test fails when one of them gains another."""

LOST: Final = (requests.RequestException, wire.HTTPError, http.client.HTTPException, OSError, ValueError)
"""What a call over HTTP may raise. ValueError: addresses and headers that the libraries refuse."""


def reason(error: BaseException) -> str:
    """Why a call failed, in a few words and without any address; the innermost known cause wins."""
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


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps, outermost first: causes hide in args, `reason` or `__cause__`."""
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
_USERINFO: Final = re.compile(r"(?i)\b(https?://)[^/\s@\"']+@")


def redact(text: str, *secrets: str) -> str:
    """The text without keys, bearer tokens, credentials in addresses, and query strings (signed links)."""
    for secret in secrets:
        if secret:
            for form in {secret, quote(secret, safe=""), repr(secret)[1:-1]}:
                text = text.replace(form, _MASK)
    text = _BEARER.sub(rf"\1 {_MASK}", text)
    return _QUERY.sub("?…", _USERINFO.sub(rf"\1{_MASK}@", text))
