"""Closed forms of missing outcomes against simulated trials, and their mirror.

Every comparison allows four Monte Carlo errors of the simulation and, where the form
is a first-order one, what its next order may be.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from mdmameta.effects import MissingPrior, effect_size, missing_events, missing_means
from mdmameta.effects.corrections import bias_correction
from mdmameta.effects.table import Effects
from mdmameta.models.frequentist import CommonEffect
from mdmameta.sensitivity.dropout_asked import Beside
from mdmameta.sensitivity.dropout_binary import binary_dropout
from mdmameta.sensitivity.dropout_means import means_dropout
from mdmameta.sensitivity.flow import checked_flow, fractions_missing
from mdmameta.sensitivity.question import Question

TRIALS = 20_000
TOTAL = 1500
LOST = (0.1, 0.25)
LINKS = {"OR": logit, "RR": np.log, "RD": np.asarray}


def assert_moments(y, value, variance, *, order=0.0):
    """Compare mean and variance of simulated y, with their Monte Carlo errors."""
    spread = y.var(ddof=1)
    assert abs(y.mean() - value) < 4 * np.sqrt(spread / y.size) + order * np.sqrt(
        spread
    )
    assert abs(spread - variance) < spread * (4 * np.sqrt(2 / y.size) + order)


def departures(rng, prior):
    """Draw the parameter of the missing of each arm, shape (trials, 2)."""
    s = np.asarray(prior.sd)
    cov = np.outer(s, s) * [[1, prior.correlation], [prior.correlation, 1]]
    return rng.multivariate_normal(prior.mean, cov, TRIALS)


def event_trials(rng, prior, measure):
    """Contrast of everybody in trials whose missing have the odds that are drawn."""
    arms = []
    for p, f, lam in zip((0.6, 0.4), LOST, departures(rng, prior).T, strict=True):
        seen = rng.binomial(TOTAL, 1 - f, TRIALS)
        risk = rng.binomial(seen, p) / seen
        missing = 1 - seen / TOTAL
        whole = (1 - missing) * risk + missing * expit(logit(risk) + lam)
        arms.append(LINKS[measure](whole))
    return arms[0] - arms[1]


def expected_events():
    seen = [round(TOTAL * (1 - f)) for f in LOST]
    return pd.DataFrame(
        {
            "ai": [0.6 * seen[0]], "n1i": [seen[0]], "missing1": [TOTAL - seen[0]],
            "ci": [0.4 * seen[1]], "n2i": [seen[1]], "missing2": [TOTAL - seen[1]],
        }
    )  # fmt: skip


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_fixed_odds_of_the_missing_have_the_delta_methods_variance(measure):
    prior = MissingPrior(mean=(np.log(20.0), np.log(0.05)))
    y = event_trials(np.random.default_rng(11), prior, measure)
    found = missing_events(expected_events(), measure, prior)
    assert_moments(y, found.y[0], found.v[0], order=0.01)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_a_narrow_prior_of_the_odds_has_the_delta_methods_variance(
    measure, correlation
):
    prior = MissingPrior((0.6, -0.4), (0.3, 0.3), correlation)
    y = event_trials(np.random.default_rng(12), prior, measure)
    found = missing_events(expected_events(), measure, prior)
    assert_moments(y, found.y[0], found.v[0], order=0.05)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_wide_prior_of_the_odds_needs_the_exact_form(measure):
    prior = MissingPrior((1.0, -1.0), (1.5, 1.5), 0.5)
    y = event_trials(np.random.default_rng(13), prior, measure)
    exact = missing_events(expected_events(), measure, prior, draws=40_000, seed=3)
    assert_moments(y, exact.y[0], exact.v[0], order=0.02)
    first = missing_events(expected_events(), measure, prior)
    assert abs(first.y[0] - y.mean()) > 8 * y.std() / np.sqrt(y.size)


def mean_trials(rng, prior, measure, *, ratio):
    """Contrast of everybody in trials whose missing have the means that are drawn."""
    means, sds, n, moves = [], [], [], []
    for m, f, lam in zip((20.0, 26.0), LOST, departures(rng, prior).T, strict=True):
        seen = rng.binomial(TOTAL, 1 - f, TRIALS)
        mean = rng.normal(m, 8.0 / np.sqrt(seen))
        means.append(mean)
        sds.append(64.0 * rng.chisquare(seen - 1) / (seen - 1))
        n.append(seen)
        moves.append((1 - seen / TOTAL) * (mean * np.expm1(lam) if ratio else lam))
    df = n[0] + n[1] - 2
    pooled = np.sqrt(((n[0] - 1) * sds[0] + (n[1] - 1) * sds[1]) / df)
    unit = pooled if measure == "SMD" and not ratio else 1.0
    whole = [m + unit * move for m, move in zip(means, moves, strict=True)]
    if measure == "ROM":
        return np.log(whole[0] / whole[1])
    if measure == "MD":
        return whole[0] - whole[1]
    j = bias_correction(df.astype(float))
    if ratio:
        return j * (whole[0] - whole[1]) / pooled
    return j * (means[0] - means[1]) / pooled + moves[0] - moves[1]


@pytest.mark.parametrize("spread", [0.0, 0.1])
@pytest.mark.parametrize("ratio", [False, True])
@pytest.mark.parametrize("measure", ["MD", "SMD", "ROM"])
def test_the_taylor_series_of_means_has_the_moments_of_simulated_trials(
    measure, ratio, spread
):
    unit = 1.0 if ratio or measure == "SMD" else 10.0
    mean = (0.3, -0.5) if spread else (1.0, 0.7)
    prior = MissingPrior(
        (unit * mean[0], unit * mean[1]), (unit * spread, unit * spread), 0.5
    )
    y = mean_trials(np.random.default_rng(14), prior, measure, ratio=ratio)
    seen = [round(TOTAL * (1 - f)) for f in LOST]
    table = pd.DataFrame(
        {
            "m1i": [20.0], "sd1i": [8.0], "n1i": [seen[0]],
            "missing1": [TOTAL - seen[0]], "m2i": [26.0], "sd2i": [8.0],
            "n2i": [seen[1]], "missing2": [TOTAL - seen[1]],
        }
    )  # fmt: skip
    kind = "ratio" if ratio else "difference"
    found = missing_means(table, measure, prior, parameter=kind)
    assert_moments(y, found.y[0], found.v[0], order=0.03)


CELLS = pd.DataFrame(
    {"ai": [45.0, 30], "n1i": [52.0, 40], "ci": [29.0, 20], "n2i": [42.0, 37]}
)
SWAP = {"active": "control", "control": "active"}


def flow(*, swapped):
    rows = [("A", "active", 55, 52), ("A", "control", 52, 42),
            ("B", "active", 44, 40), ("B", "control", 43, 37)]  # fmt: skip
    made = pd.DataFrame(rows, columns=["study", "role", "randomised", "assessed"])
    if swapped:
        made["role"] = made["role"].map(SWAP)
    return made.assign(arm=made["role"])


def contrast(measure, *, swapped):
    if measure == "SMD":
        y, v, cells = np.array([-0.8, -0.6]), [0.05, 0.06], None
        y = -y if swapped else y
    else:
        order = ["ci", "n2i", "ai", "n1i"] if swapped else list(CELLS)
        cells = CELLS[order].set_axis(list(CELLS), axis=1)
        made = effect_size(measure, **{name: cells[name] for name in cells})
        y, v = made["y"], made["v"]
    return Effects.from_arrays(
        y=y, v=v, study=["A", "B"], measure=measure, moderators=cells,
        direction="lower" if measure == "SMD" else "higher",
    )  # fmt: skip


def answer(measure, values, *, swapped):
    """Return the refits alone: what else dropout makes has tests of its own."""
    effects, table = contrast(measure, swapped=swapped), flow(swapped=swapped)
    asked = Beside(flow=table, thorough=False)
    question = Question.ask(effects, CommonEffect(), None)
    fractions = fractions_missing(checked_flow(table), ["A", "B"])
    if measure == "SMD":
        return means_dropout(question, fractions, (-1, 1), values, 0.0, asked)
    return binary_dropout(question, fractions, (0.25, 4), values, 0.0, asked)


def tip(made, parameter):
    return next(p.value for p in made.tipping if p.parameter == parameter)


@pytest.mark.parametrize(
    ("measure", "name"), [("SMD", "shift"), ("OR", "imor"), ("RD", "imor")]
)
def test_swapping_the_arms_mirrors_the_map_of_missing_outcomes(measure, name):
    values = [-1.0, 0.0, 0.5] if name == "shift" else [0.25, 1.0, 3.0]
    maps = []
    for swapped in (False, True):
        made = answer(measure, values, swapped=swapped)
        cells = made.frame.query("scenario == 'both arms'")
        keys = [f"{name}_active", f"{name}_control"]
        maps.append((made, cells.set_index(keys[::-1] if swapped else keys)))
    (one, here), (other, there) = maps
    assert len(here) > 3
    there = there.loc[list(here.index)]
    np.testing.assert_allclose(there["value"], -here["value"], atol=1e-12)
    np.testing.assert_allclose(there["ci_low"], -here["ci_high"], atol=1e-12)
    for arm, opposite in SWAP.items():
        mine = tip(one, f"{name}_{arm}_only")
        theirs = tip(other, f"{name}_{opposite}_only")
        assert (mine is None) == (theirs is None)
        assert mine is None or theirs == pytest.approx(mine, rel=1e-5)
