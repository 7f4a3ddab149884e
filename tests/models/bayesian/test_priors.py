from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from mdmameta.errors import OptionError
from mdmameta.models.bayesian import (
    Flat,
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    LogNormal,
    Normal,
    StudentT,
    Uniform,
)
from mdmameta.models.bayesian.prior_base import TauPrior

TWINS = [
    (Normal(-1, 2), stats.norm(-1, 2)),
    (StudentT(3, 1, 2), stats.t(3, 1, 2)),
    (HalfNormal(0.5), stats.halfnorm(scale=0.5)),
    (HalfCauchy(0.3), stats.halfcauchy(scale=0.3)),
    (HalfStudentT(4, 0.5), stats.foldnorm),
    (Uniform(0.5, 4), stats.uniform(0.5, 3.5)),
    (LogNormal(-1, 0.8), stats.lognorm(0.8, scale=np.exp(-1))),
]
X = np.array([-1.0, 0.1, 0.7, 2.0, 30.0])
P = np.array([0.001, 0.3, 0.5, 0.9, 0.999])
TAU_PRIORS = [prior for prior, _ in TWINS[2:]]


@pytest.mark.parametrize(
    ("prior", "twin"), [t for t in TWINS if t[1] != stats.foldnorm]
)
def test_densities_and_quantiles_are_those_of_scipy(prior, twin):
    np.testing.assert_allclose(np.exp(prior.log_density(X)), twin.pdf(X), atol=1e-15)
    np.testing.assert_allclose(prior.quantile(P), twin.ppf(P), rtol=1e-9)


@pytest.mark.parametrize("prior", TAU_PRIORS, ids=repr)
def test_the_density_integrates_to_the_probability_below_each_quantile(prior):
    median, high = prior.quantile([0.5, 0.95])
    for end, p in ((median, 0.5), (high, 0.95)):
        low = getattr(prior, "support", (0, 0))[0]
        mass = quad(lambda x: np.exp(prior.log_density(x)), low, end)[0]
        assert mass == pytest.approx(p, abs=1e-7)


@pytest.mark.parametrize("prior", TAU_PRIORS, ids=repr)
def test_a_tau_prior_has_no_density_below_zero(prior):
    assert isinstance(prior, TauPrior)
    assert prior.log_density(-0.1) == -np.inf


def test_a_prior_prints_as_it_is_typed():
    assert repr(HalfStudentT(4, 0.25)) == "HalfStudentT(4, 0.25)"
    assert repr(Flat()) == "Flat()"
    assert eval(repr(Normal(0.1234567, 1))) == Normal(0.1234567, 1)


def test_the_sd_of_a_t_prior_is_infinite_without_two_degrees_of_freedom():
    assert StudentT(2).sd == np.inf
    assert StudentT(4, 0, 1).sd == pytest.approx(np.sqrt(2))


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: Normal(0, 0), "sd=0"),
        (lambda: Normal(np.nan, 1), "mean=nan"),
        (lambda: HalfNormal(-1), "scale=-1"),
        (lambda: HalfCauchy(np.inf), "scale=inf"),
        (lambda: HalfStudentT(0, 1), "df=0"),
        (lambda: Uniform(2, 1), "low=2, high=1"),
        (lambda: Uniform(0, np.inf), "high=inf"),
        (lambda: LogNormal(0, 0), "sigma=0"),
    ],
)
def test_parameters_outside_their_range_are_named(make, found):
    with pytest.raises(OptionError, match=found):
        make()


@pytest.mark.parametrize("make", [lambda: Normal("a", 1), lambda: HalfNormal("b")])
def test_a_parameter_that_is_text_is_refused(make):
    with pytest.raises(OptionError, match="finite number"):
        make()
