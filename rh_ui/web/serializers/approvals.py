"""Converts runs that wait for an admin's yes to what the page shows: of private work, what a decision about
money needs, and nothing of its content. Pure."""

from __future__ import annotations

from typing import Final

from typing_extensions import TypedDict

from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import INPUT_PREFIX, Task
from rh_ui.engine.inputs import kept_refs
from rh_ui.i18n import Words, translate
from rh_ui.i18n.format import digits
from rh_ui.people import Caller, Holder
from rh_ui.services.approvals import Asking
from rh_ui.web.serializers.money import BudgetRow, Names, budget_row

PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif")


class Approval(TypedDict):
    """A run that waits for a yes. `costs`: its price as text by unit, or what it holds where none is known;
    `how`: what the price is made of. `title` and `picture` are empty where the reader does not see the run:
    then `private` is true. `budgets`: what is left with this run taken off already."""

    id: str
    model: str
    how: str
    costs: dict[str, str]
    person: str
    person_id: str
    project: str
    token: str
    private: bool
    title: str
    picture: str
    asked_at: str
    asks_until: str
    budgets: list[BudgetRow]


def approval_json(asking: Asking, model: str, caller: Caller, names: Names, words: Words) -> Approval:
    task, owner = asking.task, asking.task.owner
    sees = caller.sees(owner)
    return {
        "id": task.id,
        "model": model,
        "how": translate(asking.how, words.language),
        "costs": {unit: digits(amount) for unit, amount in asking.costs.items()},
        "person": names.get((Holder.PERSON, owner.person), ""),
        "person_id": owner.person,
        "project": names.get((Holder.PROJECT, owner.project), ""),
        "token": names.get((Holder.TOKEN, owner.token), ""),
        "private": not sees,
        "title": task.words.partition("\n")[0] if sees else "",
        "picture": _picture(task, asking.endpoint) if sees else "",
        "asked_at": task.created_at.isoformat(),
        "asks_until": task.asks_until.isoformat() if task.asks_until else "",
        "budgets": [budget_row(each.budget, each, names) for each in asking.budgets],
    }


def _picture(task: Task, endpoint: Endpoint | None) -> str:
    """The address of the first picture that goes in."""
    refs = kept_refs(endpoint, task.params) if endpoint else []
    names = (ref.removeprefix(INPUT_PREFIX) for ref in refs)
    return next((f"rh/inputs/{name}" for name in names if name.endswith(PICTURES)), "")
