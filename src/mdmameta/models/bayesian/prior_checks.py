"""Which priors an engine can use, and when the posterior of τ is proper."""

from __future__ import annotations

from math import floor
from typing import Any

from mdmameta.errors import ModelError, OptionError
from mdmameta.models.bayesian.mean_priors import Flat, Mixture, Normal, StudentT
from mdmameta.models.bayesian.prior_base import MeanPrior, Prior, TauPrior
from mdmameta.options import Engine

#: Priors of coefficients that an engine can use.
OF_ENGINE: dict[str, tuple[type, ...]] = {
    "exact": (Normal, Flat),
    "nuts": (Normal, Flat, StudentT),
}


def check_tau(tau: object, engine: Engine, name: str = "tau") -> None:
    """Refuse a prior of the mean as prior of a standard deviation, and a class.

    `Flat` serves the exact engine, which begins at zero; the sampler would not.

    Raises
    ------
    OptionError
        Naming the priors there are.
    """
    _refuse_class(name, tau, "HalfNormal(0.5)")
    if isinstance(tau, (Normal, StudentT, Mixture)) or (
        engine == "nuts" and isinstance(tau, Flat)
    ):
        what = "is positive" if name == "nu" else "is a standard deviation"
        raise OptionError(
            f"{name}={tau!r} is a prior of the mean, which may be negative; {name} "
            f"{what}. Use HalfNormal(scale), HalfStudentT, HalfCauchy, "
            "Uniform(low, high) or LogNormal."
        )


def check_mean(mu: object) -> None:
    """Refuse what is no prior of a mean, for a model that is sampled.

    Raises
    ------
    OptionError
        Naming the priors there are.
    """
    _refuse_class("mu", mu, "Normal(0, 1)")
    of_mean = isinstance(mu, (Normal, StudentT, Mixture, Flat))
    if not of_mean and (isinstance(mu, Prior) or not hasattr(mu, "sd")):
        raise OptionError(
            f"mu={mu!r} is no prior of a mean. Use Normal(mean, sd), StudentT, Mixture "
            "or Flat, or an object with to_pymc(name) and sd."
        )


def _refuse_class(name: str, prior: object, such: str) -> None:
    if isinstance(prior, type):
        raise OptionError(
            f"{name}={prior.__name__} is a class, without its numbers: give a prior "
            f"such as {such}."
        )


def check_priors(mu: object, tau: object) -> None:
    """Refuse priors that the exact engine cannot use.

    Raises
    ------
    OptionError
        Naming the argument and the cure.
    """
    _refuse_class("mu", mu, "Normal(0, 1)")
    check_tau_density(tau)
    if not isinstance(mu, MeanPrior):
        raise OptionError(
            f"mu={mu!r}: the exact engine integrates the mean over a normal prior or "
            "a mixture of normals. Use Normal(mean, sd), StudentT, Mixture or Flat, or "
            "engine='nuts' with seed=."
        )


def check_tau_density(tau: object) -> None:
    """Refuse what has no log density as a prior of τ.

    Raises
    ------
    OptionError
        Naming the cure.
    """
    if not isinstance(tau, TauPrior):
        raise OptionError(
            f"tau={tau!r} has no method log_density(x). Use HalfNormal(scale), "
            "another prior of mdmameta.models.bayesian, or an object with one."
        )


def check_coefficients(priors: Any, engine: Engine) -> None:
    """Refuse priors of coefficients that an engine cannot use.

    Parameters
    ----------
    priors
        One for all, or pairs of a term and its prior.
    engine
        Which is to use them.

    Raises
    ------
    OptionError
        Naming those that it can use.
    """
    each = [prior for _, prior in priors] if isinstance(priors, tuple) else [priors]
    for prior in each:
        if not isinstance(prior, OF_ENGINE[engine]):
            raise OptionError(
                f"priors holds {prior!r}: coefficients have Normal(mean, sd), Flat() "
                "or, with engine='nuts', StudentT(df, mean, scale). Give one of "
                "them for all terms, or a mapping from terms."
            )


def least_studies(tail: float, flat: int) -> int:
    """Fewest studies with which the posterior of τ has a finite integral.

    The likelihood falls like τ^-(k - f) with f coefficients under flat priors, and
    the prior like τ^a: the posterior is proper if and only if k > 1 + a + f. Near
    zero all priors here have a finite integral.

    Parameters
    ----------
    tail
        The power a.
    flat
        The number f.

    Examples
    --------
    >>> least_studies(0, 1), least_studies(-1, 1), least_studies(-0.5, 0)
    (3, 2, 1)
    """
    return max(floor(1 + tail + flat) + 1, 1)


def check_proper(tau: object, k: int, flat: int) -> None:
    """Refuse an improper prior of τ with too few studies for it.

    Parameters
    ----------
    tau
        Prior; what it does not say of its tail is left to the quadrature.
    k
        Number of studies.
    flat
        Number of coefficients of the mean that have a flat prior.

    Raises
    ------
    ModelError
        With the condition.
    """
    if (tail := getattr(tau, "tail", None)) is None:
        return
    least = least_studies(float(tail), flat)
    if k >= least:
        return
    of_mean = f"{flat} flat in the mean" if flat else "a proper prior of the mean"
    raise ModelError(
        f"the posterior of tau is improper: it has no finite integral in its upper "
        f"tail. With tau={tau!r} and {of_mean} it takes at least {least} studies, and "
        f"there {'is' if k == 1 else 'are'} {k}. Use a proper prior, such as "
        "HalfNormal(0.5)."
    )
