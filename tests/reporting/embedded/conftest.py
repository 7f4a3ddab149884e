"""Small Quarto projects: one rendered once for all tests, others on demand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mdmameta.reporting import RenderResult, render_report

PROJECT = """\
project:
  type: website
lang: en-GB
bibliography: references.bib
website:
  title: A small site
  page-navigation: true
  sidebar:
    contents:
      - index.qmd
      - section: Results
        contents:
          - text: Second
            href: second.qmd
format:
  html:
    toc: true
    number-sections: true
    code-fold: true
execute:
  echo: false
"""

BIBLIOGRAPHY = """\
@article{smith2020, title={On contrasts}, author={Smith, Ann}, journal={Journal of
Examples}, year={2020}, volume={1}, pages={1--9}}
@book{unused, title={Never cited}, author={Nobody, N}, year={1999}, publisher={P}}
"""

INDEX = """\
---
title: First page
subtitle: What is shown
---

```{python}
#| include: false
import os
k = 6


class Table:
    def _repr_mimebundle_(self, include=None, exclude=None):
        html = "<table><tbody><tr><td>Alpha</td><td>0.713</td></tr></tbody></table>"
        return {"text/html": html, "text/markdown": "| a |\\n|--|\\n| wrong |"}


class Words:
    def _repr_markdown_(self):
        return "**bold** words"
```

Of `{python} k` trials, `{python} f"{-0.5:.1f}*"` and `{python} Words()`.
See @tbl-own, [@fig-plot; @fig-file], -@tbl-pipe, @eq-model and @sec-deep.

## Section

### Deep {#sec-deep}

Shown by @smith2020 [p. 3], with a note.[^1]

[^1]: The note.

```{python}
#| label: tbl-own
#| tbl-cap: "Own table, see @fig-plot and @smith2020."
Table()
```

```{python}
#| label: fig-plot
#| fig-cap: "A plot of *things*"
#| fig-alt: 'Two points "rising" & shining'
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([0, 1], [0, 1])
```

![A file](square.svg){#fig-file fig-alt="A blue square"}

| Name | n |
|------|--:|
| Beta | 12 |

: A pipe table. {#tbl-pipe}

$$
\\theta_i = \\mu + u_i
$$ {#eq-model}

::: {.callout-warning title="Take *care*"}
Body of the callout.
:::

::: {.callout-note collapse="true"}
## Folded
Hidden at first.
:::

::: {.panel-tabset}
### One
In tab one.

### Two
In tab two.
:::

::: {layout-ncol=2}
Left.

Right.
:::

::: {.column-margin}
Beside.
:::

::: {.content-visible when-format="html"}
For HTML.
:::

::: {.content-visible when-format="docx"}
For Word.
:::

```{python}
#| echo: true
print("printed <text>")
```

```{python}
#| output: asis
print("Printed *as is*, see @tbl-own.")
```

To the [second](second.qmd#there), the [data](data/numbers.csv), <https://example.org>.

::: {.provenance}
`{python} "version 1"`
:::
"""

SECOND = """\
---
title: Second page
toc: false
---

## There {#there}

`{python} "k" in globals()`, `{python} __import__("os").getpid()`,
`{python} __import__("os").environ["MDMAMETA_DATA_DIR"]`,
`{python} __import__("pathlib").Path.cwd().name`.
"""

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def write(root: Path, **pages: str) -> Path:
    """Write a project whose pages have these bodies; the index has a title."""
    (root / "data").mkdir(parents=True)
    files = {
        "_quarto.yml": PROJECT,
        "references.bib": BIBLIOGRAPHY,
        "square.svg": SQUARE,
        "data/numbers.csv": "n\n1\n",
        "index.qmd": INDEX,
        "second.qmd": SECOND,
    }
    files |= {f"{name}.qmd": f"---\ntitle: T\n---\n\n{p}" for name, p in pages.items()}
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> RenderResult:
    """Render the project above once."""
    root = write(tmp_path_factory.mktemp("site") / "project")
    return render_report(root, renderer="embedded", parameters={"data-dir": "data/raw"})


@pytest.fixture(scope="session")
def index(rendered: RenderResult) -> str:
    """Give the HTML of the first page."""
    return rendered.index.read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Write a project with the given bodies of pages."""
    return lambda **pages: write(tmp_path / "project", **pages)


@pytest.fixture(scope="session")
def kept_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a project that several tests look at."""
    return lambda **pages: write(tmp_path_factory.mktemp("kept") / "project", **pages)
