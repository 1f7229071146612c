"""Texts in several encodings, and files that are not results although they came from a result's link."""

from __future__ import annotations

import json

POEM = "红风筝 over a quiet lake, ça va, ≤ 120 bytes 😀\n" * 20


def utf8_with_mark() -> bytes:
    return POEM.encode("utf-8-sig")


def utf16() -> bytes:
    return POEM.encode("utf-16")


def gb18030() -> bytes:
    return ("一只红色的风筝在湖面上。" * 40).encode("gb18030")


def latin() -> bytes:
    return ("Drachen über dem See, déjà vu. " * 40).encode("latin-1")


def wide_json() -> bytes:
    return json.dumps({"lines": [{"start": 0.0, "text": "红风筝"}] * 30}, ensure_ascii=False).encode()


def table() -> bytes:
    return '\ufeffname,formula\nkite,"=HYPERLINK(""http://x"",""y"")"\n'.encode()


def subtitles() -> bytes:
    return (
        "1\n00:00:00,000 --> 00:00:02,000\nA red kite\n\n2\n00:00:02,000 --> 00:00:04,000\n红风筝\n".encode()
    )


def drawing() -> bytes:
    """An SVG that would run a script where it is shown inline."""
    return b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def login_page() -> bytes:
    return b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form></form></body></html>"


def store_error() -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code></Error>'


def document() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def unknown() -> bytes:
    return bytes(range(256)) * 20
