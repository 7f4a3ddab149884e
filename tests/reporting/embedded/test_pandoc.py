"""What pandoc says about a page is told with the line of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.reporting.embedded.compose import compose
from mdmameta.reporting.embedded.page import read_page
from mdmameta.reporting.embedded.pandoc import _faults

BODY = "---\ntitle: T\n---\n\nFirst.\n\nSee [@nobody] and $\\none$.\n"


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (
            "[WARNING] Citeproc: citation nobody not found",
            "a.qmd:7: unknown citation",
        ),
        (
            "[WARNING] Could not convert TeX math \\none, rendering as TeX",
            "a.qmd:7: pandoc warns",
        ),
        ("[WARNING] Odd thing at line 1 column 2", "a.qmd:4: pandoc warns: Odd"),
        ("[WARNING] Odd thing", "a.qmd: pandoc warns: Odd thing"),
        ("MDMAMETA\tFirst\ta thing\tMend it.", "a.qmd:5: a thing. Mend it."),
        ("MDMAMETA\t3\ta thing\tMend it.", "a.qmd:3: a thing. Mend it."),
    ],
)
def test_a_warning_is_a_fault_with_its_place(
    tmp_path: Path, log: str, expected: str
) -> None:
    (tmp_path / "a.qmd").write_text(BODY)
    page = read_page(tmp_path, "a.qmd")[0]
    composed = compose(page, tuple(() for _ in page.blocks), {"echo": False})
    (fault,) = _faults(page, composed, f"other words\n{log}\n")
    assert expected in str(fault)
