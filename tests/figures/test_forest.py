import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy.integrate import trapezoid
from scipy.stats import norm

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.figures import alt_text, forest, render
from mdmameta.figures.forest_rows import heterogeneity_words
from mdmameta.figures.forest_summaries import predicted_curve
from mdmameta.figures.forest_words import test_line as line_of_the_test
from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.frequentist import (
    CommonEffect,
    RandomEffects,
    SelectionModel,
    subgroups,
)


def squares(figure, drawn):
    (collection,) = drawn(figure, "_mm_square")
    return collection


def test_each_study_has_a_square_and_each_fit_a_diamond(fit, six, drawn):
    figure = forest(fit, companions=[CommonEffect().fit(six)])
    assert len(squares(figure, drawn).get_offsets()) == 6
    assert len(drawn(figure, "_mm_diamond")) == 2
    assert len(drawn(figure, "_mm_prediction")) == 1


def test_the_diamond_spans_the_interval(fit, drawn):
    (diamond,) = drawn(forest(fit), "_mm_diamond")
    x = diamond.get_xy()[:, 0]
    assert (x.min(), x.max()) == (fit.estimate.ci_low, fit.estimate.ci_high)


def test_areas_of_squares_are_in_proportion_to_weights(fit, drawn):
    sizes = squares(forest(fit), drawn).get_sizes()
    shares = sizes / sizes.max()
    np.testing.assert_allclose(shares, fit.weights / fit.weights.max(), rtol=1e-6)


def test_studies_effects_weights_and_sizes_are_written(fit, words):
    texts = words(forest(fit))
    assert {"A", "C $x$_y", "−1.17 [−2.13, −0.21]", "1,052"} <= set(texts)
    assert f"{fit.weights[0]:.1f}%" in texts
    assert "SMD [95% CI]" in texts
    assert any(text.startswith("Heterogeneity: Q(5) = ") for text in texts)


def test_the_favoured_side_follows_the_direction_of_the_outcome(six, fit, words):
    lower = words(forest(fit, names=("drug", "placebo")))
    assert {"← favours drug", "favours placebo →"} <= set(lower)
    up = Effects.from_arrays(y=six.y, v=six.v, direction="higher")
    higher = words(forest(RandomEffects().fit(up), names=("drug", "placebo")))
    assert {"← favours placebo", "favours drug →"} <= set(higher)


def test_nothing_is_favoured_where_the_direction_is_unknown(six, words):
    unknown = Effects.from_arrays(y=six.y, v=six.v)
    assert "favours" not in " ".join(words(forest(RandomEffects().fit(unknown))))


def test_doubtful_rows_are_hollow_marked_and_explained(fit, drawn, words):
    figure = forest(fit)
    hollow = (squares(figure, drawn).get_facecolor()[:, :3] == 1).all(axis=1)
    assert hollow.tolist() == [False] * 4 + [True] * 2
    texts = words(figure)
    assert {"E †", "F ‡", "† Rests on an unverified number."} <= set(texts)
    assert "‡ Rests on a retracted source." in texts


def test_an_interval_longer_than_the_axis_ends_in_an_arrow(fit, drawn):
    assert len(drawn(forest(fit, xlim=(-3, 2)), "_mm_arrow")) == 0
    arrows = drawn(forest(fit, xlim=(-2.15, 0.5)), "_mm_arrow")
    assert sorted(arrow.get_marker() for arrow in arrows) == ["<", ">"]


def test_one_wide_interval_does_not_squeeze_the_others(six, drawn):
    wide = six.with_v([*six.v[:5], 50.0])
    figure = forest(RandomEffects().fit(wide))
    low, high = figure.axes[0].get_xlim()
    assert high - low < 5
    assert len(drawn(figure, "_mm_arrow")) >= 2


def test_a_ratio_is_labelled_as_a_ratio_on_a_log_axis(ratios, words):
    figure = forest(RandomEffects().fit(ratios))
    texts = words(figure)
    assert "1.25 [0.95, 1.65]" in texts
    assert "Risk ratio, log scale" in texts
    ticks = figure.axes[0].get_xticks()
    labels = [t.get_text() for t in figure.axes[0].get_xticklabels()]
    assert "1" in labels
    assert set(labels) <= {"0.5", "1", "2", "5", "10", "20"}
    np.testing.assert_allclose(np.exp(ticks), [float(text) for text in labels])


def test_headings_group_studies_without_losing_any(fit, drawn, words):
    figure = forest(fit, by="control_type", order="effect")
    assert {"none", "low"} <= set(words(figure))
    assert len(squares(figure, drawn).get_offsets()) == 6
    heights = squares(figure, drawn).get_offsets()[:, 1]
    assert len(set(heights.tolist())) == 6


@pytest.mark.parametrize(
    ("order", "first"), [("effect", "A"), ("weight", "F ‡"), ([3, 0, 1, 2, 4, 5], "D")]
)
def test_studies_stand_in_the_order_asked_for(fit, order, first):
    figure = forest(fit, order=order)
    top = [t for t in figure.axes[0].texts if t.xy[1] == 0 and t.xy[0] == 0]
    assert top[0].get_text() == first


def test_an_order_that_leaves_studies_out_is_refused(fit):
    with pytest.raises(OptionError, match="every position from 0 to 5"):
        forest(fit, order=[0, 1])


def test_an_unknown_moderator_is_refused_with_those_there_are(fit):
    with pytest.raises(OptionError, match=r"'dose' is no moderator.*'control_type'"):
        forest(fit, columns=["dose"])


def test_gaps_keep_their_rows(drawn, words):
    effects = Effects.from_arrays(
        y=[-0.5, np.nan, -0.3, 0.1], v=[0.1, 0.2, np.inf, 0.05], study=list("ABCD")
    )
    figure = forest(RandomEffects().fit(effects))
    texts = words(figure)
    assert {"A", "B", "C", "D", "not estimable", "−0.30 [−∞, ∞]", "–"} <= set(texts)
    assert len(squares(figure, drawn).get_offsets()) == 2
    assert "– in the column of weights: not used by the model." in texts


def test_one_study_makes_a_plot_without_prediction(drawn, words):
    one = Effects.from_arrays(y=[-0.5], v=[0.1])
    figure = forest(RandomEffects().fit(one))
    assert drawn(figure, "_mm_prediction") == []
    said = " ".join(words(figure))
    assert "Heterogeneity: not estimable from one study." in said


def test_sixty_studies_fit_on_a_page_and_grow_with_their_number():
    rng = np.random.default_rng(0)
    effects = Effects.from_arrays(y=rng.normal(size=60), v=rng.uniform(0.1, 1, 60))
    figure = forest(RandomEffects().fit(effects))
    assert 20 < figure.get_figheight() * 2.54 < 29.7


def test_shrunken_effects_are_a_second_mark(fit, drawn, words):
    figure = forest(fit, shrunken=True)
    (marks,) = drawn(figure, "_mm_shrunken")
    np.testing.assert_allclose(marks.get_xdata(), fit.shrunken()["value"])
    assert any("drawn towards the mean" in text for text in words(figure))


def test_a_model_without_shrunken_effects_says_so(six):
    with pytest.raises(ModelError, match="no shrunken effects"):
        forest(CommonEffect().fit(six), shrunken=True)


def test_a_smallest_important_difference_is_drawn_and_named(fit, words):
    texts = words(forest(fit, sid=[-0.2, -0.5]))
    assert "Dotted: smallest important difference (−0.20, −0.50)." in texts


def test_given_axes_are_used_and_their_neighbours_left_alone(fit):
    figure = Figure(figsize=(14, 4))
    mine, other = figure.subplots(1, 2)
    before = other.get_position().bounds
    assert forest(fit, ax=mine) is figure
    assert other.get_position().bounds == before
    assert len(figure.axes) == 2


def test_no_text_leaves_a_figure_or_overlaps_another(fit, unreadable):
    figure = forest(
        fit,
        companions={"A companion with quite a long name indeed": fit},
        columns=["n1", "n2", "control_type"],
        names=("a treatment with a long name", "its control with a long name"),
    )
    assert unreadable(figure) == []


@pytest.mark.parametrize("sign", [-1, 1])
def test_long_names_of_arms_fit_beside_a_line_of_no_effect_at_the_edge(
    sign, unreadable
):
    effects = Effects.from_arrays(
        y=[sign * 3.0, sign * 3.1], v=[0.01, 0.01], direction="lower"
    )
    long = "a treatment whose name takes up nearly half a line of print or more"
    figure = forest(CommonEffect().fit(effects), label="x", names=(long, long))
    assert unreadable(figure) == []


def test_the_alternative_text_holds_the_numbers(fit):
    text = alt_text(forest(fit, names=("drug", "placebo")))
    assert text.startswith("Forest plot of 6 studies, standardised mean difference.")
    assert "A −1.17 [−2.13, −0.21]" in text
    e = fit.estimate
    assert f"{e.value:.2f}".replace("-", "−") in text
    assert "Left of no effect favours drug, right favours placebo." in text


def test_many_studies_are_summed_up_in_the_alternative_text():
    effects = Effects.from_arrays(y=np.arange(20) / 10, v=np.ones(20))
    text = alt_text(forest(CommonEffect().fit(effects)))
    assert "Their effects run from 0.00 to 1.90." in text
    assert len(text) < 400


def test_the_fit_is_not_changed(fit):
    before = fit.effects.to_frame()
    forest(fit, order="effect", by="control_type")
    assert fit.effects.to_frame().equals(before)
    assert not math.isnan(fit.estimate.value)


def test_subgroups_have_a_diamond_each_and_the_test_between_them(
    six, fit, drawn, words
):
    found = subgroups(six, "control_type", tau2="common")
    figure = forest(fit, by=found)
    assert len(drawn(figure, "_mm_diamond")) == 3
    texts = words(figure)
    assert {"Subtotal, k = 3", "none", "low"} <= set(texts)
    said = " ".join(texts)
    assert "Test between subgroups: F(1, 4) = " in said
    assert "one τ² for all" in said
    e = found.fits[found.levels.index("low")].estimate
    spans = [d.get_xy()[:, 0] for d in drawn(figure, "_mm_diamond")]
    assert (e.ci_low, e.ci_high) in [(x.min(), x.max()) for x in spans]


def test_numbers_as_headings_say_of_what(six, words):
    by_year = Effects.from_arrays(
        y=six.y, v=six.v, moderators={"phase": [2, 2, 2, 2, 3, 3]}
    )
    assert "Phase: 2" in words(forest(CommonEffect().fit(by_year), by="phase"))


def test_a_prediction_is_drawn_as_bar_as_curve_or_not_at_all(fit, drawn):
    assert len(drawn(forest(fit, predicted="distribution"), "_mm_prediction")) == 1
    assert drawn(forest(fit, predicted="none"), "_mm_prediction") == []
    with pytest.raises(OptionError, match="predicted"):
        forest(fit, predicted="violin")


@pytest.mark.parametrize(
    "model", [RandomEffects(), BayesianRandomEffects()], ids=["t", "mixture"]
)
def test_the_curve_holds_the_level_between_the_ends_of_the_interval(six, model):
    fit = model.fit(six)
    x, density = predicted_curve(fit)
    e = fit.estimate
    inside = np.linspace(e.pi_low, e.pi_high, 2001)
    held = trapezoid(np.interp(inside, x, density), inside)
    assert held == pytest.approx(0.95, abs=0.003)


def test_a_bayesian_diamond_is_hatched_beside_a_filled_one(fit, six, drawn, words):
    figure = forest(fit, companions=[BayesianRandomEffects().fit(six)])
    hatches = [diamond.get_hatch() for diamond in drawn(figure, "_mm_diamond")]
    assert hatches[0] is None
    assert hatches[1]
    assert any("Hatched diamond: Bayesian" in text for text in words(figure))


def test_columns_stand_on_both_sides_with_the_arms_over_theirs(fit, words):
    extra = pd.DataFrame({"sd1": [1.5] * 6, "mean1": [20.25] * 6})
    figure = forest(
        fit,
        extra=extra,
        columns=["mean1", "sd1", "n1", "n2"],
        right={"effect": "d", "control_type": "Control"},
        names=("drug", "placebo"),
    )
    texts = words(figure)
    assert {"mean", "SD", "drug", "placebo\nn", "d", "Control", "20.25"} <= set(texts)
    assert not any(text.endswith("%") for text in texts)


def test_added_columns_must_have_a_row_an_effect(fit):
    with pytest.raises(OptionError, match="2 rows and there are 6 effects"):
        forest(fit, extra=pd.DataFrame({"x": [1, 2]}))


def test_lights_tell_the_risk_of_bias_by_colour_and_sign(fit, drawn, words):
    extra = pd.DataFrame({"overall": ["Low", "Some concerns", "High", "", "Low", "x"]})
    figure = forest(fit, extra=extra, lights=["overall"])
    colours = [light.get_markerfacecolor() for light in drawn(figure, "_mm_light")]
    assert len(set(colours)) == 4
    assert {"+", "?", "–", "Overall"} <= set(words(figure))


@pytest.mark.parametrize("style", ["revman", "jama", "bmj"])
def test_a_journals_style_keeps_every_number(fit, words, unreadable, style):
    figure = forest(fit, style=style, names=("drug", "placebo"))
    texts = " ".join(words(figure)).replace(" to ", ", ")
    texts = texts.replace("(", "[").replace(")", "]")
    assert "−1.17 [−2.13, −0.21]" in texts
    assert f"{fit.weights[0]:.1f}%" in texts
    assert unreadable(figure) == []


def test_totals_are_sums_over_the_studies_used(fit, words):
    assert {"1,138", "104"} <= set(words(forest(fit, style="revman")))


def test_an_unknown_style_is_refused(fit):
    with pytest.raises(OptionError, match="style='lancet'"):
        forest(fit, style="lancet")


def test_a_band_of_small_effects_is_shaded_and_said(fit, drawn, words):
    figure = forest(fit, band=(-0.2, 0.2))
    (band,) = drawn(figure, "_mm_band")
    assert band.get_x() == -0.2
    assert "Shaded: effects too small to matter, [−0.20, 0.20]." in words(figure)


def test_a_long_label_is_broken_into_lines_that_overlap_nothing(drawn, unreadable):
    long = "a study whose label is longer than anybody would like it to be, part two"
    effects = Effects.from_arrays(
        y=[0.1, 0.2, 0.3], v=[0.1, 0.1, 0.1], study=["A", long, "C"]
    )
    figure = forest(CommonEffect().fit(effects))
    heights = squares(figure, drawn).get_offsets()[:, 1]
    assert np.diff(heights).min() > 1.3
    assert figure.get_figwidth() < 8
    assert unreadable(figure) == []


HOSTILE = ["<script>alert(1)</script>", "$\\frac{1}{0}$ $x_", "abc\u202edef\x07\nx"]


def test_hostile_labels_are_text(words):
    effects = Effects.from_arrays(
        y=[0.1, 0.2, 0.3], v=[0.1, 0.1, 0.1], study=HOSTILE, measure="SMD",
        moderators={"g": HOSTILE}, direction="lower",
    )  # fmt: skip
    fit = CommonEffect().fit(effects)
    figure = forest(fit, by="g", columns=["g"], names=("$a$", "<b>"), label="$1_")
    texts = words(figure)
    assert {"<script>alert(1)</script>", "$\\frac{1}{0}$ $x_", "abcdef x"} <= set(texts)
    assert b"script>" not in render(figure, "svg").replace(b"&lt;script&gt;", b"")
    assert {"\u202e", "\x07"}.isdisjoint(alt_text(figure))


@pytest.mark.parametrize(
    "values",
    [
        [True, True, False, False, True, False],
        [0.5, 0.5, 1.25, 1.25, 0.5, 1.25],
        [1052, 1052, 7, 7, 7, np.nan],
        ["$a$", "$a$", "b\u202e", "b\u202e", "$a$", "$a$"],
    ],
    ids=["booleans", "fractions", "gaps", "hostile"],
)
def test_every_subgroup_has_its_diamond_whatever_its_values(six, values, drawn):
    effects = Effects.from_arrays(y=six.y, v=six.v, moderators={"g": values})
    figure = forest(CommonEffect().fit(effects), by=subgroups(effects, "g"))
    assert len(drawn(figure, "_mm_diamond")) == 3
    assert len(squares(figure, drawn).get_offsets()) == 6


def test_without_degrees_of_freedom_a_new_study_is_normal(six):
    fit = RandomEffects(interval="wald").fit(six)
    x, density = predicted_curve(fit)
    e = fit.estimate
    sd = (e.pi_high - e.pi_low) / 2 / norm.ppf(0.975)
    np.testing.assert_allclose(density, norm.pdf(x, (e.pi_low + e.pi_high) / 2, sd))


def test_a_posterior_has_no_line_of_a_test(six, fit):
    assert line_of_the_test(BayesianRandomEffects().fit(six)) == ""
    assert line_of_the_test(fit).startswith("Test of no effect: t(5) = ")


def test_wide_axes_keep_the_size_of_letters(fit):
    figure = Figure(figsize=(14, 6))
    ax = figure.subplots()
    drawn = forest(fit, ax=ax)
    sizes = {text.get_size() for text in drawn.axes[0].texts}
    plain = {text.get_size() for text in forest(fit).axes[0].texts}
    assert max(sizes) == max(plain)
    small = Figure(figsize=(4, 6))
    shrunk = forest(fit, ax=small.subplots())
    assert max(text.get_size() for text in shrunk.axes[0].texts) < max(plain)


def test_a_model_without_q_prints_the_rest_of_heterogeneity(six, fit):
    assert heterogeneity_words(fit).startswith("Q(5) = ")
    selected = SelectionModel(alternative="less").fit(six)
    h = selected.heterogeneity
    assert heterogeneity_words(selected) == f"τ² = {h.tau2:.3f}; I² = {h.i2:.0f}%"
