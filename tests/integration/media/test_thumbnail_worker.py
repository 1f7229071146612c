"""Drawing in a separate process: what hangs or crashes there does no harm here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from rh_ui.domain import OutputKind
from rh_ui.errors import FileFault
from rh_ui.media.thumbnail_worker import LONGEST, ThumbnailProcess
from rh_ui.media.thumbnail_worker_main import MOST_MEMORY
from scripts.processes import ROOT
from tests.corpus import shapes

Start = Callable[..., ThumbnailProcess]


@pytest.fixture
def hire() -> Iterator[Start]:
    hired: list[ThumbnailProcess] = []

    def make(longest: float = LONGEST) -> ThumbnailProcess:
        hired.append(ThumbnailProcess(longest))
        return hired[-1]

    yield make
    for artist in hired:
        artist.rest()


def drawers() -> set[int]:
    children = psutil.Process().children()
    return {child.pid for child in children if "rh_ui.media.thumbnail_worker_main" in child.cmdline()}


def picture(folder: Path, name: str = "a.png") -> Path:
    Image.new("RGB", (640, 480), "teal").save(folder / name)
    return folder / name


def hanging(folder: Path) -> Path:
    """A file that gives nothing and has no end, as on a stalled disk."""
    os.mkfifo(folder / "stalled.mp4")
    return folder / "stalled.mp4"


def test_one_process_draws_them_all_and_rests(hire: Start, tmp_path: Path) -> None:
    artist = hire()
    assert drawers() == set()
    for number in range(3):
        assert artist.draw(picture(tmp_path, f"{number}.png"), OutputKind.IMAGE, tmp_path / f"{number}.webp")
    assert len(drawers()) == 1
    assert artist.draw(tmp_path / "0.png", OutputKind.FILE, tmp_path / "none.webp") is False
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".png"] * 3 + [".webp"] * 3
    artist.rest()
    assert drawers() == set()
    assert artist.draw(tmp_path / "0.png", OutputKind.IMAGE, tmp_path / "again.webp")


def test_a_drawing_that_hangs_is_ended_and_the_next_one_is_drawn(hire: Start, tmp_path: Path) -> None:
    artist = hire(longest=0.5)
    assert artist.draw(hanging(tmp_path), OutputKind.VIDEO, tmp_path / "a.webp") is False
    assert drawers() == set()
    patient = hire()
    assert patient.draw(picture(tmp_path), OutputKind.IMAGE, tmp_path / "b.webp")


def test_a_decoder_that_dies_is_no_fault_of_ours(hire: Start, tmp_path: Path) -> None:
    artist = hire()
    assert artist.draw(picture(tmp_path), OutputKind.IMAGE, tmp_path / "a.webp")
    (pid,) = drawers()
    watched = threading.Timer(0.1, psutil.Process(pid).kill)
    watched.start()
    assert artist.draw(hanging(tmp_path), OutputKind.VIDEO, tmp_path / "b.webp") is False
    watched.join()
    assert artist.draw(tmp_path / "a.png", OutputKind.IMAGE, tmp_path / "c.webp")


def test_no_file_is_blamed_for_a_process_that_was_killed_while_idle(hire: Start, tmp_path: Path) -> None:
    artist = hire()
    assert artist.draw(picture(tmp_path), OutputKind.IMAGE, tmp_path / "a.webp")
    (drawer,) = drawers()
    os.kill(drawer, signal.SIGKILL)
    os.waitid(os.P_PID, drawer, os.WEXITED | os.WNOWAIT)  # all of its threads have ended
    assert artist.draw(tmp_path / "a.png", OutputKind.IMAGE, tmp_path / "b.webp")


def test_rest_ends_a_drawing_that_is_under_way(hire: Start, tmp_path: Path) -> None:
    artist = hire()
    assert artist.draw(picture(tmp_path), OutputKind.IMAGE, tmp_path / "a.webp")
    end = threading.Timer(0.1, artist.rest)
    end.start()
    with pytest.raises(FileFault):
        artist.draw(hanging(tmp_path), OutputKind.VIDEO, tmp_path / "b.webp")
    end.join()


def test_a_model_is_unpacked_there_and_one_that_takes_too_long_is_given_up(
    hire: Start, tmp_path: Path
) -> None:
    (tmp_path / "a.glb").write_bytes(shapes.well_packed())
    assert hire().unpack(tmp_path / "a.glb", tmp_path / "b.glb")
    assert b"KHR_draco" not in (tmp_path / "b.glb").read_bytes()
    assert hire(longest=0.5).unpack(hanging(tmp_path), tmp_path / "c.glb") is False
    (tmp_path / "broken.glb").write_bytes(shapes.packed_by_draco())
    assert hire().unpack(tmp_path / "broken.glb", tmp_path / "c.glb") is False
    assert not (tmp_path / "c.glb").exists()


def test_one_that_hangs_ends_though_its_program_was_killed(tmp_path: Path) -> None:
    order = {"path": str(hanging(tmp_path)), "kind": "video", "target": str(tmp_path / "a"), "longest": 0.2}
    drawer = subprocess.Popen(
        [sys.executable, "-m", "rh_ui.media.thumbnail_worker_main"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with drawer:
        assert drawer.stdin is not None
        drawer.stdin.write(json.dumps(order).encode() + b"\n")
        drawer.stdin.close()
        assert drawer.wait(30) == -signal.SIGALRM


@pytest.mark.skipif(not hasattr(os, "nice"), reason="no limits on this system")
def test_its_memory_is_bounded(hire: Start, tmp_path: Path) -> None:
    artist = hire()
    artist.draw(picture(tmp_path), OutputKind.IMAGE, tmp_path / "a.webp")
    (pid,) = drawers()
    soft, _hard = psutil.Process(pid).rlimit(psutil.RLIMIT_AS)
    libraries = psutil.Process(pid).memory_info().vms
    assert MOST_MEMORY < soft <= libraries + MOST_MEMORY
    assert psutil.Process(pid).nice() > 0
