"""Every way of pricing: the amount, its words, whether it is a minimum, and that the emulator charges the
same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rh_ui.catalog.pricing import estimate, typical_run, unit_price
from rh_ui.catalog.schema import Field, Option, Price, PriceExtra, PriceRule, PriceUnit
from rh_ui.catalog.validation import converted
from rh_ui.domain import FieldKind, JsonValue, Money, Params
from rh_ui.emulator.charges import UNLISTED, charge, price_of
from rh_ui.i18n import LANGUAGES, translate
from tests.corpus.films import film as encoded_film
from tests.corpus.sounds import sound as encoded_sound
from tests.samples import made_up

LINK = "https://example.com/a.mp4"


def options(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value) for value in values)


LENGTH = Field("length", FieldKind.CHOICE, options=options("auto", "8", "4", "12"))
COUNT = Field("count", FieldKind.INTEGER, min=2, max=8)
STEPS = Field("steps", FieldKind.INTEGER)
TEXT = Field("text", FieldKind.TEXT)
SIZE = Field("size", FieldKind.CHOICE, options=options("small", "large"))
GRADE = Field("grade", FieldKind.CHOICE, default="plain", options=options("plain", "fine"))
SOUND = Field("sound", FieldKind.FLAG)
VOICE = Field("voice", FieldKind.CHOICE, options=options("true", "false"))
FILMS = Field("films", FieldKind.VIDEO, many=True)
FILM = Field("film", FieldKind.VIDEO)
TUNE = Field("tune", FieldKind.AUDIO)
PICTURES = Field("pictures", FieldKind.IMAGE, many=True)
FIELDS = (LENGTH, COUNT, STEPS, TEXT, SIZE, GRADE, SOUND, VOICE, FILMS, FILM, TUNE, PICTURES)


def price(unit: PriceUnit, amount: str = "", *rules: PriceRule, **more: Any) -> Price:
    single = Decimal(amount) if amount else None
    return Price(unit, "CNY", date(2026, 9, 21), single, rules, **more)


def row(amount: str, extra: str = "0", /, **when: JsonValue) -> PriceRule:
    return PriceRule(when, Decimal(amount), Decimal(extra))


CALL, SECOND, IMAGE, RESULT = PriceUnit.CALL, PriceUnit.SECOND, PriceUnit.IMAGE, PriceUnit.RESULT
FILE, TEXTS, TOKENS = PriceUnit.INPUT_SECOND, PriceUnit.THOUSAND_CHARACTERS, PriceUnit.MILLION_TOKENS
BY_LENGTH = price(SECOND, "0.5", quantity="length")
SIZES = (row("1", size="small"), row("2", size="large"))
WITH_FILM = PriceRule({}, Decimal("0.8"), Decimal("0.28"), given=("films", "film"))
WITHOUT_FILM = PriceRule({}, Decimal("1.2"), absent=("films", "film"))
BY_FILM = price(SECOND, "", WITH_FILM, WITHOUT_FILM, quantity="length", least={"4": 7, "8": 9})
FILES = (PriceExtra("pictures", Decimal("0.1"), free=2), PriceExtra("film", Decimal("0.3")))

TWO_WITH_FILM = PriceRule({}, Decimal(2), given=("film",))
EACH_SECOND = "¥0.50 for each second of the result"
EACH_FILE = "¥0.20 for each second of your file; its length decides"
EACH_TOKEN = "¥0.30 for a million tokens; the amount of work decides"
BY_STEPS, BY_TEXT = price(SECOND, "0.5", quantity="steps"), price(TEXTS, "0.6", quantity="text")
FROM_TEXT = price(TEXTS, "0.6", quantity="text", floor=True)
AND_FILM = price(SECOND, "0.5", quantity="length", inputs=("film",))
BY_COUNT = price(IMAGE, "0.1", quantity="count")
AND_FILES = price(CALL, "1", extras=FILES)


@pytest.mark.parametrize(
    ("price", "values", "amount", "how", "is_from"),
    [
        # For a run.
        (None, {}, "", "price unknown", False),
        (price(CALL, "1"), {}, "1", "fixed price", False),
        (price(CALL, "1", floor=True), {}, "1", "depends on the settings", True),
        (price(CALL, "", *SIZES), {"size": "large"}, "2", "large, fixed price", False),
        (price(CALL, "", *SIZES), {}, "1", "depends on the settings", True),
        (price(CALL, "", row("9", size="huge")), {"size": "small"}, "",
         "no price recorded for these settings", False),
        (price(CALL, "", row("3", grade="plain"), row("4", grade="fine")), {}, "3", "plain, fixed price",
         False),
        (price(CALL, "", row("3", sound=True)), {"sound": "true"}, "3", "Generate audio, fixed price", False),
        (price(CALL, "", row("3", sound=False)), {"sound": False}, "3", "fixed price", False),
        (price(CALL, "", row("3", voice="true")), {"voice": "true"}, "3", "Voice, fixed price", False),
        (price(CALL, "", row("3", voice="false")), {"voice": "false"}, "3", "fixed price", False),
        (price(CALL, "", row("3", steps=4)), {"steps": "4"}, "3", "4, fixed price", False),
        (price(CALL, "", row("3", gone="x")), {}, "3", "fixed price", False),
        (price(CALL, "", row("2"), row("2")), {}, "2", "fixed price", False),
        # Of two rows that are both possible, the one whose parts are less together.
        (price(SECOND, "", row("1", "0.5", size="small"), row("1.2", size="large"), quantity="length"),
         {"length": "4"}, "4.8", "¥1.20 * 4 s", True),
        (price(SECOND, "", row("1", "0.5", size="small"), row("1", size="large"), quantity="length"),
         {"length": "4"}, "4", "¥1.00 * 4 s", True),
        # For each second of the result.
        (BY_LENGTH, {"length": "8"}, "4", "¥0.50 * 8 s", False),
        (BY_LENGTH, {"length": "auto"}, "2", "¥0.50 * at least 4 s", True),
        (BY_LENGTH, {}, "2", "¥0.50 * at least 4 s", True),
        (price(SECOND, "0.5"), {}, "", EACH_SECOND, False),
        (price(SECOND, "0.5", floor=True), {}, "", EACH_SECOND, True),
        (BY_STEPS, {}, "", EACH_SECOND, False),
        (BY_STEPS, {"steps": 1}, "0.5", "¥0.50 * 1 s", False),
        (BY_STEPS, {"steps": 0}, "", EACH_SECOND, False),
        (price(SECOND, "0.5", quantity="count"), {"count": True}, "1", "¥0.50 * at least 2 s", True),
        (price(SECOND, "0.5", quantity="text"), {"text": "2.5"}, "1.25", "¥0.50 * 2.5 s", False),
        (price(SECOND, "0.5", quantity="text"), {"text": "1.2.3"}, "", EACH_SECOND,
         False),
        (price(SECOND, "0.5", quantity="length", at_least=6), {"length": "4"}, "3", "¥0.50 * 6 s", False),
        (price(SECOND, "0.5", quantity="length", at_least=6), {"length": "8"}, "4", "¥0.50 * 8 s", False),
        (price(SECOND, "0.5", quantity="length", unit_size=5), {"length": "8"}, "1.0", "¥0.50 * 8 s", False),
        (price(SECOND, "0.5", quantity="length", unit_size=4), {"length": "8"}, "1.0", "¥0.50 * 8 s", False),
        (price(SECOND, "", row("0.8", "0.28")), {}, "",
         "¥0.80 for each second of the result and ¥0.28 for each second of the result", False),
        (price(SECOND, "", row("0.8", "0.28"), quantity="length"), {"length": "4"}, "4.32",
         "¥0.80 * 4 s + ¥0.28 * 4 s", False),
        # With and without a film.
        (BY_FILM, {"length": "4"}, "4.8", "¥1.20 * 4 s", False),
        (BY_FILM, {"length": "4", "film": LINK}, "6.72", "¥0.80 * at least 7 s + ¥0.28 * 4 s", True),
        (BY_FILM, {"length": "8", "films": [LINK]}, "9.44", "¥0.80 * at least 9 s + ¥0.28 * 8 s", True),
        (BY_FILM, {"length": "12", "films": [LINK]}, "12.96", "¥0.80 * at least 12 s + ¥0.28 * 12 s", True),
        (AND_FILM, {"length": "4"}, "2", "¥0.50 * 4 s", False),
        (AND_FILM, {"length": "4", "film": LINK}, "2",
         "¥0.50 * at least 4 s", True),
        (price(CALL, "", TWO_WITH_FILM), {"film": LINK}, "2", "fixed price", False),
        # For each image, and each of other results.
        (price(IMAGE, "", TWO_WITH_FILM, quantity="count"),
         {"film": LINK, "count": 3}, "6", "¥2.00 * 3 images", False),
        (BY_COUNT, {}, "0.1", "¥0.10 * 1 image", False),
        (BY_COUNT, {"count": 3}, "0.3", "¥0.10 * 3 images", False),
        (BY_COUNT, {"count": -1}, "0.2", "¥0.10 * at least 2 images", True),
        (BY_COUNT, {"count": 1.5}, "0.15", "¥0.10 * 1.5 images", False),
        (price(RESULT, "0.1", quantity="count"), {"count": "1"}, "0.1", "¥0.10 * 1 result", False),
        (price(RESULT, "0.1", quantity="length"), {"length": "auto"}, "0.4", "¥0.10 * at least 4 results",
         True),
        # By characters, and by work that nothing tells.
        (BY_TEXT, {"text": "x" * 1500}, "0.9", "¥0.60 * 1,500 / 1,000 characters", False),
        (FROM_TEXT, {"text": "x" * 5}, "0.003",
         "¥0.60 * 5 / 1,000 characters", True),
        (FROM_TEXT, {}, "", "¥0.60 for 1,000 characters", True),
        (price(TEXTS, "0.6", quantity="count"), {"count": 3}, "", "¥0.60 for 1,000 characters", False),
        (price(TOKENS, "0.3"), {}, "", EACH_TOKEN, False),
        (price(TOKENS, "0.3", floor=True), {}, "", EACH_TOKEN,
         True),
        (price(TOKENS, "0.3", extras=FILES), {"film": LINK}, "",
         EACH_TOKEN, False),
        # By a file whose length is not known.
        (price(FILE, "0.2"), {"film": LINK}, "", EACH_FILE, False),
        (price(FILE, "0.2", floor=True), {}, "", EACH_FILE, True),
        (price(FILE, "0.2", at_least=5), {}, "1.0", "¥0.20 * at least 5 s", True),
        # Files beside the price.
        (AND_FILES, {"pictures": [LINK] * 2}, "1", "fixed price", False),
        (AND_FILES, {"pictures": [LINK] * 3}, "1.1", "fixed price + ¥0.10 * 1 file", False),
        (price(CALL, "1", extras=FILES, floor=True), {"pictures": [LINK] * 5, "film": LINK}, "1.6",
         "depends on the settings + ¥0.10 * 3 files + ¥0.30 * 1 file", True),
    ],
)  # fmt: skip
def test_what_a_run_costs_is_shown_and_charged(
    price: Price | None, values: Params, amount: str, how: str, is_from: bool
) -> None:
    endpoint = made_up(*FIELDS, price=price)
    told = estimate(endpoint, values)
    known = Decimal(amount) if amount else None
    assert (told.money, told.from_) == (known and Money(known, "CNY"), is_from)
    assert told.how == how.replace("*", "\N{MULTIPLICATION SIGN}")
    assert all("{" not in translate(told.how, language) for language in LANGUAGES)
    sent = converted(endpoint, values)
    assert charge(endpoint, sent) == known
    assert price_of(endpoint, sent, ()) == (UNLISTED if known is None else known)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """A video or a sound of this many seconds, on this disk."""
    folder = tmp_path_factory.mktemp("files")
    made: dict[str, bytes] = {
        "film 7": encoded_film(frames=70),
        "film 2.3": encoded_film(frames=23),
        "tune 3": encoded_sound("wav", "pcm_s16le", 3),
    }
    for name, content in made.items():
        (folder / name).write_bytes(content)
    return lambda name: str(folder / name) if name else ""


BY_INPUTS = price(SECOND, "0.5", quantity="length", inputs=("films", "film"))


@pytest.mark.parametrize(
    ("price", "given", "amount", "how"),
    [
        (price(FILE, "0.2"), {"film": ["film 7"]}, "1.4", "¥0.20 * 7 s"),
        (price(FILE, "0.2"), {"film": ["film 2.3"]}, "0.46", "¥0.20 * 2.3 s"),
        (price(FILE, "0.2"), {"film": ["film 7"], "films": ["film 7", "film 2.3"]}, "3.26", "¥0.20 * 16.3 s"),
        (price(FILE, "0.2"), {"film": ["film 7"], "tune": ["tune 3"]}, "1.4", "¥0.20 * 7 s"),
        (price(FILE, "0.2", at_least=5), {"film": ["film 2.3"]}, "1.0", "¥0.20 * 5 s"),
        (price(FILE, "0.2", at_least=2), {"film": ["film 2.3"]}, "0.6", "¥0.20 * 3 s"),
        (price(FILE, "0.2", unit_size=5), {"film": ["film 7"]}, "0.4", "¥0.20 * 7 s"),
        (BY_INPUTS, {"film": ["film 7"]}, "5.5", "¥0.50 * 11 s"),
        (BY_INPUTS, {"film": ["film 7"], "films": ["film 2.3", "film 7"]}, "10.15", "¥0.50 * 20.3 s"),
        (BY_FILM, {"film": ["film 2.3"]}, "6.72", "¥0.80 * 7 s + ¥0.28 * 4 s"),
        (BY_FILM, {"film": ["film 7"]}, "9.92", "¥0.80 * 11 s + ¥0.28 * 4 s"),
    ],
)  # fmt: skip
def test_the_seconds_of_files_are_shown_and_charged(
    files: Callable[[str], str], price: Price, given: dict[str, list[str]], amount: str, how: str
) -> None:
    endpoint = made_up(*FIELDS, price=price)
    values: Params = {"length": "4"}
    for key, names in given.items():
        values[key] = [LINK] * len(names) if key == "films" else LINK
    lengths = {key: sum(float(name.split()[1]) for name in names) for key, names in given.items()}
    told = estimate(endpoint, values, lengths)
    assert (told.money, told.from_) == (Money(Decimal(amount), "CNY"), False)
    assert told.how == how.replace("*", "\N{MULTIPLICATION SIGN}")
    media = [(key, name.split()[0].replace("film", "video").replace("tune", "audio"), files(name))
             for key, names in given.items() for name in names]  # fmt: skip
    assert charge(endpoint, values, media) == Decimal(amount)


def test_a_sound_is_paid_for_where_no_film_is_taken(files: Callable[[str], str]) -> None:
    endpoint = made_up(TUNE, price=price(FILE, "0.2"))
    told = estimate(endpoint, {"tune": LINK}, {"tune": 3.0}).money
    assert told == Money(Decimal("0.6"), "CNY")
    assert charge(endpoint, {"tune": LINK}, [("tune", "audio", files("tune 3"))]) == told.amount
    assert estimate(made_up(TEXT, price=price(FILE, "0.2")), {}).money is None


def test_a_price_by_the_length_of_files_is_open_as_long_as_one_of_them_is_not_known(
    files: Callable[[str], str],
) -> None:
    here, elsewhere = files("film 7"), files("")
    by_file = made_up(*FIELDS, price=price(FILE, "0.2"))
    assert charge(by_file, {}, [("film", "video", here), ("films", "video", elsewhere)]) is None
    assert charge(by_file, {}, [("film", "video", elsewhere)]) is None
    at_least = made_up(*FIELDS, price=price(FILE, "0.2", at_least=5))
    assert charge(at_least, {}, [("film", "video", elsewhere)]) is None
    values: Params = {"length": "4", "film": LINK, "films": [LINK]}
    for known in ("film", "films"):
        told = estimate(by_file, values, {known: 7.0})
        assert (told.money, told.from_) == (Money(Decimal("1.4"), "CNY"), True), "one more is to be paid"
        assert told.how == "¥0.20 × at least 7 s"
    by_inputs = made_up(*FIELDS, price=BY_INPUTS)
    told = estimate(by_inputs, values, {"film": 7.0})
    assert (told.money, told.from_) == (Money(Decimal(2), "CNY"), True)
    for media in (
        [("film", "video", here)],
        [("film", "video", here), ("films", "video", elsewhere)],
        [("film", "video", here), ("tune", "video", here)],
    ):
        assert charge(by_inputs, values, media) == 2


@pytest.mark.parametrize(
    ("price", "amount"),
    [
        (None, None),
        (price(TOKENS, "0.3"), None),
        (price(SECOND, "0.5"), None),
        (price(SECOND, "0.5", quantity="length"), "2"),
        (price(SECOND, "0.5", quantity="steps"), "0.5"),
        (price(CALL, "0.5"), "0.5"),
        (price(CALL, "", row("9", grade="huge")), "9"),
        (price(FILE, "0.2"), "1"),
        (price(FILE, "0.2", unit_size=2), "0.5"),
        (price(FILE, "", row("0.3", size="small"), row("0.2", size="large")), "1"),
        (price(FILE, "0.2", at_least=4), "0.8"),
        (price(TEXTS, "0.6", quantity="text"), "0.6"),
        (price(IMAGE, "0.1", quantity="count"), "0.1"),
    ],
)
def test_models_are_compared_by_a_usual_run(price: Price | None, amount: str | None) -> None:
    assert typical_run(made_up(*FIELDS, price=price)) == (amount and Decimal(amount))


@pytest.mark.parametrize(
    ("price", "said"),
    [
        (price(CALL, "1", floor=True), "from ¥1.00 for a run"),
        (price(CALL, "", row("2", size="small"), row("2", size="large")), "¥2.00 for a run"),
        (price(CALL, "", row("2", size="small"), row("1", size="large")), "from ¥1.00 for a run"),
        (price(SECOND, "1", unit_size=2), "¥1.00 for every 2 seconds of the result, rounded up"),
        (price(TEXTS, "1"), "¥1.00 for 1,000 characters"),
        (price(TOKENS, "1"), "¥1.00 for a million tokens"),
        (price(RESULT, "1"), "¥1.00 for each result"),
    ],
)
def test_a_unit_has_its_words(price: Price, said: str) -> None:
    assert unit_price(price) == said
