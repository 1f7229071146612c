"""Thumbnails are made by themselves once a file is stored, and never delay anything."""

from __future__ import annotations

import threading
from pathlib import Path

from rh_ui.domain import NO_PICTURE, OutputKind
from rh_ui.errors import FileFault
from rh_ui.media.thumbnail_worker import ThumbnailWorker
from tests.integration.engine.conftest import Open
from tests.integration.engine.workshop import PICTURE


class SlowArtist(ThumbnailWorker):
    """Draws when the test lets it; raises or finds nothing to draw when the test says so."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.draws = True
        self.breaks = False
        self.asked: list[str] = []

    def draw(self, path: Path, kind: OutputKind, target: Path) -> bool:
        self.asked.append(path.name)
        assert self.may.wait(30)
        if self.breaks:
            raise FileFault("broken off")
        return self.draws and super().draw(path, kind, target)

    def rest(self) -> None:
        self.may.set()


def test_a_run_is_done_before_its_picture_is_drawn(open_workshop: Open) -> None:
    artist = SlowArtist()
    workshop = open_workshop(artist=artist)
    runs = [workshop.done(workshop.submit(PICTURE, {"prompt": str(number)})) for number in range(2)]
    outputs = [output for run in runs for output in run.outputs]
    assert [output.thumb_key for output in outputs] == ["", ""]
    before = workshop.changes.version
    artist.may.set()
    for output in outputs:
        assert workshop.library.exists(workshop.picture(output))
    assert workshop.changes.version > before, "open pages are told"


def test_what_was_not_drawn_is_drawn_after_a_restart(open_workshop: Open) -> None:
    artist = SlowArtist()
    artist.breaks = True
    workshop = open_workshop(artist=artist)
    (output,) = workshop.done(workshop.submit(PICTURE)).outputs
    workshop.until(lambda: len(artist.asked) == 1)
    workshop.artist = None
    workshop.restart()
    assert workshop.library.exists(workshop.picture(output))


def test_what_can_t_be_drawn_is_not_tried_again(open_workshop: Open) -> None:
    artist = SlowArtist()
    artist.draws = False
    artist.may.set()
    workshop = open_workshop(artist=artist)
    (output,) = workshop.done(workshop.submit(PICTURE)).outputs
    assert workshop.picture(output) == NO_PICTURE
    workshop.restart()
    workshop.picture(*workshop.done(workshop.submit(PICTURE, {"prompt": "another"})).outputs)
    assert len(artist.asked) == 2


def test_a_picture_that_was_cleared_away_is_drawn_on_demand(open_workshop: Open) -> None:
    workshop = open_workshop()
    (output,) = workshop.done(workshop.submit(PICTURE)).outputs
    key = workshop.picture(output)
    workshop.library.remove(key)
    workshop.results.redraw_thumbnail(output.id)
    workshop.until(lambda: workshop.library.exists(key))
    workshop.until(lambda: workshop.history.output(output.id).thumb_key == key)
