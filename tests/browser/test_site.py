"""Each page of the report in a browser: wide and narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.stem for path in ROOT.glob("reports/*.qmd"))
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}

#: What axe calls the two upper degrees of harm to readers.
HARMFUL = {"serious", "critical"}

#: Without style sheets read once more, which a browser forbids to files, and without
#: a list of every element that is sound, which takes half of the time.
AXE = {"preload": False, "resultTypes": ["violations"]}

#: Changes that end by themselves, not those that follow the reader's scrolling.
CHANGING = "document.getAnimations().filter((a) => a.timeline === document.timeline)"

#: Heaviest page with its images, in bytes.
HEAVIEST = 3_000_000


@pytest.fixture(scope="session")
def site(project: Path) -> Path:
    return project / "reports/_site"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("size", SIZES)
def test_a_page_fits_its_window_and_excludes_nobody(
    site: Path, visit: Callable[..., Page], name: str, size: str
) -> None:
    width, height = SIZES[size]
    page = visit(site / f"{name}.html", viewport={"width": width, "height": height})
    broken = "[...document.images].filter((i) => !i.naturalWidth).map((i) => i.src)"
    assert page.evaluate(broken) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(f"Promise.all({CHANGING}.map((a) => a.finished))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options=AXE).response["violations"]
        assert [_told(one) for one in found if one["impact"] in HARMFUL] == []


@pytest.mark.parametrize("name", PAGES)
def test_notes_of_tables_are_read_on_a_phone_without_moving_the_table(
    site: Path, visit: Callable[..., Page], name: str
) -> None:
    width, height = SIZES["phone"]
    page = visit(site / f"{name}.html", viewport={"width": width, "height": height})
    notes = page.locator(".mm-note").all()
    assert len(notes) == page.locator(".mm-notes td").count()
    for note in notes:
        box = note.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("name", PAGES)
def test_what_scrolls_is_one_stop_of_the_keyboard(
    site: Path, visit: Callable[..., Page], name: str
) -> None:
    width, height = SIZES["phone"]
    page = visit(site / f"{name}.html", viewport={"width": width, "height": height})
    assert page.locator("div[tabindex='0'] div[tabindex='0']").count() == 0
    scrolls = "(e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e)"
    inner = f"[...document.querySelectorAll('div[tabindex] div')].filter({scrolls}"
    assert page.evaluate(f"{inner}.overflowX === 'auto').map((e) => e.id)") == []


@pytest.mark.parametrize("name", ["index", "ptsd"])
def test_on_a_phone_a_page_begins_below_its_title(
    site: Path, visit: Callable[..., Page], name: str
) -> None:
    width, height = SIZES["phone"]
    page = visit(site / f"{name}.html", viewport={"width": width, "height": height})
    title = page.locator("main h1, .title h1").first.bounding_box()
    begin = page.locator("main :is(p, h2, .lead)").first.bounding_box()
    assert begin["y"] >= title["y"] + title["height"] + 8


def test_on_a_phone_sentences_have_the_room_that_single_words_leave(
    site: Path, visit: Callable[..., Page]
) -> None:
    width, height = SIZES["phone"]
    page = visit(site / "index.html", viewport={"width": width, "height": height})
    cells = page.locator("#tbl-verdicts tbody tr").first.locator("th, td")
    widths = cells.evaluate_all("cells => cells.map((one) => one.offsetWidth)")
    assert widths[2] > 1.8 * widths[1]


def test_what_goes_on_to_the_right_fades_there_until_it_is_scrolled(
    site: Path, visit: Callable[..., Page]
) -> None:
    width, height = SIZES["phone"]
    page = visit(site / "ptsd.html", viewport={"width": width, "height": height})
    wide = page.locator("#tbl-effects div[tabindex='0']").first
    fade = "(e) => parseFloat(getComputedStyle(e).getPropertyValue('--more'))"
    assert wide.evaluate(fade) > 30
    wide.evaluate("(e) => e.scrollTo(e.scrollWidth, 0)")
    page.wait_for_function(f"(e) => ({fade})(e) === 0", arg=wide.element_handle())


def test_on_a_phone_no_figure_is_larger_than_it_was_drawn(
    site: Path, visit: Callable[..., Page]
) -> None:
    width, height = SIZES["phone"]
    page = visit(site / "gallery.html", viewport={"width": width, "height": height})
    figures = page.locator(".plot-wrap .plot")
    if figures.count() == 0:
        pytest.skip("a site of Quarto, which has figures of one width")
    sizes = figures.evaluate_all("all => all.map((e) => [e.width, e.naturalWidth])")
    assert [size for size in sizes if size[0] > size[1] + 1] == []
    assert min(drawn for drawn, _ in sizes) < max(drawn for drawn, _ in sizes)


def test_columns_of_words_are_wider_than_columns_of_numbers(
    site: Path, visit: Callable[..., Page]
) -> None:
    page = visit(site / "ptsd.html", viewport={"width": 1280, "height": 900})
    cells = page.locator("#tbl-primary tbody tr").first.locator("th, td")
    widths = cells.evaluate_all("cells => cells.map((one) => one.offsetWidth)")
    assert widths[0] > 2 * min(widths)


def test_the_plot_that_is_drawn_in_the_page_stands_on_its_ground(
    site: Path, visit: Callable[..., Page]
) -> None:
    page = visit(site / "what-if.html", color_scheme="dark")
    plot = page.locator(".plot:has(> svg)")
    ground = plot.evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert ground == "rgba(0, 0, 0, 0)"  # light words on a white plate are not read
    fills = [
        plot.locator(f".trial {one}").first.evaluate("(e) => getComputedStyle(e).fill")
        for one in (".mark", ".label")
    ]
    assert fills[0] == fills[1]  # marks are as light as words
    drawn, around = plot.locator("svg").bounding_box(), plot.bounding_box()
    assert drawn["x"] + drawn["width"] <= around["x"] + around["width"] + 1


def _told(violation: dict) -> str:
    where = [node["target"] for node in violation["nodes"]][:3]
    return f"{violation['id']}: {violation['help']} at {where}"


@pytest.mark.parametrize("name", PAGES)
def test_links_between_pages_lead_somewhere(
    site: Path, visit: Callable[..., Page], name: str
) -> None:
    page = visit(site / f"{name}.html")
    links = page.evaluate(
        "[...document.querySelectorAll('a[href]')].map((a) => a.href)"
    )
    inside = {link for link in links if link.startswith("file:")}
    assert inside
    for link in inside:
        parts = urlsplit(link)
        target = Path(unquote(parts.path))
        assert target.is_file(), link
        anchor = unquote(parts.fragment)
        here = parts.path == urlsplit(page.url).path
        text = page.content() if here else target.read_text("utf-8")
        assert not anchor or f'id="{anchor}"' in text, link


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_its_images_is_light(site: Path, name: str) -> None:
    files = [site / f"{name}.html", *(site / f"{name}_files").glob("*")]
    assert sum(path.stat().st_size for path in files) < HEAVIEST


def test_colours_can_be_switched_by_keyboard(
    site: Path, visit: Callable[..., Page]
) -> None:
    page = visit(site / "index.html", color_scheme="light")
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.locator(".theme, .quarto-color-scheme-toggle").last.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(colour) != light
