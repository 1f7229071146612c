"""The type of a result: by its content, else by what the service, its store and the link say."""

from __future__ import annotations

import pytest

from rh_ui.domain import OutputKind, TaskState
from tests.corpus import splats, words
from tests.integration.engine.test_downloads import HTML, one_file, picture
from tests.integration.engine.workshop import PICTURE, Workshop

UNKNOWN = words.unknown()


@pytest.mark.parametrize(
    ("content", "link", "word", "extension", "kind"),
    [
        (splats.spz(), "world.spz", "spz", "spz", OutputKind.MODEL),
        (splats.spz(), "world.png", "png", "spz", OutputKind.MODEL),
        (splats.splat(), "world.splat", "", "splat", OutputKind.MODEL),
        (splats.splat(), "world", "splat", "splat", OutputKind.MODEL),
        (UNKNOWN, "scene", "exr", "exr", OutputKind.FILE),
        (UNKNOWN, "scene.blend", "", "blend", OutputKind.FILE),
        (UNKNOWN, "scene.png", "png", "bin", OutputKind.FILE),
        (b"1\n00:00:00,000 --> 00:00:02,000\nA red kite\n", "a.srt", "srt", "srt", OutputKind.TEXT),
        (picture(3), "a.splat", "splat", "png", OutputKind.IMAGE),
        (HTML, "page.html", "html", "html", OutputKind.FILE),
        (HTML, "page.html", "png", "html", OutputKind.FILE),
        (HTML, "page", "html", "html", OutputKind.FILE),
    ],
)
def test_its_name_and_kind(
    workshop: Workshop, content: bytes, link: str, word: str, extension: str, kind: OutputKind
) -> None:
    one_file(workshop, content, link, word)
    task = workshop.done(workshop.submit(PICTURE))
    (output,) = task.outputs
    assert (output.name.rpartition(".")[2], output.kind) == (extension, kind)
    with workshop.library.open(output.file_key) as file:
        assert kind is OutputKind.IMAGE or file.read() == content, "only a picture gets a note of ours"


@pytest.mark.parametrize(("link", "word"), [("a.png", "png"), ("a", "png"), ("a.png", "")])
def test_a_page_in_place_of_a_picture_is_still_no_result(workshop: Workshop, link: str, word: str) -> None:
    one_file(workshop, HTML, link, word)
    task = workshop.reach(workshop.submit(PICTURE))
    assert task.state is TaskState.FAILED and task.error is not None
    assert "web page" in task.error.message
