"""A real PostgreSQL for tests: Debian's programs, a separate folder, the loopback address."""

from __future__ import annotations

import itertools
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from rh_ui.persistence.database import open_database
from rh_ui.persistence.schema_team import people
from scripts.processes import free_port

OWNER: Final = "postgres"
"""Whom the server runs as when the tests run as root, which it refuses."""
UNSAFE_BUT_QUICK: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""The tests kill our processes, never the server."""
SHARED: Final = "shared"


class Postgres:
    """A running server."""

    def __init__(self, port: int, password: str) -> None:
        self._port = port
        self._password = password
        self._numbers = itertools.count(1)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{OWNER}:{self._password}@127.0.0.1:{self._port}/{name}"

    def new_database(self) -> str:
        """The address of an empty database: whoever opens it first makes the tables."""
        name = f"studio_{next(self._numbers)}"
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def cleaned_database(self) -> str:
        """The address of one database for many tests in turn, empty; quicker than a new one."""
        every = sql.SQL(", ").join(sql.Identifier(name) for name in people.metadata.tables)
        with psycopg.connect(self.url(SHARED).replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(sql.SQL("TRUNCATE {}").format(every))
        return self.url(SHARED)

    def run(self, statement: sql.SQL | sql.Composed) -> None:
        """As the server's own user, outside of any transaction."""
        address = self.url("postgres").replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    def cut_off(self, url: str) -> None:
        """End every connection to a database, as a restart of the server does."""
        self.run(
            sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
                sql.Literal(url.rpartition("/")[2])
            )
        )


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """One server for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="rh-ui-postgres-", dir=_place()))
    user = OWNER if os.geteuid() == 0 else None
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    password = secrets.token_hex(16)
    data, secret = folder / "data", folder / "password"
    secret.write_text(password)
    secret.chmod(0o644)
    port = free_port()
    try:
        told = [
            "--pgdata",
            str(data),
            "--username",
            OWNER,
            "--pwfile",
            str(secret),
            "--auth",
            "scram-sha-256",
        ]
        _run(user, folder, "initdb", *told, "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
        options = [f"-c {option}" for option in UNSAFE_BUT_QUICK]
        options += [
            "-c listen_addresses=127.0.0.1",
            f"-c port={port}",
            "-c unix_socket_directories=''",  # the path of a socket must be short, a checkout's need not
        ]
        starting = ["--pgdata", str(data), "--log", str(folder / "log"), "--options", " ".join(options)]
        _run(user, folder, "pg_ctl", "start", "--wait", *starting)
        try:
            server = Postgres(port, password)
            server.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(SHARED)))
            open_database(server.url(SHARED)).close()
            yield server
        finally:
            _run(user, folder, "pg_ctl", "stop", "--wait", "--mode", "immediate", "--pgdata", str(data))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(user: str | None, folder: Path, program: str, *arguments: str) -> None:
    log = folder / "programs"
    with log.open("ab") as sink:  # a file, not a pipe: the server keeps it open
        ended = subprocess.run(
            [_program(program), *arguments],
            cwd=folder,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            check=False,
        )
    assert ended.returncode == 0, f"{program} failed:\n{log.read_text('utf-8', 'replace')[-2000:]}"


def _program(name: str) -> str:
    found = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))]
    program = found[-1] if found else shutil.which(name)
    assert program, f"{name} is missing: scripts/setup.sh test installs PostgreSQL"
    return program


def _place() -> str:
    """A folder that another user may reach: every folder above it lets them through."""
    for place in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):
        above = [place.resolve(), *place.resolve().parents]
        if os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in above):
            return str(place)
    raise AssertionError("no folder for temporary files that the database's user can reach")
