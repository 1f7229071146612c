"""What is downloaded is complete and the right file, whatever the network does (C05, C08, C10, C12, C13). No
page is open in these tests: results are downloaded because they exist."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from typing import Any

import numpy as np
import pytest
import requests
from PIL import Image
from sqlalchemy import update

from rh_ui.domain import Charged, OutputKind, OutputState, Task, TaskState
from rh_ui.errors import MoveRefused
from rh_ui.persistence.leases import Leases
from rh_ui.persistence.schema import tasks
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import PICTURE, Workshop, slower
from tests.integration.runninghub.conftest import Seen, Start, Wire, start_server, wire

__all__ = ["start_server", "wire"]

HTML = b"<!doctype html><html><body>busy</body></html>"


def picture(seed: int, form: str = "PNG", side: int = 96) -> bytes:
    """A grainy picture, so that half of its bytes are not a valid file."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form)
    return out.getvalue()


def answering(workshop: Workshop, *results: dict[str, Any], times: int = -1) -> None:
    """The service's results, from now on or this many times."""
    value = {"results": list(results)}
    told = {"on": "query", "do": "set", "value": value, "when": "SUCCESS", "times": times}
    workshop.emulator.script(faults=[told])


def told_results(workshop: Workshop) -> int:
    """How often the service was asked for the results."""
    return len([entry for entry in workshop.requests("query") if entry["fault"] == "set"])


def stored(workshop: Workshop, task: Task, position: int = 0) -> str:
    """The hash in the note beside the result; the stored file is valid."""
    output = task.outputs[position]
    with workshop.library.open(f"{output.file_key}.json") as file:
        told = json.load(file)["file"]
    with workshop.library.open(output.file_key) as file:
        data = file.read()
        Image.open(io.BytesIO(data)).load()
    assert told["sha256"] == output.sha256 == digest(data)
    return str(told["fetched_sha256"])


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def one_file(workshop: Workshop, content: bytes, name: str = "a.png", kind: str = "png") -> None:
    answering(workshop, {"url": workshop.emulator.link_of(name, content), "outputType": kind})


def ranges(workshop: Workshop) -> list[str]:
    return [entry["headers"].get("range", "") for entry in workshop.requests("download")]


AGAIN = ["cut-chunked", "cut-gzip", "denied", "html", "html502-after", "drop", "drop-after", "empty"]


@pytest.mark.parametrize("fault", AGAIN)
def test_what_is_no_whole_result_is_fetched_again(workshop: Workshop, fault: str) -> None:
    content = picture(1)
    one_file(workshop, content)
    workshop.emulator.fault("download", fault)
    task = workshop.done(workshop.submit(PICTURE))
    assert stored(workshop, task) == digest(content)
    assert len(workshop.requests("submit")) == 1, "fetching again is never a new run"


@pytest.mark.parametrize("fault", ["drip", "no-length", "mislabel"])
def test_a_slow_an_unmeasured_and_a_mislabelled_file_pass_at_once(workshop: Workshop, fault: str) -> None:
    content = picture(1, "WEBP")
    one_file(workshop, content)
    workshop.emulator.fault("download", fault, value="text/plain" if fault == "mislabel" else 8, seconds=0.02)
    task = workshop.done(workshop.submit(PICTURE))
    assert stored(workshop, task) == digest(content)
    assert task.outputs[0].name.endswith(".webp"), "its true extension, whatever link and label say"
    assert (task.outputs[0].kind, task.outputs[0].mime) == (OutputKind.IMAGE, "image/webp")
    assert ranges(workshop) == [""]


GO_ON = {
    "with the rest": ([], 2),
    "with the whole, as the store knows no ranges": ([{"do": "no-range"}], 2),
    "anew, as the content is another": ([{"do": "new-etag"}], 3),
    "anew, as the rest is of another place": ([{"do": "wrong-range"}], 3),
    "with the rest, over another host": ([{"do": "redirect"}], 3),
}


@pytest.mark.parametrize(("faults", "requests_made"), GO_ON.values(), ids=GO_ON.keys())
def test_a_cut_file_continues(workshop: Workshop, faults: list[dict[str, Any]], requests_made: int) -> None:
    content = picture(1)
    link = workshop.emulator.link_of("a.png", content)
    answering(workshop, {"url": link, "outputType": "png"})
    elsewhere = link.replace("127.0.0.1", "localhost")
    told = [{"on": "download", "when": "range", "value": elsewhere, **fault} for fault in faults]
    workshop.emulator.script(faults=[{"on": "download", "do": "cut"}, *told])
    task = workshop.done(workshop.submit(PICTURE))
    assert stored(workshop, task) == digest(content)
    asked = ranges(workshop)
    assert asked[0] == "" and asked[1] == f"bytes={len(content) // 2}-" and len(asked) == requests_made


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_link_that_dies_half_way_is_renewed_once_and_the_file_continues(
    workshop: Workshop, status: int
) -> None:
    content = picture(1)
    link = workshop.emulator.link_of("a.png", content)
    answering(workshop, {"url": link, "outputType": "png"}, times=1)
    answering(workshop, {"url": f"{link}&fresh=1", "outputType": "png"})
    died = {"on": "download", "do": "http", "status": status, "when": "range"}
    workshop.emulator.script(faults=[{"on": "download", "do": "cut"}, died])
    ended = workshop.done(workshop.submit(PICTURE))
    assert stored(workshop, ended) == digest(content)
    assert ended.outputs[0].remote_url.endswith("&fresh=1")
    assert told_results(workshop) == 2
    half = f"bytes={len(content) // 2}-"
    assert ranges(workshop) == ["", half, half]


def test_neither_key_nor_cookie_follows_to_another_host(workshop: Workshop) -> None:
    """The emulator's store refuses a request with a key, as signed links do."""
    content = picture(1)
    link = workshop.emulator.link_of("a.png", content)
    answering(workshop, {"url": link, "outputType": "png"})
    workshop.emulator.fault("download", "redirect", value=link.replace("127.0.0.1", "localhost"))
    task = workshop.done(workshop.submit(PICTURE))
    assert stored(workshop, task) == digest(content)
    seen = workshop.requests("download")
    assert [entry["headers"]["host"].partition(":")[0] for entry in seen] == ["127.0.0.1", "localhost"]
    assert not any(entry["authorization"] or entry["cookie"] for entry in seen)


def test_a_redirect_to_a_login_page_is_no_result(workshop: Workshop) -> None:
    one_file(workshop, picture(1))
    workshop.emulator.fault("download", "redirect", times=-1)
    task = workshop.reach(workshop.submit(PICTURE))
    assert (task.state, task.charged) == (TaskState.FAILED, Charged.YES)
    assert (task.outputs[0].state, task.outputs[0].file_key) == (OutputState.FAILED, "")
    assert task.error is not None and "web page" in task.error.message
    assert task.outputs[0].remote_url, "the link is kept and can be tried again"


def test_genuine_files_get_their_true_extension(workshop: Workshop) -> None:
    """C08: a PNG without a name, a WebP at a .png link, a GLB announced as text, and a real text."""
    glb = b"glTF\x02\x00\x00\x00\x2c\x00\x00\x00\x18\x00\x00\x00JSON" + b'{"asset":{"version":"2"}}'[:24]
    files = [
        ("file", picture(1), "png", "png"),
        ("a.png", picture(2, "WEBP"), "png", "webp"),
        ("a.txt", glb, "glb", "glb"),
        ("a.json", b'{"answer": 42}', "json", "json"),
    ]
    answering(
        workshop,
        *(
            {"url": workshop.emulator.link_of(n, content), "outputType": kind}
            for n, content, kind, _ in files
        ),
    )
    task = workshop.done(workshop.submit(PICTURE))
    assert [output.name.rpartition(".")[2] for output in task.outputs] == [file[3] for file in files]


class FlakyStore:
    """Answers 500 until it is repaired."""

    def __init__(self, start: Start, wire: Wire, content: bytes) -> None:
        self.mended = False
        self._wire, self._content = wire, content
        self.server = start(self._answer)

    def _answer(self, _seen: Seen) -> bytes:
        return self._wire.http(200, self._content) if self.mended else self._wire.http(500, HTML)


def test_one_of_four_is_retried_alone_while_the_others_are_here(
    open_workshop: Open, start_server: Start, wire: Wire
) -> None:
    workshop = open_workshop(pace=slower(download_tries=1000))
    contents = [picture(seed) for seed in range(4)]
    links = [workshop.emulator.link_of(f"{n}.png", content) for n, content in enumerate(contents)]
    flaky = FlakyStore(start_server, wire, contents[2])
    links[2] = f"{flaky.server.url}/third.png"
    words = {"url": None, "outputType": "txt", "text": "four words about it"}
    answering(workshop, *({"url": link, "outputType": "png"} for link in links), words)
    task = workshop.submit(PICTURE)
    workshop.note(task, "retrying")
    meanwhile = workshop.history.task(task.id)
    assert meanwhile.state is TaskState.DOWNLOADING
    assert [output.state for output in meanwhile.outputs] == [
        OutputState.SAVED, OutputState.SAVED, OutputState.PENDING, OutputState.SAVED, OutputState.SAVED,
    ]  # fmt: skip
    flaky.mended = True
    done = workshop.done(task)
    assert [stored(workshop, done, n) for n in range(4)] == list(map(digest, contents)), (
        "all four, in the service's order"
    )
    assert done.outputs[4].text == "four words about it"
    assert done.outputs[4].file_key, "the text is a file, too"
    assert len(workshop.requests("download")) == 3, "the others were fetched once"


def test_files_of_one_run_come_side_by_side(workshop: Workshop, start_server: Start, wire: Wire) -> None:
    """Neither answers before both were requested: one after the other would never finish."""
    contents = [picture(seed) for seed in range(2)]

    together = threading.Event()

    def answer(seen: Seen) -> bytes:
        together.wait(20)
        return wire.http(200, contents[int(seen.path[1:])])

    def both() -> bool:
        return {"/0", "/1"} <= {seen.path for seen in server.seen}

    server = start_server(answer)
    answering(workshop, *({"url": f"{server.url}/{n}", "outputType": "png"} for n in range(2)))
    task = workshop.submit(PICTURE)
    workshop.until(both, "both asked for")
    together.set()
    done = workshop.done(task)
    assert [stored(workshop, done, n) for n in range(2)] == list(map(digest, contents))


def test_the_same_link_twice_is_one_result(workshop: Workshop) -> None:
    link = workshop.emulator.link_of("a.png", picture(1))
    answering(workshop, *[{"url": link, "outputType": "png"}] * 2)
    task = workshop.done(workshop.submit(PICTURE))
    assert len(task.outputs) == 1
    assert len(workshop.requests("download")) == 1


def test_four_dead_links_are_renewed_with_one_question(workshop: Workshop) -> None:
    contents = [picture(seed) for seed in range(4)]
    links = [workshop.emulator.link_of(f"{n}.png", content) for n, content in enumerate(contents)]
    answering(workshop, *({"url": f"{link}0", "outputType": "png"} for link in links), times=1)
    answering(workshop, *({"url": link, "outputType": "png"} for link in links))
    done = workshop.done(workshop.submit(PICTURE))
    assert [stored(workshop, done, n) for n in range(4)] == list(map(digest, contents))
    assert told_results(workshop) == 2
    assert len(workshop.requests("download")) == 8


def test_a_restart_in_the_middle_of_a_file_continues_it(workshop: Workshop) -> None:
    """The program ends while a file is downloaded slowly; the next start requests only the rest."""
    content = picture(1, side=400)
    one_file(workshop, content)
    workshop.emulator.fault("download", "drip", value=200, seconds=0.05)
    task = workshop.submit(PICTURE)
    part = workshop.library.staging(task.id, 0).with_suffix(".part")
    workshop.until(lambda: part.exists() and part.stat().st_size > 10_000, "the first bytes are here")
    workshop.stop()
    here = part.stat().st_size
    assert 0 < here < len(content)
    workshop.start()
    done = workshop.done(task)
    assert stored(workshop, done) == digest(content)
    assert ranges(workshop) == ["", f"bytes={here}-"]
    assert not list(part.parent.glob(f"{task.id}*"))


def test_a_link_of_yesterday_is_renewed_by_hand_too(workshop: Workshop) -> None:
    """A result that was given up is downloaded again from a new link, for free."""
    content = picture(1)
    one_file(workshop, content)
    workshop.emulator.fault("download", "http", status=503, times=-1)
    task = workshop.reach(workshop.submit(PICTURE))
    assert task.error is not None and task.error.code == "file-failed"
    workshop.emulator.script(clear=True)
    one_file(workshop, content)
    workshop.results.retry_files(task.id)
    assert stored(workshop, workshop.reach(task, TaskState.DONE)) == digest(content)
    assert len(workshop.requests("submit")) == 1
    assert requests.get(task.outputs[0].remote_url, timeout=30).content == content


@pytest.mark.parametrize("state", [TaskState.DOWNLOADING, TaskState.FAILED])
def test_who_has_no_key_leaves_the_run_to_the_program_that_follows_it(
    open_workshop: Open, state: TaskState
) -> None:
    """Without the key it could not ask for a new link; when the other program is gone, it may try."""
    workshop = open_workshop()
    workshop.emulator.fault("download", "http", status=404, times=-1)
    task = workshop.reach(workshop.submit(PICTURE), TaskState.FAILED)
    workshop.restart(clients={})
    other = "another program"
    leases = Leases(workshop.database)
    leases.acquire(other, "elsewhere", 1)
    if state is TaskState.DOWNLOADING:
        assert workshop.repositories.tasks.reopen(task.id, TaskState.FAILED, owner=other)
    else:
        with workshop.database.write() as connection:
            connection.execute(update(tasks).where(tasks.c.id == task.id).values(worker=other))
    with pytest.raises(MoveRefused) as refused:
        workshop.results.retry_files(task.id)
    assert refused.value.code == "followed-elsewhere"
    assert (workshop.history.task(task.id).worker, workshop.history.task(task.id).state) == (other, state)
    leases.release(other)
    assert workshop.results.retry_files(task.id).worker == workshop.engine.worker


def test_a_run_that_moved_on_in_the_same_moment_is_not_fetched(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop.emulator.fault("download", "http", status=404, times=-1)
    task = workshop.reach(workshop.submit(PICTURE), TaskState.FAILED)
    asked: list[str] = []
    monkeypatch.setattr(type(workshop.repositories.tasks), "reopen", lambda *_args, **_more: False)
    monkeypatch.setattr(type(workshop.engine), "fetch_now", lambda _engine, task_id: asked.append(task_id))
    assert workshop.results.retry_files(task.id).state is TaskState.FAILED
    assert asked == []
