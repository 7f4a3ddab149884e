"""The gallery shows every public figure, and each says in words what it shows."""

import inspect
import re
from pathlib import Path

import pytest

from mdmameta import figures

PAGE = Path(__file__).parents[2] / "reports/gallery.qmd"

#: Public names that draw nothing.
NO_FIGURES = {"alt_text", "render", "score_course", "timeline_events"}


@pytest.mark.parametrize("name", figures.__all__)
def test_every_public_name_is_shown_with_its_call(name):
    assert f"figures.{name}(" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("name", sorted(set(figures.__all__) - NO_FIGURES))
def test_every_figure_can_be_drawn_in_given_axes(name):
    taken = inspect.signature(getattr(figures, name)).parameters["ax"]
    assert taken.kind is inspect.Parameter.KEYWORD_ONLY
    assert taken.default is None


def test_every_call_of_the_gallery_is_of_a_public_name():
    called = re.findall(r"figures\.(\w+)\(", PAGE.read_text("utf-8"))
    assert set(called) == set(figures.__all__)


def test_every_figure_of_the_gallery_has_a_label_and_a_caption():
    cells = re.findall(r"```\{python\}\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    drawn = [cell for cell in cells if re.search(r"figures\.\w+\((?!.*import)", cell)]
    assert len(drawn) >= len(set(figures.__all__) - NO_FIGURES)
    assert all("#| label: fig-" in cell and "#| fig-cap:" in cell for cell in drawn)


def test_the_gallery_is_in_the_navigation():
    listed = (PAGE.parent / "_quarto.yml").read_text("utf-8")
    assert listed.count("gallery.qmd") == 2
