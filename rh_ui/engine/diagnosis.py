"""The result of a question to RunningHub as one word; the page has a sentence for each word. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rh_ui.errors import FileFault, KeyRefused, Refused, StudioError, Unreachable

NO_KEY: Final = "no-key"
"""No key is set."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One word, and what its sentence names. The words for network faults begin with `net-`
    (runninghub.error_mapping.TROUBLES)."""

    word: str
    code: str = ""
    """RunningHub's error code, if it answered with one."""
    said: str = ""
    """RunningHub's message, redacted."""
    where: str = ""
    """A site, host or file that the sentence names."""


def diagnose(fault: StudioError) -> Diagnosis:
    """The diagnosis of a failed call."""
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


def missing_key() -> KeyRefused:
    """The error to raise where nothing can be asked without a key."""
    return KeyRefused(NO_KEY, "No API key is set. Put your RunningHub key into RH_API_KEY and start again.")
