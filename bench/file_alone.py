"""Downloads a link many times at once, as the engine does; prints seconds and megabytes above idle."""

from __future__ import annotations

import json
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.runninghub.download import download


def main(url: str, folder: str, count: int) -> None:
    gate = AddressGuard.around(url)
    download(f"{url}/1000", Path(folder, "warm"), gate=gate)
    idle = peak()
    size = sys.argv[4]
    start = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda n: download(f"{url}/{size}", Path(folder, str(n)), gate=gate), range(count)))
    seconds = time.perf_counter() - start
    sys.stdout.write(json.dumps([seconds, max(0, peak() - idle) / 1e6]))


def peak() -> int:
    """The peak memory of this program in bytes. Not by rusage, which includes the parent process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
