import numpy as np
import pytest

from mdmameta.models.bayesian import BayesianRandomEffects
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.sensitivity.multiverse import multiverse
from mdmameta.sensitivity.multiverse.methods import ESTIMATORS, PRIORS

RESULTS = ("value", "se", "ci_low", "ci_high", "tau2")


def single_fit(row, sets):
    """One specification by the model of its own, on effects left out by name."""
    effects = sets[row["set"]]
    if row["trials"] != "all":
        effects = effects.take(effects.study != row["trials"].removeprefix("without "))
    if row["prior"] != "none":
        mu, tau = PRIORS[row["prior"]]
        model = BayesianRandomEffects(mu=mu, tau=tau)
    elif ESTIMATORS[row["estimator"]] is None:
        model = CommonEffect()
    else:
        model = RandomEffects(tau2=row["estimator"], interval=row["interval"])
    fit = model.fit(effects)
    e = fit.estimate
    tau2 = fit.heterogeneity.tau2
    return [e.value, e.se, e.ci_low, e.ci_high, 0.0 if np.isnan(tau2) else tau2], fit.k


@pytest.fixture(scope="module")
def rows(sets):
    return multiverse(None, sets).to_frame()


@pytest.mark.parametrize("kind", ["frequentist", "bayesian"])
def test_rows_equal_fits_of_their_own(rows, sets, kind):
    of_kind = rows[(rows["prior"] != "none") == (kind == "bayesian")]
    for row in of_kind.sample(40, random_state=1).to_dict("records"):
        expected, k = single_fit(row, sets)
        assert row["k"] == k
        found = [row[name] for name in RESULTS]
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)


def test_every_specification_has_an_estimate_within_its_interval(rows):
    assert rows[list(RESULTS)].notna().all(axis=None)
    assert (rows["ci_low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["ci_high"]).all()
    assert rows["converged"].all()


def test_one_row_is_the_main_analysis_and_equals_the_main_fit(rows, sets):
    (main,) = rows[rows["main"]].to_dict("records")
    fit = RandomEffects().fit(sets["end"])
    assert main["value"] == pytest.approx(fit.estimate.value, abs=1e-12)
    assert main["ci_high"] == pytest.approx(fit.estimate.ci_high, abs=1e-12)
