"""Addresses of this page in a body: the file is sent, for an app too; an address without a file is
refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PIL import Image

from rh_ui.domain import Output, Params
from rh_ui.errors import PayloadRefused
from tests.integration.engine.test_app_runs import PATH, PHOTO, picture
from tests.integration.engine.workshop import PICTURE, Workshop
from tests.orders import submit

EDIT = "rhart-image-n-g31-flash/image-to-image"
HERE = "http://127.0.0.1:7860/rh"


def result(workshop: Workshop) -> Output:
    (output,) = workshop.done(workshop.submit(PICTURE)).outputs
    return output


def place_of(workshop: Workshop, output: Output) -> Path:
    path = workshop.library.local_path(output.file_key)
    assert path is not None
    return path


def codes(workshop: Workshop, link: str) -> set[str]:
    params: Params = {"prompt": "x", "imageUrls": [link]}
    with pytest.raises(PayloadRefused) as refused:
        submit(workshop.runs, EDIT, params)
    told = {problem.code for problem in workshop.prices.estimate(EDIT, params).problems}
    assert told == {problem.code for problem in refused.value.problems}
    return told


def test_a_field_of_an_app_takes_the_address_of_a_result(workshop: Workshop, tmp_path: Path) -> None:
    workshop.apps.open(PHOTO)
    output = result(workshop)
    task = workshop.done(submit(workshop.runs, PATH, {"1.image": f"{HERE}/thumbs/{output.id}"}))
    (upload,) = workshop.requests("upload")
    assert upload["file"]["sha256"] == output.sha256
    assert task.params["1.image"] == workshop.inputs.keep_result(output.id).ref
    ref = picture(workshop, tmp_path)
    task = submit(workshop.runs, PATH, {"1.image": f"{HERE}/inputs/{ref.removeprefix('input:')}"})
    assert task.params["1.image"] == ref


def test_a_file_in_a_zip_is_the_file_that_is_uploaded(workshop: Workshop, tmp_path: Path) -> None:
    output = result(workshop)
    Image.new("RGB", (300, 200), "teal").save(tmp_path / "in.png")
    with zipfile.ZipFile(place_of(workshop, output), "w") as archive:
        archive.writestr("readme.txt", "words")
        archive.write(tmp_path / "in.png", "pictures/in.png")
    found = workshop.inputs.keep_link(f"{HERE}/files/{output.id}/members/1")
    assert found is not None
    assert (found.name, found.width, found.height) == ("in.png", 300, 200)


def test_an_address_without_a_file_is_refused_before_anything_is_paid(workshop: Workshop) -> None:
    output = result(workshop)
    paid = len(workshop.requests("submit"))
    assert codes(workshop, f"{HERE}/files/nobody-000/a.png") == {"file_gone"}
    assert codes(workshop, f"{HERE}/inputs/{'0' * 64}.png") == {"file_gone"}
    assert codes(workshop, f"{HERE}/assets/1/logo.png") == {"private_link"}
    place_of(workshop, output).unlink()
    assert codes(workshop, f"https://studio.example/rh/files/{output.id}/a.png") == {"file_gone"}
    assert len(workshop.requests("submit")) == paid


def test_the_page_of_somebody_else_is_a_link_like_any_other(workshop: Workshop) -> None:
    link = "https://studio.example/rh/files/1234-000/a.png"
    task = submit(workshop.runs, EDIT, {"prompt": "x", "imageUrls": [link]})
    assert task.params["imageUrls"] == [link]
