"""What is checked before anything is started, and that a start that fails leaves nothing behind."""

from __future__ import annotations

import errno
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from rh_ui import bootstrap
from rh_ui.config import Settings, read_settings
from rh_ui.errors import StartRefused
from rh_ui.media.metadata import Origin
from rh_ui.store.lock import lock_folder

KEY = "rh_TESTKEY_0123456789abcdef"


def settings(folder: Path, monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return read_settings(data_dir=str(folder), port="0")


def test_an_open_port_becomes_a_number() -> None:
    assert bootstrap.free_port("127.0.0.1", 0) > 0


def test_a_free_port_stays_free() -> None:
    port = bootstrap.free_port("127.0.0.1", 0)
    assert bootstrap.free_port("127.0.0.1", port) == port
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
        bootstrap.free_port("192.0.2.7", 80)
    assert words in str(caught.value)


def test_a_name_nobody_knows_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(StartRefused, match="There is no address nowhere"):
        bootstrap.free_port("nowhere", 7860)


def test_a_folder_is_made_and_left_clean(tmp_path: Path) -> None:
    folder = bootstrap.prepare_folder(tmp_path / "a b#c" / "data")
    assert list(folder.iterdir()) == []
    assert bootstrap.prepare_folder(folder) == folder


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
        bootstrap.prepare_folder(tmp_path / "data")


def test_with_a_key_runs_go_to_the_site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = dict(os.environ)
    with bootstrap.running(settings(tmp_path, monkeypatch, RH_API_KEY=KEY)) as services:
        assert not services.demo
        assert services.site == "https://www.runninghub.ai"
        assert services.url == f"http://127.0.0.1:{services.port}"
        assert os.environ["GRADIO_TEMP_DIR"] == str(tmp_path / bootstrap.UPLOADS_NAME)
        assert os.environ["GRADIO_SERVER_PORT"] == str(services.port)
        assert services.history.active_count() == 0
        assert len(services.catalog.endpoints) > 200
        assert KEY not in repr(services)
        assert (tmp_path / bootstrap.DATABASE_NAME).is_file()
    after = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    before.pop("PYTEST_CURRENT_TEST", None)
    assert after == before | {"RH_API_KEY": KEY}
    lock_folder(tmp_path).release()


def test_a_start_that_fails_gives_the_folder_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(_: str) -> None:
        raise StartRefused("The database is not well.")

    monkeypatch.setattr(bootstrap, "open_database", refuse)
    with pytest.raises(StartRefused, match="not well"):
        bootstrap.build(settings(tmp_path, monkeypatch, RH_API_KEY=KEY))
    lock_folder(tmp_path).release()
    assert "GRADIO_TEMP_DIR" not in os.environ


def test_stopping_twice_is_harmless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    services = bootstrap.build(settings(tmp_path, monkeypatch, RH_API_KEY=KEY))
    services.start()
    services.stop()
    services.stop()


@pytest.mark.parametrize(("given", "same"), [("0", True), ("1", False), ("", False)])
def test_results_stay_as_they_came_when_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: str, same: bool
) -> None:
    services = bootstrap.build(settings(tmp_path / "data", monkeypatch, RH_API_KEY=KEY, RH_UI_EMBED=given))
    picture = tmp_path / "a.png"
    Image.new("RGB", (8, 8)).save(picture)
    came = picture.read_bytes()
    try:
        stored = services.library.store_output(
            picture, stem="x", created=datetime.now(UTC), origin=Origin(endpoint="a/b", payload={})
        )
        with services.library.open(stored.key) as file:
            assert (file.read() == came) is same
    finally:
        services.stop()
