"""The what-if page as its readers use it: by mouse, by keyboard, read aloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from mdmameta.analyses.catalogue import SETS
from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import RandomEffects
from mdmameta.reporting.interactive import WhatIf, ask_what_if, what_if_data
from mdmameta.reporting.results import Results
from mdmameta.tables.numbers import interval, number, printed_scale

FRAME = (
    '<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>t</title><body>{}'
)

#: What somebody might type as the name of a study.
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "**bold** [link](javascript:alert(3)) `code`",
    '=HYPERLINK("http://example.org","x")',
    "@SUM(A1) {{< include x >}} $e^x$ ${alert(4)}",
    "\u202eReversed\u202c \u200fRTL \u2066x",
    "<!-- --> ]]> &lt;b&gt; \u2028 \\u003c",
)


@pytest.fixture(scope="session")
def asked(results: Results) -> WhatIf:
    return ask_what_if(results)


@pytest.fixture
def start(
    tmp_path: Path, visit: Callable[..., Page], asked: WhatIf
) -> Callable[..., Page]:
    def make(shown: WhatIf = asked, **context: object) -> Page:
        path = tmp_path / "page.html"
        path.write_text(FRAME.format(shown.to_html()), "utf-8")
        return visit(path, **context)

    return make


def _headline(page: Page) -> str:
    return page.locator(".headline").inner_text()


def _pooled(results: Results, model: RandomEffects, rows: list[int]) -> str:
    e = model.fit(results.effects["ptsd-primary"].take(rows)).estimate
    return f"{number(e.value)} {interval(e.ci_low, e.ci_high)}"


def test_it_begins_with_every_trial_and_an_interval_that_may_decide(
    start, results: Results
) -> None:
    page = start()
    every = list(range(results.effects["ptsd-primary"].k))
    adhoc = RandomEffects(interval="knapp-hartung-adhoc")
    assert _pooled(results, adhoc, every) in _headline(page)
    assert page.locator(".what-if p").count() == 0


def test_a_trial_is_taken_out_by_the_space_bar(start, results: Results) -> None:
    page = start()
    page.locator("[data-trial='0']").focus()
    page.keyboard.press("Space")
    adhoc = RandomEffects(interval="knapp-hartung-adhoc")
    assert _pooled(results, adhoc, [1, 2, 3, 4, 5]) in _headline(page)
    assert page.locator("svg .trial.out").count() == 1


def test_models_are_chosen_by_keyboard(start, results: Results) -> None:
    page = start()
    page.get_by_label("Variance between trials").select_option("SJ")
    page.get_by_label("Interval", exact=True).focus()
    page.keyboard.press("ArrowDown")
    model = RandomEffects(tau2="SJ", interval="knapp-hartung")
    assert _pooled(results, model, [0, 1, 2, 3, 4, 5]) in _headline(page)


def test_arrow_keys_move_an_assumption_and_the_answer(start) -> None:
    page = start()
    before = _headline(page)
    slider = page.get_by_label("Bias b from lost blinding")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "−0.25 SD"
    assert _headline(page) != before
    assert page.locator("svg .reported").count() == 6
    page.get_by_role("button", name="Begin again").press("Enter")
    assert _headline(page) == before


@pytest.mark.parametrize("name", SETS)
def test_every_set_is_shown_on_the_scale_of_its_readers(
    start, results: Results, name: str
) -> None:
    page = start()
    page.get_by_label("Contrast set").select_option(name)
    effects = results.effects[name]
    fit = RandomEffects(interval="knapp-hartung-adhoc").fit(effects)
    shown = number(printed_scale(fit.estimate.value, effects.measure))
    assert f" {shown} [" in _headline(page)
    labels = page.locator("svg .trial .label").all_text_contents()
    assert len(labels) == effects.k
    enabled = page.get_by_label("Bias b from lost blinding").is_enabled()
    assert enabled == (effects.measure == "SMD")


def test_without_trials_it_says_so(start) -> None:
    page = start()
    for box in page.locator("[data-trial]").all():
        box.uncheck()
    assert _headline(page).startswith("No trial is in")
    assert page.locator("svg polygon").count() == 0


def test_the_plot_tells_its_numbers_to_screen_readers(start, results: Results) -> None:
    page = start()
    told = page.get_by_role("img").get_attribute("aria-label")
    assert _headline(page) in told
    for trial in results.effects["ptsd-primary"].study:
        assert trial in told
    unnamed = "(e) => e.filter((one) => !one.labels.length).length"
    assert page.eval_on_selector_all("input, select", unnamed) == 0


def test_names_that_attack_are_text_and_run_nothing(start, results: Results) -> None:
    effects = Effects.from_arrays(
        y=[-0.1 * i for i in range(len(HOSTILE))],
        v=[0.1] * len(HOSTILE),
        study=HOSTILE,
        measure="MD",
    )
    data = what_if_data(effects, results.evidence)
    one = {"name": "x", "title": HOSTILE[0], **data}
    page = start(WhatIf({"sets": [one]}))
    boxes = page.locator(".trials label bdi")
    texts = [boxes.nth(i).evaluate("(e) => e.textContent") for i in range(len(HOSTILE))]
    assert texts == list(HOSTILE)
    assert page.locator(".what-if img, .what-if a, .what-if b").count() == 0
    assert page.locator("option").first.evaluate("(e) => e.textContent") == HOSTILE[0]
    assert page.locator("svg .trial").count() == len(HOSTILE)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_fits_windows_of_any_width(start, width: int) -> None:
    page = start(viewport={"width": width, "height": 800})
    page.locator(".what-if summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator("svg text").evaluate_all(
        "(all) => all.map((t) => t.getBoundingClientRect())"
        ".map((box) => [box.left, box.right])"
    )
    assert all(left >= -1 and right <= width + 1 for left, right in boxes)
    words = page.locator("svg text.quiet").all_text_contents()
    assert [text.strip("← →") for text in words if "←" in text or "→" in text] == [
        "favours MDMA-assisted therapy",
        "favours control",
    ]
