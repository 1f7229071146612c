"""Chosen files beyond a model's media limits: refused before anything is sent, with the table's sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from rh_ui.domain import Params
from rh_ui.errors import PayloadRefused
from tests.files import make_clip, make_sound
from tests.integration.engine.workshop import Workshop

ANIMATE = "alibaba/happyhorse-1.0/image-to-video"
MIX = "rhart-video/sparkvideo-2.0/multimodal-video"
CHARACTER = "rhart-video-s-official/sora-upload-character"


def kept(workshop: Workshop, path: Path) -> str:
    return workshop.inputs.keep(path, path.name).ref


def refused(workshop: Workshop, endpoint: str, params: Params) -> str:
    with pytest.raises(PayloadRefused) as refusal:
        workshop.submit(endpoint, params)
    told = workshop.prices.estimate(endpoint, params).problems
    assert told == refusal.value.problems, "the form says what submit says"
    return str(refusal.value)


def test_a_picture_too_small_or_too_long_for_its_model(workshop: Workshop, tmp_path: Path) -> None:
    Image.new("RGB", (299, 400), "teal").save(tmp_path / "small.png")
    Image.new("RGB", (1600, 400), "teal").save(tmp_path / "wide.png")
    small, wide = kept(workshop, tmp_path / "small.png"), kept(workshop, tmp_path / "wide.png")
    params: Params = {"resolution": "720p", "duration": "5"}
    assert "299 × 400 px" in refused(workshop, ANIMATE, {**params, "imageUrl": small})
    assert "4 to 1" in refused(workshop, ANIMATE, {**params, "imageUrl": wide})
    problems = workshop.inputs.convert(ANIMATE, "imageUrl", small).problems
    assert [problem.code for problem in problems] == ["media_side_too_small"]
    assert workshop.requests("submit") == []


def test_lengths_alone_and_together(workshop: Workshop, tmp_path: Path) -> None:
    make_sound(tmp_path / "three.mp3")
    make_clip(tmp_path / "three.mp4")
    sound, clip = kept(workshop, tmp_path / "three.mp3"), kept(workshop, tmp_path / "three.mp4")
    params: Params = {"prompt": "x", "resolution": "720p", "duration": "5", "videoUrls": [clip]}
    assert workshop.prices.estimate(MIX, {**params, "audioUrls": [sound] * 3}).problems == ()
    assert workshop.prices.estimate(CHARACTER, {"name": "Ann", "videoUrl": clip}).problems == ()
    edit: Params = {"prompt": "x", "resolution": "720P", "aspectRatio": "16:9", "videoUrl": clip}
    edit["imageUrls"] = ["https://example.com/a.png"]
    assert workshop.prices.estimate("alibaba/wan-2.7/video-edit", {**edit, "duration": "3"}).problems == ()
    said = refused(workshop, "alibaba/wan-2.7/video-edit", {**edit, "duration": "4"})
    assert "lasts 3 s, less than the 4 s asked for in" in said
