"""A real S3 server for tests, as a process of its own."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import fsspec
import requests

from scripts.processes import free_port, start

CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "shelf-test-id",
    "AWS_SECRET_ACCESS_KEY": "shelf-test-words",
    "AWS_DEFAULT_REGION": "us-east-1",
}


class ObjectStore:
    """A running server. Its users have `environment` in their environment."""

    def __init__(self, url: str) -> None:
        self.url: Final = url
        self.environment: Final = {**CREDENTIALS, "AWS_ENDPOINT_URL": url}
        self._numbers = itertools.count(1)

    def new_bucket(self) -> str:
        """The address of an empty folder in its own bucket."""
        name = f"bucket-{next(self._numbers)}"
        answer = requests.put(f"{self.url}/{name}", timeout=10)
        assert answer.status_code == 200, answer.text
        return f"s3://{name}/studio"

    def keys(self, url: str) -> list[str]:
        """The keys below an address, read with a separate client."""
        fs = fsspec.filesystem(
            "s3",
            key=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            secret=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            endpoint_url=self.url,
            use_listings_cache=False,
        )
        root = url.removeprefix("s3://")
        return sorted(str(key).removeprefix(f"{root}/") for key in fs.find(root))


@contextmanager
def running_store(folder: Path) -> Iterator[ObjectStore]:
    """A server on a free port, gone with the block."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = start(command, port, folder / "store.log", CREDENTIALS)
    try:
        yield ObjectStore(server.url)
    finally:
        server.stop()
