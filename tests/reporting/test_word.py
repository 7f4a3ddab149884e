"""The styles that Word takes, and what Quarto's tables become."""

from __future__ import annotations

import io
import runpy
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pypandoc
import pytest

ROOT = Path(__file__).parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAKER = runpy.run_path(str(ROOT / "reports/word_styles.py"))

#: A table with its caption in a cell of its own, as Quarto hands it over.
FLOAT = """\
function Pandoc(doc)
  local rows = { { doc.blocks } }
  local one = pandoc.SimpleTable({}, { pandoc.AlignCenter }, { 1 }, {}, rows)
  return pandoc.Pandoc({ pandoc.utils.from_simple_table(one) })
end
"""


@pytest.fixture(params=["kept", "made anew"])
def reference(request: pytest.FixtureRequest) -> zipfile.ZipFile:
    kept = request.param == "kept"
    content = MAKER["MADE"].read_bytes() if kept else MAKER["reference"]()
    return zipfile.ZipFile(io.BytesIO(content))


def given(of: Element | None, name: str) -> dict[str, str]:
    """Give the attributes of an element within another."""
    assert of is not None
    found = of.find(f".//{W}{name}")
    assert found is not None
    return {key.removeprefix(W): value for key, value in found.items()}


def test_pages_are_a4_and_letters_of_tables_smaller_than_those_of_the_text(
    reference: zipfile.ZipFile,
) -> None:
    document = ElementTree.fromstring(reference.read("word/document.xml"))
    assert given(document, "pgSz") == {"w": "11906", "h": "16838"}
    root = ElementTree.fromstring(reference.read("word/styles.xml"))
    styles = {one.get(f"{W}styleId"): one for one in root.iter(f"{W}style")}
    text = int(given(root.find(f"{W}docDefaults"), "sz")["val"])
    sizes = [int(given(styles[x], "sz")["val"]) for x in ("Table", "TableNote")]
    assert max(sizes) < text
    assert given(styles["TableCaption"], "keepNext") == {}
    assert b"Aptos" not in reference.read("word/theme/theme1.xml")


def test_a_cell_in_a_table_of_quarto_keeps_its_side(tmp_path: Path) -> None:
    (tmp_path / "float.lua").write_text(FLOAT)
    made = tmp_path / "a.docx"
    page = "| trial |  n |\n| :---- | -: |\n| A     | 12 |\n"
    pandoc = [pypandoc.get_pandoc_path(), "-o", str(made)]
    quarto = ["--lua-filter", str(tmp_path / "float.lua")]
    ours = ["--lua-filter", str(ROOT / "reports/word.lua")]
    found = []
    for filters in (quarto, [*quarto, *ours]):
        subprocess.run([*pandoc, *filters], input=page, text=True, check=True)
        document = ElementTree.fromstring(
            zipfile.ZipFile(made).read("word/document.xml")
        )
        found.append([one.get(f"{W}val") for one in document.iter(f"{W}jc")])
    assert found == [["left", "center", "right", "center"] * 2, ["left", "right"] * 2]
