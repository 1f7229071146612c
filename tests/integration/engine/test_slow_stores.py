"""What a slow, large or endless store can block is limited, and nothing paid is lost by it (A3)."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rh_ui.domain import OutputState, Task, TaskState
from rh_ui.engine.queue.download_slots import PER_RUN
from rh_ui.errors import MoveRefused
from rh_ui.runninghub.address_guard import AddressGuard
from rh_ui.web.serializers import runs
from tests.disks import small_disk
from tests.integration.engine.conftest import Open
from tests.integration.engine.test_downloads import answering, digest, picture, stored
from tests.integration.engine.workshop import PICTURE, Workshop, slower
from tests.integration.runninghub.conftest import RawServer, Seen, Start, Wire, start_server, wire

__all__ = ["start_server", "wire"]

MEGABYTE = 1024 * 1024
PACE = slower(rate_window=0.5, slow_first=0.05, slow_most=0.2)
DRIPPING = 24


class Drip:
    """A store that sends a byte every 2 s and never ends, until it is repaired."""

    def __init__(self, start: Start, wire: Wire, content: bytes = b"") -> None:
        self.mended, self.content, self._wire = threading.Event(), content, wire
        self.open: list[str] = []
        self.server: RawServer = start(self._answer)

    def _answer(self, seen: Seen) -> bytes | Iterator[bytes]:
        return self._wire.http(200, self.content) if self.mended.is_set() else self._drip(seen)

    def _drip(self, seen: Seen) -> Iterator[bytes]:
        self.open.append(seen.path)
        try:
            yield b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\nConnection: close\r\n\r\n\x89"
            while not self.server.ended.wait(2):
                yield b"P"
        finally:
            self.open.remove(seen.path)

    def links(self, count: int = DRIPPING) -> list[dict[str, Any]]:
        return [{"url": f"{self.server.url}/{n}.png", "outputType": "png"} for n in range(count)]


def unfetched(workshop: Workshop, task: Task, note: str) -> Task:
    workshop.note(task, note)
    found = workshop.history.task(task.id)
    assert found.state is TaskState.DOWNLOADING
    assert [output.state for output in found.outputs] == [OutputState.UNFETCHED] * len(found.outputs)
    return found


@pytest.mark.parametrize("spread", ["one run", "many runs"])
def test_a_good_run_ends_while_links_still_drip(
    open_workshop: Open, start_server: Start, wire: Wire, spread: str
) -> None:
    """A byte every 2 s is below the least rate, and 24 such files are more than there are slots."""
    workshop = open_workshop(pace=slower(rate_window=5.0))
    drip = Drip(start_server, wire)
    if spread == "one run":
        answering(workshop, *drip.links())
        workshop.submit(PICTURE)
        workshop.until(lambda: len(drip.open) > 0, "they drip")
    else:
        for link in drip.links():
            answering(workshop, link, times=1)
            workshop.reach(workshop.submit(PICTURE, {"prompt": link["url"]}), TaskState.DOWNLOADING)
        workshop.until(lambda: len(drip.open) >= 12, "all slots for one host are taken")
    workshop.emulator.script(clear=True)
    content = picture(1)
    answering(workshop, {"url": workshop.emulator.link_of("a.png", content), "outputType": "png"})
    good = workshop.done(workshop.submit(PICTURE, {"prompt": "a good one"}))
    assert stored(workshop, good) == digest(content)
    assert len(drip.open) > 0, "the others drip on"


def test_of_one_host_a_good_run_ends_too(open_workshop: Open, start_server: Start, wire: Wire) -> None:
    """The good file is on the host of the slow ones: they are dropped, and get few slots after that."""
    workshop = open_workshop(pace=PACE)
    content = picture(1)
    drip = Drip(start_server, wire)

    def answer(seen: Seen) -> bytes | Iterator[bytes]:
        return wire.http(200, content) if seen.path == "/good.png" else drip._drip(seen)

    drip.server.answer = answer
    for link in drip.links():
        answering(workshop, link, times=1)
        workshop.reach(workshop.submit(PICTURE, {"prompt": link["url"]}), TaskState.DOWNLOADING)
    workshop.emulator.script(clear=True)
    answering(workshop, {"url": f"{drip.server.url}/good.png", "outputType": "png"})
    good = workshop.done(workshop.submit(PICTURE, {"prompt": "a good one"}))
    assert stored(workshop, good) == digest(content)


def test_a_slow_file_is_never_given_up_and_comes_when_it_comes(
    open_workshop: Open, start_server: Start, wire: Wire
) -> None:
    workshop = open_workshop(pace=PACE)
    content = picture(2)
    drip = Drip(start_server, wire, content)
    answering(workshop, *drip.links(1))
    task = workshop.submit(PICTURE)
    found = unfetched(workshop, task, "files-too-slow")
    told = runs.task_json(found)
    assert told["not_fetched"] == "files-too-slow"
    (output,) = found.outputs
    assert runs.output_json(output)["state"] == "unfetched"
    assert runs.output_json(output)["link_ends"], "until when it can be had"
    frame = workshop.history.page(limit=10).frame
    assert list(frame["state"]) == ["unfetched"]
    asked = len(drip.server.seen)
    workshop.until(lambda: len(drip.server.seen) >= asked + 2 * PACE.download_tries, "tried again and again")
    workshop.restart()
    unfetched(workshop, task, "files-too-slow")
    drip.mended.set()
    assert stored(workshop, workshop.done(task)) == digest(content)
    assert len(workshop.accepted()) == 1


def test_one_that_nobody_wants_any_more_leaves_its_slot_at_once(
    open_workshop: Open, start_server: Start, wire: Wire
) -> None:
    """The store is silent, and the next byte would be awaited for a minute."""
    workshop = open_workshop(pace=slower(slow_first=0.05, slow_most=0.1))
    drip = Drip(start_server, wire)
    answering(workshop, *drip.links(2))
    task = workshop.submit(PICTURE)
    workshop.until(lambda: len(drip.open) == 2, "both drip")
    first, second = workshop.history.task(task.id).outputs
    for output in (first, second):
        assert workshop.repositories.outputs.set_state(output, OutputState.FORGOTTEN)
        workshop.engine.abandon(output)
    assert workshop.done(task).outputs[0].state is OutputState.FORGOTTEN
    assert workshop.engine._steps.download._slots._busy == {}
    assert len(workshop.accepted()) == 1


def test_those_that_wait_for_a_slot_may_be_dismissed_too(
    open_workshop: Open, start_server: Start, wire: Wire
) -> None:
    """More than a run may download at once: the others would never start."""
    workshop = open_workshop()
    drip = Drip(start_server, wire)
    answering(workshop, *drip.links(PER_RUN + 3))
    task = workshop.submit(PICTURE)
    workshop.until(lambda: len(drip.open) == PER_RUN, "as many drip as may")
    for output in reversed(workshop.history.task(task.id).outputs):
        assert workshop.repositories.outputs.set_state(output, OutputState.FORGOTTEN)
        workshop.engine.abandon(output)
    workshop.done(task)
    assert workshop.engine._steps.download._slots._waiting == {}


def test_a_person_may_dismiss_what_is_not_fetched(
    open_workshop: Open, start_server: Start, wire: Wire
) -> None:
    workshop = open_workshop(pace=slower(rate_window=0.3, slow_first=600.0))
    answering(workshop, *Drip(start_server, wire).links(1))
    task = workshop.submit(PICTURE)
    found = unfetched(workshop, task, "files-too-slow")
    workshop.results.hide(found.outputs[0].id)
    assert workshop.done(task).outputs[0].state is OutputState.FORGOTTEN
    with pytest.raises(MoveRefused):
        workshop.results.retry_files(task.id)


def large(workshop: Workshop, size: int) -> bytes:
    content = picture(3, side=size)
    answering(workshop, {"url": workshop.emulator.link_of("a.png", content), "outputType": "png"})
    return content


def test_a_large_file_stays_there_until_a_person_wants_it(open_workshop: Open) -> None:
    workshop = open_workshop(largest=20_000)
    content = large(workshop, 200)
    assert len(content) > 20_000
    task = workshop.submit(PICTURE)
    unfetched(workshop, task, "files-too-large")
    workshop.restart()
    unfetched(workshop, task, "files-too-large")
    workshop.results.retry_files(task.id)
    assert stored(workshop, workshop.done(task)) == digest(content)
    assert len(workshop.accepted()) == 1


def test_a_large_file_is_fetched_by_itself_when_the_limit_is_raised(open_workshop: Open) -> None:
    workshop = open_workshop(largest=20_000)
    content = large(workshop, 200)
    task = workshop.submit(PICTURE)
    unfetched(workshop, task, "files-too-large")
    workshop.stop()
    workshop.largest = 1_000_000
    workshop.start()
    assert stored(workshop, workshop.done(task)) == digest(content)


def test_its_link_may_die_meanwhile(open_workshop: Open) -> None:
    """Then the same task is asked once for a fresh link, as for every result."""
    workshop = open_workshop(largest=20_000)
    content = picture(3, side=200)
    link = workshop.emulator.link_of("a.png", content)
    answering(workshop, {"url": link, "outputType": "png"}, times=1)
    answering(workshop, {"url": f"{link}&fresh=1", "outputType": "png"})
    task = workshop.submit(PICTURE)
    unfetched(workshop, task, "files-too-large")
    workshop.emulator.script(faults=[{"on": "download", "do": "http", "status": 403, "times": 1}])
    workshop.results.retry_files(task.id)
    done = workshop.done(task)
    assert stored(workshop, done) == digest(content)
    assert done.outputs[0].remote_url.endswith("&fresh=1")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "small", "8m") as folder:
        yield folder


@pytest.mark.parametrize("announced", [True, False])
def test_the_reserve_of_the_disk_is_never_touched(
    disk: Path, open_workshop: Open, start_server: Start, wire: Wire, announced: bool
) -> None:
    """Neither by a file with a known size nor by one that has no end."""
    reserve = 3 * MEGABYTE
    lowest = [shutil.disk_usage(disk).free]

    def endless(_seen: Seen) -> Iterator[bytes]:
        length = f"Content-Length: {7 * MEGABYTE}\r\n" if announced else ""
        yield f"HTTP/1.1 200 OK\r\n{length}Connection: close\r\n\r\n".encode()
        while not server.ended.is_set():
            lowest.append(shutil.disk_usage(disk).free)
            yield bytes(64 * 1024)

    server = start_server(endless)
    workshop = open_workshop(staging=disk / "staging", reserve=reserve)
    answering(workshop, {"url": f"{server.url}/a.png", "outputType": "png"})
    task = workshop.submit(PICTURE)
    unfetched(workshop, task, "no-room-for-files")
    assert min(lowest) >= reserve
    content = picture(4)
    server.answer = lambda _seen: wire.http(200, content)
    assert stored(workshop, workshop.done(task)) == digest(content)


def test_the_word_of_a_wrong_kind(workshop: Workshop) -> None:
    """Text in place of a picture is kept, since it may be what was paid for; and the run says so."""
    link = workshop.emulator.link_of("a.png", b"the picture could not be drawn")
    answering(workshop, {"url": link, "outputType": "png"})
    task = workshop.done(workshop.submit(PICTURE))
    assert task.error is not None and task.error.code == "file-odd"
    assert task.outputs[0].name.endswith(".txt")


def test_a_link_into_the_private_network_is_never_followed(
    open_workshop: Open, start_server: Start, wire: Wire
) -> None:
    inside = start_server(lambda _seen: wire.http(200, picture(5)))
    workshop = open_workshop(gate=AddressGuard())
    workshop.stop()
    workshop.gate = workshop.client.gate
    workshop.start()
    answering(workshop, {"url": f"{inside.url}/a.png", "outputType": "png"})
    task = workshop.reach(workshop.submit(PICTURE))
    assert task.error is not None and "private network" in task.error.message
    assert inside.seen == []


def test_a_service_that_moved_to_another_port_is_asked_for_fresh_links(open_workshop: Open) -> None:
    """The demo was restarted: its old address belongs to another program from then on."""
    workshop = open_workshop(gate=AddressGuard())
    workshop.stop()
    workshop.gate = workshop.client.gate
    workshop.start()
    content = picture(6)
    link = workshop.emulator.link_of("a.png", content)
    answering(workshop, {"url": "http://127.0.0.1:9/a.png", "outputType": "png"}, times=1)
    answering(workshop, {"url": link, "outputType": "png"})
    assert stored(workshop, workshop.done(workshop.submit(PICTURE))) == digest(content)
