"""Field keys made readable. Labels of our own wording, and other languages, come with the glossary."""

from __future__ import annotations

import re
from typing import Final

WHOLE_KEYS: Final = {
    "aigcWatermark": "AI watermark",
    "audioUrls": "Sounds",
    "bgm": "Background music",
    "cref": "Character reference",
    "customHight": "Custom height",
    "cw": "Character weight",
    "elementReferList": "Reference images",
    "enable_base64_output": "Base64 output",
    "face": "Face count",
    "generateAudioSwitch": "Generate audio",
    "generateMultiClipSwitch": "Several clips",
    "isPano": "Panorama",
    "iw": "Image weight",
    "lora1_strength_model": "LoRA 1 strength",
    "lora2_strength_model": "LoRA 2 strength",
    "lora3_strength_model": "LoRA 3 strength",
    "n": "Number of images",
    "imageNum": "Number of images",
    "oref": "Omni reference",
    "ow": "Omni weight",
    "raw": "Raw mode",
    "sref": "Style reference",
    "sv": "Style version",
    "sw": "Style weight",
    "taPose": "T or A pose",
    "tile": "Seamless tile",
}
"""Keys that say nothing when only split into words."""

WORDS: Final = {
    "cfg": "CFG",
    "fps": "FPS",
    "id": "ID",
    "lora": "LoRA",
    "pbr": "PBR",
}


def label(key: str) -> str:
    """The key in words: `firstImageUrl` → “First image”, `cfgScale` → “CFG scale”."""
    known = WHOLE_KEYS.get(key)
    if known is not None:
        return known
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", key.replace("_", " "))
    plain = [word.lower() for word in words]
    if len(plain) > 1 and "url" in plain:
        plain.remove("url")
    elif len(plain) > 1 and plain[-1] == "urls":
        plain = [*plain[:-2], plain[-2] + "s"]
    shown = [WORDS.get(word, word) for word in plain]
    text = " ".join(shown)
    return text[:1].upper() + text[1:]
