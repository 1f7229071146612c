"""Every endpoint of the table, once: a valid payload through services, engine, client and emulator to a real
file of the right kind; and an invalid one that is refused before any request."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from rh_ui.catalog.schema import Catalog, Endpoint, Field
from rh_ui.domain import NO_PICTURE, FieldKind, Modality, OutputKind, OutputState, TaskState
from rh_ui.errors import PayloadRefused
from rh_ui.services.input_service import InputService
from tests.files import make_file, make_sound
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import QUICK, Workshop, slower
from tests.orders import submit
from tests.samples import invalid_params, link_for, valid_params

KINDS: Final = {
    Modality.IMAGE: OutputKind.IMAGE,
    Modality.VIDEO: OutputKind.VIDEO,
    Modality.AUDIO: OutputKind.AUDIO,
    Modality.THREE_D: OutputKind.MODEL,
    Modality.TEXT: OutputKind.TEXT,
}
PATIENCE: Final = 400.0
LONG_ENOUGH: Final = 7
"""Seconds of a sound that every model takes: a song to be sung anew has at least six."""


class Inputs:
    """Small real files, stored in the library as the page would."""

    def __init__(self, kept: InputService, folder: Path) -> None:
        self._kept = kept
        self._folder = folder
        self._refs: dict[str, str] = {}

    def for_field(self, field: Field) -> str:
        assert field.file_kind is not None
        usual = {FieldKind.IMAGE: "png", FieldKind.VIDEO: "mp4", FieldKind.AUDIO: "mp3"}[field.file_kind]
        extension = usual if not field.accept or usual in field.accept else field.accept[0]
        if extension not in self._refs:
            path = self._folder / f"input.{extension}"
            if field.file_kind is FieldKind.AUDIO:
                make_sound(path, LONG_ENOUGH)
            else:
                make_file(path, field.file_kind)
            self._refs[extension] = self._kept.keep(path, path.name).ref
        return self._refs[extension]


@pytest.fixture(scope="module")
def everything(engine_catalog: Catalog) -> list[Endpoint]:
    return [endpoint for endpoint in engine_catalog.endpoints.values() if endpoint.offered]


def ran(workshop: Workshop, endpoint: Endpoint, task_id: str) -> str:
    """What is wrong with this run; empty when it ended with real files of the right kind."""
    task = workshop.history.task(task_id)
    if task.state is not TaskState.DONE or task.error or not task.outputs:
        return f"{endpoint.path}: {task.state} {task.error}"
    if task.estimate and (not task.cost or round(task.cost.amount - task.estimate.amount, 5)):
        return f"{endpoint.path}: shown {task.estimate}, charged {task.cost}"
    for output in task.outputs:
        stored = output.file_key and workshop.library.size(output.file_key)
        if output.state is not OutputState.SAVED or not stored or stored != output.size:
            return f"{endpoint.path}: the file is not there"
        if output.kind is not KINDS[endpoint.modality]:
            return f"{endpoint.path}: {output.kind} in place of {KINDS[endpoint.modality]}"
        if not output.text and workshop.picture(output) == NO_PICTURE:
            return f"{endpoint.path}: no small picture"
    return ""


@pytest.mark.timeout(PATIENCE + 60)
def test_a_valid_payload_of_every_endpoint_ends_in_a_file(
    open_workshop: Open, everything: list[Endpoint], tmp_path: Path
) -> None:
    pace = slower(QUICK, poll_steps=((2.0, 0.5),), poll_slowest=2.0)
    workshop = open_workshop(pace=pace, limit=60, balance="100000")
    inputs = Inputs(workshop.inputs, tmp_path)
    assert len(everything) >= 490
    runs = {}
    for endpoint in everything:
        runs[endpoint.path] = submit(
            workshop.runs, endpoint.path, valid_params(endpoint, inputs.for_field), request_id=endpoint.path
        ).id
    workshop.until(lambda: workshop.history.active_count() == 0, "all runs ended", patience=PATIENCE)
    faults = [ran(workshop, endpoint, runs[endpoint.path]) for endpoint in everything]
    assert [fault for fault in faults if fault] == []
    sent = [entry["endpoint"] for entry in workshop.requests("submit") if entry["task_id"]]
    assert sorted(sent) == sorted(runs), "each was accepted exactly once"


def test_an_invalid_payload_of_every_endpoint_never_leaves(
    open_workshop: Open, everything: list[Endpoint], engine_catalog: Catalog
) -> None:
    workshop = open_workshop()
    accepted = []
    for endpoint in everything:
        try:
            submit(workshop.runs, endpoint.path, invalid_params(endpoint))
        except PayloadRefused as refused:
            assert refused.problems, endpoint.path
        else:
            accepted.append(endpoint.path)
    assert accepted == []
    for path, endpoint in engine_catalog.endpoints.items():
        if not endpoint.offered:
            with pytest.raises(PayloadRefused) as closed:
                submit(workshop.runs, path, valid_params(endpoint, link_for))
            assert [problem.code for problem in closed.value.problems] == [
                f"not_offered_{endpoint.not_offered}"
            ]
    assert workshop.history.count() == 0
    assert workshop.requests("submit") == workshop.requests("upload") == []
