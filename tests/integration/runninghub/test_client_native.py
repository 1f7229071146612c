"""The key as a part of an address: of ComfyUI tools, of an app's form (API sheet §5.3, 11)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from rh_ui.errors import KeyRefused, Unreachable
from rh_ui.log import LAYOUT, hiding
from rh_ui.runninghub.client import Client
from rh_ui.runninghub.runs import app_form
from tests.integration.runninghub.conftest import Start, Wire, always, script


@pytest.fixture
def hidden(wire: Wire, caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every log record of every library, as the program makes them."""
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(hiding(wire.KEY))
    caplog.set_level(logging.DEBUG)
    yield caplog
    logging.setLogRecordFactory(before)


def logged(records: list[logging.LogRecord]) -> str:
    return "\n".join(f"{logging.Formatter(LAYOUT).format(record)} {vars(record)}" for record in records)


def test_a_repeated_question_with_the_key_in_its_address_shows_it_to_no_handler(
    start_server: Start, wire: Wire, hidden: pytest.LogCaptureFixture
) -> None:
    form = {"code": 0, "data": {"webappName": "Kite", "nodeInfoList": []}}
    server = start_server(lambda _seen: b"" if len(server.seen) == 1 else wire.reply(form))
    assert app_form(Client(server.url, wire.KEY, read_timeout=5), "1").name == "Kite"
    assert [wire.KEY in seen.path for seen in server.seen] == [True, True]
    said = logged(hidden.records)
    assert "Retrying" in said and "apiCallDemo" in said
    assert wire.KEY not in said


def test_the_address_for_other_tools_is_tried_with_a_real_question(url: str) -> None:
    client = Client(url, "demo-shared")
    assert client.native() == f"{url}/proxy/demo-shared"
    assert client.native(plus=True) == f"{url}/proxy-plus/demo-shared"
    client.try_native()
    with pytest.raises(KeyRefused):
        Client(url, "nobody").try_native()
    script(url, faults=[{"on": "native", "do": "html502"}])
    with pytest.raises(Unreachable) as fault:
        client.try_native()
    assert fault.value.why == "broken"
    with pytest.raises(KeyRefused):
        Client(url, "").native()


def test_a_key_in_an_address_shows_nowhere(
    start_server: Start, wire: Wire, hidden: pytest.LogCaptureFixture
) -> None:
    server = start_server(always(b""))
    with pytest.raises(Unreachable) as fault:
        Client(server.url, wire.KEY, read_timeout=2).try_native()
    assert wire.KEY not in str(fault.value)
    assert (fault.value.why, fault.value.__cause__) == ("lost", None)
    assert server.seen[0].path == f"/proxy/{wire.KEY}/history?max_items=1"
    assert "authorization" not in server.seen[0].headers
    assert wire.KEY not in logged(hidden.records)


@pytest.mark.parametrize("question", ["query", "outputs"])
def test_a_key_that_the_service_quotes_is_not_passed_on(
    start_server: Start, wire: Wire, question: str
) -> None:
    told = f"key {wire.KEY} broke at https://x.example/a?sign=SECRET"
    new = {"taskId": "1", "status": "FAILED", "errorCode": "4711", "errorMessage": told}
    old = {"code": 805, "msg": told, "data": None}
    server = start_server(always(wire.reply(new if question == "query" else old)))
    client = Client(server.url, wire.KEY)
    task = client.query("1") if question == "query" else client.outputs("1").task
    assert task.error_message == "key ••• broke at https://x.example/a?…"
