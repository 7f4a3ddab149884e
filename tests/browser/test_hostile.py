"""Tables that somebody else typed: whatever they hold is text and runs nothing."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pypdf
import pytest
from playwright.sync_api import Page

from mdmameta.reporting import render_report

ROOT = Path(__file__).parents[2]

#: Trial of the outcome -> what its label is made of.
LABELS = {
    "MP8": "<img src=x onerror=alert(1)></script><script>alert(2)</script>",
    "MP12": "[a](javascript:alert(3)) **b** `{python} 1/0` $x$ @KEY {{< include y >}}",
    "MAPP1": '=cmd|A1 #read("/etc/passwd") ../../etc/passwd \u202eeslaf\u202c ::: {.x}',
}


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ROOT / "data", root / "data")
    leave = shutil.ignore_patterns("_site*")
    shutil.copytree(ROOT / "reports/outcome", root / "reports/outcome", ignore=leave)
    path = root / "data/raw/studies.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    new = table["study_id"].map(LABELS)
    table["label"] = new.where(new.notna(), table["label"])
    table.to_csv(path, index=False)
    done = render_report(
        root / "reports/outcome",
        renderer="embedded",
        formats=("html", "pdf", "docx"),
        parameters={"data": str(root / "data/raw"), "outcome": "BDI-II"},
    )
    return {path.suffix: path for path in done.outputs}


def _plain(text: str) -> str:
    """Leave out blanks, and what typography makes of quotation marks."""
    for mark in "“”":
        text = text.replace(mark, '"')
    return "".join(text.replace("\u00a0", " ").split())


def test_hostile_labels_are_text_in_the_browser_and_run_nothing(
    hostile: dict[str, Path], visit: Callable[..., Page]
) -> None:
    page = visit(hostile[".html"])
    shown = _plain(page.locator("main").inner_text())
    assert [label for label in LABELS.values() if _plain(label) not in shown] == []
    assert page.locator("main img:not(.plot)").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.locator("main script").count() == 0


def test_hostile_labels_are_text_in_word_and_hold_no_field_or_link(
    hostile: dict[str, Path],
) -> None:
    word = zipfile.ZipFile(io.BytesIO(hostile[".docx"].read_bytes()))
    xml = word.read("word/document.xml").decode()
    text = _plain(unescape("".join(part.split(">")[-1] for part in xml.split("<"))))
    assert [label for label in LABELS.values() if _plain(label) not in text] == []
    assert "fldSimple" not in xml
    links = word.read("word/_rels/document.xml.rels").decode()
    assert "javascript" not in links


def test_hostile_labels_are_text_in_the_pdf_and_read_no_file(
    hostile: dict[str, Path],
) -> None:
    pages = pypdf.PdfReader(hostile[".pdf"]).pages
    text = _plain("".join(page.extract_text() for page in pages))
    assert "onerror=alert(1)" in text
    assert '#read("/etc/passwd")' in text
    assert "root:x:0" not in text
    links = [
        note.get_object().get("/A", {})
        for page in pages
        for note in page.get("/Annots", [])
    ]
    assert not any("javascript" in str(link) for link in links)


def test_only_the_site_is_written(hostile: dict[str, Path]) -> None:
    folder = hostile[".html"].parents[1]
    assert {path.name for path in folder.iterdir()} == {
        "_quarto.yml",
        "index.qmd",
        "_site",
    }
