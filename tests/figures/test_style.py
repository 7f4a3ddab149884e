import subprocess
import sys
from io import BytesIO

import pytest
from matplotlib.figure import Figure

from mdmameta.effects.table import Effects
from mdmameta.errors import MissingExtraError, ModelError, OptionError
from mdmameta.figures import alt_text, forest, funnel, posterior
from mdmameta.figures.described import describe
from mdmameta.figures.style import axes_for, styled
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.frequentist import RandomEffects


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


@pytest.mark.parametrize("draw", [forest, funnel, posterior])
def test_only_fits_are_drawn_and_only_on_axes(draw):
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.02, 0.03])
    with pytest.raises(ModelError, match="Effects cannot be drawn here; give the Fit"):
        draw(effects)
    with pytest.raises(OptionError, match="ax is a int; give axes of matplotlib"):
        draw(BayesianRandomEffects().fit(effects), ax=3)


def test_a_single_companion_is_not_taken_for_several():
    effects = Effects.from_arrays(y=[0.1, 0.3], v=[0.02, 0.03])
    fit = RandomEffects().fit(effects)
    with pytest.raises(ModelError, match="RandomEffects cannot be drawn"):
        forest(fit, companions=[RandomEffects()])
    with pytest.raises(ModelError, match="companions is a Fit"):
        forest(fit, companions=fit)


def test_words_of_a_table_are_never_read_as_mathematics():
    figure = Figure()
    ax = figure.subplots()
    ax.plot([0, 1], label="$a$")
    ax.set(xlabel=r"$\nothing$", title="x\u202ey\x00")
    ax.text(0, 0, "$^$\nb")
    ax.legend()
    describe(ax, "One\u2066.")
    assert (ax.get_title(), ax.texts[0].get_text(), alt_text(figure)) == (
        "xy",
        "$^$\nb",
        "One.",
    )
    figure.savefig(BytesIO())
    assert ax.get_legend().get_texts()[0].get_text() == "$a$"
