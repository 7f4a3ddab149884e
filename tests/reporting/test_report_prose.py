"""No number is typed into the prose of the report: results print themselves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "reports").glob("*.qmd"))

#: Numbers that are no results, with the reason why each may be typed.
ALLOWED = {
    "95%": "the level of every interval of the report, not a result",
    "Open Data Commons Attribution License 1.0": "the name of a licence",
}

_CELL = re.compile(r"^```\{python\}\n(.*?)^```", re.S | re.M)
_OPTION = re.compile(r'^#\| (?:fig-cap|tbl-cap|fig-alt): "(.*)"$', re.M)
_FRONT = re.compile(r"\A---\n(.*?)^---\n", re.S | re.M)
#: What is no prose: inline code, citations, link targets, attributes, comments.
_NO_PROSE = re.compile(
    r"`[^`\n]*`|\[[^\]]*@[^\]]*\]|@[\w-]+|\]\([^)]*\)|\{[#.][^}]*\}|<!--.*?-->", re.S
)
#: A decimal number, or a whole number from ten upwards; not part of a word.
_TYPED = re.compile(r"(?<![\w.])(?:\d+[.,]\d+|\d{2,})(?!\w)")


def prose_of(text: str) -> str:
    """Give what a person typed for readers: prose, titles, captions, alt texts."""
    titles = re.findall(r'^(?:title|subtitle): "(.*)"$', _FRONT.findall(text)[0], re.M)
    captions = [one for cell in _CELL.findall(text) for one in _OPTION.findall(cell)]
    divs = re.findall(r'^:::.*title="([^"]*)"', text, re.M)
    body = _CELL.sub("", _FRONT.sub("", text))
    return "\n".join([*titles, *captions, *divs, _NO_PROSE.sub(" ", body)])


def typed_numbers(text: str) -> list[str]:
    """Find typed numbers that no reason allows."""
    prose = prose_of(text)
    for allowed in ALLOWED:
        prose = prose.replace(allowed, "")
    return [
        prose[max(0, at.start() - 30) : at.end() + 10] for at in _TYPED.finditer(prose)
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_number_is_typed_into_prose(page: Path) -> None:
    assert typed_numbers(page.read_text("utf-8")) == []


@pytest.mark.parametrize("words", ALLOWED)
def test_every_exception_is_still_needed(words: str) -> None:
    prose = "\n".join(prose_of(page.read_text("utf-8")) for page in PAGES)
    assert words in prose


@pytest.mark.parametrize(
    "typed",
    [
        "The contrast is −0.71 in all.",
        "Of 246 randomised, some left.",
        "- an interval of [0,5, 1]",
        '::: {.callout-note title="All 12 of them"}',
        '```{python}\n#| fig-cap: "The 6.5 points"\nf()\n```',
    ],
)
def test_a_typed_number_would_be_found(typed: str) -> None:
    assert len(typed_numbers(f'---\ntitle: "T"\n---\n\n{typed}\n')) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The contrast is `{python} number(0.71, 12)`.",
        "Cited [@SMITH2020, p. 33] and @RETR_2020; see [it](page-12.qmd).",
        "## A heading {#sec-2020}",
        "CAPS-5 in phase III, and $N(0, 1)$.",
        "```{python}\n#| label: fig-11\nshow(0.95)\n```",
    ],
)
def test_what_is_no_typed_number_is_left_alone(text: str) -> None:
    assert typed_numbers(f'---\ntitle: "T"\n---\n\n{text}\n') == []


def test_every_page_was_read() -> None:
    site = (PAGES[0].parent / "_quarto.yml").read_text("utf-8")
    assert {page.stem for page in PAGES} == set(
        re.findall(r"- (\S+)\.qmd$", site, re.M)
    )
    assert all(len(prose_of(page.read_text("utf-8"))) > 100 for page in PAGES)
