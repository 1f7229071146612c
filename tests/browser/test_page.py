"""The page under a user's hands: bad input, reloads, second tabs, double clicks, going back."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request, Route, expect

from rh_ui.emulator.runner import RunningEmulator
from scripts.processes import Program, free_port, start_app
from tests.browser.conftest import (
    card_of,
    choose_model,
    finished,
    is_press,
    journal,
    open_page,
    open_tab,
    part,
    reload,
    result_of,
    script,
    sent,
    shot,
    with_key,
    write_prompt,
)

WORDS_ONLY = "rhart-image-n-g31-flash/text-to-image"
WITH_PICTURES = "rhart-image-n-g31-flash/image-to-image"
DROP_LINK = """(link) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.setData('text/uri-list', link);
  const zone = document.querySelector('#image-form [data-key="imageUrls"] .rh-zone');
  zone.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def slow(emulator: RunningEmulator, quiet: int) -> int:
    """Runs that last until the test ends."""
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    return quiet


def test_the_button_says_what_is_missing_and_sends_nothing(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    part(page, "image-generate").click()
    expect(part(page, "image-estimate")).to_contain_text("Still needed: Prompt, Images")
    form = part(page, "image-form")
    expect(form.locator('.rh-field[data-key="prompt"] .rh-field-error').last).to_contain_text("Prompt")
    expect(form.locator('.rh-field[data-key="prompt"] textarea')).to_be_focused()
    write_prompt(page, "a boat")
    expect(form.locator('.rh-field[data-key="prompt"].is-bad')).to_have_count(0)
    assert sent(emulator, quiet) == []


def test_a_file_of_the_wrong_kind_or_size_is_refused_in_words(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no picture")
    liar = tmp_path / "not a picture.png"
    liar.write_text("<html>still no picture</html>")
    big = tmp_path / "big.png"
    big.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(31 * 1024 * 1024))
    empty = tmp_path / "empty.png"
    empty.touch()
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    field = part(page, "image-form").locator('.rh-field[data-key="imageUrls"]')
    chooser = field.locator("input[type=file]")
    chooser.set_input_files(text)
    expect(field).to_contain_text("notes.txt is not one of")
    chooser.set_input_files(big)
    expect(field).to_contain_text(re.compile(r"big\.png has 31 MB; this model takes up to \d+ MB"))
    chooser.set_input_files(empty)
    expect(field).to_contain_text("empty.png is empty")
    expect(field.locator(".rh-tile")).to_have_count(0)
    chooser.set_input_files(liar)
    expect(field.locator(".rh-tile .rh-field-error")).to_contain_text("does not take")
    write_prompt(page, "a boat")
    part(page, "image-generate").click()
    expect(part(page, "image-estimate")).to_contain_text("Please look at: Images")
    assert [entry for entry in journal(emulator, quiet) if entry["operation"] in ("submit", "upload")] == []


def test_a_link_goes_as_it_is_and_nonsense_is_refused(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    field = part(page, "image-form").locator('.rh-field[data-key="imageUrls"]')
    field.get_by_role("button", name="Use a link").click()
    box = field.get_by_label("Address of the file")
    box.fill("my holiday picture")
    box.press("Enter")
    expect(field).to_contain_text("That is not a web address")
    box.fill("https://pictures.example/boat.png?size=2")
    box.press("Enter")
    expect(field.locator(".rh-tile")).to_have_count(1)
    page.evaluate(DROP_LINK, "https://pictures.example/pier.png")
    expect(field.locator(".rh-tile")).to_have_count(2)
    pier = tmp_path / "pier.png"
    Image.new("RGB", (320, 320), "navy").save(pier)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.route("https://pictures.example/**", lambda route: route.fulfill(path=pier))
    field.get_by_role("button", name="Show it").last.click()
    expect(field.locator(".rh-tile img")).not_to_have_js_property("naturalWidth", 0)
    (request,) = [request for request in asked if "pictures.example" in request.url]
    assert request.url.endswith("pier.png") and "referer" not in request.headers
    write_prompt(page, "by link")
    part(page, "image-generate").click()
    finished(live, "by link")
    body = sent(emulator, quiet)[-1]["body"]
    assert body["imageUrls"] == [
        "https://pictures.example/boat.png?size=2",
        "https://pictures.example/pier.png",
    ]


def test_pictures_keep_the_order_a_person_gives_them(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    paths = []
    for number in range(3):
        paths.append(tmp_path / f"part {number}.png")
        Image.new("RGB", (320, 320), (80 * number, 40, 90)).save(paths[-1])
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    field = part(page, "image-form").locator('.rh-field[data-key="imageUrls"]')
    field.locator("input[type=file]").set_input_files(paths)
    expect(field.locator(".rh-tile")).to_have_count(3)
    field.locator(".rh-tile").nth(2).get_by_role("button", name="Move earlier").click()
    names = field.locator(".rh-tile-name").all_inner_texts()
    assert names == ["part 0.png", "part 2.png", "part 1.png"]
    write_prompt(page, "in this order")
    part(page, "image-generate").click()
    finished(live, "in this order")
    stored = {
        entry["file"]["sha256"]: entry["file"]["stored"]
        for entry in journal(emulator, quiet)
        if entry["operation"] == "upload"
    }
    assert len(stored) == 3
    links = sent(emulator, quiet)[-1]["body"]["imageUrls"]
    order = [next(s for s, name in stored.items() if name in link) for link in links]
    assert order == [sha256(paths[n].read_bytes()).hexdigest() for n in (0, 2, 1)]


def test_a_double_click_starts_one_run(
    page: Page, live: Program, emulator: RunningEmulator, slow: int
) -> None:
    open_page(page, live)
    write_prompt(page, "only once")
    part(page, "image-generate").dblclick()
    expect(card_of(page, "only once").and_(page.locator('[data-state="running"]'))).to_have_count(1)
    page.wait_for_timeout(900)  # past the moment in which a second press counts as the same one
    assert len(sent(emulator, slow)) == 1
    part(page, "image-generate").click()
    expect(card_of(page, "only once").and_(page.locator('[data-state="running"]'))).to_have_count(2)


def test_pressing_again_after_a_lost_answer_starts_nothing_twice(
    browser: Browser, live: Program, emulator: RunningEmulator, slow: int
) -> None:
    """The page's server takes the order, and its answer to the browser is cut, twice."""
    context = browser.new_context()
    page = context.new_page()
    cuts: list[int] = []

    def take_and_cut(route: Route) -> None:
        if not is_press(route.request):
            route.continue_()
            return
        route.fetch()
        cuts.append(1)
        route.abort()

    page.route("**/rh/api/runs?*", take_and_cut)
    open_page(page, live)
    write_prompt(page, "pressed again and again")
    part(page, "image-generate").click()
    expect(part(page, "image-estimate")).to_contain_text("never started twice")
    assert len(cuts) == 2
    page.unroute("**/rh/api/runs?*")
    part(page, "image-generate").click()
    card = card_of(page, "pressed again and again").and_(page.locator('[data-state="running"]'))
    expect(card).to_have_count(1)
    expect(part(page, "image-estimate")).not_to_contain_text("never started twice")
    assert len(sent(emulator, slow)) == 1
    context.close()


def test_a_reload_and_a_second_tab_show_the_same_runs(
    page: Page, live: Program, emulator: RunningEmulator, slow: int
) -> None:
    open_page(page, live)
    write_prompt(page, "still there after a reload")
    part(page, "image-generate").click()
    run = card_of(page, "still there after a reload")
    run.wait_for()
    name = run.get_attribute("data-task")
    reload(page)
    page.locator(f'#image-tasks [data-task="{name}"]').wait_for()
    assert part(page, "image-form").locator("textarea").first.input_value() == "still there after a reload"
    second = page.context.new_page()
    open_page(second, live)
    second.locator(f'#image-tasks [data-task="{name}"]').wait_for()
    script(emulator, finish="all")
    for one in (page, second):
        one.locator(f'#image-results [data-output^="{name}"]').wait_for(timeout=30_000)
    assert len(sent(emulator, slow)) == 1


def test_eight_tabs_of_one_browser_all_work(
    browser: Browser, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    """A browser opens six connections to one server; event streams of more tabs must not block them."""
    context = browser.new_context()
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        open_page(tab, live)
    write_prompt(tabs[-1], "seen in every tab")
    part(tabs[-1], "image-generate").click()
    (run,) = finished(live, "seen in every tab")
    for tab in (tabs[-1], tabs[3]):
        tab.bring_to_front()
        result_of(tab, run).wait_for(timeout=15_000)
    tabs[0].close()  # the one that listened
    write_prompt(tabs[-1], "seen after the first is gone")
    part(tabs[-1], "image-generate").click()
    (run,) = finished(live, "seen after the first is gone")
    tabs[5].bring_to_front()
    result_of(tabs[5], run).wait_for(timeout=15_000)
    context.close()


def test_a_run_can_be_cancelled(page: Page, live: Program, emulator: RunningEmulator, slow: int) -> None:
    open_page(page, live)
    write_prompt(page, "not this one")
    part(page, "image-generate").click()
    run = card_of(page, "not this one").and_(page.locator('[data-state="running"]'))
    run.get_by_role("button", name="Cancel").click()
    run.get_by_role("button", name="Keep it").click()
    run.get_by_role("button", name="Cancel").click()
    run.get_by_role("button", name="Stop the run").click()
    assert finished(live, "not this one")[0]["state"] == "cancelled"
    ended = part(page, "image-results").locator('[data-state="cancelled"]').filter(has_text="not this one")
    expect(ended).to_contain_text("Cancelled")
    assert any(entry["operation"] == "cancel" for entry in journal(emulator, slow))


def test_a_failed_run_says_why_and_what_it_cost(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, faults=[{"on": "submit", "do": "fail", "code": "1501", "message": "content refused"}])
    open_page(page, live)
    write_prompt(page, "something it refuses")
    part(page, "image-generate").click()
    finished(live, "something it refuses")
    ended = (
        part(page, "image-results").locator('[data-state="failed"]').filter(has_text="something it refuses")
    )
    expect(ended).to_contain_text("charged")
    ended.get_by_role("button", name="Use these settings").click()
    expect(part(page, "image-form").locator("textarea").first).to_have_value("something it refuses")


def test_a_lost_answer_is_shown_and_never_sent_again(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int
) -> None:
    script(emulator, faults=[{"on": "submit", "do": "drop-after"}])
    open_page(page, live)
    write_prompt(page, "lost on the way")
    part(page, "image-generate").click()
    card = card_of(page, "lost on the way").and_(page.locator('[data-state="unknown"]'))
    expect(card).to_contain_text("RunningHub may have taken this run", timeout=30_000)
    expect(card).to_contain_text("It may have been charged ¥")
    shot(page, "unknown")
    (lost,) = sent(emulator, quiet)
    card.get_by_label("Task id").fill(lost["task_id"])
    card.get_by_role("button", name="I found it").click()
    assert finished(live, "lost on the way")[0]["state"] == "done"
    assert len(sent(emulator, quiet)) == 1


def test_settings_of_a_result_come_back_with_their_files(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    picture = tmp_path / "harbour.png"
    Image.new("RGB", (400, 300), "#446688").save(picture)
    open_page(page, live)
    choose_model(page, "image", WITH_PICTURES)
    part(page, "image-form").locator(".rh-media input[type=file]").first.set_input_files(picture)
    write_prompt(page, "keep my settings")
    part(page, "image-form").locator('[data-key="aspectRatio"] [data-value="16:9"]').click()
    part(page, "image-generate").click()
    tile = result_of(page, finished(live, "keep my settings")[0])
    choose_model(page, "image", WORDS_ONLY)
    write_prompt(page, "something else")
    tile.click()
    page.locator("dialog.rh-lightbox").get_by_role("button", name="Use these settings").click()
    form = part(page, "image-form")
    expect(form.locator(f'form[data-endpoint="{WITH_PICTURES}"]')).to_be_visible()
    expect(form.locator("textarea").first).to_have_value("keep my settings")
    expect(form.locator('[data-key="aspectRatio"] [aria-checked="true"]')).to_have_attribute(
        "data-value", "16:9"
    )
    expect(form.locator(".rh-tile-name")).to_have_text("harbour.png")
    page.wait_for_timeout(900)  # past the moment in which a second press counts as the same one
    part(page, "image-generate").click()
    finished(live, "keep my settings", 2)
    first, second = (entry["body"] for entry in sent(emulator, quiet))
    assert first == second


def test_a_seed_beyond_the_browsers_numbers_is_sent_exactly(
    page: Page, live: Program, emulator: RunningEmulator, quiet: int, tmp_path: Path
) -> None:
    picture = tmp_path / "small.png"
    Image.new("RGB", (320, 320), "#553311").save(picture)
    open_page(page, live)
    choose_model(page, "image", "image-enhance/hypir-balance")
    form = part(page, "image-form")
    form.locator(".rh-media input[type=file]").first.set_input_files(picture)
    form.locator("details summary").click()
    form.locator('[data-key="seed"] input.rh-seed').fill("9007199254740993")
    write_prompt(page, "exactly this seed")
    part(page, "image-generate").click()
    finished(live, "exactly this seed")
    assert sent(emulator, quiet)[-1]["body"]["seed"] == 9007199254740993


def test_the_server_going_away_is_said_and_runs_come_back(
    browser: Browser, tmp_path: Path, emulator: RunningEmulator
) -> None:
    port = free_port()
    app = start_app(tmp_path, environment=with_key(emulator), port=port)
    context = browser.new_context()
    page = context.new_page()
    script(emulator, times={"queue": 0.0, "run": 3600.0})
    open_page(page, app)
    write_prompt(page, "across a restart")
    part(page, "image-generate").click()
    part(page, "image-tasks").locator('[data-state="running"]').wait_for()
    assert app.stop() == 0
    expect(page.get_by_text("can't reach its server")).to_be_visible(timeout=15_000)
    again = start_app(tmp_path, environment=with_key(emulator), port=port)
    expect(page.get_by_text("can't reach its server")).to_be_hidden(timeout=30_000)
    script(emulator, finish="all")
    part(page, "image-results").locator("[data-output]").first.wait_for(timeout=30_000)
    context.close()
    assert again.stop() == 0


def test_the_tabs_without_runs_say_so(page: Page, live: Program) -> None:
    open_page(page, live, "3d")
    expect(part(page, "3d-results")).to_contain_text("Your results appear here")
    open_tab(page, "account")
    expect(page.locator("#account-balance")).to_contain_text("set; hidden")
    expect(page.locator("#account-balance")).to_contain_text("enterprise-shared")


def test_what_stood_in_a_place_until_the_script_came_is_gone(page: Page, demo: Program) -> None:
    page.goto(demo.url)
    header = page.locator("#rh-header")
    expect(header.get_by_text("Demo mode: sample results")).to_be_visible()
    assert header.inner_text().count("RunningHub UI") == 1
