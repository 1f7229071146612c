"""The size, duration and number that a payload asks for."""

from __future__ import annotations

import pytest

from rh_ui.catalog.roles import Role
from rh_ui.catalog.schema import Endpoint, Field, Option
from rh_ui.domain import Channel, FieldKind, JsonValue, Modality, Params
from rh_ui.emulator.render_request import RenderRequest
from rh_ui.emulator.renders import shape

ROLES = {
    "aspectRatio": Role.RATIO,
    "ratio": Role.RATIO,
    "resolution": Role.RESOLUTION,
    "targetResolution": Role.RESOLUTION,
    "size": Role.RESOLUTION,
    "width": Role.WIDTH,
    "height": Role.HEIGHT,
    "customWidth": Role.WIDTH,
    "customHight": Role.HEIGHT,
    "duration": Role.DURATION,
    "n": Role.COUNT,
    "imageNum": Role.COUNT,
    "maxImages": Role.COUNT,
}


def request(params: Params, **defaults: JsonValue) -> RenderRequest:
    fields = tuple(
        Field(
            key,
            FieldKind.TEXT,
            ROLES.get(key),
            default=defaults.get(key),
            options=(Option("custom"),) if key == "aspectRatio" else (),
        )
        for key in {**params, **defaults}
    )
    endpoint = Endpoint("a/b", "A B", Modality.IMAGE, "t", "f", Channel.NONE, True, False, fields)
    return RenderRequest("1", endpoint, params)


@pytest.mark.parametrize(
    ("params", "defaults", "size"),
    [
        ({}, {}, (1024, 1024)),
        ({"aspectRatio": "16:9"}, {}, (1024, 576)),
        ({"aspectRatio": "16:9", "resolution": "2k"}, {}, (2048, 1152)),
        ({"resolution": "8k"}, {}, (4096, 4096)),
        ({"size": "1024*1536"}, {}, (1024, 1536)),
        ({"aspectRatio": "720x1280"}, {}, (720, 1280)),
        ({"width": 512, "height": 768}, {}, (512, 768)),
        ({"width": 600}, {"width": 2048, "height": 2048}, (600, 2048)),
        ({}, {"width": 2048, "height": 1024}, (2048, 1024)),
        ({"aspectRatio": "custom", "customWidth": 640, "customHight": 512}, {}, (640, 512)),
        ({"aspectRatio": "1:1", "customWidth": 640, "customHight": 512}, {}, (1024, 1024)),
        ({}, {"aspectRatio": "9:16", "customWidth": 1024, "customHight": 1024}, (576, 1024)),
        ({"longEdgeSize": 2000, "shortEdgeSize": 1000}, {}, (2000, 1000)),
        ({"width": 16384, "height": 8192}, {}, (4096, 2048)),
        ({"aspectRatio": "1:8"}, {}, (128, 1024)),
    ],
)
def test_the_size_of_a_picture(params: Params, defaults: Params, size: tuple[int, int]) -> None:
    assert shape.picture_size(request(params, **defaults)) == size


@pytest.mark.parametrize(
    ("params", "defaults", "size"),
    [
        ({"aspectRatio": "auto"}, {}, (1024, 512)),
        ({}, {"aspectRatio": "9:16"}, (1024, 512)),
        ({"aspectRatio": "1:1"}, {}, (1024, 1024)),
        ({"scale": "4x"}, {}, (3200, 1600)),
        ({"scale": "6x"}, {}, (4096, 2048)),
    ],
)
def test_an_input_decides_the_ratio_where_the_payload_does_not(
    params: Params, defaults: Params, size: tuple[int, int]
) -> None:
    assert shape.picture_size(request(params, **defaults), (800, 400)) == size


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (640, 360)),
        ({"aspectRatio": "9:16", "resolution": "1080p"}, (480, 854)),
        ({"ratio": "adaptive"}, (640, 360)),
        ({"size": "960*960"}, (854, 854)),
        ({"resolution": "1280×720"}, (854, 480)),
    ],
)
def test_the_size_of_a_clip_is_even_and_moderate(params: Params, size: tuple[int, int]) -> None:
    assert shape.clip_size(request(params)) == size


@pytest.mark.parametrize(
    ("params", "defaults", "source", "seconds"),
    [
        ({"duration": "10"}, {}, None, 10),
        ({"duration": 7}, {}, 3.0, 7),
        ({}, {}, None, 5),
        ({}, {"duration": "8"}, None, 8),
        ({}, {"duration": "8"}, 3.0, 3),
        ({"duration": "-1"}, {}, None, 5),
        ({"duration": "900"}, {}, None, 30),
    ],
)
def test_the_length_of_a_clip(params: Params, defaults: Params, source: float | None, seconds: float) -> None:
    assert shape.clip_seconds(request(params, **defaults), source) == seconds


@pytest.mark.parametrize(
    ("params", "number"), [({}, 1), ({"n": 4}, 4), ({"imageNum": "6"}, 6), ({"maxImages": 99}, 15)]
)
def test_the_number_of_pictures(params: Params, number: int) -> None:
    assert shape.count(request(params)) == number
