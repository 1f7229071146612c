"""What the table promises its readers: complete, consistent, in our own words, and fast to load."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from rh_ui.catalog.__main__ import main
from rh_ui.catalog.importer.refresh import refresh
from rh_ui.catalog.loader import DATA_FOLDER, load_catalog, read_corrections
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.schema import Catalog, Field
from rh_ui.catalog.tasks import tasks
from rh_ui.catalog.validation import build, check
from rh_ui.domain import FieldKind, JsonValue
from rh_ui.errors import PayloadRefused, TableFault
from rh_ui.i18n import LANGUAGES
from tests.packaged import packaged_catalog
from tests.samples import invalid_params, link_for, valid_params

DOCUMENTED = (Path(__file__).parent / "documented_paths.txt").read_text(encoding="utf-8").split()
ENDPOINT_KEYS = [
    "path", "title", "modality", "task", "family", "channel", "documented", "fields", "price",
    "words", "offered",
]  # fmt: skip
FIELD_KEYS = [
    "key", "kind", "required", "default", "options", "min", "max", "step",
    "min_length", "max_length", "max_items", "accept", "max_mb", "role", "usual",
]  # fmt: skip
PLURAL = ("videos", "elementReferList", "keyframes", "referenceImages", "imageRef", "audio_url")
"""Media whose keys do not end in `Urls`, and which take a list all the same."""
TECHNICAL = (".safetensors",)
"""The endings of technical values that may be Chinese: the service's own names of LoRA files."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return packaged_catalog()


def test_nothing_is_set_aside(catalog: Catalog) -> None:
    assert catalog.notices == ()


def test_every_deviation_from_the_facts_says_why(tmp_path: Path) -> None:
    """Only corrections differ from the table's facts, and each has a reason."""
    notices: list[str] = []
    found = read_corrections(DATA_FOLDER, notices)
    assert notices == [] and len(found) > 50
    for path, corrections in found.items():
        assert all(len(correction.reason.split()) > 3 for correction in corrections), path
    (tmp_path / "corrections").mkdir()
    silent = '[[correction]]\npaths = ["a/b"]\nfield = "prompt"\nset = { required = true }\n'
    (tmp_path / "corrections" / "mine.toml").write_text(silent, encoding="utf-8")
    assert read_corrections(tmp_path, notices) == {} and "reason" in notices[0]


def test_all_documented_endpoints_are_there(catalog: Catalog) -> None:
    assert len(DOCUMENTED) == len(set(DOCUMENTED)) == 225
    assert {path for path, endpoint in catalog.endpoints.items() if endpoint.documented} == set(DOCUMENTED)


def test_every_endpoint_says_what_it_is(catalog: Catalog) -> None:
    titles: dict[str, str] = {}
    for endpoint in catalog.endpoints.values():
        assert endpoint.fields and endpoint.family and endpoint.title, endpoint.path
        assert endpoint.modality in tasks()[endpoint.task], endpoint.path
        assert endpoint.title not in titles, (endpoint.path, titles.get(endpoint.title))
        titles[endpoint.title] = endpoint.path


def test_every_default_is_allowed_by_its_own_field(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        for field in endpoint.fields:
            if field.default in (None, field.left_out):
                continue
            single = field.many and not isinstance(field.default, list)
            default: JsonValue = [field.default] if single else field.default
            problems = [
                problem for problem in check(endpoint, {field.key: default}) if problem.field == field.key
            ]
            assert [problem for problem in problems if problem.code != "requires"] == [], endpoint.path


def test_the_smallest_valid_payload_passes_and_is_built_unchanged(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        params = valid_params(endpoint, link_for)
        assert check(endpoint, params) == [], endpoint.path
        assert build(endpoint, params) == params, endpoint.path


def test_an_invalid_payload_is_refused_with_a_sentence_in_both_languages(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        params = invalid_params(endpoint)
        assert check(endpoint, params), endpoint.path
        with pytest.raises(PayloadRefused) as refused:
            build(endpoint, params)
        for problem in refused.value.problems:
            english, chinese = (sentence(problem, endpoint, language) for language in LANGUAGES)
            assert english.endswith(".") and english in str(refused.value), endpoint.path
            assert any("\u4e00" <= character <= "\u9fff" for character in chinese), endpoint.path


def test_dump_prints_one_object_per_endpoint_with_exactly_these_keys(
    catalog: Catalog, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["dump"]) == 0
    dumped = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [entry["path"] for entry in dumped] == list(catalog.endpoints)
    for entry in dumped:
        assert [key for key in entry if key not in ("reason", "unconfirmed")] == ENDPOINT_KEYS
        assert ("reason" in entry) is not entry["offered"]
        assert entry["price"] == "unknown" or entry["price"]["date"] >= "2026-04-01"
        assert set(entry["words"]) == set(LANGUAGES)
        for field in entry["fields"]:
            assert [key for key in field if key not in ("unconfirmed", "withheld", "parts")] == FIELD_KEYS
            assert all(isinstance(option, str) for option in field["options"])
            assert field["kind"] in set(FieldKind)


def test_check_and_show_speak(catalog: Catalog, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check"]) == 0
    assert f"{len(catalog.endpoints)} endpoints, 225 of them documented; 0 faults." in capsys.readouterr().out
    assert main(["show", "kling-lip-sync/lip-sync-video"]) == 0
    assert "audioUrl" in capsys.readouterr().out
    assert main(["show", "no-such/model"]) == 1
    assert "no-such/model" in capsys.readouterr().err
    (tmp_path / "odd.toml").write_text('family = "Odd"\nhue = 1\n', encoding="utf-8")
    assert main(["--data", str(tmp_path), "check"]) == 1


def test_the_table_holds_no_wording_of_the_vendor() -> None:
    for file in DATA_FOLDER.rglob("*.toml"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if not any("\u3000" <= character <= "\u9fff" for character in line):
                continue
            if line.startswith("names = ["):
                assert not any(sign in line for sign in "。；，！？"), f"{file.name}: {line}"
                continue
            assert any(ending in line for ending in TECHNICAL), f"{file.name}: {line}"


def test_texts_have_no_sample_defaults(catalog: Catalog) -> None:
    kept = {
        field.key
        for endpoint in catalog.endpoints.values()
        for field in endpoint.fields
        if field.kind is FieldKind.TEXT and field.default is not None
    }
    ids = {"voice_id", "speaker", "speakerId", "templateId"}
    assert kept == {"lora", "lora1", "lora2", "lora3"} | ids


def test_media_lists_are_lists_and_single_ones_are_not(catalog: Catalog) -> None:
    for endpoint in catalog.endpoints.values():
        for field in endpoint.fields:
            if field.kind.is_media:
                plural = field.key.endswith("Urls") or field.key in PLURAL
                assert field.many == plural, f"{endpoint.path}: {field.key}"


def test_the_odd_ones_are_handled(catalog: Catalog) -> None:
    def field(path: str, key: str) -> Field:
        found = catalog.get(path).field(key)
        assert found is not None, (path, key)
        return found

    assert field("rhart-image/qwen-image/edit-2511-lora", "aspectRatio").default is None
    assert field("rhart-video/wan-2.2/text-to-video", "resolution").required
    assert catalog.get("rhart-video/wan-2.2/image-to-image").modality.value == "image"
    assert "kling-v3.0-4k/motion-control" not in catalog.endpoints
    assert catalog.get("rhart-video-s/text-to-video-deprecated").deprecated
    assert not catalog.get("rhart-video-s/text-to-video").deprecated
    assert catalog.get("alibaba/wan-2.7/video-edit").price is None


def test_loading_is_quick() -> None:
    """Far above the usual time (0.1 s), so that a busy machine does not fail the test."""
    started = time.process_time()
    load_catalog()
    assert time.process_time() - started < 2.0


FACT = {
    "endpoint": "meshy6/text-to-3d",
    "in_seed": True,
    "doc_order": 1,
    "doc_title": "made up",
    "name_en": "made up",
    "output_type": "3d",
    "source": "made up 2026-05-07",
    "params": [
        {"key": "prompt", "type": "STRING", "required": True, "default": "a sample text", "note_zh": "x"},
        {"key": "voice_id", "type": "STRING", "required": False, "default": "Made_Up"},
        {"key": "seed", "type": "INT", "required": False, "max": 18446744073709551615},
        {"key": "size", "type": "LIST", "required": False, "default": "9",
         "options": [{"value": "1", "en": "?"}]},
        {"key": "imageUrls", "type": "IMAGE", "required": False, "max_items": 1, "accept": ["JPG"]},
    ],
    "price": {
        "currency": "CNY", "unit": "/次", "rules": [
            {"when": {"size": "1"}, "price": 0.3}, {"when": {"size": "7"}, "price": 0.4},
        ],
    },
}  # fmt: skip


def _facts(folder: Path, *facts: dict[str, object]) -> Path:
    file = folder / "facts.jsonl"
    file.write_text("".join(f"{json.dumps(fact)}\n" for fact in facts), encoding="utf-8")
    return file


def test_refresh_carries_facts_over_and_leaves_wording_behind(tmp_path: Path) -> None:
    empty = {**FACT, "endpoint": "meshy6/image-to-3d", "params": []}
    report = refresh(_facts(tmp_path, FACT, empty), tmp_path / "data")
    assert (report.endpoints, report.files, report.left_out) == (1, ("meshy.toml",), ("meshy6/image-to-3d",))
    assert any("9" in note or "size" in note for note in report.notes)
    text = (tmp_path / "data" / "meshy.toml").read_text(encoding="utf-8")
    assert "sample" not in text and "note" not in text and "?" not in text
    endpoint = load_catalog(tmp_path / "data").get("meshy6/text-to-3d")
    defaults = {field.key: field.default for field in endpoint.fields}
    assert defaults == {"prompt": None, "voice_id": "Made_Up", "seed": None, "size": None, "imageUrls": None}
    seed, images = endpoint.field("seed"), endpoint.field("imageUrls")
    assert seed is not None and seed.max == 18446744073709551615
    assert images is not None and images.many and images.accept == ("jpg",)
    assert endpoint.price is not None and [str(rule.amount) for rule in endpoint.price.rules] == ["0.3"]


def test_refresh_is_deterministic_keeps_corrections_and_drops_files_without_endpoints(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "corrections").mkdir(parents=True)
    (data / "corrections" / "mine.toml").write_text("# mine\n", encoding="utf-8")
    (data / "gone.toml").write_text('family = "Gone"\n', encoding="utf-8")
    facts = _facts(tmp_path, FACT)
    refresh(facts, data)
    first = (data / "meshy.toml").read_bytes()
    refresh(facts, data)
    assert (data / "meshy.toml").read_bytes() == first
    assert not (data / "gone.toml").exists()
    assert (data / "corrections" / "mine.toml").read_text(encoding="utf-8") == "# mine\n"
    assert main(["--data", str(data), "diff", str(facts)]) == 0
    (data / "meshy.toml").write_text('family = "Meshy"\n', encoding="utf-8")
    assert main(["--data", str(data), "diff", str(facts)]) == 1


@pytest.mark.parametrize(
    "facts",
    [
        [FACT, FACT],
        [{**FACT, "endpoint": "nobody-named-this/text-to-3d"}],
        [{**FACT, "params": [{"key": "x"}]}],
    ],
)
def test_refresh_writes_nothing_when_the_facts_are_wrong(
    tmp_path: Path, facts: list[dict[str, object]]
) -> None:
    with pytest.raises(TableFault):
        refresh(_facts(tmp_path, *facts), tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("made", [True, False], ids=["changed by hand", "without a line that tells"])
def test_a_file_that_a_refresh_would_delete_is_not_lost_without_a_word(tmp_path: Path, made: bool) -> None:
    """All its endpoints belong to another family now."""
    data = tmp_path / "data"
    facts = _facts(tmp_path, FACT)
    refresh(facts, data)
    known = (data / "meshy.toml").read_text(encoding="utf-8")
    (data / "meshy.toml").unlink()
    elsewhere = data / "elsewhere.toml"
    elsewhere.write_text(
        known + "# mine\n" if made else f"family{known.partition('family')[2]}", encoding="utf-8"
    )
    before = {file.name: file.read_bytes() for file in data.glob("*.toml")}
    with pytest.raises(TableFault, match=r"elsewhere\.toml: it was .* hand"):
        refresh(facts, data)
    assert {file.name: file.read_bytes() for file in data.glob("*.toml")} == before
    refresh(facts, data, force=True)
    assert [file.name for file in data.glob("*.toml")] == ["meshy.toml"]
