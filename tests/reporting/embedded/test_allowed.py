"""Each construct outside the allow-list is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mdmameta.reporting.embedded.allowed import check_page
from mdmameta.reporting.embedded.page import read_page

HEAD = "---\ntitle: T\n---\n\n"


def faults(folder: Path, body: str) -> list[str]:
    """Write a page, read it, and give its faults as text."""
    (folder / "a.qmd").write_text(HEAD + body, encoding="utf-8")
    page, wrong = read_page(folder, "a.qmd")
    return [str(fault) for fault in (*wrong, *check_page(page))]


@pytest.mark.parametrize(
    ("body", "line", "said"),
    [
        ("# Top", 5, "a heading of level 1"),
        ("Text\n\n{{< include a.qmd >}}", 7, "a shortcode"),
        ("A <span>b</span>", 5, "raw HTML: '<span>'"),
        ("`<b>`{=html}", 5, "a raw block or span"),
        ("\\newpage", 5, "raw LaTeX"),
        ("@tbl-a. Its rows", 5, "like a numbered example"),
        ("(@tbl-a) Its rows", 5, "like a numbered example"),
        ("See @lst-a", 5, "a reference '@lst-…'"),
        ("See @Fig-a", 5, "a capitalised cross-reference"),
        ("[@fig-a; @smith]", 5, "a citation mixed with a cross-reference"),
        ("`{r} 1`", 5, "inline code '`{r}'"),
        ("`{python}1`", 5, "inline code '`{python}'"),
        ("`{python} a\n+ b`", 5, "inline code '`{python}'"),
        ("``{python} a``", 5, "inline code '`{python}'"),
        ("::: {.aside}\nA\n:::", 5, "a fenced div of class 'aside'"),
        ("::: {.callout-danger}\nA\n:::", 5, "a fenced div of class 'callout-danger'"),
        ("::: {.callout-tip size=2}\nA\n:::", 5, "the attribute 'size'"),
        ("::: {.callout-tip collapse=1}\nA\n:::", 5, "collapse='1'"),
        ("::: {layout-ncol=9}\nA\n:::", 5, "layout-ncol='9'"),
        ('::: {layout="[1,2]"}\nA\n:::', 5, "the attribute 'layout'"),
        ("::: {#lst-a}\nA\n:::", 5, "a fenced div labelled 'lst-a'"),
        ("::: {.lead}\nA", 5, "a ':::' that is never closed"),
        ("A\n\n:::", 7, "a ':::' that closes nothing"),
        ("## A {.smaller}", 5, "the class 'smaller'"),
        ("[a]{.kbd}", 5, "the class 'kbd'"),
        ("![a](b.png){#fig-a .lightbox}", 5, "the class 'lightbox'"),
        ("![a](b.png){#fig-a fig-align=left}", 5, "the attribute 'fig-align'"),
        ("## A {#sec-a}\n\n## B {#sec-a}", 7, "stands twice, first in line 5"),
        ("## A {#sec-a_b}", 5, "the label 'sec-a_b'"),
        ("A[^1]", 5, "the footnote [^1] has no text"),
        ("A\n\n---\nb: c\n---", 7, "'---' directly above text"),
        ("```{r}\n1\n```", 5, "a block of kind '{r}'"),
        ("```{mermaid}\nA\n```", 5, "a block of kind '{mermaid}'"),
        ("```{=html}\nA\n```", 5, "a block of kind '{=html}'"),
        ("```{python echo=false}\n1\n```", 5, "a block of kind"),
        ("- a\n\n  ```{python}\n  1\n  ```", 7, "an indented cell"),
        ("```{python}\n1", 5, "never ends"),
        ("```{python}\n#| cache: true\n1\n```", 6, "YAML key 'cache'"),
        ("```{python}\n#| echo: maybe\n1\n```", 6, "'echo' has the value 'maybe'"),
        ("```{python}\n1\n#| echo: true\n```", 7, "a cell option below code"),
        ("```{python}\n#| label: fig-a\n1\n```", 5, "'fig-a' without fig-cap"),
        ("```{python}\n#| tbl-cap: A\n1\n```", 5, "tbl-cap without a label"),
        ("```{python}\n#| label: lst-a\n1\n```", 5, "a cell labelled 'lst-a'"),
        (
            "```{python}\n#| label: fig-a\n#| fig-cap: '`{python} x`'\n1\n```",
            6,
            "inline code in a cell option",
        ),
        ("```python\nf'`{python} x`'\n```", 6, "inline code inside a verbatim block"),
        ("::: {.lead <}\nA\n:::", 5, "a fenced div '{.lead <}'"),
        ("::: {#fig-a .lead}\nA\n:::", 5, "a labelled div with classes or attributes"),
        ("::: {}\nA\n:::", 5, "a fenced div without class"),
        ("[a]{.mark <}", 5, ".mark <}"),
        (
            "```{python}\n#| label: tbl-a\n#| tbl-cap: A\n#| fig-alt: B\n1\n```",
            5,
            "fig-alt on a table",
        ),
    ],
)
def test_a_construct_that_is_not_allowed_is_named_with_its_line(
    tmp_path: Path, body: str, line: int, said: str
) -> None:
    found = faults(tmp_path, body)
    assert any(f"a.qmd:{line}: " in fault and said in fault for fault in found), found


@pytest.mark.parametrize(
    "body",
    [
        "## A heading {#sec-a .unnumbered}",
        "Code `<br>` and `{{< x >}}`, maths $a<b>c$, \\<b\\>, <https://example.org>.",
        "<!-- a comment\n\n<b> and {{< x >}} -->\n\nText",
        "@fig-a shows it; so do [@tbl-a; @tbl-b], -@eq-a and [see @sec-a].",
        "[@smith2020, p. 3; @jones] and @mitchell-2021 and a.b@example.org",
        "`{python} f'{x:.2f}'` and `{python} a[0]`",
        '::: {.callout-note title="A b" collapse="true"}\nA\n:::',
        "::::: {.grid}\n::: {.g-col-6 .card}\nA\n:::\n:::::",
        "::: {layout-ncol=2 .column-page}\nA\n\nB\n:::",
        "::: {#tbl-a}\n| a |\n|--|\n| 1 |\n\nCaption\n:::",
        "| a |\n|--|\n| 1 |\n\n: Caption. {#tbl-a}",
        '![](b.png){#fig-a fig-alt="A {brace}" width="50%"}',
        "$$\na\n$$ {#eq-a}",
        "A[^1]\n\n[^1]: B",
        "[a]{.smallcaps} [b]{.mark} H~2~O x^2^ ~~gone~~",
        "```{python}\n#| label: setup\n#| include: false\n1\n```",
        "```{.python}\n::: {.never}\n```",
        "```\n<b>{{< x >}}\n```",
        "A\n\n---\n\nB",
    ],
)
def test_what_is_allowed_passes(tmp_path: Path, body: str) -> None:
    assert faults(tmp_path, body) == []


@pytest.mark.parametrize(
    ("page", "line", "said"),
    [
        ("No front matter", 1, "no front matter"),
        ("---\nsubtitle: A\n---\n", 1, "no title"),
        ("---\ntitle: A\nformat: pdf\n---\n", 3, "unknown YAML key 'format'"),
        ("---\ntitle: '`{python} x`'\n---\n", 1, "inline code in the front matter"),
        ("---\ntitle: A\nexecute:\n  freeze: auto\n---\n", 4, "'execute.freeze'"),
        ("---\ntitle: A\ntitle: B\n---\n", 3, "'title' stands twice"),
        ("---\ntitle: [A\n---\n", 2, "faulty YAML"),
    ],
)
def test_front_matter_is_checked(
    tmp_path: Path, page: str, line: int, said: str
) -> None:
    (tmp_path / "a.qmd").write_text(page)
    _, wrong = read_page(tmp_path, "a.qmd")
    assert any(
        f"a.qmd:{line}: " in str(fault) and said in str(fault) for fault in wrong
    ), [*map(str, wrong)]
