"""Results whose file was deleted, emptied, replaced or made unreadable on the disk (field case C34)."""

from __future__ import annotations

from pathlib import Path

import pytest

from rh_ui.domain import Output, OutputKind, OutputState, Task, TaskState
from rh_ui.errors import MoveRefused
from rh_ui.services.file_availability import FileAvailability
from rh_ui.storage.library import Library
from scripts.processes import free_port
from tests.integration.engine.workshop import PICTURE, Workshop

KEPT = Output(
    id="r1", task_id="t1", position=0, kind=OutputKind.IMAGE, state=OutputState.SAVED, name="a.png",
    mime="image/png", size=9, sha256="", text=None, file_key="outputs/a.png", thumb_key="",
)  # fmt: skip


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def make_unreadable(path: Path) -> None:
    """Root may read any file, but not a link to itself."""
    path.unlink()
    path.symlink_to(path)


HARM = [delete, empty, replace_by_folder, make_unreadable]


def place_of(workshop: Workshop, output: Output) -> Path:
    path = workshop.library.local_path(output.file_key)
    assert path is not None
    return path


def seen(workshop: Workshop, output: Output) -> OutputState:
    (looked,) = workshop.availability.with_missing_flags([workshop.history.output(output.id)])
    return looked.state


def several(workshop: Workshop) -> Task:
    """A run with two files."""
    (first,) = workshop.done(workshop.submit(PICTURE)).outputs
    extra = [{"url": f"{first.remote_url}&again=1", "outputType": "png"}]
    more = {"on": "query", "do": "extra", "value": extra, "when": "SUCCESS", "times": -1}
    workshop.emulator.script(faults=[more])
    return workshop.done(workshop.submit(PICTURE, {"prompt": "two of them"}))


def gone_from_the_store(workshop: Workshop) -> None:
    workshop.emulator.fault("download", "expire", times=-1)


@pytest.mark.parametrize("harm", HARM)
def test_a_lost_file_is_seen_and_fetched_again_free_of_charge(workshop: Workshop, harm: object) -> None:
    task = workshop.done(workshop.submit(PICTURE))
    (output,) = task.outputs
    assert seen(workshop, output) is OutputState.SAVED
    assert callable(harm)
    harm(place_of(workshop, output))
    assert seen(workshop, output) is OutputState.MISSING
    assert workshop.history.output(output.id).state is OutputState.SAVED, "nothing is written for a look"
    workshop.results.retry_files(task.id)
    again = workshop.done(task)
    assert seen(workshop, output) is OutputState.SAVED
    assert again.outputs[0].sha256 == output.sha256
    assert again.cost == task.cost
    assert len(workshop.requests("submit")) == 1


def test_one_of_several_is_fetched_and_the_others_stay(workshop: Workshop) -> None:
    task = several(workshop)
    first, second = task.outputs
    delete(place_of(workshop, second))
    card = workshop.availability.visible(workshop.history.task(task.id))
    assert [o.state for o in card.outputs].count(OutputState.MISSING) == 1
    before = place_of(workshop, first).stat().st_mtime_ns
    workshop.results.retry_files(task.id)
    workshop.done(task)
    assert place_of(workshop, first).stat().st_mtime_ns == before
    assert seen(workshop, second) is OutputState.SAVED


def test_what_is_gone_for_good_says_so_and_can_be_put_out_of_sight(workshop: Workshop) -> None:
    task = workshop.done(workshop.submit(PICTURE))
    (output,) = task.outputs
    with pytest.raises(MoveRefused):
        workshop.results.hide(output.id)
    with pytest.raises(MoveRefused):
        workshop.results.retry_files(task.id)
    delete(place_of(workshop, output))
    gone_from_the_store(workshop)
    workshop.results.retry_files(task.id)
    ended = workshop.reach(task, TaskState.FAILED)
    assert ended.outputs[0].state is OutputState.GONE
    assert ended.error is not None and ended.error.code == "file-gone"
    assert (ended.cost, ended.charged) == (task.cost, task.charged)
    for _tab in range(2):
        workshop.results.hide(output.id)
    assert workshop.history.outputs() == []
    assert workshop.availability.visible(workshop.history.task(task.id)).outputs == ()
    assert workshop.history.count() == 1, "the run and what it cost stay"
    workshop.results.show(output.id)
    assert [o.id for o in workshop.history.outputs()] == [output.id]


def test_a_file_that_comes_back_is_taken_as_it_is(workshop: Workshop) -> None:
    """A disconnected drive came back: nothing must be downloaded, and a dead link does not matter."""
    task = workshop.done(workshop.submit(PICTURE))
    (output,) = task.outputs
    path = place_of(workshop, output)
    aside = path.rename(path.with_name("aside"))
    assert seen(workshop, output) is OutputState.MISSING
    gone_from_the_store(workshop)
    workshop.results.retry_files(task.id)
    workshop.reach(task, TaskState.FAILED)
    aside.rename(path)
    workshop.results.retry_files(task.id)
    assert workshop.done(task).outputs[0].sha256 == output.sha256


def test_what_was_put_out_of_sight_is_not_fetched_with_the_others(workshop: Workshop) -> None:
    task = several(workshop)
    first, second = task.outputs[:2]
    for output in (first, second):
        delete(place_of(workshop, output))
    workshop.results.hide(first.id)
    workshop.results.retry_files(task.id)
    states = [output.state for output in workshop.done(task).outputs]
    assert states[:2] == [OutputState.FORGOTTEN, OutputState.SAVED]


def test_a_store_is_asked_only_for_the_result_that_is_looked_at(bucket: str, tmp_path: Path) -> None:
    library = Library(bucket, staging_root=tmp_path)
    library.write(b"a picture", "outputs/a.png")
    custody = FileAvailability(library)
    assert custody.check_remote(KEPT).state is OutputState.SAVED
    library.remove("outputs/a.png")
    assert custody.with_missing_flags([KEPT])[0].state is OutputState.SAVED, "a list asks nothing of a store"
    assert custody.check_remote(KEPT).state is OutputState.MISSING
    assert custody.with_missing_flags([KEPT])[0].state is OutputState.MISSING, "what was found is remembered"
    library.write(b"a picture", "outputs/a.png")
    assert custody.check_remote(KEPT).state is OutputState.SAVED
    assert custody.with_missing_flags([KEPT])[0].state is OutputState.SAVED


def test_a_store_that_is_away_loses_nothing(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    custody = FileAvailability(Library(bucket, staging_root=tmp_path))
    assert custody.check_remote(KEPT).state is OutputState.SAVED
