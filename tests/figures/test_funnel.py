import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.figures import alt_text, funnel
from mdmameta.models.frequentist import CommonEffect, RandomEffects


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
