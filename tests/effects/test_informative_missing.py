import numpy as np
import pandas as pd
import pytest

from mdmameta.effects import effect_size
from mdmameta.effects.informative_missing import missing_events, missing_means
from mdmameta.effects.missing_prior import MissingPrior
from mdmameta.errors import EffectsError

EVENTS = pd.DataFrame(
    {
        "study": ["A", "B"], "ai": [37, 45], "n1i": [42, 52], "missing1": [4, 1],
        "ci": [23, 29], "n2i": [37, 42], "missing2": [7, 9],
    }
)  # fmt: skip
MEANS = pd.DataFrame(
    {
        "m1i": [20.0, 25.0], "sd1i": [8.0, 9.0], "n1i": [45, 30], "missing1": [5, 6],
        "m2i": [26.0, 30.0], "sd2i": [7.0, 9.5], "n2i": [40, 28], "missing2": [10, 4],
    }
)  # fmt: skip
CELLS = ("ai", "n1i", "ci", "n2i")
PRIOR = MissingPrior(mean=(0.5, -0.3), sd=(0.4, 0.3), correlation=0.5)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_log_odds_ratio_of_zero_is_the_available_case(measure):
    found = missing_events(EVENTS, measure)
    made = effect_size(measure, **{c: EVENTS[c] for c in CELLS})
    np.testing.assert_allclose(found.y, made["y"])
    np.testing.assert_allclose(found.v, made["v"])


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("ends", [(-1, -1), (1, -1), (-1, 1)])
def test_infinite_log_odds_ratios_are_the_imputed_cases(measure, ends):
    found = missing_events(
        EVENTS, measure, MissingPrior(tuple(np.inf * e for e in ends))
    )
    cells = {
        "ai": EVENTS["ai"] + EVENTS["missing1"] * (ends[0] > 0),
        "n1i": EVENTS["n1i"] + EVENTS["missing1"],
        "ci": EVENTS["ci"] + EVENTS["missing2"] * (ends[1] > 0),
        "n2i": EVENTS["n2i"] + EVENTS["missing2"],
    }
    made = effect_size(measure, **cells)
    np.testing.assert_allclose(found.y, made["y"])
    np.testing.assert_allclose(found.v, made["v"])


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM"])
@pytest.mark.parametrize("parameter", ["difference", "ratio"])
def test_missing_at_random_is_the_available_case_for_means(measure, parameter):
    found = missing_means(MEANS, measure, parameter=parameter)
    cols = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
    made = effect_size(measure, **{c: MEANS[c] for c in cols})
    np.testing.assert_allclose(found.y, made["y"])
    np.testing.assert_allclose(found.v, made["v"])


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_taylor_and_draws_agree_for_events(measure):
    taylor = missing_events(EVENTS, measure, PRIOR)
    drawn = missing_events(EVENTS, measure, PRIOR, draws=40_000, seed=1)
    np.testing.assert_allclose(drawn.y, taylor.y, atol=0.01)
    np.testing.assert_allclose(drawn.v, taylor.v, rtol=0.03)


@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM"])
@pytest.mark.parametrize("parameter", ["difference", "ratio"])
def test_taylor_and_draws_agree_for_means(measure, parameter):
    prior = MissingPrior((0.1, -0.05), (0.08, 0.06), 0.6)
    taylor = missing_means(MEANS, measure, prior, parameter=parameter)
    drawn = missing_means(
        MEANS, measure, prior, parameter=parameter, draws=40_000, seed=1
    )
    np.testing.assert_allclose(
        drawn.y, taylor.y, atol=0.12 if measure == "MD" else 0.02
    )
    np.testing.assert_allclose(drawn.v, taylor.v, rtol=0.03)


def test_without_a_spread_the_draws_are_the_taylor_series():
    prior = MissingPrior(mean=(0.5, -0.3))
    drawn = missing_events(EVENTS, "OR", prior, draws=3, seed=1)
    np.testing.assert_allclose(drawn.y, missing_events(EVENTS, "OR", prior).y)
    np.testing.assert_allclose(drawn.v, missing_events(EVENTS, "OR", prior).v)


def test_a_correlation_takes_variance_from_the_contrast():
    apart, alike = (
        missing_events(EVENTS, "OR", MissingPrior(sd=(1, 1), correlation=rho)).v
        for rho in (0.0, 1.0)
    )
    assert (alike < apart).all()
    assert (alike > missing_events(EVENTS, "OR").v).all()


def test_reasons_with_one_prior_are_one_reason():
    split = EVENTS.assign(
        missing1_left=[1, 1], missing1_died=[3, 0],
        missing2_left=[5, 4], missing2_died=[2, 5],
    )  # fmt: skip
    same = MissingPrior(mean=(0.5, -0.3))
    found = missing_events(split, "OR", {"left": same, "died": same})
    whole = missing_events(EVENTS, "OR", same)
    np.testing.assert_allclose(found.y, whole.y)
    np.testing.assert_allclose(found.v, whole.v)


def test_intervals_cover_the_truth_when_the_prior_is_right():
    rng = np.random.default_rng(2)
    k, n, p, f = 4000, 200, (0.5, 0.4), (0.15, 0.25)
    true = np.log(0.5 / 0.5) - np.log(0.4 / 0.6)
    prior, columns = MissingPrior((0.8, -0.4), (0.3, 0.3), 0.5), {}
    z = rng.multivariate_normal([0.8, -0.4], 0.09 * np.array([[1, 0.5], [0.5, 1]]), k)
    for at, (events, size) in enumerate((("ai", "n1i"), ("ci", "n2i"))):
        seen = _observed_risk(p[at], f[at], np.exp(z[:, at]))
        observed = rng.binomial(n, 1 - f[at], k)
        columns |= {size: observed, f"missing{at + 1}": n - observed}
        columns |= {events: rng.binomial(observed, seen)}
    found = missing_events(pd.DataFrame(columns), "OR", prior)
    inside = np.abs(found.y - true) < 1.96 * np.sqrt(found.v)
    assert inside.mean() == pytest.approx(0.95, abs=0.012)


def _observed_risk(p, f, imor):
    """Risk of the observed that makes everybody's p, by bisection."""
    low, high = np.zeros_like(imor), np.ones_like(imor)
    for _ in range(60):
        x = (low + high) / 2
        above = (1 - f) * x + f * imor * x / (1 - x + imor * x) > p
        low, high = np.where(above, low, x), np.where(above, x, high)
    return low


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MissingPrior(sd=(-1, 0)), "sd ="),
        (lambda: MissingPrior(correlation=2), "correlation = 2"),
        (lambda: MissingPrior(mean=(np.nan, 0)), "mean = "),
        (lambda: missing_events(EVENTS.assign(ai=[np.nan, 1])), "ai in row 0 is nan"),
        (lambda: missing_means(MEANS.assign(n1i=[45, 0])), "n1i in row 1 is 0; allow"),
        (lambda: missing_events(EVENTS.drop(columns="missing2")), "'missing2'"),
        (lambda: missing_events(EVENTS.assign(ai=[60, 1])), "ai = 60 in row 0"),
        (lambda: missing_events(EVENTS.assign(missing1=[-1, 1])), "missing1 in row 0"),
        (lambda: missing_events(EVENTS, draws=10), "need a seed"),
        (lambda: missing_events(EVENTS, prior={}), "names no reason"),
        (lambda: missing_means(MEANS.assign(m1i=[-1, 2]), "ROM"), "row 0 .* a mean"),
    ],
)
def test_impossible_tables_and_priors_are_refused(call, message):
    with pytest.raises(EffectsError, match=message):
        call()


def test_a_prior_that_takes_a_mean_below_zero_leaves_no_ratio_of_means():
    far = MissingPrior(mean=(-200.0, 0.0))
    assert np.isfinite(missing_means(MEANS, "MD", far).y).all()
    with pytest.raises(EffectsError, match="mean of an arm to 0 or below"):
        missing_means(MEANS, "ROM", far)


def test_a_prior_without_a_finite_mean_is_of_events_alone():
    worst = MissingPrior(mean=(-np.inf, np.inf))
    assert (missing_events(EVENTS, "OR", worst).y < 1).all()
    said = "the prior of the difference of means leaves no MD that is finite"
    with np.errstate(invalid="ignore"), pytest.raises(EffectsError, match=said):
        missing_means(MEANS, "MD", worst)
