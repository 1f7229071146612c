"""The rows of results: what is known about them, and where their files are."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, update

from rh_ui.domain import Output, OutputState
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.row_mapping import output_columns, output_id
from rh_ui.persistence.schema import outputs
from rh_ui.persistence.statements import UPDATE_OUTPUT


class OutputRepository(Repository):
    """The rows of results; see Repository."""

    def save(self, output: Output, *, worker: str) -> bool:
        """Write what is now known about a result, if its task still belongs to `worker`. A stored result is
        never changed again."""
        values = output_columns(output) | {"of": output.id, "mine": worker}
        with self._database.write() as connection:
            written = row_count(connection.execute(UPDATE_OUTPUT, values))
        if written:
            self._changed()
        return written == 1

    def set_state(self, output: Output, becomes: OutputState) -> bool:
        """Change only the state of a result, if it is still as given."""
        same = (outputs.c.id == output.id, outputs.c.state == output.state.value)
        with self._database.write() as connection:
            changed = row_count(connection.execute(update(outputs).where(*same).values(state=becomes.value)))
        if changed:
            self._changed()
        return changed == 1

    def is_binned(self, output_id: str) -> bool:
        """Whether it is in the bin, which brings it back in its own way."""
        binned = select(outputs.c.id).where(outputs.c.id == output_id, outputs.c.binned_at.is_not(None))
        with self._database.read() as connection:
            return connection.execute(binned).first() is not None

    def set_thumbnail(self, output_id: str, thumb_key: str) -> None:
        """The thumbnail of a stored result: its key, NO_PICTURE, or empty if it must be drawn."""
        where = (outputs.c.id == output_id, outputs.c.state == OutputState.SAVED.value)
        with self._database.write() as connection:
            connection.execute(update(outputs).where(*where).values(thumb_key=thumb_key))
        self._changed()

    def update_links(self, task_id: str, links: Mapping[int, str]) -> None:
        """Fresh links by position, for results whose files are not stored yet."""
        with self._database.write() as connection:
            for position, url in links.items():
                connection.execute(
                    update(outputs)
                    .where(
                        outputs.c.id == output_id(task_id, position),
                        outputs.c.state != OutputState.SAVED.value,
                    )
                    .values(remote_url=url)
                )
