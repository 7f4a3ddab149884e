"""The same page as PDF and as DOCX: every cell of every table, every number."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting import render_report
from mdmameta.reporting.embedded.documents import _fetch

BODY = """\
```{python}
#| include: false
class Table:
    def _repr_mimebundle_(self, include=None, exclude=None):
        html = "<table><tbody><tr><td>wrong</td></tr></tbody></table>"
        return {"text/html": html, "text/markdown": CELLS}


CELLS = "| a | b |\\n|:--|--:|\\n| Alpha | −0.713 |\\n| Beta | [0.10, 0.20] |"
```

Of `{python} 6` trials, see @tbl-own, @fig-plot and @smith2020.

```{python}
#| label: tbl-own
#| tbl-cap: "Own table"
Table()
```

```{python}
#| label: fig-plot
#| fig-cap: "A plot"
#| fig-alt: "Two points"
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1]);
```

::: {.callout-warning title="Take care"}
Body of the callout.
:::

::: {.content-visible when-format="html"}
For the screen.
:::

::: {.content-visible when-format="typst"}
For paper.
:::

$$
\\theta_i = \\mu + u_i
$$ {#eq-model}

Beside [the second](second.qmd#there) and @eq-model. \\<b\\>

::: {.provenance}
`{python} "version 1"`
:::
"""

SAID = [
    *("Of 6 trials", "Table 1", "Figure 1", "Own table", "Alpha", "−0.713", "Beta"),
    *("[0.10, 0.20]", "Take care", "Body of the callout.", "On Contrasts"),
    *("version 1", "<b>"),
]


@pytest.fixture(scope="session")
def documents(kept_project: Callable[..., Path]) -> dict[str, bytes]:
    root = kept_project(index=BODY, second="## There {#there}\n\nText.")
    done = render_report(root, renderer="embedded", formats=("pdf", "docx", "html"))
    return {path.name: path.read_bytes() for path in done.outputs}


def words(name: str, content: bytes) -> str:
    if name.endswith(".pdf"):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        text = " ".join(page.extract_text() for page in pages)
    else:
        xml = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
        text = re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", " ", xml))
        text = text.replace("&lt;", "<").replace("&gt;", ">")
    return " ".join(text.replace("\u00a0", " ").split())


def test_every_page_is_a_document_in_every_format(documents) -> None:
    stems = [
        (stem, end) for end in ("pdf", "docx", "html") for stem in ("index", "second")
    ]
    assert list(documents) == [f"{stem}.{end}" for stem, end in stems]


@pytest.mark.parametrize("name", ["index.pdf", "index.docx"])
def test_a_document_has_every_cell_number_caption_and_reference(
    documents, name
) -> None:
    text = words(name, documents[name])
    assert [one for one in SAID if one not in text] == []
    assert "wrong" not in text
    assert "For the screen." not in text


def test_content_for_paper_stands_in_the_pdf_alone(documents) -> None:
    assert "For paper." in words("index.pdf", documents["index.pdf"])
    assert "For paper." not in words("index.docx", documents["index.docx"])


def test_figures_are_pictures_with_alternative_text(documents) -> None:
    word = zipfile.ZipFile(io.BytesIO(documents["index.docx"]))
    assert [n for n in word.namelist() if n.startswith("word/media/")]
    assert 'descr="Two points"' in word.read("word/document.xml").decode()
    reader = pypdf.PdfReader(io.BytesIO(documents["index.pdf"]))
    parts = [reader.get_object(n) for n in range(1, reader.trailer["/Size"])]
    texts = [one.get("/Alt") for one in parts if isinstance(one, dict)]
    assert "Two points" in texts


def test_on_paper_the_head_of_a_table_is_bold_and_its_rows_are_not(documents) -> None:
    fonts: dict[str, str] = {}

    def keep(text: str, _: object, __: object, font: dict, ___: float) -> None:
        if text.strip():
            fonts.setdefault(text.strip(), font["/BaseFont"])

    for page in pypdf.PdfReader(io.BytesIO(documents["index.pdf"])).pages:
        page.extract_text(visitor_text=keep)
    assert "Bold" in fonts["b"]
    assert "Bold" not in fonts["Beta"]


def test_fonts_of_a_pdf_are_embedded(documents) -> None:
    reader = pypdf.PdfReader(io.BytesIO(documents["index.pdf"]))
    fonts = [
        font.get_object()["/DescendantFonts"][0].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    ]
    embedded = {"/FontFile2", "/FontFile3"}
    assert fonts
    assert all(embedded & set(font["/FontDescriptor"]) for font in fonts)


def test_a_missing_font_is_told_and_the_old_site_stays(
    project: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mdmameta.reporting.embedded import documents as module

    root = project(index="Text.", second="Text.")
    (root / "_site").mkdir()
    (root / "_site/index.html").write_text("old")
    monkeypatch.setattr(module, "FONT", "No Such Font")
    with pytest.raises(ReportError, match="no such font"):
        render_report(root, renderer="embedded", formats=("pdf",))
    assert (root / "_site/index.html").read_text() == "old"


def test_pictures_of_the_project_are_laid_beside_a_paper_and_no_others(
    tmp_path: Path,
) -> None:
    root, beside = tmp_path / "project", tmp_path / "beside"
    (root / "sub").mkdir(parents=True)
    (root / "sub/a.png").write_bytes(b"picture")
    (tmp_path / "secret.png").write_bytes(b"secret")
    beside.mkdir()
    _fetch('#image("sub/a.png") #image("../secret.png")', root, beside)
    assert (beside / "sub/a.png").read_bytes() == b"picture"
    assert [p.name for p in beside.rglob("*.png")] == ["a.png"]
    (root / "sub/a.png").write_bytes(b"another")
    _fetch('#image("sub/a.png")', root, beside)
    assert (beside / "sub/a.png").read_bytes() == b"picture"
