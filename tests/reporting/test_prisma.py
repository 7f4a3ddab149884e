"""The checklist of PRISMA 2020 is made from the manuscript."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting.prisma import ITEMS, checklist

MANUSCRIPT = Path(__file__).parents[2] / "reports/manuscript/index.qmd"


def test_prisma_2020_has_42_items_and_parts_of_items() -> None:
    assert len(ITEMS) == 42
    assert len({item.rstrip("abcdef") for item in ITEMS}) == 27


def test_the_manuscript_reports_every_item_or_says_why_not() -> None:
    frame = checklist(MANUSCRIPT).to_frame()
    assert list(frame["item"]) == list(ITEMS)
    where = dict(zip(frame["item"], frame["reported in"], strict=True))
    assert where["1"] == "Title"
    assert where["20b"] == "The contrast"
    assert where["24a"] == "not reported: not registered"


def test_an_item_without_a_mark_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.qmd"
    page.write_text(MANUSCRIPT.read_text("utf-8").replace("<!-- PRISMA 13d -->", ""))
    with pytest.raises(ReportError, match="has no mark of PRISMA 13d"):
        checklist(page)


def test_a_mark_of_no_item_is_told_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.qmd"
    page.write_text("## A\n\n<!-- PRISMA 99 -->\n")
    with pytest.raises(ReportError, match=r"page\.qmd:3: no PRISMA item '99'"):
        checklist(page)
