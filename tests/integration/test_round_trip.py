"""Form → payload → history → form is the identity, for every endpoint of the table: through the real
repository, the real history in SQLite, and the page's form. The part in the browser:
browser/test_exactness."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rh_ui.catalog.schema import Endpoint
from rh_ui.catalog.validation import build
from rh_ui.domain import FieldKind, JsonValue, Params
from rh_ui.i18n import load_words
from rh_ui.persistence.database import open_database
from rh_ui.persistence.repositories.repositories import Repositories, open_repositories
from rh_ui.persistence.row_mapping import NewTask
from rh_ui.persistence.run_queries import RunQueries
from rh_ui.web.serializers.form_state import EXACT_IN_BROWSER
from rh_ui.web.serializers.reused_form import Reused, reused
from tests.packaged import packaged_catalog
from tests.payloads import allowed

CATALOG: Final = packaged_catalog()
WORDS: Final = load_words("en")
NUMBERS: Final = count()


class Past:
    """A database that stores runs."""

    def __init__(self, store: Repositories, history: RunQueries) -> None:
        self._store = store
        self._history = history

    def remembered(self, endpoint: Endpoint, params: Params) -> Params:
        """What the history returns for a run with this payload."""
        task = NewTask(f"run-{next(NUMBERS)}", endpoint.path, endpoint.modality, params, "demo", "somebody")
        self._store.tasks.add(task)
        return self._history.task(task.id).params


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('past')}/studio.db")
    yield Past(open_repositories(database), RunQueries(database))
    database.close()


@pytest.mark.parametrize("path", CATALOG.endpoints)
@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=4,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_form_payload_history_and_form_are_one(past: Past, path: str, data: st.DataObject) -> None:
    endpoint = CATALOG.get(path)
    form_values = data.draw(allowed(endpoint))
    left_out = {field.key: field.left_out for field in endpoint.fields if field.left_out is not None}
    body = {key: value for key, value in form_values.items() if value != left_out.get(key)}
    for values in (form_values, as_typed(endpoint, form_values)):
        sent = build(endpoint, values)
        assert exactly(sent) == exactly({**sent, **body})
        assert sent.keys() - body.keys() <= endpoint.defaults.keys(), "nothing but defaults is filled in"
        form = reused(endpoint, past.remembered(endpoint, sent), WORDS)
        assert form.lost == ()
        assert exactly(build(endpoint, through_browser(endpoint, form))) == exactly(sent)


def test_integers_beyond_the_browsers_come_back_to_the_digit(past: Past) -> None:
    endpoint = CATALOG.get("image-enhance/hypir-ultra")
    sent = build(endpoint, {"imageUrl": "https://example.com/a.png", "seed": "18446744073709551615"})
    assert sent["seed"] == 18446744073709551615
    form = reused(endpoint, past.remembered(endpoint, sent), WORDS)
    assert form.values["seed"] == "18446744073709551615"


def test_what_the_table_has_lost_is_named_and_the_rest_comes_back(past: Past) -> None:
    endpoint = CATALOG.get("kling-v3.0-pro/text-to-video")
    old: Params = {
        "prompt": "two kites",
        "aspectRatio": "7:5",
        "duration": 90,
        "sound": True,
        "negativePrompt": "rain",
        "cameraMove": "pan",
    }
    form = reused(endpoint, past.remembered(endpoint, old), WORDS)
    assert form.lost == ("Camera move", "Duration (90 s)", "Aspect ratio (7:5)")
    assert (form.values["prompt"], form.values["sound"]) == ("two kites", True)
    assert form.values["negativePrompt"] == "rain"
    assert form.values["multiShot"] is None, "left out then, left out now"
    assert "aspectRatio" not in form.values, "the model's own default stands there"


def test_of_a_list_what_is_still_taken_comes_back_and_too_much_stays_to_be_seen(past: Past) -> None:
    endpoint = CATALOG.get("alibaba/wan-2.6/reference-to-video")
    links: list[JsonValue] = [f"https://example.com/{number}.png" for number in range(9)]
    form = reused(endpoint, past.remembered(endpoint, {"imageUrls": [*links, "C:\\a.png"]}), WORDS)
    assert form.media["imageUrls"] == links
    assert form.lost == ("Reference images",)
    assert reused(endpoint, {"imageUrls": links}, WORDS).lost == (), "the form shows them with its sentence"


def through_browser(endpoint: Endpoint, form: Reused) -> Params:
    """What the page sends for a form that was filled in and not changed."""
    values: Params = json.loads(json.dumps(form.values))
    for value in values.values():
        assert not isinstance(value, int) or abs(value) <= EXACT_IN_BROWSER
    files: Params = {
        field.key: list[JsonValue](form.media[field.key]) if field.many else form.media[field.key][0]
        for field in endpoint.fields
        if form.media.get(field.key)
    }
    return {key: value for key, value in {**values, **files}.items() if value is not None}


def as_typed(endpoint: Endpoint, body: Params) -> Params:
    """The body as form fields have it: numbers and booleans as text, empty fields as empty text."""
    typed: Params = {field.key: "" for field in endpoint.fields}
    for key, value in body.items():
        field = endpoint.field(key)
        assert field is not None
        if field.kind is FieldKind.FLAG:
            typed[key] = str(value).lower()
        elif field.kind in (FieldKind.INTEGER, FieldKind.DECIMAL):
            typed[key] = repr(value)
        else:
            typed[key] = value
    return typed


def exactly(value: JsonValue) -> str:
    """Compares types: 1, 1.0, true and "1" differ."""
    return json.dumps(value, sort_keys=True)


def test_an_older_run_with_the_vendors_mark_for_sending_nothing_comes_back_as_it_was_meant() -> None:
    endpoint = CATALOG.get("rhart-image-g-2/text-to-image")
    form = reused(endpoint, {"prompt": "two kites", "aspectRatio": "empty"}, WORDS)
    assert form.lost == () and form.values["aspectRatio"] == "empty"
    assert build(endpoint, form.values) == {"prompt": "two kites"}


def test_a_setting_that_was_left_to_the_model_stays_so_though_the_form_starts_with_another() -> None:
    endpoint = CATALOG.get("seedream-v5-pro/text-to-image")
    sent = build(endpoint, {"prompt": "two kites", "resolution": "empty", "width": 1024, "height": 2048})
    assert "resolution" not in sent
    assert build(endpoint, reused(endpoint, sent, WORDS).values) == sent
