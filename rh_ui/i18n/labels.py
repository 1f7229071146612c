"""Keys of fields as words, for fields without an entry in the glossary."""

from __future__ import annotations

import re
from typing import Final

WORDS: Final = {
    "cfg": "CFG",
    "fps": "FPS",
    "id": "ID",
    "lora": "LoRA",
    "pbr": "PBR",
}


def label(key: str) -> str:
    """The key as words: `firstImageUrl` → “First image”, `cfgScale` → “CFG scale”."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", key.replace("_", " "))
    plain = [word.lower() for word in words]
    if len(plain) > 1 and "url" in plain:
        plain.remove("url")
    elif len(plain) > 1 and plain[-1] == "urls":
        plain = [*plain[:-2], plain[-2] + "s"]
    shown = [WORDS.get(word, word) for word in plain]
    text = " ".join(shown)
    return text[:1].upper() + text[1:]
