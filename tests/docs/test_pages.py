"""The Python of the documentation runs and prints what the pages say."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))

import public_names  # noqa: E402 (a script beside the pages)
import run_pages  # noqa: E402

import mdmameta as mm  # noqa: E402

MARKDOWN = sorted(
    page
    for page in DOCS.rglob("*.md")
    if not {"_build", "reference"} & set(page.relative_to(DOCS).parts)
)


def test_there_are_pages_with_python() -> None:
    assert len(run_pages.pages()) >= 4


@pytest.mark.parametrize("page", run_pages.pages(), ids=lambda page: page.stem)
def test_the_python_of_a_page_prints_what_the_page_says(page: Path) -> None:
    for block in run_pages.run(page):
        assert block.printed == (block.shown or ""), f"line {block.line}"


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.stem)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\{doc\}`([^`<]+)`", text):
        generated = target.endswith("reference/index")
        assert generated or (page.parent / f"{target}.md").exists(), target
    prose = re.sub(r"`[^`\n]*`", "", text)
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", prose):
        assert (page.parent / target).exists(), target


def test_names_of_this_package_in_the_prose_exist() -> None:
    wrong = {
        (page.name, name)
        for page in MARKDOWN
        if page.parent.name != "decisions"
        for name in re.findall(r"`mm\.([a-zA-Z_0-9]+)", page.read_text("utf-8"))
        if not hasattr(mm, name)
    }
    assert wrong == set()


def test_the_reference_has_every_public_name_once() -> None:
    listed = [name.rsplit(".", 1)[-1] for name, _ in public_names.public_names()]
    assert set(mm._HOME) <= set(listed)
    assert all(heading for _, heading in public_names.public_names())


def test_no_public_name_comes_or_goes_unseen() -> None:
    """``python docs/public_names.py`` writes the list; look at the difference."""
    assert (DOCS / "public-names.txt").read_text("utf-8") == public_names.listed()
