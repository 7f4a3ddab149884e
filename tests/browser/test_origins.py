"""Numbers of the report that tell where they come from, and tables that sort."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

#: The pooled contrast in the first paragraph of the overview.
NUMBER = '.traced[data-id="ptsd-primary/reml-kh"]'


@pytest.fixture
def overview(project: Path, visit: Callable[..., Page]) -> Page:
    return visit(project / "reports/_site/index.html")


def _open(page: Page) -> Locator:
    return page.locator("#origin:not([hidden])")


def test_hovering_a_number_shows_value_documents_and_derivation(overview) -> None:
    overview.locator(NUMBER).first.hover()
    told = _open(overview)
    expect(told).to_contain_text("estimate = Σ share × y")
    expect(told).to_contain_text("mdmameta trace ptsd-primary/reml-kh")
    assert told.locator("a[href^='https://doi.org/10.']").count() > 1
    overview.mouse.move(2, 2)
    expect(told).to_have_count(0)


def test_a_number_is_opened_read_and_closed_by_keyboard(overview) -> None:
    number = overview.locator(NUMBER).first
    number.focus()
    overview.keyboard.press("Enter")
    told = _open(overview)
    expect(told).to_be_focused()
    assert number.get_attribute("aria-expanded") == "true"
    overview.keyboard.press("Escape")
    expect(told).to_have_count(0)
    expect(number).to_be_focused()


def test_a_number_with_links_in_it_has_a_button_of_its_own(overview) -> None:
    button = overview.locator(".traced:has(a) button.asks").first
    assert button.get_attribute("aria-label").startswith("Where this comes from: ")
    button.press("Enter")
    expect(_open(overview)).to_be_focused()


def test_a_sentence_is_no_button_and_has_one_behind_it(overview) -> None:
    sentence = overview.locator(".traced.live", has_text="that may decide")
    assert sentence.first.get_attribute("role") is None
    line = "(e) => getComputedStyle(e).textDecorationLine"
    assert sentence.first.evaluate(line) == "none"
    sentence.first.locator("button.asks").hover()
    expect(_open(overview)).to_contain_text("mdmameta trace ptsd-primary")


def test_a_touch_opens_it_within_the_window_and_a_touch_elsewhere_closes_it(
    project: Path, visit: Callable[..., Page]
) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    page = visit(project / "reports/_site/index.html", **phone)
    page.locator(NUMBER).first.tap()
    box = _open(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    beside = box["y"] + box["height"] + 30
    page.touchscreen.tap(3, beside if beside < 844 else box["y"] - 30)
    expect(_open(page)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_open_popover_excludes_nobody(overview, scheme: str) -> None:
    overview.emulate_media(color_scheme=scheme)
    overview.locator(NUMBER).first.click()
    expect(_open(overview)).to_be_visible()
    # Without style sheets read once more, which a browser forbids to files.
    options = {"preload": False, "resultTypes": ["violations"]}
    found = Axe().run(overview, options=options).response["violations"]
    assert [
        one["id"] for one in found if one["impact"] in {"serious", "critical"}
    ] == []


def test_a_number_links_to_the_statements_made_of_the_same_rows(overview) -> None:
    overview.locator(NUMBER).first.click()
    link = _open(overview).locator("a[href^='reproduced.html#']").first
    anchor = link.get_attribute("href").partition("#")[2]
    link.click()
    overview.wait_for_url(f"**/reproduced.html#{anchor}")
    assert overview.locator(f"[id='{anchor}']").count() == 1


def test_without_a_script_the_title_still_tells_the_command(
    project: Path, visit: Callable[..., Page]
) -> None:
    page = visit(project / "reports/_site/index.html", java_script_enabled=False)
    title = page.locator(NUMBER).first.get_attribute("title")
    assert title == "mdmameta trace ptsd-primary/reml-kh"


def test_every_traced_number_of_every_page_can_be_opened(
    project: Path, visit: Callable[..., Page]
) -> None:
    found = "[...document.querySelectorAll('.traced:not(.live)')]"
    for path in sorted((project / "reports/_site").glob("*.html")):
        assert visit(path).evaluate(f"{found}.map((e) => e.dataset.id)") == []


def test_a_table_sorts_by_its_heads_numbers_by_size(
    project: Path, visit: Callable[..., Page]
) -> None:
    page = visit(project / "reports/_site/ptsd.html")
    table = page.locator("#tbl-effects table")
    button = table.locator("th[scope=col]", has_text="SE").locator("button")
    cells = table.locator("tbody tr > :nth-child(5)")
    button.press("Enter")
    up = [float(text) for text in cells.all_inner_texts()]
    button.press("Enter")
    down = [float(text) for text in cells.all_inner_texts()]
    assert up == sorted(up)
    assert down == up[::-1]
    head = table.locator("th[aria-sort]")
    assert head.get_attribute("aria-sort") == "descending"
