"""Apps run like models: files are uploaded once and sent as names, a waiting run does not change, and runs
are found again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from rh_ui.domain import Charged, Cost, FormRecord, Modality, OutputKind, Params, RunKind, Task, TaskState
from rh_ui.engine.inputs import LINK_LIFE
from rh_ui.errors import NotFound, PayloadRefused, Refused
from rh_ui.persistence.repositories.saved_forms import SavedFormRepository
from rh_ui.persistence.row_mapping import Link
from tests.integration.engine.conftest import Open
from tests.integration.engine.laboratory import Laboratory
from tests.integration.engine.stepped_engine import jump
from tests.integration.engine.workshop import Workshop
from tests.orders import submit

PHOTO = "1900000000000000201"
LOCKED = "1900000000000000203"
PATH = f"run/ai-app/{PHOTO}"
FULL = [{"on": "submit", "do": "refuse", "code": "421", "times": -1}]


def picture(workshop: Workshop, folder: Path, shade: int = 40) -> str:
    path = folder / f"{shade}.png"
    Image.new("RGB", (320, 240), (shade, 90, 160)).save(path)
    return workshop.inputs.keep(path, path.name).ref


def start(workshop: Workshop, ref: str, **more: Any) -> Task:
    values: Params = {"1.image": ref, "11.ratio": "3:2", **more}
    return submit(workshop.runs, PATH, values)


def sent(workshop: Workshop, number: int = -1) -> dict[str, Any]:
    """What the emulator received, by node and input."""
    body = workshop.requests("submit")[number]["body"]
    return {f"{item['nodeId']}.{item['fieldName']}": item["fieldValue"] for item in body["nodeInfoList"]}


def test_an_app_runs_with_an_image_and_a_list(workshop: Workshop, tmp_path: Path) -> None:
    form = workshop.apps.open(PHOTO)
    assert (form.path, form.endpoint.title, len(form.inputs)) == (PATH, "Watercolour from a photo", 9)
    ref = picture(workshop, tmp_path)
    task = workshop.done(start(workshop, ref, **{"3.text": "a harbour"}))
    got = sent(workshop)
    assert got["1.image"].startswith("openapi/") and got["2.image"] == "None"
    assert (got["11.ratio"], got["3.text"], got["5.steps"], got["11.tile"]) == (
        "3:2", "a harbour", "12", "false",
    )  # fmt: skip
    assert (task.modality, task.params["1.image"], task.params["5.steps"]) == (Modality.APPS, ref, 12)
    assert {output.kind for output in task.outputs} == {OutputKind.IMAGE, OutputKind.TEXT}
    assert task.cost is not None and workshop.history.costs(PATH) == [Cost(task.cost, None)]
    assert workshop.history.tasks(modality=Modality.APPS) == [task]
    assert [found.id for found in workshop.history.tasks()] == [task.id]
    assert workshop.history.count(search="harbour") == 1, "found by its words"


def test_a_text_that_was_emptied_is_sent_empty_and_one_not_given_as_its_maker_left_it(
    workshop: Workshop, tmp_path: Path
) -> None:
    workshop.apps.open(PHOTO)
    ref = picture(workshop, tmp_path)
    workshop.done(start(workshop, ref, **{"3.text": ""}))
    assert sent(workshop)["3.text"] == ""
    workshop.done(start(workshop, ref))
    assert sent(workshop)["3.text"] == "turn it into a watercolour"


def test_a_file_is_uploaded_once_for_models_and_apps(workshop: Workshop, tmp_path: Path) -> None:
    workshop.apps.open(PHOTO)
    ref = picture(workshop, tmp_path)
    workshop.done(workshop.submit("rhart-image-n-pro/edit", {"prompt": "x", "imageUrls": [ref]}))
    workshop.done(start(workshop, ref))
    assert len(workshop.requests("upload")) == 1
    name = sent(workshop)["1.image"]
    content, client = ref.removeprefix("input:"), workshop.client
    known = workshop.repositories.uploads.find(content, client.host, client.fingerprint)
    assert known is not None and (known.file_name, "://" in known.url) == (name, True)


def test_a_name_that_was_not_kept_or_is_too_old_is_fetched_anew(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows from before apps have only the link."""
    workshop.apps.open(PHOTO)
    ref = picture(workshop, tmp_path)
    client = workshop.client
    bare = Link("https://example.com/a.png", "")
    workshop.repositories.uploads.save(
        ref.removeprefix("input:"), client.host, client.fingerprint, bare, LINK_LIFE
    )
    workshop.done(start(workshop, ref))
    assert sent(workshop)["1.image"].startswith("openapi/") and len(workshop.requests("upload")) == 1
    jump(monkeypatch, hours=21)
    workshop.done(start(workshop, ref))
    assert len(workshop.requests("upload")) == 2


def test_a_changed_form_leaves_waiting_runs_alone_over_a_restart(open_workshop: Open, tmp_path: Path) -> None:
    workshop = open_workshop()
    form = workshop.apps.open(PHOTO)
    ref = picture(workshop, tmp_path)
    workshop.emulator.script(faults=FULL)
    task = start(workshop, ref, **{"3.text": "as it was asked"})
    workshop.noted(task, "capacity")
    record = SavedFormRepository(workshop.database).get(PATH)
    nodes = [node for node in form.source["nodes"] if node["nodeId"] == "6"]
    workshop.forms.save(FormRecord(PATH, RunKind.APP, PHOTO, record.site, record.face, {"nodes": nodes}))
    assert workshop.forms.form(PATH).inputs == ()
    workshop.restart()
    workshop.emulator.script(clear=True)
    workshop.done(task)
    got = sent(workshop)
    assert (got["3.text"], got["11.ratio"], len(got)) == ("as it was asked", "3:2", 9)
    workshop.forms.remove(PATH)
    with pytest.raises(NotFound):
        submit(workshop.runs, PATH, {})


def test_conditions_go_beside_the_inputs(workshop: Workshop, tmp_path: Path) -> None:
    workshop.apps.open(PHOTO)
    ref = picture(workshop, tmp_path)
    workshop.done(start(workshop, ref, **{"@instanceType": "plus", "@retainSeconds": 20}))
    body = workshop.requests("submit")[-1]["body"]
    assert (body["instanceType"], body["retainSeconds"]) == ("plus", 20)
    assert set(body) == {"nodeInfoList", "instanceType", "retainSeconds"}
    with pytest.raises(PayloadRefused):
        start(workshop, ref, **{"@retainSeconds": 9})


def test_a_password_is_sent_and_never_stored(workshop: Workshop, caplog: pytest.LogCaptureFixture) -> None:
    path = workshop.apps.open(LOCKED).path
    with pytest.raises(PayloadRefused, match="password"):
        submit(workshop.runs, path, {"6.text": "a pier"})
    workshop.emulator.script(faults=FULL)
    values: Params = {"6.text": "a pier", "@accessPassword": "open-sesame"}
    first, second = (submit(workshop.runs, path, dict(values)) for _ in range(2))
    assert "@accessPassword" not in first.params
    workshop.runs.cancel(second.id)
    workshop.emulator.script(clear=True)
    workshop.done(first)
    workshop.emulator.fault("submit", "refuse", code="803")
    third = workshop.reach(submit(workshop.runs, path, dict(values)), TaskState.FAILED)
    for file in workshop.folder.glob("studio.db*"):
        assert b"open-sesame" not in file.read_bytes()
    assert "open-sesame" not in caplog.text
    secrets = workshop.engine._context.passwords
    workshop.until(lambda: not any(secrets.get(task.id) for task in (first, second, third)), "all are gone")


def test_a_password_is_gone_with_the_program_and_nothing_is_charged(workshop: Workshop) -> None:
    path = workshop.apps.open(LOCKED).path
    workshop.emulator.script(faults=FULL)
    task = submit(workshop.runs, path, {"@accessPassword": "open-sesame"})
    workshop.noted(task, "capacity")
    workshop.restart()
    workshop.emulator.script(clear=True)
    ended = workshop.reach(task, TaskState.FAILED)
    assert ended.error is not None and ended.error.code == "password-gone"
    assert (ended.charged, workshop.accepted()) == (Charged.NO, [])


@pytest.mark.parametrize("code", ["380", "433", "803", "810", "901", "1101", "435"])
def test_a_refusal_ends_a_run_that_cost_nothing(workshop: Workshop, tmp_path: Path, code: str) -> None:
    workshop.apps.open(PHOTO)
    workshop.emulator.fault("submit", "refuse", code=code)
    ended = workshop.reach(start(workshop, picture(workshop, tmp_path)))
    assert ended.error is not None and ended.error.code == code
    assert (ended.state, ended.charged, len(workshop.requests("submit"))) == (TaskState.FAILED, Charged.NO, 1)


def test_the_old_way_takes_over_where_the_new_one_is_not_there(workshop: Workshop, tmp_path: Path) -> None:
    workshop.apps.open(PHOTO)
    workshop.emulator.fault("submit", "refuse", code="1001")
    workshop.done(start(workshop, picture(workshop, tmp_path)))
    new, old = workshop.requests("submit")
    assert (new["path"], old["path"]) == (f"/openapi/v2/{PATH}", "/task/openapi/ai-app/run")
    assert old["body"]["webappId"] == PHOTO and old["body"]["nodeInfoList"] == new["body"]["nodeInfoList"]
    assert len(workshop.accepted()) == 1


def test_an_app_that_is_not_there_is_refused_when_it_is_opened(workshop: Workshop) -> None:
    with pytest.raises(Refused, match="901"):
        workshop.apps.open("1900000000000009999")


def test_killed_between_submit_and_answer_an_app_is_paid_once(tmp_path: Path, engine_emulator: str) -> None:
    lab = Laboratory(tmp_path, engine_emulator, "rh_TESTKEY_app_kill")
    try:
        child = lab.start()
        path = child.ask("app", "opened", app_id=PHOTO)
        Image.new("RGB", (320, 240), (9, 90, 160)).save(tmp_path / "input.png")
        ref = child.ask("input", "kept", path=str(tmp_path / "input.png"))
        child.arm("answer")
        task_id = child.submit(path, **{"1.image": ref})
        child.hear("paused")
        child.kill()
        lab.start()
        task = lab.reach(task_id, TaskState.UNKNOWN)
        assert task.charged is Charged.MAYBE and len(lab.submits()) == 1
        remote = lab.submits()[0]["task_id"]
        child = lab.children[-1]
        child.ask("resolve", "resolved", task_id=task_id, action="found", remote_id=remote)
        lab.reach(task_id, TaskState.DONE)
        assert len(lab.submits()) == 1
    finally:
        lab.close()
