"""Starting and stopping the real program: it serves, or it says in one sentence why not."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
import pytest
import requests
import uvicorn

import app
from rh_ui.ui import shell
from scripts import processes
from scripts.processes import ROOT, Program, clean_environment, free_port, start
from tests.objectstore import CREDENTIALS, ObjectStore

KEY = "rh_TESTKEY_0123456789abcdef"
start_app = partial(processes.start_app, forked=False)


@dataclass(frozen=True)
class Ended:
    """The outcome of a refused start."""

    code: int
    said: str


def refused(*arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Start the program, which must end by itself."""
    answer = subprocess.run(
        [sys.executable, "app.py", *arguments], cwd=ROOT, env=clean_environment(environment),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert answer.stdout == ""
    return Ended(answer.returncode, answer.stderr)


def assert_one_sentence(ended: Ended, *words: str) -> None:
    """Exit code 2, one line, no traceback, no key, and it names what matters."""
    assert ended.code == 2, ended.said
    assert ended.said.count("\n") == 1, ended.said
    assert ended.said.endswith(".\n")
    assert "Traceback" not in ended.said
    assert KEY not in ended.said
    for word in words:
        assert word in ended.said, ended.said


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = start_app(tmp_path_factory.mktemp("start"))
    yield program
    if program.process.poll() is None:
        program.stop()


def test_without_a_key_the_page_opens_in_demo_mode(demo: Program) -> None:
    answer = requests.get(demo.url, timeout=10)
    assert answer.status_code == 200
    assert "text/html" in answer.headers["content-type"]
    assert "demo mode" in demo.said()
    assert demo.url in demo.said()
    assert len(demo.call("endpoints", "image")) > 10


def test_a_second_one_on_the_same_port_says_so(demo: Program, tmp_path: Path) -> None:
    port = demo.url.rpartition(":")[2]
    ended = refused("--port", port, "--data-dir", str(tmp_path))
    assert_one_sentence(ended, f"Port {port}", "--port", "RH_UI_PORT")
    assert list(tmp_path.iterdir()) == [], "nothing may be begun on a taken port"


def test_a_second_one_on_the_same_data_says_so(demo: Program) -> None:
    ended = refused("--port", str(free_port()), "--data-dir", str(demo.log.parent / "data"))
    assert_one_sentence(ended, "Another RunningHub UI", "--data-dir")


def test_the_folder_is_private(demo: Program) -> None:
    assert (demo.log.parent / "data" / "demo").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_everything_it_started(tmp_path: Path, how: signal.Signals) -> None:
    home = tmp_path / "home"
    home.mkdir()
    program = start_app(tmp_path / "app", environment={"HOME": str(home)})
    children = psutil.Process(program.process.pid).children(recursive=True)
    assert children, "demo mode runs its emulator as a child"
    assert program.stop(how) == 0
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert "Traceback" not in program.said()
    assert list(home.rglob("*")) == [], "the home folder is not ours to write in"


def test_killed_it_leaves_no_child_behind_and_starts_again(tmp_path: Path) -> None:
    program = start_app(tmp_path)
    children = psutil.Process(program.process.pid).children(recursive=True)
    program.process.kill()
    program.process.wait()
    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []
    again = start_app(tmp_path)
    assert again.stop() == 0


def test_gradio_s_own_variables_are_honoured(tmp_path: Path) -> None:
    port = free_port()
    program = start(
        [sys.executable, "app.py", "--data-dir", str(tmp_path / "data")], port, tmp_path / "log",
        {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "0.0.0.0"},
    )  # fmt: skip
    assert program.stop() == 0


def test_with_a_key_and_no_network_the_page_still_opens(tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    program = start_app(tmp_path, environment={"RH_API_KEY": KEY, "RH_API_HOST": nowhere})
    try:
        assert requests.get(program.url, timeout=10).status_code == 200
        assert len(program.call("endpoints", "text")) > 0
    finally:
        code = program.stop()
    assert code == 0
    assert "Traceback" not in program.said()
    assert KEY not in program.said()
    assert not (tmp_path / "data" / "demo").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "studio.example"])
def test_with_a_key_another_address_is_refused(tmp_path: Path, host: str) -> None:
    ended = refused("--host", host, "--data-dir", str(tmp_path), environment={"RH_API_KEY": KEY})
    assert_one_sentence(
        ended, "Nobody can sign in yet", host, "in a terminal", "RH_UI_ADMIN_NAME", "127.0.0.1", "--demo"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"RH_API_HOST": "www.runninghub.ai"}, ("RH_API_HOST", "https://")),
        ({"RH_API_HOST": "ftp://files.example"}, ("RH_API_HOST",)),
        ({"RH_API_KEY": f"{KEY} and more"}, ("RH_API_KEY", "copy it again")),
        ({"RH_API_KEY": f"{KEY}é"}, ("RH_API_KEY",)),
        ({"GRADIO_SERVER_PORT": "many"}, ("GRADIO_SERVER_PORT", "65535")),
        ({"RH_UI_PORT": "70000"}, ("RH_UI_PORT", "65535")),
        ({"RH_UI_DATABASE_URL": "where it always was"}, ("RH_UI_DATABASE_URL",)),
    ],
)
def test_a_wrong_setting_is_named(
    tmp_path: Path, environment: dict[str, str], words: tuple[str, ...]
) -> None:
    given = {"RH_UI_DATA_DIR": str(tmp_path), "GRADIO_SERVER_PORT": str(free_port())} | environment
    assert_one_sentence(refused(environment=given), *words)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (
            "{tmp}/file/results",
            ("place for files", "no such folder", "nothing was started", "RH_UI_STORAGE_URL"),
        ),
        ("s3://no-such-bucket/studio", ("place for files", "no such folder or bucket", "RH_UI_STORAGE_URL")),
        ("gopher://host/folder", ("RH_UI_STORAGE_URL", "s3://bucket/folder")),
    ],
)
def test_a_place_that_takes_no_files_is_refused(
    tmp_path: Path, object_store: ObjectStore, place: str, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").touch()
    environment = {**object_store.environment, "RH_UI_STORAGE_URL": place.format(tmp=tmp_path)}
    ended = refused("--port", str(free_port()), "--data-dir", str(tmp_path / "data"), environment=environment)
    assert_one_sentence(ended, *words)
    for secret in CREDENTIALS.values():
        assert secret not in ended.said


def test_s3_without_its_package_is_told(tmp_path: Path) -> None:
    (tmp_path / "s3fs.py").write_text("raise ImportError('not here')")
    environment = {"RH_UI_STORAGE_URL": "s3://bucket/studio", "PYTHONPATH": str(tmp_path)}
    ended = refused("--port", str(free_port()), "--data-dir", str(tmp_path / "data"), environment=environment)
    assert_one_sentence(ended, "RH_UI_STORAGE_URL", "install s3fs==")


def test_a_file_in_place_of_the_data_folder_is_refused(tmp_path: Path) -> None:
    blocker = tmp_path / "data"
    blocker.write_text("not a folder")
    for place in (blocker, blocker / "below"):
        ended = refused("--port", str(free_port()), "--data-dir", str(place))
        assert_one_sentence(ended, str(place), "file", "--data-dir", "RH_UI_DATA_DIR")
    assert blocker.read_text() == "not a folder"


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that nobody can write to: root ignores permissions, so for root it is a read-only mount."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:  # a container without the right to mount: no one writes below /sys either
        yield Path("/sys")
        return
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_read_only_data_folder_is_refused(read_only: Path) -> None:
    ended = refused("--port", str(free_port()), "--data-dir", str(read_only))
    assert_one_sentence(ended, str(read_only), "nothing was started", "--data-dir")


def test_a_port_held_by_another_program_is_refused(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        ended = refused("--port", str(port), "--data-dir", str(tmp_path))
    assert_one_sentence(ended, f"Port {port}", "taken", f"--port {port + 1}" if port < 65535 else "--port")


def test_help_needs_nothing() -> None:
    answer = subprocess.run(
        [sys.executable, "app.py", "--help"], cwd=ROOT, env=clean_environment({"RH_UI_PORT": "bad"}),
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "--data-dir" in answer.stdout


def test_garbage_is_collected_while_it_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not during the start: what it makes then stays."""
    seen: dict[str, bool] = {}
    monkeypatch.setattr(shell, "build_app", lambda _: seen.update(building=gc.isenabled()))
    monkeypatch.setattr(uvicorn.Server, "run", lambda _: seen.update(serving=gc.isenabled()))
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert app.main(["--port", "0", "--data-dir", str(tmp_path), "--demo"]) == 0
    finally:
        signal.signal(signal.SIGTERM, before)
        gc.enable()
        gc.unfreeze()
    assert seen == {"building": False, "serving": True}
