"""How a question to RunningHub ended, as one word; the page has a sentence for each word. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rh_ui.errors import FileFault, KeyRefused, Refused, StudioError, Unreachable

KEYLESS: Final = "no-key"
"""The word for a key that is not set."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One word, and what its sentence names. A network's trouble is `net-…`
    (runninghub.error_mapping.TROUBLES)."""

    word: str
    code: str = ""
    """RunningHub's, where it answered with one."""
    said: str = ""
    """In its words, redacted."""
    where: str = ""
    """A site, host or file that the sentence names."""


def diagnose(fault: StudioError) -> Diagnosis:
    """What the fault of a call means."""
    if isinstance(fault, Unreachable):
        if fault.why.isdigit():
            return Diagnosis("code", fault.why, str(fault))
        return Diagnosis(f"net-{fault.why}")
    if isinstance(fault, KeyRefused) and not fault.code.isdigit():
        return Diagnosis(fault.code)
    if isinstance(fault, Refused):
        word = "key-refused" if isinstance(fault, KeyRefused) else "code"
        return Diagnosis(word, fault.code, fault.message)
    return Diagnosis("file" if isinstance(fault, FileFault) else "net-odd", said=str(fault))


def keyless() -> KeyRefused:
    """What to raise where nothing can be asked without a key."""
    return KeyRefused(KEYLESS, "No API key is set. Put your RunningHub key into RH_API_KEY and start again.")
