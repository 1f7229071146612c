"""The page's own API with people and projects: nothing of another's is in any list, count, file or zip."""

from __future__ import annotations

import random
from typing import Final

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from rh_ui.domain import Task
from rh_ui.people import Action
from rh_ui.services.services import PRIVATE
from rh_ui.web.api.router import add_api
from rh_ui.web.routes.page_files import ASSETS, add_refusals, build_router
from rh_ui.web.services import PageServices, page_services
from tests.door import Admitted
from tests.integration.engine.test_whose_runs import APP, Team
from tests.integration.engine.workshop import TEXT, Workshop
from tests.integration.persistence.conftest import statements_of

RUNS: Final = 12
LISTS: Final = (
    "/rh/api/history",
    "/rh/api/history?search=number",
    "/rh/api/history?project=private",
    "/rh/api/results",
    "/rh/api/results?search=number",
    "/rh/api/runs/board?modality=text",
    "/rh/api/runs/tray",
    f"/rh/api/models/details?endpoint={TEXT}",
    "/rh/api/models/recent?modality=text",
    "/rh/api/forms",
    "/rh/api/status",
    "/rh/api/projects",
)
ONE: Final = (
    "/rh/api/runs/{run}",
    "/rh/api/runs/{run}/failure",
    f"/rh/api/runs/{{run}}/form?endpoint={TEXT}",
    "/rh/api/runs/{run}/webhook",
    "/rh/api/results/{run}-000",
    "/rh/api/results/{run}-000/archive",
    "/rh/files/{run}-000/x.txt",
    "/rh/files/{run}-000/members/0",
    "/rh/files/{run}-000/plain/model.glb",
    "/rh/thumbs/{run}-000",
    "/rh/zip?run={run}",
)

OPENED: Final = tuple(path for path in ONE if path.startswith(("/rh/api/results/", "/rh/files/")))
"""The addresses that give the content of a result."""


@pytest.fixture
def team(workshop: Workshop) -> Team:
    return Team(workshop)


@pytest.fixture
def services(team: Team) -> PageServices:
    return page_services(team.workshop.services, ASSETS)


def page_of(services: PageServices, team: Team, name: str, looking_at: str = "") -> TestClient:
    app = FastAPI()
    add_api(app, services)
    app.include_router(build_router())
    add_refusals(app)
    app.add_middleware(Admitted, caller=team.caller(name, looking_at))
    return TestClient(app)


def filled(team: Team) -> dict[str, Task]:
    """Ended runs of random owners, by the number in their prompts."""
    chance = random.Random(7)
    projects = [team.project("ann", "bob"), team.project("ann"), team.project("bob", shared=True)]
    runs: dict[str, Task] = {}
    for number in range(RUNS):
        name = chance.choice(["ann", "bob"])
        mine = [each for each, belongs in (team.caller(name).projects or {}).items() if belongs]
        project = chance.choice(["", *sorted(mine)])
        assert project in ("", *projects)
        runs[f"number{number:02d}"] = team.order(name, project, prompt=f"number{number:02d}")
    return {number: team.workshop.done(task) for number, task in runs.items()}


def test_no_list_tells_of_what_its_reader_does_not_see(team: Team, services: PageServices) -> None:
    runs = filled(team)
    for name in ("ann", "bob", "gus", "eve"):
        seen = {number for number, task in runs.items() if team.caller(name).sees(task.owner)}
        page = page_of(services, team, name)
        for path in LISTS:
            answer = page.get(path)
            assert answer.status_code == 200, (path, answer.text)
            for number, task in runs.items():
                if number not in seen:
                    assert number not in answer.text and task.id not in answer.text, (name, path)
        whole = page.get("/rh/api/history").json()
        assert (whole["total"], len(whole["rows"])) == (len(seen), len(seen))
        assert len(page.get("/rh/api/results").json()["items"]) == len(seen)


def test_no_address_leads_to_what_its_reader_does_not_see(team: Team, services: PageServices) -> None:
    runs = filled(team)
    for name in ("ann", "bob", "gus", "eve"):
        page = page_of(services, team, name)
        hidden = [task for task in runs.values() if not team.caller(name).sees(task.owner)]
        assert hidden or name in ("ann", "bob")
        for task in hidden:
            absent = "0" * len(task.id)
            for path in ONE:
                there, nowhere = (page.get(path.format(run=run)) for run in (task.id, absent))
                assert there.status_code == nowhere.status_code == 404, (name, path)
                assert there.text.replace(task.id, absent) == nowhere.text, (name, path)
            ids = f"{task.id}-000"
            assert page.post("/rh/zip", content=f"ids={ids}").status_code == 404


def test_an_admin_s_look_opens_private_results_and_each_is_written_down_once(
    team: Team, services: PageServices
) -> None:
    page, audit = page_of(services, team, "eve", looking_at="ann"), team.workshop.services.audit
    asked: list[str] = []
    for number, path in enumerate(("/rh/zip", *OPENED)):
        task = team.workshop.done(team.order("ann", prompt=f"number{number}"))
        asked.append(f"{task.id}-000")
        assert f"number{number}" in page.get("/rh/api/history").text
        for _ in range(3):
            if path == "/rh/zip":
                assert page.post(path, content=f"ids={asked[-1]}").status_code == 200
            else:
                page.get(path.format(run=task.id))
        opened = [entry for entry in audit.page(owner="ann") if entry.action is Action.RESULT_OPENED]
        assert [(entry.person, entry.target) for entry in reversed(opened)] == [
            ("eve", each) for each in asked
        ]


def test_only_the_choice_of_private_runs_is_one_of_them(team: Team) -> None:
    team.order("ann")
    services = team.of("ann")
    for project, count in ((PRIVATE, 1), ("", 1), (PRIVATE * 2, 0), ("no such", 0)):
        assert services.among("", project).count() == count, project


def test_a_form_is_looked_for_once_whichever_service_needs_it(team: Team) -> None:
    path = team.of("ann").apps.open(APP).path
    services = team.of("ann")
    services.saved_forms.form(path)
    with statements_of(team.workshop.database) as statements:
        for catalog in (services.catalog, services.inputs.catalog):
            assert catalog.find(path) is not None
        services.prices.estimate(path, {})
        assert not [said for said in statements if "form_people" in said], statements
