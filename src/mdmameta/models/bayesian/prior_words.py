"""Priors in words, for notes and tables."""

from __future__ import annotations

from types import MappingProxyType

from mdmameta.models.bayesian.averaging.space import InverseGammaSD
from mdmameta.models.bayesian.borrowing import MapPrior
from mdmameta.models.bayesian.mean_priors import Flat, Mixture, Normal, StudentT
from mdmameta.models.bayesian.reference_priors import (
    BergerDeely,
    Conventional,
    Jeffreys,
    OverallJeffreys,
    SquareRoot,
)
from mdmameta.models.bayesian.shrinkage_priors import (
    DuMouchel,
    UniformI2,
    UniformShrinkage,
)
from mdmameta.models.bayesian.skewed_priors import (
    Exponential,
    HalfLogistic,
    InverseGamma,
    LogStudentT,
    Lomax,
)
from mdmameta.models.bayesian.tau_priors import (
    HalfCauchy,
    HalfNormal,
    HalfStudentT,
    LogNormal,
    Uniform,
)

#: What follows "the prior is": of the prior {0}, its numbers in the format {1}.
_WORDS = MappingProxyType(
    {
        Normal: "normal with mean {0.mean:{1}} and SD {0.sd:{1}}",
        StudentT: "Student's t with {0.df:{1}} degrees of freedom, centre {0.mean:{1}} "
        "and scale {0.scale:{1}}",
        Flat: "flat",
        MapPrior: "a prediction from earlier trials ({0.label})",
        HalfNormal: "half-normal with scale {0.scale:{1}}",
        HalfStudentT: "half-t with {0.df:{1}} degrees of freedom and scale "
        "{0.scale:{1}}",
        HalfCauchy: "half-Cauchy with scale {0.scale:{1}}",
        Uniform: "uniform from {0.low:{1}} to {0.high:{1}}",
        LogNormal: "log-normal, its logarithm with mean {0.mu:{1}} and SD "
        "{0.sigma:{1}}",
        Exponential: "exponential with mean {0.scale:{1}}",
        HalfLogistic: "half-logistic with scale {0.scale:{1}}",
        InverseGamma: "inverse gamma of its square with shape {0.shape:{1}} and scale "
        "{0.scale:{1}}",
        InverseGammaSD: "inverse gamma with shape {0.shape:{1}} and scale "
        "{0.scale:{1}}",
        Lomax: "Lomax with shape {0.shape:{1}} and scale {0.scale:{1}}",
        LogStudentT: "log-t, its logarithm with {0.df:{1}} degrees of freedom, centre "
        "{0.location:{1}} and scale {0.scale:{1}}",
        DuMouchel: "DuMouchel's",
        UniformShrinkage: "uniform in the shrinkage",
        UniformI2: "uniform in I²",
        SquareRoot: "uniform in the square root",
        Jeffreys: "Jeffreys'",
        OverallJeffreys: "Jeffreys' for mean and heterogeneity together",
        BergerDeely: "Berger and Deely's",
        Conventional: "the conventional one",
    }
)


def prior_words(prior: object, spec: str = "g") -> str:
    """Say in words what a prior is; its ``repr`` where it is of one's own making.

    Parameters
    ----------
    prior
        Of a mean or of a standard deviation.
    spec
        Format of its numbers.

    Examples
    --------
    >>> prior_words(Normal(0, 1)), prior_words(HalfNormal(0.5))
    ('normal with mean 0 and SD 1', 'half-normal with scale 0.5')
    >>> prior_words(Normal(-0.2, 0.123456), ".2f")
    'normal with mean -0.20 and SD 0.12'
    >>> prior_words(Mixture(((0.8, Normal(-0.7, 0.2)), (0.2, Normal(0, 1)))))
    'a mixture, 80% normal with mean -0.7 and SD 0.2, 20% normal with mean 0 and SD 1'
    """
    if type(prior) is Mixture:
        parts = (f"{100 * w:g}% {prior_words(part, spec)}" for w, part in prior.parts)
        return f"a mixture, {', '.join(parts)}"
    if type(prior) not in _WORDS:
        return repr(prior)
    s0 = getattr(prior, "s0", None)
    fixed = "" if s0 is None else f" with s₀ = {s0:{spec}}"
    return _WORDS[type(prior)].format(prior, spec) + fixed
