"""The emulator's parts without a server: links, task store, accounts, script, journal, replies."""

from __future__ import annotations

import socket
import time
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest

from rh_ui.emulator import replies
from rh_ui.emulator.accounts import MICRO, Accounts
from rh_ui.emulator.fault_injection import FaultScript, ScriptRefused, Switches
from rh_ui.emulator.journal import bearer, shown
from rh_ui.emulator.media_urls import BadMedia, MediaUrls
from rh_ui.emulator.middleware import operation_of
from rh_ui.emulator.render_request import RenderOutput
from rh_ui.emulator.server import open_port
from rh_ui.emulator.task_store import Record, Status, TaskStore, move

BASE = "http://127.0.0.1:9"


def record(task_id: str, **more: object) -> Record:
    values: dict[str, object] = {
        "id": task_id, "account": "k", "endpoint": "a/b", "params": {"prompt": "喵\ud800"},
        "status": Status.QUEUED, "created": time.time(), "start_at": 1.0, "end_at": 2.0, "charge": 5 * MICRO,
        "media": (("imageUrl", "image", ""),),
    }  # fmt: skip
    return Record(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def files(tmp_path: Path) -> MediaUrls:
    return MediaUrls(tmp_path, "made-up secret")


def test_a_link_lives_until_its_time(files: MediaUrls) -> None:
    stored, digest, size = files.keep_upload(BytesIO(b"abc"), "x.PNG")
    assert (stored, size) == (f"{digest}.png", 3)
    alive = files.local(files.upload_link(BASE, stored, time.time() + 60), BASE)
    assert alive is not None
    assert alive.read_bytes() == b"abc"
    with pytest.raises(BadMedia, match="expired"):
        files.local(files.upload_link(BASE, stored, time.time() - 1), BASE)


def test_a_link_is_known_again_under_another_address_but_not_from_another_emulator(
    files: MediaUrls, tmp_path: Path
) -> None:
    stored, _, _ = files.keep_upload(BytesIO(b"abc"), "x.png")
    link = files.upload_link(BASE, stored, time.time() + 60)
    assert files.local(link, "http://localhost:1") is not None
    with pytest.raises(BadMedia, match="signature"):
        MediaUrls(tmp_path, "another secret").local(link, BASE)


def test_foreign_links_are_left_alone_and_data_is_read(files: MediaUrls) -> None:
    assert files.local("https://pictures.example/a.png", BASE) is None
    path = files.local("data:image/jpeg;base64,YWJj", BASE)
    assert path is not None
    assert (path.suffix, path.read_bytes()) == (".jpg", b"abc")
    for bad in ("data:image/png;base64,@", "data:,abc", "ftp://x/y", "input:abc.png", f"{BASE}/nothing"):
        with pytest.raises(BadMedia):
            files.local(bad, BASE)


def test_old_files_are_pruned_and_young_ones_kept(files: MediaUrls, tmp_path: Path) -> None:
    files.keep_upload(BytesIO(b"abc"), "x.png")
    (tmp_path / "results" / "1").mkdir()
    files.prune(3600)
    assert len(list(tmp_path.glob("*/*"))) == 2
    files.prune(-1)
    assert list(tmp_path.glob("*/*")) == []


def test_the_book_gives_back_what_was_put_in(tmp_path: Path) -> None:
    book = TaskStore(tmp_path / "b.sqlite3")
    first = record(book.new_id())
    book.save(first)
    done = move(
        record(book.new_id()),
        Status.SUCCESS,
        [RenderOutput("a.png", "png"), RenderOutput("", "txt", "hello")],
    )
    book.save(done)
    secret = book.secret
    book.close()
    again = TaskStore(tmp_path / "b.sqlite3")
    assert again.get(first.id) == first
    assert again.get(done.id) == done
    assert again.active() == [first]
    assert again.counts("k") == (0, 1)
    assert again.spent("k") == 10 * MICRO
    assert again.secret == secret
    assert int(again.new_id()) > int(done.id)
    again.close()


@pytest.mark.parametrize(
    ("status", "charge"), [(Status.SUCCESS, 5), (Status.FAILED, 0), (Status.CANCELLED, 0)]
)
def test_only_success_costs(status: Status, charge: int) -> None:
    ended = move(record("1"), status)
    assert ended.charge == charge * MICRO
    assert ended.finished > 0


def test_charges_of_yesterday_are_forgotten(tmp_path: Path) -> None:
    book = TaskStore(tmp_path / "b.sqlite3")
    book.save(record("1", created=time.time() - 90_000))
    assert book.spent("k") == 0
    book.close()


def test_a_balance_is_what_is_left_from_now_on() -> None:
    spent = {"demo-shared": 30 * MICRO}
    accounts = Accounts(lambda key: spent.get(key, 0))
    changed = accounts.change("demo-shared", balance="0.5")
    assert accounts.left(changed) == MICRO // 2
    spent["demo-shared"] += MICRO // 4
    assert accounts.left(changed) == MICRO // 4
    accounts.reset()
    known = accounts.find("demo-shared")
    assert known is not None
    assert accounts.left(known) > 900 * MICRO


def test_faults_are_counted_down_and_wait_for_their_word() -> None:
    script = FaultScript(Switches())
    script.add([{"on": "query", "do": "empty-success"}, {"on": "any", "do": "drop", "times": 2}])
    assert script.after("query", "", "RUNNING") is None
    assert script.waits_for("query", "")
    struck = script.after("query", "", "SUCCESS")
    assert struck is not None
    assert struck.do == "empty-success"
    assert not script.waits_for("query", "")
    assert [script.before("submit", "a/b") is not None for _ in range(3)] == [True, True, False]


def test_a_bad_script_leaves_everything_as_it_was() -> None:
    script = FaultScript(Switches())
    with pytest.raises(ScriptRefused, match="must be one of"):
        script.add([{"on": "query", "do": "drop"}, {"on": "query", "do": "dropp"}])
    assert script.faults == []
    with pytest.raises(ScriptRefused, match="no switch 'speed'"):
        script.change({"small": True, "speed": 3})
    assert script.switches == Switches()


def test_the_journal_hides_keys_at_any_depth() -> None:
    body = {"apiKey": "s3cret", "list": [{"apikey": "s3cret", "prompt": "x"}]}
    assert shown(body) == {"apiKey": "***", "list": [{"apikey": "***", "prompt": "x"}]}
    assert bearer("Bearer  abc") == "abc"
    assert bearer("Basic abc") == ""


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/openapi/v2/a/b", ("submit", "a/b")),
        ("POST", "/openapi/v2/price-preview/a/b", ("preview", "a/b")),
        ("POST", "/openapi/v2/query", ("query", "")),
        ("GET", "/openapi/v2/query", ("other", "")),
        ("GET", "/files/input/x", ("download", "")),
    ],
)
def test_operations_are_told_from_method_and_path(method: str, path: str, operation: tuple[str, str]) -> None:
    assert operation_of(method, path) == operation


@pytest.mark.parametrize(
    ("money", "text"), [("0.5", "0.50"), ("12", "12.00"), ("100", "100.00"), ("0.125", "0.125")]
)
def test_money_is_written_as_the_service_does(money: str, text: str) -> None:
    assert replies.decimal(Decimal(money)) == text


def test_refusals_have_the_shape_of_their_generation() -> None:
    assert set(replies.refusal("submit", "421")) == {
        "taskId",
        "status",
        "errorCode",
        "errorMessage",
        "results",
    }
    assert set(replies.refusal("query", "1004")) == {"errorCode", "errorMessage"}
    assert set(replies.refusal("upload", "1008")) == {"code", "message", "data"}
    assert replies.refusal("cancel", "421")["msg"] == "TASK_QUEUE_MAXED"


def test_the_servers_socket_names_its_protocol_so_that_answers_are_not_delayed() -> None:
    with open_port("127.0.0.1", 0) as opened:
        assert opened.proto == socket.IPPROTO_TCP
