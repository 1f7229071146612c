"""Each result says which model made it, with which settings, and contains no private data."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

from rh_ui.domain import OutputKind, Params, Task
from rh_ui.engine.provenance import provenance_for
from rh_ui.media.embed.edits import MADE_BY_AI
from rh_ui.media.provenance import Provenance, read_note
from rh_ui.storage.zip_stream import ZipEntry, bundled
from tests.integration.engine.test_downloads import answering
from tests.integration.engine.test_engine_runs import EDIT, picture
from tests.integration.engine.workshop import PICTURE, TEXT, Workshop
from tests.integration.runninghub.conftest import Start, Wire, start_server, wire
from tests.unit.media.test_marks_of_origin import signed_png

__all__ = ["start_server", "wire"]

SIGNED = "https://pictures.example/b.png?expires=1&sign=SECRET"
"""Of a public store: a link that only this network knows is never sent."""


def told(workshop: Workshop, task: Task, position: int = 0, *, beside: bool = False) -> Provenance:
    key = task.outputs[position].file_key
    with workshop.library.open(f"{key}.json" if beside else key) as file:
        note = read_note(file.read())
    assert isinstance(note, Provenance), note
    return note


def test_a_result_carries_its_settings_and_the_names_of_its_files(workshop: Workshop, tmp_path: Path) -> None:
    ref = workshop.inputs.keep(picture(tmp_path, "a.png"), "holiday & sun.png").ref
    link = SIGNED
    params: Params = {"prompt": "a fox <猫>", "imageUrls": [ref, link]}
    task = workshop.done(workshop.submit(EDIT, params))
    origin = told(workshop, task)
    assert origin == told(workshop, task, beside=True)
    assert origin.endpoint == EDIT
    assert origin.model == workshop.catalog.get(EDIT).title
    assert origin.payload == {**task.params, "imageUrls": [ref, link.partition("?")[0]]}
    assert origin.inputs == {ref: "holiday & sun.png"}
    assert origin.shortened == [link.partition("?")[0]]
    assert (origin.run, origin.task_id) == (task.id, task.remote_id)
    assert task.submitted_at and origin.made_at == task.submitted_at.isoformat(timespec="seconds")


def test_no_key_and_no_signature_is_in_any_file_of_the_library(workshop: Workshop) -> None:
    (edited,) = workshop.done(workshop.submit(EDIT, {"imageUrls": [SIGNED]})).outputs
    workshop.done(workshop.submit(TEXT))
    workshop.until(lambda: workshop.history.output(edited.id).has_picture, "its small picture is drawn")
    files = [path for path in (workshop.folder / "library").rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        data = path.read_bytes()
        assert workshop.emulator.key.encode() not in data, path
        assert b"sign=" not in data and workshop.client.fingerprint.encode() not in data, path


def test_texts_and_files_alike_have_a_note_beside_them(workshop: Workshop) -> None:
    task = workshop.done(workshop.submit(TEXT))
    assert task.outputs[0].kind is OutputKind.TEXT
    assert told(workshop, task, beside=True).endpoint == TEXT


def test_a_model_that_is_no_longer_known_keeps_its_path(workshop: Workshop, tmp_path: Path) -> None:
    ref = workshop.inputs.keep(picture(tmp_path, "a.png"), "a.png").ref
    task = workshop.done(workshop.submit(PICTURE, {"prompt": "see https://x.example/a?b=1"}))
    params: Params = {"anything": [ref, "https://x.example/a?b=SECRET"], "size": 3}
    gone = replace(task, endpoint="gone/model", params=params)
    origin = provenance_for(gone, workshop.catalog, workshop.library)
    assert (origin.endpoint, origin.model) == ("gone/model", "")
    assert origin.payload == {"anything": [ref, "https://x.example/a"], "size": 3}
    assert told(workshop, task).payload["prompt"] == "see https://x.example/a?b=1", "words are words"
    lost = replace(task, endpoint="gone/model", params={"a": f"input:{'0' * 64}.png"})
    assert list(provenance_for(lost, workshop.catalog, workshop.library).inputs.values()) == [""]


def test_a_signed_result_is_stored_and_zipped_as_it_came(
    workshop: Workshop, start_server: Start, wire: Wire, tmp_path: Path
) -> None:
    """Its manifest signs its bytes: our note is beside it only."""
    content = signed_png(tmp_path)
    server = start_server(lambda _seen: wire.http(200, content))
    answering(workshop, {"url": f"{server.url}/a", "outputType": "png"})
    task = workshop.done(workshop.submit(PICTURE))
    key = task.outputs[0].file_key
    with workshop.library.open(key) as file:
        assert file.read() == content
    assert told(workshop, task, beside=True).digital_source_type == MADE_BY_AI
    packed = b"".join(bundled(workshop.library, [ZipEntry(key, "a.png")], lambda done: []))
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        assert opened.read("a.png") == content
