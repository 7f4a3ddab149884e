"""Figures carry what they show, and both renderers take it from their files."""

import json
import re
import subprocess
import zipfile
from html import unescape
from pathlib import Path

import pypandoc
import pytest

import mdmameta as mm
from mdmameta.figures import alt_text, forest
from mdmameta.reporting.embedded.alt import alt_in
from mdmameta.reporting.embedded.compose import compose
from mdmameta.reporting.embedded.page import read_page

FILTER = Path(__file__).parents[3] / "reports/alt-text.lua"
HOSTILE = ['<b>&amp;"', "Ämter–∞", "a\u202eb"]


@pytest.fixture(scope="module")
def figure():
    effects = mm.Effects.from_arrays(
        y=[0.1, 0.2, 0.3], v=[0.1, 0.1, 0.1], study=HOSTILE, direction="lower"
    )
    return forest(mm.CommonEffect().fit(effects))


@pytest.fixture(scope="module", params=["svg", "png"])
def file(figure, request, tmp_path_factory):
    path = tmp_path_factory.mktemp("alt") / f"figure.{request.param}"
    figure.savefig(path)
    return path


def test_a_saved_figure_says_what_it_shows(figure, file):
    assert alt_in(file.read_bytes()) == alt_text(figure)
    assert '<b>&amp;"' in alt_text(figure)


def test_the_filter_for_quarto_reads_the_same_text(figure, file):
    pandoc = [pypandoc.get_pandoc_path(), "--lua-filter", str(FILTER), "-t", "json"]
    page = f'![]({file.name}){{fig-alt="typed"}} ![](none.svg){{fig-alt="kept"}}'
    ran = subprocess.run(
        pandoc, input=page, text=True, cwd=file.parent, capture_output=True, check=True
    )
    inlines = json.loads(ran.stdout)["blocks"][0]["c"]
    alts = [dict(x["c"][0][2])["fig-alt"] for x in inlines if x["t"] == "Image"]
    assert alts == [alt_text(figure), "kept"]


def test_word_gets_the_text_from_the_filter_for_quarto(figure, file, tmp_path):
    pandoc = [pypandoc.get_pandoc_path(), "--lua-filter", str(FILTER)]
    made = tmp_path / "a.docx"
    page = f"Words ![]({file.name}) and words."
    command = [*pandoc, "-o", str(made)]
    subprocess.run(command, input=page, text=True, cwd=file.parent, check=True)
    xml = zipfile.ZipFile(made).read("word/document.xml").decode()
    told = [unescape(text) for text in re.findall(r'descr="([^"]*)"', xml)]
    assert " ".join(alt_text(figure).split()) in told


def test_a_page_shows_the_text_of_the_figure_before_that_of_the_cell(figure, tmp_path):
    figure.savefig(tmp_path / "a.svg")
    text = '---\ntitle: T\n---\n\n```{python}\n#| fig-alt: "typed"\nx\n```\n'
    (tmp_path / "a.qmd").write_text(text, encoding="utf-8")
    page, _ = read_page(tmp_path, "a.qmd")
    for svg, alt in [((tmp_path / "a.svg").read_text("utf-8"), alt_text(figure)),
                     ("<svg/>", "typed")]:  # fmt: skip
        shown = {
            "output_type": "display_data",
            "data": {"image/svg+xml": svg},
            "metadata": {},
        }
        results = tuple((shown,) if hasattr(b, "code") else () for b in page.blocks)
        (insert,) = (x for x in compose(page, results, {}).inserts if "image" in x)
        assert insert["alt"] == alt


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n\0\0", b"<svg/>"]
)
def test_an_image_that_says_nothing_has_no_text(content):
    assert alt_in(content) == ""
