"""Links in a body: whether RunningHub can reach them. No name is resolved."""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import unquote, urlsplit

HERE: Final = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa"}
)
"""Last parts of names that can't be reached from outside: this computer, this house, this company."""
_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_DOTS: Final = str.maketrans({"。": ".", "．": ".", "｡": "."})


def host_of(link: str) -> str:
    """The host of a web address in its normal spelling; empty where the text is not one."""
    if any(character.isspace() for character in link):
        return ""
    try:
        parts = urlsplit(link.replace("\\", "/"))
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    plain = unicodedata.normalize("NFKC", unquote(host).translate(_DOTS))
    return plain.lower().rstrip(".")


def is_private(link: str) -> bool:
    """Whether a link leads to this computer or a local network, in whatever spelling."""
    host = host_of(link)
    address = _address(host)
    if address is not None:
        return not address.is_global or address.is_multicast
    labels = host.split(".")
    return bool(host) and (len(labels) == 1 or labels[-1] in HERE)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The numbers of a numeric host; old programs and browsers read 0x7f.1 and 2130706433 as well."""
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return _old_spelling(host)
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped or found.sixtofour or _embedded(found) or found
    return found


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address in ::a.b.c.d and 64:ff9b::a.b.c.d."""
    number = int(address)
    if number >> 32 == 0x64FF9B << 64 or (number >> 32 == 0 and number > 1):
        return IPv4Address(number & 0xFFFFFFFF)
    return None


def _old_spelling(host: str) -> IPv4Address | None:
    """One to four numbers, decimal, octal or hexadecimal; the last one fills the rest."""
    pieces = host.split(".")
    if len(pieces) > 4 or not all(_NUMBER.fullmatch(piece) for piece in pieces):
        return None
    try:
        numbers = [_number(piece) for piece in pieces]
        value = numbers[-1]
        if any(number > 255 for number in numbers[:-1]) or value >= 256 ** (5 - len(numbers)):
            return None
    except ValueError:
        return None
    for place, number in enumerate(numbers[:-1]):
        value += number << (24 - 8 * place)
    return IPv4Address(value)


def _number(text: str) -> int:
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") else int(text)
