"""`python -m rh_ui.media.thumbnail_worker_main`: draws and unpacks for another process, line by line.

A process of its own, because a foreign file may hang, exhaust or crash a decoder (docs/decisions/0008).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Final

from rh_ui.domain import OutputKind
from rh_ui.media.decompression import unpack
from rh_ui.media.thumbnail_worker import UNPACK
from rh_ui.media.thumbnails import make_thumbnail

if sys.platform != "win32":
    import resource

MOST_MEMORY: Final = 3 * 1024**3
"""Bytes of address space beyond what the libraries take; what needs more gets no picture."""
_STATM: Final = Path("/proc/self/statm")
_POLITE: Final = 10


def main() -> int:
    """Answer every line until the other process closes its end."""
    # Decoders may print: their words must not get between the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)
    _bound()
    for line in sys.stdin:
        asked = json.loads(line)
        _give_up_after(asked["longest"])
        path, target = Path(asked["path"]), Path(asked["target"])
        if asked["kind"] == UNPACK:
            drawn = unpack(path, target)
        else:
            drawn = make_thumbnail(path, OutputKind(asked["kind"]), target)
        answers.write(json.dumps({"drawn": drawn}) + "\n")
        answers.flush()
        _give_up_after(0)
    return 0


def _give_up_after(seconds: float) -> None:
    """The other process ends one that hangs, but it may have been killed itself. A signal that nobody handles
    ends a process in the middle of a decoder, too."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds)


def _bound() -> None:
    if sys.platform != "win32":
        os.nice(_POLITE)
        # On a machine of many cores numpy alone reserves gigabytes of it.
        pages = int(_STATM.read_text(encoding="ascii").split()[0]) if _STATM.exists() else 0
        most = pages * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
