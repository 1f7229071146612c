"""Runs that succeed: from a payload to files that open, for each modality, with inputs from disk."""

from __future__ import annotations

import concurrent.futures
from pathlib import Path
from typing import Final

import pytest
from PIL import Image
from sqlalchemy import event

from rh_ui.domain import NO_PICTURE, STUDIOS, Charged, Modality, OutputKind, OutputState, Params, TaskState
from rh_ui.engine.diagnosis import Diagnosis
from rh_ui.errors import KeyRefused, MoveRefused, NotFound, PayloadRefused
from tests.integration.engine.workshop import PICTURE, TEXT, Workshop
from tests.samples import link_for, valid_params

KINDS: Final = {
    Modality.IMAGE: OutputKind.IMAGE,
    Modality.VIDEO: OutputKind.VIDEO,
    Modality.AUDIO: OutputKind.AUDIO,
    Modality.THREE_D: OutputKind.MODEL,
    Modality.TEXT: OutputKind.TEXT,
}
EDIT: Final = "rhart-image-n-pro/edit"


def picture(folder: Path, name: str, color: str = "teal") -> Path:
    path = folder / name
    Image.new("RGB", (320, 240), color).save(path)
    return path


@pytest.mark.parametrize("modality", list(STUDIOS), ids=lambda m: m.name)
def test_a_run_of_each_modality_ends_in_a_real_file(workshop: Workshop, modality: Modality) -> None:
    endpoint = next(
        found
        for found in workshop.catalog.of(modality)
        if found.documented and not any(field.required and field.kind.is_media for field in found.fields)
    )
    task = workshop.done(workshop.submit(endpoint.path, valid_params(endpoint, link_for)))
    assert task.outputs
    for output in task.outputs:
        assert output.state is OutputState.SAVED
        assert output.kind is KINDS[modality]
        assert workshop.library.size(output.file_key) == output.size
        if modality is Modality.TEXT:
            assert output.text and output.thumb_key == NO_PICTURE
        else:
            assert workshop.library.size(workshop.picture(output)) > 0
        assert len(output.sha256) == 64
    assert task.charged is Charged.YES
    assert task.cost is not None and task.cost.amount > 0
    assert task.remote_id.isdigit() and len(task.remote_id) == 19
    assert task.submitted_at and task.finished_at and task.finished_at >= task.submitted_at
    assert (task.note, task.error) == ("", None)


def test_inputs_are_sent_once_in_order_and_the_links_are_remembered(
    workshop: Workshop, tmp_path: Path
) -> None:
    first = workshop.inputs.keep(picture(tmp_path, "a.png"), "a.png").ref
    second = workshop.inputs.keep(picture(tmp_path, "b.png", "red"), "b.png").ref
    params: Params = {"prompt": "join them", "imageUrls": [second, first, second]}
    task = workshop.done(workshop.submit(EDIT, params))
    assert task.params["imageUrls"] == [second, first, second]
    assert len(workshop.requests("upload")) == 2
    sent = workshop.requests("submit")[0]["body"]["imageUrls"]
    names = [link.split("?")[0].rsplit("/", 1)[1] for link in sent]
    shas = [ref.removeprefix("input:") for ref in (second, first, second)]
    assert names == shas
    workshop.done(workshop.submit(EDIT, params))
    assert len(workshop.requests("upload")) == 2, "the second run uses the links of the first"


def test_a_poll_writes_nothing(workshop: Workshop) -> None:
    workshop.emulator.script(times={"run": 30})
    task = workshop.reach(workshop.submit(), TaskState.RUNNING)
    workshop.until(lambda: bool(workshop.requests("query")), "the first poll")
    written: list[str] = []

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("SELECT") and statement != "BEGIN":
            written.append(statement)

    event.listen(workshop.database._engine, "before_cursor_execute", keep)
    polls = len(workshop.requests("query"))
    workshop.until(lambda: len(workshop.requests("query")) >= polls + 5, "five more polls")
    assert written == []
    workshop.emulator.script(finish="all")
    workshop.done(task)
    assert written != [], "what changes is written"


def test_the_same_request_id_never_starts_a_second_run(workshop: Workshop) -> None:
    with concurrent.futures.ThreadPoolExecutor(8) as hands:
        tasks = list(hands.map(lambda _: workshop.submit(request_id="press-1"), range(16)))
    assert len({task.id for task in tasks}) == 1
    workshop.done(tasks[0])
    assert len(workshop.requests("submit")) == 1


def test_what_the_table_forbids_is_refused_before_anything_is_kept(workshop: Workshop) -> None:
    with pytest.raises(PayloadRefused) as refused:
        workshop.submit(PICTURE, {"prompt": "x", "noSuchField": "1"})
    assert [problem.field for problem in refused.value.problems] == ["noSuchField"]
    with pytest.raises(NotFound):
        workshop.submit("no/such-model", {})
    assert workshop.history.count() == 0
    assert workshop.requests("submit") == []


def test_an_input_that_is_gone_or_of_the_wrong_kind_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    gone = f"input:{'0' * 64}.png"
    with pytest.raises(PayloadRefused) as refused:
        workshop.submit(EDIT, {"imageUrls": [gone]})
    assert [problem.code for problem in refused.value.problems] == ["file_gone"]
    with pytest.raises(NotFound):
        workshop.inputs.convert(EDIT, "imageUrls", gone)
    notes = tmp_path / "notes.txt"
    notes.write_text("words")
    words = workshop.inputs.keep(notes, "notes.txt").ref
    problems = workshop.inputs.convert(EDIT, "imageUrls", words).problems
    assert [problem.code for problem in problems] == ["wrong_file_type"]


def test_account_and_estimate(workshop: Workshop) -> None:
    view = workshop.services.account.view(wait=10)
    assert view.key_set and view.demo and view.trouble is None
    assert view.key_kind == "SHARED" and view.limit == 30
    assert view.money is not None and view.money.currency == "CNY"
    assessment = workshop.prices.estimate(TEXT, {"prompt": "x"})
    assert assessment.problems == ()


def test_without_a_key_nothing_is_queued_and_the_account_says_so(workshop: Workshop) -> None:
    workshop.restart(clients={})
    with pytest.raises(KeyRefused):
        workshop.submit()
    view = workshop.services.account.view(wait=1)
    assert not view.key_set and view.trouble == Diagnosis("no-key")
    assert workshop.history.count() == 0


def test_what_is_over_can_t_be_cancelled_or_resolved(workshop: Workshop) -> None:
    task = workshop.done(workshop.submit())
    with pytest.raises(MoveRefused):
        workshop.runs.cancel(task.id)
    with pytest.raises(MoveRefused):
        workshop.unknown_outcomes.resolve(task.id, "lost")
    with pytest.raises(MoveRefused):
        workshop.results.retry_files(task.id)
    assert workshop.history.task(task.id).state is TaskState.DONE
