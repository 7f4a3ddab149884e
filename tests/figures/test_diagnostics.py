"""Figures of diagnostics show the data that they are given, and say so in words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import mdmameta as mm
from mdmameta import figures
from mdmameta.errors import ModelError, SensitivityError
from mdmameta.figures.points import sizes

EFFECTS = mm.Effects.from_arrays(
    y=[0.1, 0.3, 0.2, 0.9, 0.4],
    v=[0.02, 0.03, 0.02, 0.05, 0.01],
    study=["Ames", "Boyd", "Cole", "Dunn", "Eads"],
    measure="SMD",
    moderators={"dose": [0.0, 1.0, 2.0, 3.0, 4.0]},
)
COUNTS = {"ai": [3, 6, 2], "n1i": [9, 12, 30], "ci": [2, 3, 4], "n2i": [9, 12, 30]}
EVENTS = mm.Effects.from_arrays(
    y=[0.2, 0.3, -0.1], v=[0.1, 0.1, 0.2], measure="RD", moderators=COUNTS
)
MODEL = mm.RandomEffects()


@pytest.fixture
def points(drawn):
    return lambda figure: np.asarray(drawn(figure, "_mm_point")[0].get_offsets())


def test_a_baujat_plot_has_a_point_a_study_and_names_the_farthest(points) -> None:
    table = mm.baujat(EFFECTS, MODEL)
    figure = figures.baujat(table)
    np.testing.assert_allclose(
        points(figure), table[["heterogeneity", "influence"]].to_numpy()
    )
    assert "Farthest from the origin is Dunn" in figures.alt_text(figure)
    with pytest.raises(SensitivityError, match="lacks the column influence"):
        figures.baujat(table.drop(columns="influence"))


def test_names_of_points_keep_off_the_axis_where_another_side_is_free() -> None:
    table = mm.baujat(EFFECTS, MODEL).iloc[[0, 1, 3]]
    near = table.assign(heterogeneity=[0.0, 0.05, 1.0], influence=[0.1, 0.1, 0.3])
    figure = figures.baujat(near)
    figure.draw_without_rendering()
    ax = figure.axes[0]
    left = ax.get_window_extent().x0
    assert all(text.get_window_extent().x0 >= left for text in ax.texts)


def test_the_line_of_a_radial_plot_has_the_estimate_as_its_slope(points) -> None:
    data = mm.radial(EFFECTS, MODEL)
    figure = figures.radial(data)
    x, y = figure.axes[0].lines[0].get_data()
    assert y[1] / x[1] == pytest.approx(data.slope)
    np.testing.assert_allclose(points(figure), data.frame[["x", "z"]].to_numpy())


def test_a_labbe_plot_places_trials_by_their_risks(points) -> None:
    data = mm.labbe(EVENTS, mm.CommonEffect())
    figure = figures.labbe(data)
    np.testing.assert_allclose(
        points(figure), data.frame[["risk_control", "risk_active"]].to_numpy()
    )
    assert "in 2 trials the active group has more events" in figures.alt_text(figure)
    assert figure.axes[0].get_ylim()[1] < 1


def test_a_bubble_plot_draws_the_fitted_line_through_the_moderator(drawn) -> None:
    fit = mm.MetaRegression("~ dose").fit(EFFECTS)
    (line,) = drawn(figures.bubble(fit, "dose"), "_mm_line")
    x, y = line.get_data()
    slope, start = fit.params["dose"], fit.params["Intercept"]
    np.testing.assert_allclose(y, start + slope * x)


def test_a_bubble_plot_of_no_moderator_is_refused() -> None:
    with pytest.raises(ModelError, match="no numeric moderator 'year'"):
        figures.bubble(mm.MetaRegression("~ dose").fit(EFFECTS), "year")


def test_a_gosh_plot_tells_subsets_with_a_study_from_those_without(drawn) -> None:
    subsets = mm.gosh(EFFECTS, mm.RandomEffects(tau2="DL"))
    without, with_it = drawn(figures.gosh(subsets, study="Dunn"), "_mm_subset")
    assert len(with_it.get_offsets()) == 2**4 - 1
    assert len(without.get_offsets()) == 2**4 - 1 - 4
    with pytest.raises(SensitivityError, match="no study 'Ford'"):
        figures.gosh(subsets, study="Ford")


def test_the_influence_panel_has_a_row_a_study_in_each_of_six_measures(drawn) -> None:
    figure = figures.influence(mm.influence(EFFECTS, MODEL))
    assert len(figure.axes) == 6
    for ax in figure.axes:
        shown = [line for line in ax.lines if line.get_label() == "_mm_point"]
        assert sum(len(line.get_xdata()) for line in shown) == 5
    assert "Influence of 5 studies" in figures.alt_text(figure)


def test_labels_of_two_lines_keep_apart() -> None:
    names = [f"a trial of a long name that fills a line, {i}" for i in range(12)]
    y = [0.1 * i for i in range(12)]
    effects = mm.Effects.from_arrays(y=y, v=[0.1] * 12, study=names)
    figure = figures.refits(mm.leave_one_out(effects, MODEL))
    labels = figure.axes[0].get_yticklabels()
    assert all("\n" in one.get_text() for one in labels)
    figure.draw(FigureCanvasAgg(figure).get_renderer())
    boxes = [one.get_window_extent() for one in labels]
    gaps = [above.y0 - below.y1 for above, below in pairwise(boxes)]
    assert min(gaps) > 2  # pixels


def test_refits_stand_before_the_fit_of_all_rows(drawn) -> None:
    table = mm.leave_one_out(EFFECTS, MODEL)
    figure = figures.refits(table)
    shown = [point.get_xdata()[0] for point in drawn(figure, "_mm_point")]
    assert shown == table.to_frame()["value"].tolist()
    assert "all rows together give 0.35" in figures.alt_text(figure)


def test_shrunken_effects_stand_below_those_seen() -> None:
    fit = mm.BayesianRandomEffects().fit(EFFECTS)
    figure = figures.shrinkage(fit)
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    np.testing.assert_allclose(lines["as seen"].get_xdata(), EFFECTS.y)
    np.testing.assert_allclose(lines["shrunken"].get_xdata(), fit.shrunken()["value"])


def test_a_p_value_function_is_one_at_the_estimate() -> None:
    fit = mm.CommonEffect().fit(EFFECTS)
    figure = figures.p_value_function({"common": mm.p_value_function(fit)})
    x, p = figure.axes[0].lines[0].get_data()
    assert x[p.argmax()] == pytest.approx(fit.estimate.value, abs=0.01)
    inside = x[p >= 0.05]
    assert inside.min() == pytest.approx(fit.estimate.ci_low, abs=0.01)


def test_areas_of_points_are_proportional_to_weights_but_never_too_small() -> None:
    assert sizes([0.0, 50.0, 100.0]).tolist() == [18.0, 80.0, 160.0]


@pytest.mark.parametrize(
    "figure",
    [
        lambda: figures.baujat(mm.baujat(EFFECTS, MODEL)),
        lambda: figures.radial(mm.radial(EFFECTS, MODEL)),
        lambda: figures.labbe(mm.labbe(EVENTS, mm.CommonEffect())),
        lambda: figures.refits(mm.leave_one_out(EFFECTS, MODEL)),
        lambda: figures.shrinkage(mm.BayesianRandomEffects().fit(EFFECTS)),
    ],
    ids=["baujat", "radial", "labbe", "refits", "shrinkage"],
)
def test_every_word_of_a_diagnostic_figure_can_be_read(figure, unreadable) -> None:
    assert unreadable(figure()) == []


def test_the_influence_panels_take_the_place_of_given_axes() -> None:
    figure = Figure(figsize=(12, 6))
    mine, other = figure.subplots(1, 2)
    found = mm.influence(EFFECTS, MODEL)
    assert figures.influence(found, ax=mine) is figure
    assert len(mine.child_axes) == 6
    assert other.child_axes == []
    assert figures.alt_text(figure) == figures.alt_text(figures.influence(found))


def test_ticks_are_whole_only_where_the_moderator_is(drawn) -> None:
    for dose, whole in (
        ([0.0, 1.0, 2.0, 3.0, 4.0], True),
        ([0.1, 0.3, 0.2, 0.6, 0.5], False),
    ):
        effects = mm.Effects.from_arrays(
            EFFECTS.y, EFFECTS.v, measure="SMD", moderators={"dose": dose}
        )
        figure = figures.bubble(mm.MetaRegression("~ dose").fit(effects), "dose")
        FigureCanvasAgg(figure).draw()
        ticks = np.asarray(figure.axes[0].get_xticks())
        assert np.array_equal(ticks, np.round(ticks)) is whole


def test_a_refit_that_failed_has_no_bar_and_says_so(words) -> None:
    effects = mm.Effects.from_arrays(
        EFFECTS.y, EFFECTS.v, study=list(EFFECTS.study), measure="SMD",
        moderators={"arm": list("aabbc")},
    )  # fmt: skip
    table = mm.leave_one_out(effects, mm.MetaRegression("~ arm"))
    figure = figures.refits(table)
    bars = [
        line for line in figure.axes[0].get_lines()
        if len(line.get_xdata()) == 2 and line.get_ydata()[0] == line.get_ydata()[1]
    ]  # fmt: skip
    assert len(bars) == table.to_frame()["value"].notna().sum() == 4
    assert "not estimable" in words(figure)


NESTED = mm.Effects.from_arrays(
    y=[0.1, 0.2, 0.1, 0.4, 0.3, 0.2, 1.9, 1.4, 0.2],
    v=[0.02] * 9,
    study=["Ames", "Ames", "Bell", "Bell", "Cole", "Cole", "Dunn", "Dunn", "Eads"],
)


def test_the_influence_panel_numbers_rows_of_one_study() -> None:
    figure = figures.influence(mm.influence(NESTED, mm.Multilevel()))
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[:2] == ["Ames 1", "Ames 2"]
    assert labels[-1] == "Eads"
    assert "Influence of 9 rows" in figures.alt_text(figure)


def test_the_influence_panel_of_clusters_shows_their_residuals_together() -> None:
    found = mm.influence(NESTED, mm.Multilevel(), cluster="study")
    figure = figures.influence(found)
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles[:2] == ["χ² of residuals", "Leverage"]
    drawn = [
        (float(x), int(row))
        for line in figure.axes[0].lines
        if line.get_label() == "_mm_point"
        for x, row in zip(*line.get_data(), strict=True)
    ]
    assert sorted(drawn, key=lambda one: one[1]) == list(
        zip(found.frame["x2"], range(5), strict=True)
    )
    assert "of 5 clusters in six measures; 1 marked: Dunn." in figures.alt_text(figure)
