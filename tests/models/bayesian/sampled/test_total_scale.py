from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from mdmameta import BayesianMultilevel, Effects
from mdmameta.models.bayesian import HalfCauchy, HalfNormal, InverseGamma, Uniform
from mdmameta.models.bayesian.cautions import split_unknown
from mdmameta.models.bayesian.sampled import program

STUDY = np.array(["a", "a", "b", "c", "c"])
Y, V = np.array([0.1, 0.2, 0.8, 0.6, -0.1]), np.array([0.02, 0.03, 0.04, 0.05, 0.03])
EFFECTS = Effects.from_arrays(Y, V, study=STUDY.tolist())
PRIORS = {"between": HalfNormal(0.3), "within": HalfCauchy(0.6)}
MODEL = BayesianMultilevel(**PRIORS, seed=1)

#: Median of the total when both standard deviations have theirs.
SCALE = np.hypot(0.3 * 0.6744897501960817, 0.6)


def scales(x, turn):
    """Both standard deviations at a point of the sampled axes."""
    total, share = SCALE * np.log1p(np.exp(x)), 1 / (1 + np.exp(-turn))
    return total * np.array([np.sin(np.pi / 2 * share), np.cos(np.pi / 2 * share)])


def slope(x, turn, h=1e-6):
    """Log of the Jacobian's determinant, by differences."""
    columns = [scales(x + h, turn) - scales(x - h, turn)]
    columns.append(scales(x, turn + h) - scales(x, turn - h))
    return np.linalg.slogdet(np.array(columns) / (2 * h))[1]


def log_posterior(mu, between, within):
    same = STUDY[:, None] == STUDY
    cov = np.diag(V + within**2) + between**2 * same
    priors = PRIORS["between"].log_density(between) + PRIORS["within"].log_density(
        within
    )
    return (
        multivariate_normal(np.full(5, mu), cov).logpdf(Y)
        + priors
        - 0.5 * mu**2
        - 0.5 * np.log(2 * np.pi)
    )


def test_the_axes_of_the_total_leave_the_posterior_as_it_is():
    task = MODEL.task(EFFECTS)
    model = program._of_values(task.program, task.data)
    ours = model.compile_logp(mode="FAST_COMPILE")
    gaps = []
    for mu, x, turn in ((0.2, 0.3, -0.4), (0.5, -3.0, 2.0), (-0.1, 2.0, -5.0)):
        point = {"mu": np.array(mu), "total": np.array(x), "turn": np.array(turn)}
        wanted = log_posterior(mu, *scales(x, turn)) + slope(x, turn)
        gaps.append(float(ours(point)) - wanted)
    np.testing.assert_allclose(gaps, gaps[0], atol=1e-6)  # but for a constant


@pytest.mark.parametrize("prior", [Uniform(0, 2), InverseGamma(2, 0.1)])
def test_a_prior_with_an_edge_or_no_density_in_pymc_keeps_axes_of_its_own(prior):
    assert BayesianMultilevel(within=prior, seed=1).task(EFFECTS).program.total is None
    assert MODEL.task(EFFECTS).program.total == ("tau_between", "tau_within")


def test_one_effect_a_study_leaves_the_split_to_the_priors():
    assert [caution.code for caution in split_unknown(6, 6)] == ["split-unknown"]
    assert split_unknown(7, 6) == split_unknown(1, 1) == ()
