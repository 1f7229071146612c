"""Files behind links that expire: uploads and results.

A link is `/files/…?expires=UNIX&sign=HMAC`: whoever has it may read until then, at any address of this
emulator. Nothing else is ever served or fetched.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import shutil
import time
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

PREFIX: Final = "/files/"
_SHOWN: Final = "/~/"
"""What follows it in a link only serves as a readable name."""
_INPUTS: Final = "input"
_OUTPUTS: Final = "output"
_EXTENSION: Final = re.compile(r"^[a-z0-9]{1,8}$")
_DATA_TYPES: Final = {"jpeg": "jpg", "mpeg": "mp3", "x-wav": "wav", "wave": "wav", "quicktime": "mov"}


class BadMedia(Exception):
    """A media value can't be used: an expired link, not a link, unreadable data."""


class MediaUrls:
    """Two folders and the secret that signs links to them."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._secret = secret.encode()
        self._roots = {_INPUTS: folder / "uploads", _OUTPUTS: folder / "results"}
        for root in self._roots.values():
            root.mkdir(parents=True, exist_ok=True)

    def keep_upload(self, source: BinaryIO, name: str) -> tuple[str, str, int]:
        """Store an upload by content. Returns `<sha256>.<ext>` (only the extension is kept), hash and
        size."""
        digest, size = hashlib.sha256(), 0
        part = self._roots[_INPUTS] / f".{os.urandom(8).hex()}.part"
        try:
            with part.open("wb") as target:
                while piece := source.read(1 << 20):
                    digest.update(piece)
                    size += len(piece)
                    target.write(piece)
        except OSError:
            part.unlink(missing_ok=True)
            raise
        extension = name.rpartition(".")[2].lower() if "." in name else ""
        stored = digest.hexdigest() + (f".{extension}" if _EXTENSION.match(extension) else "")
        part.replace(self._roots[_INPUTS] / stored)
        return stored, digest.hexdigest(), size

    def upload_link(self, base: str, stored: str, expires: float) -> str:
        return self._link(base, f"{_INPUTS}/openapi/{stored}", expires)

    def lora_link(self, base: str, name: str, expires: float) -> str:
        """The address to which a LoRA may be uploaded until `expires`."""
        moment = str(int(expires))
        return f"{base}/loras/{quote(name)}?expires={moment}&sign={self._sign(f'loras/{name}', moment)}"

    def lora_path(self, name: str) -> Path:
        """The path of a LoRA, `<md5>.safetensors`."""
        return self._roots[_INPUTS] / f"lora-{name}"

    def may_put(self, name: str, expires: str, sign: str) -> bool:
        """Whether a link to upload a LoRA is ours and still valid."""
        right = self._sign(f"loras/{name}", expires)
        return hmac.compare_digest(right, sign) and float(expires) > time.time()

    def result_folder(self, task_id: str) -> Path:
        return self._roots[_OUTPUTS] / task_id

    def result_link(self, base: str, task_id: str, name: str, expires: float, shown: str = "") -> str:
        """`shown`: the end of the address, not escaped, with any characters."""
        return self._link(base, f"{_OUTPUTS}/{task_id}/{name}", expires, shown)

    def _link(self, base: str, place: str, expires: float, shown: str = "") -> str:
        moment = str(int(expires))
        end = f"{_SHOWN}{shown}" if shown else ""
        return f"{base}{PREFIX}{quote(place)}{end}?expires={moment}&sign={self._sign(place, moment)}"

    def _sign(self, place: str, moment: str) -> str:
        return hmac.new(self._secret, f"{place}\n{moment}".encode(), hashlib.sha256).hexdigest()[:40]

    def resolve(self, place: str, expires: str, sign: str) -> Path:
        """The file that a link's parts name. Raises BadMedia when the link is invalid or expired, or its file
        is gone."""
        place = place.partition(_SHOWN)[0]
        if not hmac.compare_digest(self._sign(place, expires).encode(), sign.encode("utf-8", "replace")):
            raise BadMedia("the link's signature does not match")
        if float(expires) < time.time():
            raise BadMedia("the link has expired" if place.startswith(_INPUTS) else "the file is gone")
        kind, _, rest = place.partition("/")
        path = self._roots[kind] / rest.removeprefix("openapi/")
        if not path.is_file():
            raise BadMedia("the file is gone")
        return path

    def local(self, value: str, base: str) -> Path | None:
        """The file of a media value: one of our links, or data in the value itself.

        None for a link to another host, which is never fetched. Raises BadMedia.
        """
        if value.startswith("data:"):
            return self._decode(value)
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadMedia("not a link")
        query = {name: found[-1] for name, found in parse_qs(parts.query).items()}
        ours = parts.netloc == urlsplit(base).netloc
        if parts.path.startswith(PREFIX) and (ours or "sign" in query):
            place = unquote(parts.path.removeprefix(PREFIX))
            return self.resolve(place, query.get("expires", "0"), query.get("sign", ""))
        if ours:
            raise BadMedia("nothing is there")
        return None

    def named(self, name: str) -> Path:
        """The upload with this name, as a loader node takes it (API sheet §3). Raises BadMedia."""
        stored = name.removeprefix("openapi/").removeprefix("api/")
        path = self._roots[_INPUTS] / stored
        if "/" in stored or not path.is_file():
            raise BadMedia(f"there is no file {name}")
        return path

    def _decode(self, value: str) -> Path:
        head, comma, data = value.partition(",")
        if not comma or not head.endswith(";base64"):
            raise BadMedia("the data URI is not base64")
        try:
            content = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadMedia("the data URI is damaged") from error
        subtype = head.removeprefix("data:").partition(";")[0].rpartition("/")[2].lower()
        extension = _DATA_TYPES.get(subtype, subtype)
        name = hashlib.sha256(content).hexdigest() + (f".{extension}" if _EXTENSION.match(extension) else "")
        path = self._roots[_INPUTS] / name
        path.write_bytes(content)
        return path

    def prune(self, age: float) -> None:
        """Delete files that no link can reach any more: those older than `age` seconds."""
        limit = time.time() - age
        for root in self._roots.values():
            for path in root.iterdir():
                if path.stat().st_mtime < limit:
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink(missing_ok=True)
