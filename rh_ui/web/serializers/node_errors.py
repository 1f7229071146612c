"""Which inputs RunningHub refused, named as in the form. Pure."""

from __future__ import annotations

from rh_ui.catalog.comfy.node_inputs import key_of
from rh_ui.catalog.glossary import field_words
from rh_ui.catalog.schema import Endpoint
from rh_ui.domain import Task
from rh_ui.engine.node_errors import FileProblem, refused_files, refused_inputs
from rh_ui.errors import NodeProblem
from rh_ui.i18n import Words
from rh_ui.web.serializers.answers import Blame
from rh_ui.web.serializers.messages import in_language


def blames(task: Task, endpoint: Endpoint | None, words: Words) -> list[Blame]:
    """Each with the key of its `field` in the form (empty where the form does not show it), its `label`, and
    what was `said` about it."""
    problems = refused_inputs(task.error)[1] if task.error else ()
    files = refused_files(task.error) if task.error else ()
    return [
        *(_blame(problem, endpoint, words) for problem in problems),
        *(_blame_file(problem, endpoint, words) for problem in files),
    ]


def _blame_file(problem: FileProblem, endpoint: Endpoint | None, words: Words) -> Blame:
    field = endpoint.field(problem.field) if endpoint else None
    label = field_words(endpoint, field, words.language).label if endpoint and field else problem.field
    said = words("blame.file", name=problem.name) if problem.name else words("blame.no_name")
    if problem.total > 1:
        said = words("blame.number", said=said, number=problem.number, total=problem.total)
    return {"field": field.key if field else "", "label": label, "said": said}


def _blame(problem: NodeProblem, endpoint: Endpoint | None, words: Words) -> Blame:
    field = endpoint.field(key_of(problem.node, problem.name)) if endpoint else None
    if endpoint is not None and field is not None:
        label = field_words(endpoint, field, words.language).label
    elif problem.name:
        label = words("workflows.node_input", node=problem.node, name=problem.name)
    else:
        label = words("workflows.node", node=problem.node)
    said = in_language(problem.message, words.language) or words("workflows.wrong")
    return {"field": field.key if field else "", "label": label, "said": said}
