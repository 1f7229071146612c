"""The provenance that is written into a result: made from its task and the table."""

from __future__ import annotations

from rh_ui.catalog.schema import Catalog
from rh_ui.catalog.validation import media_values
from rh_ui.domain import INPUT_PREFIX, Task
from rh_ui.errors import NotFound, StorageFault
from rh_ui.media.provenance import Provenance, origin_of
from rh_ui.persistence.file_references import texts_in
from rh_ui.storage.library import Library

_LINKS = ("http://", "https://", "data:", INPUT_PREFIX)


def provenance_for(task: Task, catalog: Catalog, library: Library) -> Provenance:
    """The provenance of every result of the task. A model that is no longer in the table is named by its
    path."""
    endpoint = catalog.find(task.endpoint)
    # The model is gone, so its media fields are not known: whatever looks like a link counts as a file.
    if endpoint is None:
        media = [value for value in texts_in(list(task.params.values())) if value.startswith(_LINKS)]
    else:
        media = [value for _, _, value in media_values(endpoint, task.params)]
    return origin_of(
        endpoint=task.endpoint,
        model=endpoint.title if endpoint else "",
        payload=task.params,
        media={value: _name(library, value) for value in media},
        run=task.id,
        task_id=task.remote_id,
        made_at=task.submitted_at or task.created_at,
    )


def _name(library: Library, value: str) -> str:
    """The user's name of the file; empty for links, and for files that are missing or can't be read: a paid
    result must not wait for them."""
    if not value.startswith(INPUT_PREFIX):
        return ""
    try:
        return library.input_info(value).name
    except (NotFound, StorageFault):
        return ""
