"""The user's own LoRAs: uploaded with progress, tried again, cancelled, listed; with the public ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rh_ui.errors import InputRefused, KeyRefused, NotFound
from rh_ui.persistence.repositories.loras import LoraRepository
from rh_ui.runninghub.client import Client
from rh_ui.services import loras as loras_module
from rh_ui.services.loras import LoraPlace, Loras
from tests.files import make_weights
from tests.integration.emulator.caller import Caller, until
from tests.integration.engine.workshop import Workshop

SIZE = 3 * 1024 * 1024


@pytest.fixture
def loras(workshop: Workshop) -> Loras:
    return Loras(LoraPlace(LoraRepository(workshop.database, *workshop.account), workshop.client))


def weights(folder: Path, name: str = "mine", size: int = SIZE) -> Path:
    return make_weights(folder / f"{name}.safetensors", size)


def test_a_lora_is_sent_listed_by_account_and_taken_off(
    loras: Loras, workshop: Workshop, tmp_path: Path
) -> None:
    path = weights(tmp_path)
    whole = path.stat().st_size
    sending = loras.upload(path, "Mine, v2.SafeTensors")
    until(lambda: not loras.list_uploads())
    (mine,) = loras.list_own()
    assert (mine.name, mine.size, sending.done) == ("Mine, v2", whole, whole)
    assert mine.file.startswith("api-lora-cn/") and not path.exists()
    other = Loras(
        LoraPlace(LoraRepository(workshop.database, workshop.account[0], "somebody else"), workshop.client)
    )
    assert other.list_own() == []
    loras.upload(weights(tmp_path), "Mine, v3.safetensors")
    until(lambda: not loras.list_uploads())
    assert [(one.file, one.name) for one in loras.list_own()] == [(mine.file, "Mine, v3")]
    loras.remove(mine.file)
    assert loras.list_own() == []


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"on": "put", "do": "drop"}, "broke"),
        ({"on": "lora", "do": "set", "value": {"data": {}}}, "broke"),
        ({"on": "lora", "do": "refuse", "code": "301"}, "refused"),
    ],
)
def test_an_upload_that_broke_is_tried_again(
    loras: Loras,
    workshop: Workshop,
    engine_emulator: str,
    tmp_path: Path,
    fault: dict[str, Any],
    problem: str,
) -> None:
    path = weights(tmp_path, "mine", SIZE + len(str(fault)))
    Caller(engine_emulator).script(faults=[fault])
    sending = loras.upload(path, path.name)
    until(lambda: sending.problem != "")
    assert (sending.problem, loras.list_own(), path.exists()) == (problem, [], True)
    assert sending.diagnosis is not None and "sign=" not in str(sending.diagnosis)
    loras.retry(sending.id)
    until(lambda: not loras.list_uploads())
    assert len(loras.list_own()) == 1 and not path.exists()
    with pytest.raises(NotFound):
        loras.retry(sending.id)


def test_a_wrong_key_is_said_and_the_upload_dismissed(
    workshop: Workshop, engine_emulator: str, tmp_path: Path
) -> None:
    client = Client(engine_emulator, "rh_TESTKEY_unknown")
    loras = Loras(LoraPlace(LoraRepository(workshop.database, *workshop.account), client))
    path = weights(tmp_path, size=5000)
    sending = loras.upload(path, path.name)
    until(lambda: sending.problem != "")
    assert sending.problem == "key" and loras.list_uploads() == [sending]
    loras.cancel(sending.id)
    assert loras.list_uploads() == [] and not path.exists()
    with pytest.raises(KeyRefused):
        loras.search_public("LORA", "")


def test_a_running_upload_is_stopped(loras: Loras, tmp_path: Path) -> None:
    path = weights(tmp_path, "stopped", 40 * 1024 * 1024)
    sending = loras.upload(path, path.name)
    loras.cancel(sending.id)
    until(lambda: not loras.list_uploads())
    assert loras.list_own() == [] and not path.exists() and sending.done < sending.size
    loras.upload(weights(tmp_path, "after", 5000), "after.safetensors")
    until(lambda: not loras.list_uploads())
    assert [one.name for one in loras.list_own()] == ["after"]


def test_a_file_that_is_no_lora_goes_nowhere(
    loras: Loras, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal(content: bytes, name: str) -> str:
        path = tmp_path / "chosen"
        path.write_bytes(content)
        with pytest.raises(InputRefused) as refused:
            loras.upload(path, name)
        assert not path.exists() and loras.list_uploads() == []
        return str(refused.value)

    whole = weights(tmp_path, size=5000).read_bytes()
    assert refusal(whole, "mine.ckpt") == "suffix"
    assert refusal(b"\x80\x02ctorch", "mine.safetensors") == "content"
    assert refusal(whole[:-9], "mine.safetensors") == "cut"
    monkeypatch.setattr(loras_module, "LARGEST", 4000)
    assert refusal(whole, "mine.safetensors") == "large"


def test_public_models_are_found_beside_them(loras: Loras) -> None:
    page = loras.search_public("LORA", " ink ")
    assert [found.node_name for found in page.resources] == ["ink-wash.safetensors"]
    assert {found.kind for found in loras.search_public("CHECKPOINT", "").resources} == {"CHECKPOINT"}
