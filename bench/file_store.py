"""A file store without content: it sends zeros as fast as the socket takes them. Prints its port."""

from __future__ import annotations

import socket
import sys
import threading
from contextlib import suppress
from typing import Final

BLOCK: Final = bytes(1 << 20)
MAGIC: Final = b"\x89PNG\r\n\x1a\n"


def serve(connection: socket.socket) -> None:
    """One request: the last part of its path is the number of bytes."""
    with connection, suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65_536)
            if not piece:
                return
            head += piece
        size = int(head.split(b" ", 2)[1].rpartition(b"/")[2].partition(b"?")[0])
        answer = f'HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nETag: "{size}"\r\nConnection: close\r\n\r\n'
        connection.sendall(answer.encode() + MAGIC)
        left = size - len(MAGIC)
        while left:
            left -= connection.send(BLOCK[: min(left, len(BLOCK))])


def main() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
