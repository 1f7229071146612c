"""`python -m rh_ui.media.thumbnail_worker_main`: draws and decompresses for the program, one request per
line.

A separate process, because a foreign file may hang or crash a decoder or use up the memory
(docs/decisions/0008).
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
"""Bytes of address space in addition to the libraries' own; a file that needs more gets no thumbnail."""
_STATM: Final = Path("/proc/self/statm")
_POLITE: Final = 10


def main() -> int:
    """Answer every line until the program closes its end of the pipe."""
    # Decoders may print: their output must not mix with the answers.
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
    """The program kills a worker that hangs, but it may have been killed itself. An unhandled signal ends a
    process even inside a decoder."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds)


def _bound() -> None:
    if sys.platform != "win32":
        os.nice(_POLITE)
        # On a machine with many cores numpy alone reserves gigabytes of address space.
        pages = int(_STATM.read_text(encoding="ascii").split()[0]) if _STATM.exists() else 0
        most = pages * resource.getpagesize() + MOST_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
