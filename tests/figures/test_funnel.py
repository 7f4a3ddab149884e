import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.figures import alt_text, funnel
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity import trim_and_fill


def test_each_used_study_is_a_point_and_the_best_are_on_top(fit, drawn, unreadable):
    figure = funnel(fit)
    (points,) = drawn(figure, "_mm_point")
    np.testing.assert_allclose(points.get_xdata(), fit.effects.y)
    np.testing.assert_allclose(points.get_ydata(), np.sqrt(fit.effects.v))
    assert figure.axes[0].yaxis_inverted()
    assert unreadable(figure) == []


def test_studies_without_information_are_left_out(drawn):
    effects = Effects.from_arrays(y=[0.1, np.nan, 0.3], v=[0.1, 0.1, np.inf])
    (points,) = drawn(funnel(CommonEffect().fit(effects)), "_mm_point")
    assert points.get_xdata().tolist() == [0.1]


def test_the_contour_is_of_the_pooled_effect(fit, drawn):
    (contour,) = drawn(funnel(fit), "_mm_contour")
    assert contour.get_xy()[0].tolist() == [fit.estimate.value, 0]


def test_the_alternative_text_counts_the_studies_inside_the_contour():
    effects = Effects.from_arrays(y=[0, 0, 0, 9], v=[1, 1, 1, 1e-4], study=list("abcd"))
    text = alt_text(funnel(CommonEffect().fit(effects)))
    assert "Funnel plot of 4 studies" in text
    assert "1 of them inside the 95% contour" in text


def test_a_funnel_of_ratios_has_ratio_ticks(ratios, words):
    assert "Risk ratio, log scale" in words(funnel(RandomEffects().fit(ratios)))


def test_regions_of_significance_are_centred_on_no_effect(fit):
    figure = funnel(fit, contours="significance")
    low, high = figure.axes[0].get_xlim()
    assert low == -high
    alone = np.sum(np.abs(fit.effects.y) > 1.96 * np.sqrt(fit.effects.v))
    assert f"{alone} have p below 0.05" in alt_text(figure)
    legend = figure.axes[0].get_legend()
    assert len(legend.get_texts()) == 3


def test_filled_studies_are_open_points_of_a_what_if(six, fit, drawn):
    filled = trim_and_fill(six, RandomEffects())
    figure = funnel(fit, filled=filled)
    marks = drawn(figure, "_mm_filled")
    assert sum(len(mark.get_xdata()) for mark in marks) == filled.k0
    assert f"adds {filled.k0} open points on the {filled.side}" in alt_text(figure)


def test_other_contours_are_refused(fit):
    with pytest.raises(OptionError, match="contours"):
        funnel(fit, contours="rainbow")
