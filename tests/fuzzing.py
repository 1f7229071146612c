"""Calls and addresses that nobody sends on purpose, by a seed: invalid values among valid ones."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

DEEP: Final = 2000
LONG: Final = 5 * 1024 * 1024
MODELS: Final = (
    "rhart-image-n-g31-flash/text-to-image",
    "rhart-image-n-g31-flash/image-to-image",
    "alibaba/wan-2.6/text-to-video",
    "hunyuan3d-v3.1/text-to-3d",
)
"""Of several makers, with a seed, a size and files among their fields."""


@dataclass(frozen=True, slots=True)
class Sent:
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


class Odd:
    """Chooses at random; `known` are values by parameter name that exist in the program."""

    def __init__(self, seed: int, known: Mapping[str, Sequence[Any]]) -> None:
        self.chance = random.Random(seed)
        self._known = known
        self._long = 0

    def value(self) -> Any:
        """A value that hardly anything takes."""
        chance = self.chance
        return chance.choice(
            (
                None, True, False, 0, -1, 1.5, 1e308, float("nan"), float("inf"), 2**31, 2**53 + 1, 2**63,
                2**64, -(2**70), 10**39, 10**400, "", " ", "\ud800", "a\x00b", "🙂" * 50, "zh-XX", "1; DROP",
                "../../../etc/passwd", "%00", "/", "{id}", "{0.__class__}", [], {}, [[]], [None], {"": None},
                {"path": "/etc/passwd"}, {"path": "/tmp"}, {"path": 1, "meta": {}},
                {"path": "/proc/self/environ", "meta": {"_type": "gradio.FileData"}},
                {"path": "http://127.0.0.1:1/", "meta": "text"},
                nested(50), [0] * 3000, {"a\ud800": 1}, {"k" * 5000: 1}, self._text(),
                "".join(chance.choice("a \n\t\x1b中é'\"\\<&") for _ in range(chance.randrange(3000))),
            )
        )  # fmt: skip

    def _text(self) -> str:
        """Five megabytes, but not in every tenth request, to save time."""
        self._long += 1
        return "x" * (LONG if self._long % 60 == 0 else 5000)

    def fitting(self, name: str) -> Any:
        """A value that a parameter of that name may take."""
        return self.chance.choice(self._known.get(name, ("",)))

    def values(self, names: Sequence[str]) -> list[Any]:
        """Mostly valid values, some invalid; sometimes too few or too many."""
        share = self.chance.choice((0.0, 0.3, 0.3, 0.6, 1.0))
        given = [self.value() if self.chance.random() < share else self.fitting(name) for name in names]
        if self.chance.random() < 0.08:
            given = given[:-1] if self.chance.random() < 0.5 else [*given, self.value()]
        return given

    def params(self) -> dict[str, Any]:
        """A form's values with invalid ones among them."""
        every = ("prompt", "resolution", "aspectRatio", "seed", "duration", "imageUrls", "x")
        keys = self.chance.sample(every, 4)
        return {"prompt": "a boat", **{key: self.value() for key in keys}}

    def call(self, name: str, data: Any) -> Sent:
        """A call of a Gradio function, sometimes in an invalid envelope."""
        body: Any = {"data": data}
        if self.chance.random() < 0.12:
            every = ("data", "fn_index", "session_hash", "event_data", "trigger_id", "batched", "x")
            body = {**body, self.chance.choice(every): self.value()}
        written = json.dumps(body).encode()
        if self.chance.random() < 0.06:
            written = self._broken(written)
        place = self.chance.choice((*[f"run/{name}"] * 18, f"call/{name}", "run/nothing"))
        kind = "application/json" if self.chance.random() < 0.97 else "text/plain"
        return Sent("POST", f"/gradio_api/{place}", written, {"Content-Type": kind})

    def api_call(self, method: str, path: str, query: Sequence[str], body: Sequence[str]) -> Sent:
        """A call of our API, mostly with known names."""
        for name in re.findall(r"{(\w+)}", path):
            path = path.replace(f"{{{name}}}", self._part(name) or "x")
        asked = dict(zip(query, self.values(query), strict=False))
        if self.chance.random() < 0.05:
            asked[self.chance.choice(("x", "language", "id"))] = self.value()
        told = "&".join(
            f"{name}={quote(str(value)[:9000], errors='replace')}" for name, value in asked.items()
        )
        given = dict(zip(body, self.values(body), strict=False))
        if "params" in given and self.chance.random() < 0.6:
            given["params"] = self.params()
        if self.chance.random() < 0.05:
            given["x"] = self.value()
        written = json.dumps(given if self.chance.random() < 0.97 else self.value()).encode()
        if self.chance.random() < 0.05:
            written = self._broken(written)
        kind = "application/json" if self.chance.random() < 0.97 else "text/plain"
        sent = written if method == "POST" else b""
        return Sent(method, f"{path}?{told}", sent, {"Content-Type": kind})

    def _broken(self, written: bytes) -> bytes:
        """Something that is not a call, or hardly one."""
        return self.chance.choice(
            (
                b"", b"null", b"[]", b"{", b'"data"', written[:-1], b"[" * 100_000, b"\xff\xfe\x00",
                b'{"data":' + b"[" * DEEP + b"]" * DEEP + b"}", b'{"data":[' + b"9" * 5000 + b"]}",
                b'{"data":[1],"data":null}', b'{"data":[],"fn_index":99999}',
            )
        )  # fmt: skip

    def address(self, method: str, template: str) -> Sent:
        """One of our own addresses with its parameters filled in."""
        path = template
        for name in re.findall(r"{([\w:]+)}", template):
            path = path.replace(f"{{{name}}}", self._part(name))
        if self.chance.random() < 0.5:
            asked = self.chance.choice(("run", "download", "head", "language", "ids"))
            path += f"?{asked}={self._part(asked)}"
        bodies = (b"", b"ids=" + b"a," * 50, b"\x00" * 100, b"ids=%00&ids=%ED%A0%80", b"x" * LONG)
        body = self.chance.choice(bodies)
        parts = ("bytes=0-", "bytes=9-1", "bytes=-0", "x", "bytes=99999999999999-")
        headers = {"Range": self.chance.choice(parts)}
        return Sent(method, path, body if method == "POST" else b"", headers)

    def _part(self, name: str) -> str:
        if self.chance.random() < 0.5:
            return quote(str(self.fitting(name)), safe="/")
        odd = (
            "", "%00", "%ED%A0%80", "..%2f..%2fetc%2fpasswd", ".", "..", "js", "a" * 300, "-1", "9" * 30,
            "zh-XX", "%F0%9F%99%82", "1e400", "true", "%0d%0aX: y", "js/%2e%2e/js/core/dom.js",
        )  # fmt: skip
        return self.chance.choice(odd)

    def upload(self) -> Sent:
        """A file as a browser sends it, under an odd name or malformed."""
        names = (b"a.png", b"", b"../../x", b"a\x00b", b"n" * 5000, b"\xff\xfe", b"/etc/passwd", b"a\\b")
        head = b'--xx\r\nContent-Disposition: form-data; name="files"; filename="'
        part = head + self.chance.choice(names) + b'"\r\n\r\nhello\r\n--xx--\r\n'
        body = self.chance.choice((part, part, part[:-9], b"", b"--xx--", b"--yy\r\n"))
        kinds = ("multipart/form-data; boundary=xx",) * 4 + ("multipart/form-data", "text/plain")
        return Sent("POST", "/gradio_api/upload", body, {"Content-Type": self.chance.choice(kinds)})
