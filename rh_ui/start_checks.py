"""Checks before anything is started: the port is free, the data folder can be written."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from pathlib import Path

from rh_ui.errors import StartRefused


def free_port(host: str, port: int) -> int:
    """The port if it is free, any free one for 0. Raises StartRefused.

    Called before anything is started, so that the refusal is the only output.
    """
    try:
        kind, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except socket.gaierror:
        raise StartRefused(f"There is no address {host} here. Use --host 127.0.0.1.") from None
    except OSError as fault:
        raise StartRefused(_port_sentence(host, port, fault)) from None


def _port_sentence(host: str, port: int, fault: OSError) -> str:
    other = f"choose another one: --port {port + 1 if 1024 <= port < 65535 else 7860} (or RH_UI_PORT)"
    if fault.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program, perhaps by this one started before. "
            f"Stop that one, or {other}."
        )
    if fault.errno == errno.EACCES:
        return f"Port {port} is kept for the system's own services; {other}."
    if fault.errno == errno.EADDRNOTAVAIL:
        return f"This computer has no address {host}. Use --host 127.0.0.1."
    return f"Port {port} on {host} can't be opened ({fault.strerror or fault}); {other}."


def prepare_folder(folder: Path) -> Path:
    """Make the folder, accessible to its owner only, and test that a file can be written. Raises
    StartRefused."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".rh-ui-probe-") as probe:
            probe.write(b"probe")
            probe.flush()
    except OSError as fault:
        raise StartRefused(_folder_sentence(folder, fault)) from None
    return folder


def secret_of(given: str | None, file: Path | None, variable: str) -> str:
    """The secret itself, or what its file holds; empty where neither is set. `variable`: that of the file.
    Raises StartRefused."""
    if given is not None or file is None:
        return given or ""
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is no text"
        raise StartRefused(f"{variable} can't be read: {why}.") from None


def _folder_sentence(folder: Path, fault: OSError) -> str:
    why = {
        errno.EEXIST: "there is a file of that name",
        errno.ENOTDIR: "a part of its path is a file",
        errno.EACCES: "this user may not write there",
        errno.EPERM: "this user may not write there",
        errno.EROFS: "it is read-only",
        errno.ENOSPC: "the disk is full",
        errno.ENAMETOOLONG: "its name is too long",
    }.get(fault.errno or 0, (fault.strerror or str(fault)).lower())
    return (
        f"The data folder {folder} can't be used: {why}. Results would be lost, so nothing was started. "
        "Make it writable, or choose another one: --data-dir FOLDER (or RH_UI_DATA_DIR)."
    )
