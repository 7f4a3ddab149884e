"""The coefficients of a meta-regression, sampled on axes that suit the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.models.bayesian.prior_checks import check_proper
from mdmameta.models.bayesian.regression_kernel import (
    CoefficientPriors,
    RegressionData,
    conditional,
)
from mdmameta.models.bayesian.sampled.normal import (
    Given,
    NormalEffects,
    regression,
)
from mdmameta.models.bayesian.sampled.program import AXES, Program
from mdmameta.models.bayesian.sampled.task import (
    PRIOR_DRAWS,
    Flat,
    Recovered,
    Task,
)
from mdmameta.models.bayesian.sampling import recovered

#: Degrees of freedom at which a t prior is a normal one to rounding.
NORMAL_DF = 1e12

#: Arrays that `normal.regression` reads, with their dimensions: see `_containers`.
CONTAINERS = (
    *(("z", 1), ("XA", 2), ("lam", 1)),
    *(("prior", 1), ("priorA", 2), ("df", 1)),
)


@dataclass(frozen=True, eq=False, slots=True)
class Axes:
    """β = b + Aγ: axes γ of mean about 0, SD about 1 and little correlation.

    Parameters
    ----------
    b
        Shape (p,).
    A
        Shape (p, p).
    """

    b: FloatArray
    A: FloatArray

    @classmethod
    def of(cls, data: RegressionData, mean: FloatArray, sd: FloatArray) -> Axes:
        """Take the posterior given a τ as large as a typical standard error."""
        tau = np.sqrt(np.median(data.lam, keepdims=True))
        given = conditional(data, tau, CoefficientPriors(mean, sd))
        return cls(given.means[:, 0, 0], given.root[0])

    def beta(self, gamma: FloatArray) -> FloatArray:
        """Coefficients of draws of γ, shape (S, p)."""
        return np.asarray(self.b + gamma @ self.A.T)


def regression_task(
    data: RegressionData,
    terms: tuple[str, ...],
    priors: tuple[Any, ...],
    tau: Any,
    study: NDArray[np.str_],
    label: str,
) -> Task:
    """Say what is sampled for the coefficients of k effects.

    Parameters
    ----------
    data
        The k effects and their design.
    terms, priors
        Names of the p coefficients and their priors: `Normal`, `StudentT` or `Flat`.
    tau
        Prior of τ, with ``to_pymc(name)``.
    study
        Labels, shape (k,).
    label
        ``repr`` of the model, which travels with the draws.

    Raises
    ------
    ModelError
        When the posterior is improper.
    """
    mean, scale, df = (
        np.array(each) for each in zip(*map(_shape, priors), strict=True)
    )
    check_proper(tau, data.lam.size, int(np.isinf(scale).sum()))
    axes, rotation = Axes.of(data, mean, scale), data.rotation
    return Task(
        label=label,
        program=Program(
            priors=(("tau", tau),),
            log_density=regression,
            data=CONTAINERS,
            coefficients=len(terms),
        ),
        data=_containers(data, axes, mean, scale, df),
        coords={"study": study, "coef": list(terms)},
        recover=partial(_recover, axes, NormalEffects(data)),
        observed={"y": (("study",), rotation @ data.z)},
        constant={
            "v": (("study",), rotation**2 @ data.lam),
            "X": (("study", "coef"), rotation @ data.X),
        },
        prior=_prior_of(priors),
    )


def _recover(
    axes: Axes, effects: NormalEffects, draws: Flat, rng: Generator
) -> Recovered:
    """Lead the axes back to coefficients, and draw the effects given them."""
    beta = axes.beta(draws[AXES])
    at = Given(beta, draws["tau"][:, None])
    found = recovered(effects, at, beta[:, 0], "study", rng)
    return replace(found, posterior={**found.posterior, "beta": (("coef",), beta)})


def _shape(prior: Any) -> tuple[float, float, float]:
    """Centre, scale and degrees of freedom of a prior of a coefficient."""
    df = float(getattr(prior, "df", NORMAL_DF))
    scale = prior.scale if hasattr(prior, "df") else prior.sd
    return float(prior.mean), float(scale), min(df, NORMAL_DF)


def _containers(
    data: RegressionData,
    axes: Axes,
    mean: FloatArray,
    scale: FloatArray,
    df: FloatArray,
) -> Mapping[str, FloatArray]:
    """Arrays that `normal.regression` reads; flat priors have no row."""
    proper = np.isfinite(scale)
    return {
        "z": data.z - data.X @ axes.b,
        "XA": data.X @ axes.A,
        "lam": data.lam,
        "prior": ((axes.b - mean) / scale)[proper],
        "priorA": (axes.A / scale[:, None])[proper],
        "df": df[proper],
    }


def _prior_of(priors: tuple[Any, ...]) -> dict[str, Any]:
    """Draw coefficients from their priors where all of them are proper."""
    if not all(getattr(prior, "proper", True) for prior in priors):
        return {}
    columns = [p.sample(PRIOR_DRAWS, seed=i) for i, p in enumerate(priors)]
    drawn = np.column_stack(columns)[None, :, :]
    return {"beta": (("chain", "draw", "coef"), drawn)}
