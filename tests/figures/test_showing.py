import pickle
import sys
from types import SimpleNamespace

import IPython
import pytest
from IPython.core.formatters import DisplayFormatter
from IPython.core.pylabtools import select_figure_formats

from mdmameta.figures import forest


@pytest.fixture
def notebook(monkeypatch):
    """Give a notebook in which nobody has imported pyplot."""
    shell = SimpleNamespace(display_formatter=DisplayFormatter())
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    return shell


def test_a_notebook_shows_a_figure_that_pyplot_knows_nothing_of(fit, notebook):
    figure = forest(fit)
    shown, about = notebook.display_formatter.format(figure)
    assert shown["image/png"].startswith(b"\x89PNG")
    wide = round(figure.get_figwidth() * 96)
    assert wide > about["image/png"]["width"] == 640  # no wider than a column of A4


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_formats_that_somebody_chose_are_the_only_ones(fit, notebook, kind):
    select_figure_formats(notebook, {kind})
    shown, _ = notebook.display_formatter.format(forest(fit))
    (image,) = [one for one in shown if one.startswith("image/")]
    assert image.startswith(f"image/{kind}")


def test_a_terminal_is_spared_the_picture(fit, notebook):
    notebook.display_formatter.active_types = ["text/plain"]
    shown, _ = notebook.display_formatter.format(forest(fit))
    assert list(shown) == ["text/plain"]


def test_a_figure_can_still_be_kept_and_read_back(fit, notebook):
    figure = pickle.loads(pickle.dumps(forest(fit)))
    assert "image/png" in notebook.display_formatter.format(figure)[0]


def test_without_ipython_the_picture_is_given_to_whoever_asks(fit, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython")
    shown, _ = forest(fit)._repr_mimebundle_()
    assert list(shown) == ["image/png"]
