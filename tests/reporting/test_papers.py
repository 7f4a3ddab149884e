"""The manuscript and the brief, on paper and in Word."""

from __future__ import annotations

import re
import shutil
import zipfile
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest
import yaml

from mdmameta import tables
from mdmameta.reporting import displays, overview, page, render_report
from mdmameta.reporting.prisma import ITEMS
from mdmameta.tables.numbers import estimate

ROOT = Path(__file__).parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: Twentieths of a point: a letter of half of 8 pt, and the margins of a cell.
LETTER, BESIDE = 80, 120


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Render both in one kernel, which computes what they share once."""
    root = tmp_path_factory.mktemp("papers") / "reports/papers"
    root.mkdir(parents=True)
    shutil.copytree(ROOT / "data", root.parents[1] / "data")
    shutil.copy(ROOT / "reports/manuscript/index.qmd", root / "index.qmd")
    shutil.copy(ROOT / "reports/brief/index.qmd", root / "brief.qmd")
    settings = (ROOT / "reports/manuscript/_quarto.yml").read_text("utf-8")
    both = settings.replace("- index.qmd", "- index.qmd\n    - brief.qmd")
    (root / "_quarto.yml").write_text(both, "utf-8")
    done = render_report(root, renderer="embedded", formats=("pdf", "docx"))
    return {path.name: path for path in done.outputs}


def words(path: Path) -> str:
    """Give what a reader sees, without blanks and hyphens, which lines break at."""
    if path.suffix == ".pdf":
        pages = pypdf.PdfReader(path).pages
        text = "".join(page.extract_text() for page in pages)
    else:
        xml = zipfile.ZipFile(path).read("word/document.xml").decode()
        text = unescape(re.sub(r"<[^>]+>", "", xml))
    return bare(text)


def bare(text: str) -> str:
    """Leave out what typography changes."""
    marks = str.maketrans(dict.fromkeys("-‐’'“”\"\xad_\\"))
    return "".join(text.translate(marks).split())


def test_the_brief_has_two_pages(papers: dict[str, Path]) -> None:
    assert len(pypdf.PdfReader(papers["brief.pdf"]).pages) == 2


@pytest.mark.parametrize("name", ["index.pdf", "index.docx", "brief.pdf", "brief.docx"])
def test_a_paper_has_the_result_and_nothing_unresolved(papers, results, name) -> None:
    text = words(papers[name])
    assert bare(estimate(results.fits["ptsd-primary", "reml-kh"])) in text or (
        name.startswith("brief") and "0.71" in text
    )
    assert [
        left for left in ("{python}", "@fig", "@tbl", "??", ":::") if left in text
    ] == []


@pytest.mark.parametrize("name", ["index.pdf", "index.docx"])
def test_every_cell_of_the_tables_is_there(papers, results, name) -> None:
    text = words(papers[name])
    made = [
        tables.effects_table(results.effects["ptsd-primary"]),
        displays.model_table(results, "ptsd-primary"),
    ]
    told = [page.told(results, one).to_frame() for one in made]
    cells = [bare(x) for one in told for x in one.to_numpy().ravel()]
    assert [cell for cell in cells if cell not in text] == []
    assert [item for item in ITEMS.values() if bare(item) not in text] == []


def test_no_word_of_a_table_is_broken_in_word(papers) -> None:
    document = zipfile.ZipFile(papers["index.docx"]).read("word/document.xml")
    root = ElementTree.fromstring(document)
    size = dict(next(root.iter(f"{W}pgSz")).items())
    sides = dict(next(root.iter(f"{W}pgMar")).items())
    room = int(size[f"{W}w"]) - int(sides[f"{W}left"]) - int(sides[f"{W}right"])
    broken = []
    for table in root.iter(f"{W}tbl"):
        widths = [int(one.get(f"{W}w", 0)) for one in table.iter(f"{W}gridCol")]
        for row in table.iter(f"{W}tr"):
            for width, cell in zip(widths, row.iter(f"{W}tc"), strict=True):
                said = "".join(cell.itertext()).split()
                longest = max(map(len, said), default=0)
                if longest * LETTER + BESIDE > width * room / sum(widths):
                    broken.append(max(said, key=len))
    assert broken == []


def test_the_brief_gives_each_verdict(papers, results) -> None:
    text = words(papers["brief.docx"])
    frame = overview.plain_table(results).to_frame()
    assert [c for c in frame.to_numpy().ravel() if bare(c) not in text] == []


#: Most columns of a table that the text's column of the manuscript has room for.
MOST = 8


def test_tables_of_many_columns_are_as_wide_as_the_page_on_screen(results) -> None:
    made = {
        "tbl-trials": tables.trials_table(results.evidence),
        "tbl-rob": tables.risk_of_bias_table(results.evidence),
    }
    text = (ROOT / "reports/manuscript/index.qmd").read_text("utf-8")
    for label, table in made.items():
        assert len(table.to_frame().columns) > MOST
        assert f"#| label: {label}\n#| column: page\n" in text


def _shared(project: str) -> dict[str, object]:
    """Give what a project says of formats, as seen from the folder of the site."""
    text = (ROOT / "reports" / project / "_quarto.yml").read_text("utf-8")
    above = re.escape("../" * len(Path(project).parts))
    said = yaml.safe_load(re.sub(rf"(?<= ){above}", "", text))
    for one in said["format"].values():
        one.pop("toc")
    said["bibliography"] = Path(said["bibliography"]).name
    own = {"project", "website"}
    return {key: value for key, value in said.items() if key not in own}


@pytest.mark.parametrize("project", ["brief", "manuscript", "outcome"])
def test_papers_and_site_have_the_same_formats_but_for_the_contents(project) -> None:
    assert _shared(project) == _shared("")
