"""Every kind of rule at the form, in a real browser: it applies at once, gives the reason, refuses a run with
the table's own sentence before anything is sent, and ends again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from rh_ui.catalog import rules
from rh_ui.catalog.problems import sentence
from rh_ui.catalog.validation import check
from rh_ui.domain import Params
from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program
from tests.browser.conftest import arrived, choose_model, open_page, part, sent
from tests.files import make_clip
from tests.packaged import packaged_catalog

CATALOG: Final = packaged_catalog()
WALKS: Final[dict[type[rules.Rule], str]] = {
    rules.Ignored: "alibaba/qwen-image-3.0-pro/text-to-image",
    rules.Allowed: "pixverse-v5.5/text-to-video",
    rules.Requires: "bytedance/jimeng-4.6/text-to-image",
    rules.MaxItems: "kling-video-o3-pro/reference-to-video",
    rules.AtLeastOneOf: "doubao-seedance-2.0/multimodal-video",
    rules.ExactlyOneOf: "kling-lip-sync/identify-face",
    rules.Excludes: "alibaba/wan-3.0/reference-to-video",
    rules.Forbids: "marble/upload-media-asset",
    rules.ProductBetween: "alibaba/wan-2.7/text-to-image-pro",
    rules.RatioBetween: "alibaba/wan-2.7/text-to-image-pro",
    rules.MediaLimits: "kling-v3.0-pro/motion-control",
    rules.SumOf: "kling-v3.0-pro/text-to-video",
    rules.Mentions: "skyreels-v4/omni-reference-fast",
}
LINK: Final = "https://example.com/clip.mp4"


def test_every_kind_of_rule_in_the_table_is_walked() -> None:
    kinds = {type(rule) for endpoint in CATALOG.endpoints.values() for rule in endpoint.rules}
    assert kinds == set(WALKS)
    for kind, path in WALKS.items():
        assert any(isinstance(rule, kind) for rule in CATALOG.get(path).rules), path


class Walk:
    """One model's form on the page."""

    def __init__(self, page: Page, app: Program, emulator: RunningEmulator, since: int) -> None:
        self.page = page
        self.app = app
        self._emulator = emulator
        self._since = since
        self._before = self._newest()

    def open(self, path: str) -> None:
        self.endpoint = CATALOG.get(path)
        self.modality = self.endpoint.modality.value
        open_page(self.page, self.app, self.modality)
        choose_model(self.page, self.modality, path)
        self.form = part(self.page, f"{self.modality}-form")

    def field(self, key: str) -> Any:
        row = self.form.locator(f'.rh-field[data-key="{key}"]')
        if not row.is_visible():
            self.form.locator("details.rh-advanced summary").click()
        return row

    def write(self, key: str, words: str) -> None:
        self.field(key).locator("textarea, input[type=text]").first.fill(words)

    def pick(self, key: str, value: str) -> None:
        self.field(key).locator(f'[data-value="{value}"]').click()

    def switch(self, key: str) -> None:
        self.field(key).locator(".rh-switch").click()

    def bring(self, key: str, *paths: Path) -> None:
        row = self.field(key)
        before = row.locator(".rh-tile").count()
        row.locator("input[type=file]").set_input_files(paths)
        expect(row.locator(".rh-tile")).not_to_have_count(before)
        expect(row.locator(".rh-tile-state")).to_have_count(0)

    def link(self, key: str, address: str = LINK) -> None:
        row = self.field(key)
        row.get_by_role("button", name="Use a link").click()
        row.locator("input[type=url]").fill(address)
        row.locator("input[type=url]").press("Enter")

    def remove(self, key: str) -> None:
        self.field(key).get_by_role("button", name="Remove").last.click()

    def press(self) -> None:
        part(self.page, f"{self.modality}-generate").click()

    def said(self, code: str, params: Params) -> str:
        """The sentence with which the table refuses these values."""
        (problem,) = [problem for problem in check(self.endpoint, params) if problem.code == code]
        return sentence(problem, self.endpoint)

    def is_refused(self, key: str, words: str) -> None:
        """Generate shows it at the field, and nothing is sent."""
        self.press()
        expect(self.field(key).locator("> .rh-field-error")).to_have_text(words)
        expect(part(self.page, f"{self.modality}-estimate")).to_contain_text(self.label(key))
        assert sent(self._emulator, self._since) == sent(self._emulator, self._since, "upload") == []
        assert self._newest() == self._before, "a run was started"

    def _newest(self) -> list[str]:
        return [run["id"] for run in self.app.call("tasks", "", 1)]

    def label(self, key: str) -> str:
        return str(self.field(key).locator(".rh-label").evaluate("label => label.firstChild.textContent"))

    def is_taken(self) -> dict[str, Any]:
        """Generate sends it now. Returns the body as it arrived."""
        self.press()
        body: dict[str, Any] = arrived(self._emulator, self._since)["body"]
        return body

    def is_free(self, key: str) -> None:
        """The field shows neither a reason nor a problem."""
        row = self.field(key)
        expect(row).not_to_have_class(re.compile("is-off|is-bad"))
        expect(row.locator("> .rh-field-note")).to_be_hidden()
        expect(row.locator("> .rh-field-error")).to_be_hidden()


@pytest.fixture
def walk(page: Page, live: Program, emulator: RunningEmulator, quiet: int) -> Walk:
    return Walk(page, live, emulator, quiet)


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Nine small, different pictures."""
    paths = [tmp_path / f"picture {number}.png" for number in range(1, 10)]
    for number, path in enumerate(paths):
        Image.new("RGB", (400, 400), (20 * number, 90, 160)).save(path)
    return paths


def test_ignored_is_grey_and_stays_behind(walk: Walk) -> None:
    walk.open(WALKS[rules.Ignored])
    mode = walk.field("promptExtendMode")
    walk.is_free("promptExtendMode")
    walk.pick("promptExtendMode", "agent")
    walk.switch("promptExtend")
    expect(mode).to_have_class(re.compile("is-off"))
    expect(mode.locator(".rh-field-note")).to_have_text(re.compile("has no effect when .* is off"))
    walk.write("prompt", "as it was written")
    assert "promptExtendMode" not in walk.is_taken()
    walk.switch("promptExtend")
    walk.is_free("promptExtendMode")
    expect(mode.locator('[data-value="agent"]')).to_have_attribute("aria-checked", "true")


def test_allowed_locks_choices_both_ways(walk: Walk) -> None:
    walk.open(WALKS[rules.Allowed])
    walk.pick("duration", "10")
    sharpest = walk.field("resolution").locator('[data-value="1080p"]')
    expect(sharpest).to_be_disabled()
    expect(walk.field("resolution").locator(".rh-field-note")).to_have_text(
        "Resolution can't be 1080p while Duration is 10 s."
    )
    walk.pick("duration", "5")
    expect(sharpest).to_be_enabled()
    walk.is_free("resolution")
    walk.pick("resolution", "1080p")
    expect(walk.field("duration").locator('[data-value="10"]')).to_be_disabled()
    walk.field("duration").locator('[data-value="8"]').press("ArrowRight")
    expect(walk.field("duration").locator('[data-value="5"]')).to_have_attribute("aria-checked", "true")
    walk.write("prompt", "sharp and short")
    body = walk.is_taken()
    assert (body["resolution"], body["duration"]) == ("1080p", "5")


def test_allowed_locks_a_switch_and_closes_a_file(walk: Walk) -> None:
    walk.open("kling-video-o3-pro/reference-to-video")
    walk.write("prompt", "with sound")
    walk.switch("sound")
    expect(walk.field("videoUrl")).to_have_class(re.compile("is-off"))
    walk.switch("sound")
    walk.link("videoUrl")
    box = walk.field("sound").locator("input")
    expect(box).to_be_disabled()
    expect(box).not_to_be_checked()
    expect(walk.field("sound").locator(".rh-field-note")).to_contain_text("can only be off when")
    walk.remove("videoUrl")
    expect(box).to_be_enabled()
    walk.is_free("sound")


def test_requires_asks_and_refuses_until_it_is_there(walk: Walk) -> None:
    walk.open(WALKS[rules.Requires])
    walk.write("prompt", "wide")
    walk.write("width", "2000")
    words = walk.said("requires", {"prompt": "x", "width": 2000})
    row = walk.field("height")
    expect(row.locator("> .rh-field-note")).to_have_text(words)
    expect(row).not_to_have_class(re.compile("is-bad"))
    expect(row.locator(".rh-label").get_by_text("optional")).to_be_hidden()
    walk.is_refused("height", words)
    walk.write("height", "1000")
    expect(row).not_to_have_class(re.compile("is-bad"))
    assert walk.is_taken()["height"] == 1000


def test_excludes_leaves_room_for_one(walk: Walk) -> None:
    walk.open(WALKS[rules.Excludes])
    walk.write("fileUrl", "https://example.com/story.pdf")
    other = walk.field("linkUrl")
    expect(other).to_have_class(re.compile("is-off"))
    expect(other.locator("> .rh-field-note")).to_have_text(re.compile("can't go together with"))
    walk.write("fileUrl", "")
    walk.is_free("linkUrl")
    walk.write("linkUrl", "https://example.com/story")
    expect(walk.field("fileUrl")).to_have_class(re.compile("is-off"))
    walk.write("prompt", "from a page")
    body = walk.is_taken()
    assert (body["linkUrl"], body.get("fileUrl")) == ("https://example.com/story", None)


def test_max_items_shrinks_the_strip_and_drops_nothing_silently(walk: Walk, pictures: list[Path]) -> None:
    walk.open(WALKS[rules.MaxItems])
    walk.write("prompt", "many pictures")
    row = walk.field("imageUrls")
    walk.bring("imageUrls", *pictures)
    expect(row.locator(".rh-tile")).to_have_count(7)
    expect(row.locator(".rh-count-line")).to_have_text("7 of 7")
    expect(row.locator(".rh-zone")).to_be_hidden()
    expect(row).to_contain_text("This field takes up to 7 files. Left out: picture 8.png, picture 9.png.")
    walk.remove("imageUrls")
    expect(row.locator(".rh-zone")).to_be_visible()
    walk.link("videoUrl")
    expect(row.locator(".rh-count-line")).to_have_text("6 of 4")
    expect(row.locator(".rh-tile.is-beyond")).to_have_count(2)
    words = walk.said("max_items", {"videoUrl": LINK, "imageUrls": [LINK] * 6})
    assert "hold 6 entries together and may hold 4 when" in words
    expect(row.locator("> .rh-field-error")).to_have_text(words)
    walk.is_refused("imageUrls", words)
    for _ in range(2):
        walk.remove("imageUrls")
    expect(row.locator(".rh-count-line")).to_have_text("4 of 4")
    expect(row).not_to_have_class(re.compile("is-bad"))
    assert len(walk.is_taken()["imageUrls"]) == 4


def test_max_items_is_shared_between_two_strips(walk: Walk, pictures: list[Path]) -> None:
    walk.open("alibaba/wan-2.6/reference-to-video")
    for _ in range(3):
        walk.link("videoUrls")
    row = walk.field("imageUrls")
    expect(row.locator(".rh-limits")).to_contain_text("up to 2")
    walk.bring("imageUrls", *pictures[:3])
    expect(row.locator(".rh-tile")).to_have_count(2)
    expect(row).to_contain_text("Left out: picture 3.png. ")
    expect(row).to_contain_text("may hold 5 entries together.")
    expect(row.locator(".rh-zone")).to_be_hidden()


def test_at_least_one_of_is_a_calm_hint_until_it_is_pressed(walk: Walk, pictures: list[Path]) -> None:
    walk.open(WALKS[rules.AtLeastOneOf])
    walk.write("prompt", "with a sound")
    walk.is_free("imageUrls")
    walk.link("audioUrls", "https://example.com/a.mp3")
    words = walk.said("at_least_one_of", {"audioUrls": ["https://example.com/a.mp3"]})
    first, second = walk.field("imageUrls"), walk.field("videoUrls")
    expect(first.locator(".rh-field-note")).to_have_text(words)
    expect(second.locator(".rh-field-note")).to_be_hidden()
    expect(second.locator(".rh-label")).to_contain_text("one of these is needed")
    expect(first).not_to_have_class(re.compile("is-bad"))
    walk.is_refused("imageUrls", words)
    expect(second).to_have_class(re.compile("is-bad"))
    walk.bring("imageUrls", pictures[0])
    walk.is_free("imageUrls")
    walk.is_free("videoUrls")
    assert walk.is_taken().keys() >= {"audioUrls", "imageUrls"}


def test_exactly_one_of_is_told_before_anything_is_asked(walk: Walk) -> None:
    held: list[Route] = []
    walk.page.route("**/rh/api/models/estimate?*", lambda route: held.append(route))
    walk.open(WALKS[rules.ExactlyOneOf])
    words = walk.said("at_least_one_of", {})
    expect(walk.field("videoUrl").locator(".rh-field-note")).to_have_text(words)
    expect(walk.field("videoUrl").locator(".rh-limits")).to_contain_text("length 2 to 60 s")
    walk.is_refused("videoUrl", words)
    with walk.page.expect_response("**/rh/api/models/estimate?*"):
        for route in held:
            route.continue_()
    walk.page.unroute("**/rh/api/models/estimate?*")
    walk.page.wait_for_timeout(100)
    walk.is_refused("videoUrl", words)
    expect(walk.field("videoId").locator("> .rh-field-error")).to_be_hidden()
    walk.write("videoId", "  741852963  ")
    expect(walk.field("videoUrl")).to_have_class(re.compile("is-off"))
    expect(walk.field("videoUrl").locator(".rh-field-note")).to_have_text(
        re.compile("can't go together with")
    )
    walk.write("videoId", "")
    expect(walk.field("videoUrl")).not_to_have_class(re.compile("is-off"))
    walk.write("videoId", "741852963")
    assert walk.is_taken() == {"videoId": "741852963"}


def test_forbids_turns_the_other_file_off_and_asks_for_its_own(
    walk: Walk, pictures: list[Path], tmp_path: Path
) -> None:
    walk.open(WALKS[rules.Forbids])
    walk.write("fileName", "kite")
    expect(walk.field("videoUrl")).to_have_class(re.compile("is-off"))
    walk.bring("imageUrl", pictures[0])
    walk.pick("kind", "video")
    row = walk.field("imageUrl")
    expect(row).to_have_class(re.compile("is-off"))
    expect(row.locator(".rh-field-note")).to_have_text(re.compile("can't be used when .* is .*"))
    words = walk.said("requires", {"kind": "video", "fileName": "kite"})
    walk.is_refused("videoUrl", words)
    walk.bring("videoUrl", make_clip(tmp_path / "clip.mp4", 2))
    assert walk.is_taken().keys() == {"kind", "fileName", "videoUrl"}


def test_product_and_ratio_narrow_the_other_side(walk: Walk) -> None:
    walk.open(WALKS[rules.ProductBetween])
    walk.write("prompt", "too small")
    walk.write("width", "640")
    height = walk.field("height")
    expect(height.locator(".rh-range")).to_have_text("922 to 5,120")
    expect(height.locator(".rh-field-note")).to_have_text(re.compile("must be between 922 and 5,120 to fit"))
    walk.write("height", "700")
    words = walk.said("product_between", {"width": 640, "height": 700})
    expect(walk.field("width").locator("> .rh-field-error")).to_have_text(words)
    expect(height).to_have_class(re.compile("is-bad"))
    walk.is_refused("width", words)
    walk.write("height", "5200")
    words = walk.said("ratio_between", {"width": 640, "height": 5200})
    expect(walk.field("width").locator("> .rh-field-error")).to_have_text(words)
    walk.is_refused("width", words)
    walk.write("height", " 1000 ")
    expect(walk.field("width")).not_to_have_class(re.compile("is-bad"))
    body = walk.is_taken()
    assert (body["width"], body["height"]) == (640, 1000)


def test_media_limits_follow_the_form_and_refuse_what_is_too_long(
    walk: Walk, pictures: list[Path], tmp_path: Path
) -> None:
    walk.open(WALKS[rules.MediaLimits])
    row = walk.field("videoUrl")
    expect(row.locator(".rh-limits")).to_contain_text("length 3 to 30 s; each side 340 to 3,850 px")
    row.locator("input[type=file]").set_input_files(make_clip(tmp_path / "small.mp4", 4, (300, 300)))
    expect(row.locator(".rh-tile .rh-field-error")).to_contain_text("no side may be below 340 px")
    walk.remove("videoUrl")
    walk.bring("videoUrl", make_clip(tmp_path / "long.mp4", 12, (360, 360), rate=2))
    walk.bring("imageUrl", pictures[0])
    expect(row).not_to_have_class(re.compile("is-bad"))
    walk.pick("characterOrientation", "image")
    expect(row.locator("> .rh-field-error")).to_contain_text("lasts 12 s and may last 10 s when")
    walk.is_refused("videoUrl", row.locator("> .rh-field-error").text_content() or "")
    walk.pick("characterOrientation", "video")
    expect(row).not_to_have_class(re.compile("is-bad"))
    assert walk.is_taken()["characterOrientation"] == "video"


def test_a_number_with_a_meaning_is_chosen_in_words(walk: Walk, pictures: list[Path]) -> None:
    walk.open("image-enhance/hypir-ultra")
    row = walk.field("longEdgeSize")
    free = row.get_by_role("button", name="-1 = no limit")
    expect(free).to_have_attribute("aria-pressed", "true")
    walk.write("longEdgeSize", "0")
    expect(row.locator("> .rh-field-error")).to_contain_text("below the smallest")
    expect(free).to_have_attribute("aria-pressed", "false")
    free.click()
    walk.is_free("longEdgeSize")
    walk.bring("imageUrl", pictures[0])
    assert walk.is_taken()["longEdgeSize"] == -1
