"""Small disks for tests, to be filled."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of this size, removed after the block; the test is skipped without the right to mount."""
    folder.mkdir(parents=True)
    mount(folder, f"size={size}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def mount(folder: Path, options: str) -> None:
    """Mount it, or mount it again with other options."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("no right to mount a disk here")


def fill(path: Path) -> None:
    """A file that takes all free space on its disk."""
    with path.open("wb", buffering=0) as file:
        for size in (4096, 1):
            while True:
                try:
                    if file.write(b"\0" * size) < size:
                        break
                except OSError:
                    break
