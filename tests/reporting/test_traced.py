"""Numbers in prose carry the id by which they can be traced."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mdmameta.errors import OptionError
from mdmameta.lineage import trace
from mdmameta.reporting import page

PAGES = sorted((Path(__file__).parents[2] / "reports").glob("*.qmd"))

#: Inline code of pages: the whole of it, and the id in it.
_INLINE = re.compile(r"(?<!`)`\{python\}[ \t]+([^`]+)`")
_ID = re.compile(r'page\.traced\(\s*r, "([^"]+)"')

#: Beginnings of inline code without an id, with the reason.
WITHOUT = {
    "many_ways.": "thousands of estimates that results.json does not hold",
    "page.footer(r)": "the provenance of the page itself",
    "holds.says(": "words, printed only if what they claim is true",
}

INLINE = [
    (path.stem, code.strip())
    for path in PAGES
    for code in _INLINE.findall(path.read_text("utf-8"))
]
IDS = sorted({found for _, code in INLINE for found in _ID.findall(code)})


@pytest.mark.parametrize(("name", "code"), INLINE)
def test_every_inline_number_has_an_id(name: str, code: str) -> None:
    assert _ID.match(code) or code.startswith(tuple(WITHOUT)), name


@pytest.mark.parametrize("code", WITHOUT)
def test_every_exception_is_still_needed(code: str) -> None:
    assert any(other.startswith(code) for _, other in INLINE)


@pytest.mark.parametrize("identity", IDS)
def test_every_id_of_the_pages_can_be_traced(results, identity: str) -> None:
    assert trace(results.lineage, identity).top.node.id.endswith(identity)


def test_a_number_is_a_span_with_its_id_and_its_brackets_stay_text(results) -> None:
    shown = page.traced(results, "ptsd-primary/bayes", "−0.71 [−1.05, −0.36]")
    assert shown.text == (
        r"[−0.71 \[−1.05, −0.36\]]"
        '{.traced data-id="ptsd-primary/bayes" '
        'title="mdmameta trace ptsd-primary/bayes"}'
    )


def test_markdown_is_left_as_it_is(results) -> None:
    shown = page.traced(results, "table:sources", page.Markdown("*one* [@A]"))
    assert shown.text.startswith("[*one* [@A]]{.traced ")


def test_an_id_of_nothing_stops_the_page(results) -> None:
    with pytest.raises(OptionError, match="nothing has the id"):
        page.traced(results, "ptsd-primary/reml", "1")
