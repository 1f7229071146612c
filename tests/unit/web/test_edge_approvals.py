"""/approvals: what an admin gets of a run that asks; of private work, nothing of its content."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from rh_ui.catalog.schema import Field
from rh_ui.domain import FieldKind, Modality, Task, TaskState
from rh_ui.errors import MoveRefused, RightRefused
from rh_ui.i18n import Message
from rh_ui.people import COINS, Caller, Role, RunOwner
from rh_ui.services.approvals import Asking
from rh_ui.web.serializers.approvals import approval_json
from tests.samples import made_up
from tests.unit.web.edge import WORDS, Calls, Edge
from tests.unit.web.test_edge_money import NAMES, ROW, STANDING

AT: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
UNTIL: Final = datetime(2026, 12, 1, 12, tzinfo=UTC)
REF: Final = f"{'a' * 64}.png"
ASKS: Final = Task(
    "r1", TaskState.ASKING, "made-up/model", Modality.IMAGE, {"prompt": "a secret kite"}, AT, AT,
    words="a secret kite\nsecond shot", owner=RunOwner("anna", "film"), asks_until=UNTIL,
    note="asks:20 CNY",
)  # fmt: skip
HOW: Final = Message("price.how.unknown")


def asking(task: Task = ASKS) -> Asking:
    return Asking(task, {"CNY": Decimal("20.50"), COINS: Decimal(3)}, [STANDING], None, HOW)


def test_of_a_project_s_run_an_admin_who_sees_it_gets_the_first_line() -> None:
    sees = Caller("ada", Role.ADMIN, projects={"film": False})
    told = approval_json(asking(), "Some model", sees, NAMES, WORDS["en"])
    assert told == {
        "id": "r1", "model": "Some model", "how": str(HOW), "costs": {"CNY": "20.5", "coins": "3"},
        "person": "Anna", "person_id": "anna", "project": "Film", "token": "", "private": False,
        "title": "a secret kite", "picture": "", "asked_at": AT.isoformat(), "asks_until": UNTIL.isoformat(),
        "budgets": [ROW],
    }  # fmt: skip


@pytest.mark.parametrize("projects", [{}, {"other": True}, None])
def test_of_private_work_nothing_of_its_content_is_told(projects: dict[str, bool] | None) -> None:
    private = replace(ASKS, params={"prompt": "a secret kite", "image": f"input:{REF}"})
    told = approval_json(
        asking(private), "Some model", Caller("ada", Role.ADMIN, projects=projects), NAMES, WORDS["zh"]
    )
    assert told["private"] and "secret" not in str(told) and REF not in str(told)


def test_a_picture_that_goes_in_is_shown_to_who_sees_the_run() -> None:
    edit = made_up(Field("image", FieldKind.IMAGE, required=True))
    shown = replace(ASKS, params={"image": f"input:{REF}"})
    told = approval_json(
        replace(asking(shown), endpoint=edit), "Edit", Caller("anna", Role.ADMIN), NAMES, WORDS["en"]
    )
    assert told["picture"] == f"rh/inputs/{REF}"


def edge(**answers: Any) -> tuple[Edge, Calls]:
    approvals = Calls(**{"waiting": [asking()], "count": 3} | answers)
    return Edge(approvals=approvals, budgets=Calls(names=NAMES)), approvals


def test_an_answer_is_told_with_what_still_waits() -> None:
    page, approvals = edge()
    for path, did in (("", None), ("/r1/approve", "approve"), ("/r1/decline", "decline")):
        told = page.post(f"/approvals{path}") if did else page.get("/approvals")
        assert ([each["id"] for each in told["approvals"]], told["more"]) == (["r1"], 2)
        if did:
            assert (did, "r1") == approvals.heard[-3][:2]


def test_who_comes_too_late_or_may_not_is_told() -> None:
    late, _ = edge(approve=MoveRefused("Another admin said yes.", "asked-yes"))
    assert late.refused("/approvals/r1/approve", 409)["code"] == "asked-yes"
    small, _ = edge(waiting=RightRefused())
    assert small.client.get("/rh/api/approvals").status_code == 403
