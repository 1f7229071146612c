"""The words of the table: complete in both languages, short, plain, and one name for one thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rh_ui.catalog.glossary import describe, field_words, option_label, title
from rh_ui.catalog.importer.overlay import propose
from rh_ui.catalog.missing_words import missing_words
from rh_ui.catalog.schema import Catalog, Endpoint, Field, Option
from rh_ui.catalog.tasks import tasks
from rh_ui.domain import FieldKind
from rh_ui.i18n.aliases import aliases
from rh_ui.i18n.glossary import FieldWords, glossary
from rh_ui.i18n.loader import page_sentences, sentences
from tests.packaged import packaged_catalog
from tests.registries import newcomer, write_registry

LANGUAGES = ("en", "zh")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
LETTERS = re.compile(r"[a-z]{2}", re.IGNORECASE)
LONGEST_LABEL = 32
LONGEST_HELP = 90
LONGEST_DESCRIPTION = 260
SAME_IN_CHINESE = frozenset(
    {"Y2K", "LoRA", "PNG", "JPEG"}
    | {f"{rate} kHz" for rate in ("8", "16", "22.05", "24", "32", "44.1", "48")}
)
"""Names and units that Chinese takes over."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return packaged_catalog()


def fields(catalog: Catalog) -> Iterator[tuple[Endpoint, Field]]:
    for endpoint in catalog.endpoints.values():
        for field in endpoint.fields:
            yield endpoint, field


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the glossary with its language."""
    words = glossary()
    ours = {key: said for key, said in sentences().items() if key not in page_sentences("en")}
    for entries in words.fields.values():
        for entry in entries:
            for language, said in entry.words.items():
                yield from ((language, text) for text in (said.label, said.help, said.placeholder) if text)
    for group in (words.options, words.models, words.image_models, words.facts, words.closing, ours):
        for by_language in group.values():
            yield from by_language.items()
    for job in words.jobs.values():
        yield from job.said.items()
        yield "zh", job.title


def test_every_field_has_a_label_and_a_help(catalog: Catalog) -> None:
    for endpoint, field in fields(catalog):
        assert field.key in glossary().fields, (endpoint.path, field.key)
        for language in LANGUAGES:
            words = field_words(endpoint, field, language)
            assert words.label.strip() and words.help.strip(), (endpoint.path, field.key, language)


def test_no_two_fields_of_an_endpoint_share_a_label(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        for language in LANGUAGES:
            labels = Counter(field_words(endpoint, field, language).label for field in endpoint.fields)
            assert max(labels.values()) == 1, (endpoint.path, language, labels)


def test_labels_and_helps_are_short() -> None:
    for entries in glossary().fields.values():
        for entry in entries:
            for words in entry.words.values():
                assert len(words.label) <= LONGEST_LABEL, words
                assert len(words.help) <= LONGEST_HELP, (len(words.help), words)


def test_each_language_is_written_in_itself() -> None:
    for key, entries in glossary().fields.items():
        for entry in entries:
            chinese = entry.words["zh"]
            assert CHINESE.search(chinese.help), key
            assert CHINESE.search(chinese.label) or chinese.label in SAME_IN_CHINESE, key
    for language, text in texts():
        assert language == "zh" or not CHINESE.search(text), text


def test_what_has_no_words_is_named(catalog: Catalog) -> None:
    assert list(missing_words(catalog)) == []
    known = next(iter(catalog.endpoints.values()))
    new = Field("sparkleLevel", FieldKind.CHOICE, options=(Option("very_bright"),))
    added = replace(known, path="a/b", title="Nova — sparkle", fields=(new,))
    assert list(missing_words(Catalog({"a/b": added}))) == [
        "a/b: the model Nova has no words in models.toml.",
        "a/b: “sparkle” has no words in jobs.toml.",
        "a/b: field sparkleLevel: has no words in fields.toml.",
        "a/b: field sparkleLevel: very_bright has no words in options.toml.",
    ]


def test_nothing_is_shouted() -> None:
    shouted = [text for _, text in texts() if "!" in text or "！" in text]
    assert shouted == []


def test_helps_are_sentences() -> None:
    for entries in glossary().fields.values():
        for entry in entries:
            assert entry.words["en"].help[0].isupper() or entry.words["en"].help[0].isdigit()
            assert entry.words["en"].help.endswith(".")
            assert entry.words["zh"].help.endswith("。")
            for words in entry.words.values():
                assert words.label[-1] not in ".。:："


def test_every_entry_is_reached_and_the_last_of_a_key_takes_all(catalog: Catalog) -> None:
    known = glossary().fields
    reached = set()
    for endpoint, field in fields(catalog):
        entries = known[field.key]
        first = next(
            at for at, one in enumerate(entries) if one.fits(endpoint.path, endpoint.task, field.kind)
        )
        reached.add((field.key, first))
    assert reached == {(key, at) for key, entries in known.items() for at in range(len(entries))}
    for key, entries in known.items():
        assert not (entries[-1].tasks or entries[-1].kinds or entries[-1].paths), key


def test_choices_that_do_not_explain_themselves_have_words(catalog: Catalog) -> None:
    """In Chinese only names stay English; pixels, ratios, counts and 4k need no words."""
    for endpoint, field in fields(catalog):
        for value in field.values:
            english, chinese = (option_label(endpoint, field, value, language) for language in LANGUAGES)
            assert english and chinese, (field.key, value)
            assert not CHINESE.search(english), (field.key, value)
            assert "_" not in english and english[0] == english[0].upper(), (field.key, value, english)
            if LETTERS.search(chinese) and not re.fullmatch(
                r"\d+[kx]|\d+(p|P)|\d+ kbit/s|(Grok|Speech) .*|[A-Z][A-Za-z ]+ \d+(\.\d+)?", chinese
            ):
                assert CHINESE.search(chinese) or chinese in SAME_IN_CHINESE, (field.key, value, chinese)


def test_no_two_choices_of_a_field_look_the_same(catalog: Catalog) -> None:
    for endpoint, field in fields(catalog):
        for language in LANGUAGES:
            labels = Counter(option_label(endpoint, field, value, language) for value in field.values)
            assert not labels or max(labels.values()) == 1, (endpoint.path, field.key, labels.most_common(2))


def test_no_choice_is_described_that_nobody_offers(catalog: Catalog) -> None:
    offered = {(field.key, value) for _, field in fields(catalog) for value in field.values}
    assert {pair for pair in glossary().options if pair not in offered} == set()
    known = {
        (field.key, value) for _, field in fields(catalog) for value in (*field.suggested, field.default)
    }
    assert {pair for pair in glossary().known if pair not in known} == set()


def test_every_endpoint_is_described_and_no_two_alike(catalog: Catalog) -> None:
    for language in LANGUAGES:
        said: dict[str, str] = {}
        for endpoint in catalog.endpoints.values():
            text = describe(endpoint, language)
            assert 10 < len(text) <= LONGEST_DESCRIPTION, (endpoint.path, text)
            assert text.endswith("." if language == "en" else "。"), text
            assert bool(CHINESE.search(text)) is (language == "zh"), text
            assert text not in said, (endpoint.path, said.get(text))
            said[text] = endpoint.path
            if endpoint.channel.value:
                assert glossary().closing[endpoint.channel.value][language] in text


def test_no_description_says_a_sharpness_twice(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        for language in LANGUAGES:
            counted = Counter(re.findall(r"\b(?:\d+p|\dk)(?![a-z])", describe(endpoint, language).lower()))
            assert all(count == 1 for count in counted.values()), endpoint.path


def test_every_model_and_job_has_its_words_and_none_is_left_over(catalog: Catalog) -> None:
    english = "\n".join(endpoint.title for endpoint in catalog.endpoints.values())
    for endpoint in catalog.endpoints.values():
        said = describe(endpoint, "zh")
        assert sum(job.said["zh"] in said for job in glossary().jobs.values()), endpoint.path
        good_at = [*glossary().models.values(), *glossary().image_models.values()]
        assert any(model["zh"] in said for model in good_at), endpoint.path
    assert [name for name in glossary().models if name not in english] == []
    assert [what for what in glossary().jobs if what not in english] == []
    titles = [endpoint.title for endpoint in catalog.endpoints.values()]
    assert [each for each in glossary().families if not any(one.startswith(each) for one in titles)] == []


def test_every_alias_is_of_something_that_the_table_has(catalog: Catalog) -> None:
    endpoints, others = list(catalog.endpoints.values()), aliases()
    names = [endpoint.title.partition(" — ")[0] for endpoint in endpoints]
    keys = {field.key for endpoint in endpoints for field in endpoint.fields}
    assert others.families.keys() - {endpoint.family for endpoint in endpoints} == set()
    assert others.models.keys() - set(names) == set()
    assert others.tasks.keys() == tasks().keys()
    assert others.jobs.keys() - glossary().jobs.keys() == set()
    assert others.channels.keys() - {endpoint.channel.value for endpoint in endpoints} == set()
    assert others.fields.keys() - keys == set()


def test_chinese_titles_are_chinese_and_distinct(catalog: Catalog) -> None:
    titles = Counter(title(endpoint, "zh") for endpoint in catalog.endpoints.values())
    assert titles.most_common(1)[0][1] == 1
    assert all(CHINESE.search(text) for text in titles)
    assert title(catalog.get("rhart-image-n-pro/edit"), "zh") == "Nano Banana Pro — 图片编辑 · 低价"
    assert title(catalog.get("rhart-image/f-dev-lora"), "zh") == "FLUX.1 dev — 文生图（可加 LoRA）"
    assert all(title(endpoint, "en") == endpoint.title for endpoint in catalog.endpoints.values())


def test_words_follow_what_a_key_means_here(catalog: Catalog) -> None:
    def label(path: str, key: str, language: str = "en") -> str:
        endpoint = catalog.get(path)
        field = endpoint.field(key)
        assert field is not None
        return field_words(endpoint, field, language).label

    assert label("rhart-audio/suno-v5/custom", "prompt") == "Lyrics"
    assert label("rhart-audio/suno-v5/custom", "prompt", "zh") == "歌词"
    assert label("vidu/start-end-to-video-q3-pro", "audio") == "Generate audio"
    assert label("rhart-audio/text-to-audio/voice-clone", "audio") == "Voice recording"
    assert label("rhart-image/f-2-dev/edit", "customHight", "fr") == "Custom height"


def test_a_field_that_is_new_to_us_is_named_by_its_key(catalog: Catalog) -> None:
    endpoint, field = next(fields(catalog))
    new = Field("sparkleLevel", field.kind)
    assert field_words(endpoint, new, "zh") == FieldWords("Sparkle level")


def test_a_model_that_only_a_registry_knows_has_words_in_both_languages(tmp_path: Path) -> None:
    """Its name is its path in words; its task is one of ours, whatever goes in and comes out."""
    media = {"IMAGE": "imageUrl", "VIDEO": "videoUrl", "AUDIO": "audioUrl"}
    models = [
        {
            **newcomer(f"nova-lab/new-{output}-{kind}".lower(), {"fieldKey": key, "type": kind}),
            "output_type": output,
        }
        for output in ("image", "video", "audio", "3d", "string")
        for kind, key in {**media, "STRING": "secondWish"}.items()
    ]
    table = propose(write_registry(tmp_path / "registry.json", models)).catalog
    jobs = {job.title for job in glossary().jobs.values()}
    for entry in models:
        endpoint = table.get(str(entry["endpoint"]))
        assert title(endpoint, "en").startswith("Nova Lab New ")
        assert title(endpoint, "zh").partition(" — ")[2] in jobs, title(endpoint, "zh")
        for language in ("en", "zh"):
            assert describe(endpoint, language).strip()
            assert all(field_words(endpoint, field, language).label for field in endpoint.fields)
