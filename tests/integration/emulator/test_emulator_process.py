"""The emulator as a process: it starts, keeps its tasks over a restart, and ends with its parent."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from rh_ui.emulator.runner import start_emulator
from rh_ui.errors import StartRefused
from tests.integration.emulator.caller import PICTURE, Caller, until

PARENT = """
import sys, time
from pathlib import Path
from rh_ui.emulator.runner import start_emulator
sys.stdout.write(start_emulator(Path(sys.argv[1])).url + "\\n")
sys.stdout.flush()
time.sleep(600)
"""


def answers(url: str) -> bool:
    try:
        return requests.get(url + "/_emulator/journal", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def test_a_restart_keeps_address_tasks_files_and_purse(tmp_path: Path) -> None:
    first = start_emulator(tmp_path, "--queue-seconds", "0", "--run-seconds", "3600")
    caller = Caller(first.url)
    done_id = caller.submit(PICTURE, prompt="a fox", resolution="1k")["taskId"]
    caller.script(finish=[done_id])
    link = caller.wait_for(done_id)["results"][0]["url"]
    content = requests.get(link, timeout=30).content
    open_id = caller.submit(PICTURE, prompt="a dog", resolution="1k")["taskId"]
    left = caller.balance()
    first.stop()
    assert not answers(first.url)

    second = start_emulator(tmp_path)
    try:
        assert second.url == first.url
        assert requests.get(link, timeout=30).content == content
        assert caller.balance() == left
        assert caller.query(done_id)["status"] == "SUCCESS"
        assert caller.query(open_id)["status"] in ("QUEUED", "RUNNING")
        until(
            lambda: (
                caller.script(finish=[open_id]) is not None and caller.query(open_id)["status"] == "SUCCESS"
            )
        )
    finally:
        second.stop()
    assert not answers(second.url)


def test_it_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, cwd=root)
    assert parent.stdout is not None
    url = parent.stdout.readline().decode().strip()
    assert answers(url)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    until(lambda: not answers(url), 20)


def test_a_taken_port_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartRefused, match=rf"127\.0\.0\.1:{port} can't be used"):
            start_emulator(tmp_path, "--port", str(port))


def test_a_folder_that_can_not_be_made_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StartRefused, match="can't write to its folder"):
        start_emulator(tmp_path / "file" / "demo")


def test_the_first_port_is_left_when_another_took_it(tmp_path: Path) -> None:
    first = start_emulator(tmp_path)
    first.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", int(first.url.rpartition(":")[2])))
        taken.listen()
        second = start_emulator(tmp_path)
        assert second.url != first.url
        assert answers(second.url)
        second.stop()
