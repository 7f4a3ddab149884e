import pytest

from mdmameta.errors import OptionError
from mdmameta.figures import forest, render


def test_the_same_figure_gives_the_same_bytes(fit):
    for format in ("svg", "pdf", "png"):
        assert render(forest(fit), format) == render(forest(fit), format)


def test_letters_are_outlines_in_svg_and_real_fonts_in_pdf(fit):
    svg = render(forest(fit), "svg").decode()
    assert "<text" not in svg
    assert "Forest plot of 6 studies" in svg
    assert b"/Type3" not in render(forest(fit), "pdf")


def test_another_format_is_refused(fit):
    with pytest.raises(OptionError, match="format='gif'"):
        render(forest(fit), "gif")
