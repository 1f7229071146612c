"""A network connection between a program and a server that a test can cut."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Final

BLOCK: Final = 64 * 1024


class Cable:
    """Listens on its own port and passes everything on; call close() at the end."""

    def __init__(self, port: int) -> None:
        """`port`: where the server listens on this computer."""
        self._target = ("127.0.0.1", port)
        self._lock = threading.Lock()
        self._asked: dict[socket.socket, set[str]] = {}
        """Open connections by their browser's end, with the paths that were asked for over them."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url: Final = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._listen()

    def mend(self) -> None:
        """Listen again after close(), on the same port."""
        self._listener = socket.create_server(("127.0.0.1", int(self.url.rpartition(":")[2])))
        self._listen()

    def count(self, path: str) -> int:
        """Open connections over which this was requested."""
        with self._lock:
            return sum(path in paths for paths in self._asked.values())

    def cut(self, path: str = "") -> int:
        """Cut the connections over which `path` was requested (all when empty). Returns how many."""
        with self._lock:
            chosen = [one for one, paths in self._asked.items() if not path or path in paths]
            for one in chosen:
                del self._asked[one]
        for one in chosen:
            _end(one)
        return len(chosen)

    def close(self) -> None:
        _end(self._listener)
        self.cut()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                browser, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            with self._lock:
                self._asked[browser] = set()
            for source, sink in ((browser, server), (server, browser)):
                threading.Thread(target=self._pass_on, args=(source, sink, browser), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, browser: socket.socket) -> None:
        with suppress(OSError):  # it was cut
            while block := source.recv(BLOCK):
                if source is browser and block.startswith((b"GET ", b"POST ")):
                    path = block.split(b" ", 2)[1].decode("latin-1")
                    with self._lock:
                        self._asked.setdefault(browser, set()).add(path)
                sink.sendall(block)
        for end in (source, sink):
            _end(end)
        with self._lock:
            self._asked.pop(browser, None)


def _end(connection: socket.socket) -> None:
    with suppress(OSError):  # it is over already
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
