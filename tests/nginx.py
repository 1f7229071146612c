"""A real nginx for tests: Debian's program in its own folder, on the loopback address, with the README's
settings."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scripts.processes import ROOT

START_SECONDS: Final = 20.0
TOLD: Final = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
UPSTREAM: Final = "127.0.0.1:7860"
CERTIFICATE: Final = "certificate.pem"


def readme_settings(app_url: str) -> str:
    """The settings in the README, with this program's address."""
    (settings,) = TOLD.findall((ROOT / "README.md").read_text("utf-8"))
    assert UPSTREAM in settings
    return str(settings).replace(UPSTREAM, app_url.removeprefix("http://"))


@contextmanager
def running_nginx(folder: Path, port: int, settings: str, *, secure: bool = False) -> Iterator[None]:
    """Listening on `port` while the block lasts, with TLS if `secure`."""
    folder.mkdir(parents=True)
    log = folder / "log"
    config = folder / "nginx.conf"
    config.write_text(
        f"""
{"user root;" if os.geteuid() == 0 else ""}
worker_processes 1;
pid {folder}/pid;
error_log {log};
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port}{" ssl" if secure else ""};
        {_certificate(folder) if secure else ""}
{settings}
    }}
}}
"""
    )
    command = [_program(), "-e", str(log), "-c", str(config), "-g", "daemon off;"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        _wait(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    process.kill()
    process.wait()
    raise AssertionError(f"nginx did not start:\n{log.read_text() if log.exists() else ''}")


def _certificate(folder: Path) -> str:
    """A self-signed certificate."""
    key, certificate = folder / "key.pem", folder / CERTIFICATE
    told = [
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=studio",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    command = ["openssl", "req", *told, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return f"ssl_certificate {certificate}; ssl_certificate_key {key};"


def _program() -> str:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    assert found, "nginx is missing: scripts/setup.sh test installs it"
    return found
