"""Values of inline code, which both renderers must print alike."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from mdmameta.errors import ReportError
from mdmameta.reporting.embedded.inline import inline_values
from mdmameta.reporting.embedded.page import Page, Prose

PAGE = Page("a.qmd", {}, (), ())
PROSE = Prose(7, ("Text", "`{python} x`"))


def value(**reply: Any) -> tuple[str, ...]:
    """Evaluate inline code with a kernel that gives this reply."""
    content = {"user_expressions": {"0": {"status": "ok", **reply}}}
    client = SimpleNamespace(
        kc=SimpleNamespace(execute=lambda *_, **__: "id"),
        wait_for_reply=lambda _: {"content": content},
    )
    return inline_values(client, PAGE, PROSE)


@pytest.mark.parametrize(
    ("data", "printed"),
    [
        ({"text/plain": "-0.7126"}, "-0.7126"),
        ({"text/plain": "1e-08"}, "1e-08"),
        ({"text/plain": "'−0.71 [−0.95, −0.47]'"}, r"−0\.71 \[−0\.95, −0\.47\]"),
        ({"text/plain": "'a*b_c'"}, r"a\*b\_c"),
        ({"text/plain": "<M>", "text/markdown": "*m*"}, "*m*"),
    ],
)
def test_texts_numbers_and_markdown_are_printed(
    data: dict[str, str], printed: str
) -> None:
    assert value(data=data) == (printed,)


@pytest.mark.parametrize(
    "plain", ["np.float64(0.5)", "None", "''", "'two\\nlines'", "[1, 2]", "nan"]
)
def test_a_value_that_quarto_would_print_otherwise_is_refused(plain: str) -> None:
    with pytest.raises(ReportError, match="print differently") as caught:
        value(data={"text/plain": plain})
    assert "a.qmd:8: inline code `x` gives" in str(caught.value)


def test_a_failing_expression_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"a\.qmd:8: .* failed: NameError: no x"):
        value(status="error", ename="NameError", evalue="no x")


def test_html_inside_a_sentence_is_refused() -> None:
    with pytest.raises(ReportError, match="gives HTML"):
        value(data={"text/html": "<table>", "text/plain": "T"})
