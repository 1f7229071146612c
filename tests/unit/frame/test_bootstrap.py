"""What is checked before anything starts, and that a failed start leaves nothing behind."""

from __future__ import annotations

import errno
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from rh_ui import bootstrap, opening, start_checks
from rh_ui.config import Settings, read_settings
from rh_ui.errors import StartRefused
from rh_ui.media.provenance import Provenance
from rh_ui.persistence.process_lock import lock_folder

KEY = "rh_TESTKEY_0123456789abcdef"


def settings(folder: Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_settings(data_dir=str(folder), port="0")


def test_an_open_port_becomes_a_number() -> None:
    assert start_checks.free_port("127.0.0.1", 0) > 0


def test_a_free_port_stays_free() -> None:
    port = start_checks.free_port("127.0.0.1", 0)
    assert start_checks.free_port("127.0.0.1", port) == port
    with socket.socket() as mine:
        mine.bind(("127.0.0.1", port))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EADDRINUSE, "taken by another program"),
        (errno.EACCES, "kept for the system"),
        (errno.EADDRNOTAVAIL, "has no address 192.0.2.7"),
        (errno.EMFILE, "can't be opened (Too many open files)"),
    ],
)
def test_every_reason_has_its_sentence(monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    def bind(_self: socket.socket, _address: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(socket.socket, "bind", bind)
    with pytest.raises(StartRefused) as caught:
        start_checks.free_port("192.0.2.7", 80)
    assert words in str(caught.value)


def test_a_name_nobody_knows_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(StartRefused, match="There is no address nowhere"):
        start_checks.free_port("nowhere", 7860)


def test_a_folder_is_made_and_left_clean(tmp_path: Path) -> None:
    folder = start_checks.prepare_folder(tmp_path / "a b#c" / "data")
    assert list(folder.iterdir()) == []
    assert start_checks.prepare_folder(folder) == folder


def rights(folder: Path) -> dict[str, int]:
    """The permissions of everything in a folder, by path below it."""
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777
        for path in [folder, *folder.rglob("*")]
    }


def test_a_folder_that_an_earlier_start_left_open_is_closed_and_what_it_holds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with bootstrap.running(settings(data, monkeypatch)):
        pass
    for path in [data, *data.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    with bootstrap.running(settings(data, monkeypatch)):
        assert {
            path: bits for path, bits in rights(data / "demo").items() if bits & 0o077 and "/" not in path
        } == {}
        assert data.stat().st_mode & 0o777 == 0o700
    data.chmod(0o755)
    with bootstrap.running(settings(data, monkeypatch, RH_API_KEY=KEY)):
        found = rights(data)
    assert (found["."], found["demo"], found["studio.db"]) == (0o700, 0o700, 0o600)


def test_a_folder_that_holds_other_things_stays_open_but_ours_in_it_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "holiday.txt").write_text("not ours")
    tmp_path.chmod(0o755)
    (tmp_path / "holiday.txt").chmod(0o644)
    for _ in range(2):  # made closed at once, and kept so
        with bootstrap.running(settings(tmp_path, monkeypatch, RH_API_KEY=KEY)):
            found = rights(tmp_path)
        assert {path for path, bits in found.items() if bits & 0o077 and "/" not in path} <= {
            ".", "holiday.txt", f".{opening.DATABASE_NAME}.lock", ".rh-ui.lock",
        }  # fmt: skip
        assert (found["."], found["holiday.txt"]) == (0o755, 0o644)


def test_a_database_elsewhere_is_closed_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "history.db"
    file.parent.mkdir(mode=0o755)
    environment = {"RH_API_KEY": KEY, "RH_UI_DATABASE_URL": f"sqlite:///{file}"}
    for left_open in (False, True):
        if left_open:
            file.chmod(0o644)
        with bootstrap.running(settings(tmp_path / "data", monkeypatch, **environment)):
            assert file.stat().st_mode & 0o777 == 0o600
            assert [path for path in file.parent.glob("history.db-*") if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "read-only"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "may not write"),
        (errno.EIO, "input/output error"),
    ],
)
def test_every_folder_fault_has_its_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int, words: str
) -> None:
    def mkdir(_self: Path, **_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(StartRefused, match=words):
        start_checks.prepare_folder(tmp_path / "data")


def test_with_a_key_runs_go_to_the_site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = dict(os.environ)
    with bootstrap.running(settings(tmp_path, monkeypatch, RH_API_KEY=KEY)) as services:
        assert not services.demo
        assert services.site == "https://www.runninghub.ai"
        assert services.address.url == f"http://127.0.0.1:{services.address.port}"
        assert os.environ["GRADIO_TEMP_DIR"] == str(tmp_path / opening.UPLOADS_NAME)
        assert os.environ["GRADIO_SERVER_PORT"] == str(services.address.port)
        assert services.history.active_count() == 0
        assert len(services.catalog.endpoints) > 200
        assert KEY not in repr(services)
        assert (tmp_path / opening.DATABASE_NAME).is_file()
    after = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    before.pop("PYTEST_CURRENT_TEST", None)
    assert after == before | {"RH_API_KEY": KEY}
    lock_folder(tmp_path).release()


def test_a_start_that_fails_gives_the_folder_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(_: str) -> None:
        raise StartRefused("The database is not well.")

    monkeypatch.setattr(opening, "open_database", refuse)
    with pytest.raises(StartRefused, match="not well"):
        bootstrap.build(settings(tmp_path, monkeypatch, RH_API_KEY=KEY))
    lock_folder(tmp_path).release()
    assert "GRADIO_TEMP_DIR" not in os.environ


def test_stopping_twice_is_harmless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = bootstrap.build(settings(tmp_path, monkeypatch, RH_API_KEY=KEY))
    program.start()
    program.stop()
    program.stop()


@pytest.mark.parametrize(("given", "same"), [("0", True), ("1", False), ("", False)])
def test_results_stay_as_they_came_when_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, same: bool
) -> None:
    program = bootstrap.build(settings(tmp_path / "data", monkeypatch, RH_API_KEY=KEY, RH_UI_EMBED=given))
    picture = tmp_path / "a.png"
    Image.new("RGB", (8, 8)).save(picture)
    came = picture.read_bytes()
    try:
        stored = program.services.library.store_output(
            picture, stem="x", created=datetime.now(UTC), origin=Provenance(endpoint="a/b", payload={})
        )
        with program.services.library.open(stored.key) as file:
            assert (file.read() == came) is same
    finally:
        program.stop()
