import subprocess
import sys

import pytest
from matplotlib.figure import Figure

from mdmameta.errors import MissingExtraError
from mdmameta.figures import alt_text
from mdmameta.figures.style import axes_for, describe, styled


def test_importing_figures_and_tables_does_not_import_matplotlib():
    code = (
        "import sys, mdmameta.figures, mdmameta.tables; "
        "sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_matplotlib_the_extra_to_install_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"mdmameta\[report\]"):
        styled()


def test_texts_of_several_axes_follow_each_other():
    figure = Figure()
    for ax, text in zip(figure.subplots(1, 2), ("One.", "Two\n lines."), strict=True):
        describe(ax, text)
    assert alt_text(figure) == "One. Two lines."


def test_a_figure_of_somebody_else_has_no_alternative_text():
    figure = Figure()
    figure.subplots()
    assert alt_text(figure) == ""


def test_axes_that_are_given_are_returned_with_their_figure():
    figure = Figure()
    ax = figure.subplots()
    assert axes_for(ax) == (figure, ax)
