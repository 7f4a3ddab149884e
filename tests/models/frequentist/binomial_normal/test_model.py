"""Counts by conditional and unconditional models with normal effects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist.binomial_normal import BinomialNormal
from mdmameta.models.frequentist.binomial_normal.problem import Point
from mdmameta.models.frequentist.binomial_normal.quadrature import values

TWO_GROUPS = ["CM.EL", "CM.AL", "UM.FS", "UM.RS"]
#: Sparse and heterogeneous, with an empty cell.
A, C = [1, 9, 3, 0, 14, 5], [8, 7, 4, 6, 2, 9]


def of(ai: ArrayLike, ci: ArrayLike, n: float = 40, **more: ArrayLike) -> Effects:
    k = len(np.asarray(ai))
    size = np.full(k, n)
    cells = {"ai": ai, "n1i": size, "ci": ci, "n2i": size, **more}
    return Effects.from_arrays([0.0] * k, [1.0] * k, measure="OR", moderators=cells)


def rates(x1: ArrayLike, x2: ArrayLike, unit: float = 1.0) -> Effects:
    k, t = len(np.asarray(x1)), 100.0 * unit * np.arange(1, 1 + len(np.asarray(x1)))
    columns = {"x1i": x1, "t1i": t, "x2i": x2, "t2i": 1.2 * t}
    return Effects.from_arrays([0.0] * k, [1.0] * k, moderators=columns)


@pytest.mark.parametrize("kind", TWO_GROUPS)
@pytest.mark.parametrize("measure", ["OR", "IRR"])
def test_swapping_the_groups_changes_the_sign_alone(kind: str, measure: str) -> None:
    table = of(A, C) if measure == "OR" else rates(A, C)
    old = (
        ["ai", "n1i", "ci", "n2i"] if measure == "OR" else ["x1i", "t1i", "x2i", "t2i"]
    )
    swapped = dict(zip(old, table.frame[old[2:] + old[:2]].to_numpy().T, strict=True))
    other = Effects.from_arrays(table.y, table.v, moderators=swapped)
    there, back = (BinomialNormal(kind, measure).fit(e) for e in (table, other))
    assert back.estimate.value == pytest.approx(-there.estimate.value, abs=1e-5)
    assert back.heterogeneity.tau2 == pytest.approx(there.heterogeneity.tau2, abs=1e-5)


@pytest.mark.parametrize("kind", ["CM.EL", "UM.FS", "UM.RS"])
def test_the_unit_of_time_changes_no_rate_ratio(kind: str) -> None:
    years, days = (
        BinomialNormal(kind, "IRR").fit(rates(A, C, unit)) for unit in (1, 365)
    )
    assert days.estimate.value == pytest.approx(years.estimate.value, abs=1e-6)
    assert days.heterogeneity.tau2 == pytest.approx(years.heterogeneity.tau2, abs=1e-6)
    if years.levels is not None:
        shift = years.levels.mean - days.levels.mean
        assert shift == pytest.approx(np.log(365), abs=1e-6)


@pytest.mark.parametrize("kind", ["CM.EL", "CM.AL", "UM.RS"])
def test_the_maximum_is_that_of_a_dense_search(kind: str) -> None:
    model = BinomialNormal(kind)
    fit, problem = model.fit(of(A, C)), model._read(of(A, C))[2].full
    mu, tau, found = fit.estimate.value, fit.heterogeneity.tau, []
    beta, scales = [], []
    if fit.levels is not None:
        beta, scales = [fit.levels.mean], [fit.levels.sigma2**0.5]
    for m in np.linspace(mu - 0.2, mu + 0.2, 5):
        for t in np.linspace(tau - 0.2, tau + 0.2, 5):
            at = Point(np.zeros(6), np.array([m, *beta]), np.array([*scales, t]))
            start = np.zeros((6, problem.q))
            found.append(values(problem, at, 61, start)[0].sum())
    assert int(np.argmax(found)) == 12
    assert found[12] == pytest.approx(fit.likelihood.value, abs=1e-7)


def test_trials_without_events_are_named_and_change_nothing() -> None:
    fit = BinomialNormal().fit(of([1, 0, 3], [8, 0, 4]))
    alone = BinomialNormal().fit(of([1, 3], [8, 4]))
    assert fit.estimate.value == pytest.approx(alone.estimate.value)
    assert "zero-zero" in [w.code for w in fit.warnings]


@pytest.mark.parametrize("kind", TWO_GROUPS)
def test_events_in_one_group_only_are_an_error(kind: str) -> None:
    with pytest.raises(ModelError, match="no finite estimate"):
        BinomialNormal(kind).fit(of([0, 0], [3, 4]))


def test_few_trials_are_said_to_be_few() -> None:
    codes = [w.code for w in BinomialNormal("UM.FS").fit(of(A, C)).warnings]
    assert "few-trials" in codes


def test_more_nodes_than_are_needed_change_nothing() -> None:
    model = BinomialNormal("UM.RS")
    enough, more = (m.fit(of(A, C)) for m in (model, replace(model, nodes=61)))
    assert more.estimate.value == pytest.approx(enough.estimate.value, abs=1e-5)
    assert more.estimate.se == pytest.approx(enough.estimate.se, abs=1e-4)
    assert more.heterogeneity.tau2 == pytest.approx(enough.heterogeneity.tau2, abs=1e-4)


def test_a_moderator_of_two_groups_of_trials_gives_both_their_estimates() -> None:
    half = ["x"] * 3 + ["y"] * 3
    both = BinomialNormal(method="EE", formula="~ half").fit(of(A, C, half=half))
    x, y = (
        BinomialNormal(method="EE").fit(of(A[s], C[s]))
        for s in (slice(3), slice(3, None))
    )
    assert both.estimate.value == pytest.approx(x.estimate.value, abs=1e-8)
    assert both.params.iloc[1] == pytest.approx(y.estimate.value - x.estimate.value)
    assert both.omnibus.df == 1
    assert both.tests.df == 4


def test_a_correlation_can_only_raise_the_likelihood() -> None:
    free, none = (
        BinomialNormal("UM.RS", correlated=c).fit(of(A, C)) for c in (True, False)
    )
    assert free.likelihood.value > none.likelihood.value
    assert -1 <= free.levels.rho <= 1
    assert free.likelihood.parameters == none.likelihood.parameters + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "RR"},
        {"model": "UM.FS", "correlated": True},
        {"coding": 2.0},
        {"nodes": 0},
    ],
)
def test_options_that_do_not_fit_together_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(OptionError):
        BinomialNormal(**wrong)


def test_a_simulation_is_recovered() -> None:
    rng = np.random.default_rng(20)
    k, n, mu, tau = 300, 60, 0.6, 0.5
    theta = rng.normal(mu, tau, k) / 2
    level = rng.normal(-1.0, 0.7, k)
    a, c = (rng.binomial(n, 1 / (1 + np.exp(-level - s * theta))) for s in (1, -1))
    fit = BinomialNormal("UM.RS").fit(of(a, c, n))
    assert abs(fit.estimate.value - mu) < 3 * fit.estimate.se
    assert abs(fit.heterogeneity.tau2 - tau**2) < 3 * fit.heterogeneity.tau2_se
    assert fit.levels.sigma2 == pytest.approx(0.49, abs=0.1)


def test_trials_without_the_moderator_are_left_out_and_named() -> None:
    table = of(A, C, x=[1.0, 2.0, np.nan, 4.0, 0.0, 3.0])
    fit = BinomialNormal(formula="~ x").fit(table)
    said = {caution.code: str(caution) for caution in fit.warnings}
    assert said["rows-dropped"] == "Not used for missing moderators: 3."
    others = BinomialNormal(formula="~ x").fit(table.take([0, 1, 3, 4, 5]))
    assert fit.k == 5
    assert fit.estimate.value == pytest.approx(others.estimate.value, rel=1e-9)


def test_columns_of_counts_that_are_absent_are_named() -> None:
    table = Effects.from_arrays([0], [1], moderators={"x1i": [1]})
    with pytest.raises(ModelError, match="no moderators t1i, x2i, t2i; measure 'IRR'"):
        BinomialNormal("UM.FS", "IRR").fit(table)


@pytest.mark.parametrize("events", [-1, 41, np.inf])
def test_what_are_no_counts_of_people_is_refused_with_its_study(events: float) -> None:
    columns = {"xi": [3, events], "ni": [40, 40]}
    table = Effects.from_arrays([0, 0], [1, 1], measure="PLO", moderators=columns)
    said = "study 2: .*events are at least 0 and at most the people"
    with pytest.raises(ModelError, match=said):
        BinomialNormal(measure="PLO").fit(table)


def test_more_events_than_time_are_counts_of_a_rate() -> None:
    fit = BinomialNormal("UM.FS", "IRR", method="EE").fit(rates([300, 300], [360, 600]))
    assert fit.estimate.value == pytest.approx(np.log(600 / 300 / (960 / 360)), abs=0.1)
