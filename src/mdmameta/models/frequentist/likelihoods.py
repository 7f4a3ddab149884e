"""Log-likelihoods of a fit with their constants, and criteria of information."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.errors import ModelError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist.common_effect import CommonEffect
from mdmameta.models.frequentist.information import LogLikelihood
from mdmameta.models.frequentist.location_scale import LocationScaleFit
from mdmameta.models.frequentist.meta_regression import MetaRegression
from mdmameta.models.frequentist.multilevel import MultilevelFit
from mdmameta.models.frequentist.random_effects import RandomEffects
from mdmameta.models.frequentist.working import Working


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihoods:
    """Both log-likelihoods of a fit, at its estimates.

    Parameters
    ----------
    ml, reml
        Full and restricted, each with ``value``, ``aic``, ``bic``, ``aicc``.

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.01, 0.01])
    >>> likelihoods(RandomEffects().fit(effects)).to_frame()["aic"].round(2).to_dict()
    {0: 6.02, 1: 6.01}
    """

    ml: LogLikelihood
    reml: LogLikelihood

    def to_frame(self) -> pd.DataFrame:
        """Two rows: likelihood, value, parameters, aic, bic, aicc."""
        rows = [
            (name, of.value, of.parameters, of.aic, of.bic, of.aicc)
            for name, of in (("ML", self.ml), ("REML", self.reml))
        ]
        names = ["likelihood", "value", "parameters", "aic", "bic", "aicc"]
        return pd.DataFrame(rows, columns=names)


def likelihoods(fit: Fit) -> Likelihoods:
    """Log-likelihoods of a fit with AIC, BIC and AICc.

    The estimate need not have maximised either: for "DL" these are the
    likelihoods at DerSimonian and Laird's τ².

    Parameters
    ----------
    fit
        Of a common effect, random effects, meta-regression, location-scale,
        multilevel or multivariate model.

    Returns
    -------
    Likelihoods
        Parameters counted are the coefficients and the variances estimated;
        a τ² fixed in advance is none.

    Raises
    ------
    ModelError
        For a model without a normal likelihood of its effects.

    References
    ----------
    Harville 1974, doi:10.1093/biomet/61.2.383 (the constant of the restricted
    likelihood); Hurvich and Tsai 1989, doi:10.1093/biomet/76.2.297 (AICc).

    Examples
    --------
    >>> from mdmameta.effects.table import Effects
    >>> effects = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.01, 0.01])
    >>> of = likelihoods(RandomEffects("ML").fit(effects))
    >>> round(of.ml.value, 3), round(of.ml.aic, 3), of.ml.parameters
    (-0.9, 5.799, 2)
    """
    if isinstance(fit, MultilevelFit | LocationScaleFit):
        return Likelihoods(ml=fit.ml, reml=fit.reml)
    if fit.working is None or not isinstance(
        fit.model, CommonEffect | RandomEffects | MetaRegression
    ):
        raise ModelError(
            f"{fit.model!r} has no normal likelihood of its effects; take a common "
            "effect, random effects, meta-regression, multilevel or multivariate "
            "model."
        )
    estimated = isinstance(getattr(fit.model, "tau2", 0.0), str)
    return _likelihoods(fit.working(), int(estimated))


def _likelihoods(of: Working, variances: int) -> Likelihoods:
    k, p = of.X.shape
    X, y, log_det = _whitened(of)
    triangle, r = np.linalg.qr(X)[1], y - X @ of.beta
    loss = float(log_det + r @ r)
    full = -(k * np.log(2 * np.pi) + loss) / 2
    design = 2 * _log_diagonal(triangle) - np.linalg.slogdet(of.X.T @ of.X)[1]
    restricted = -((k - p) * np.log(2 * np.pi) + loss + design) / 2
    return Likelihoods(
        ml=LogLikelihood(value=float(full), parameters=p + variances, n=k),
        reml=LogLikelihood(
            value=float(restricted),
            parameters=p + variances,
            n=k - p,
        ),
    )


def _whitened(of: Working) -> tuple[FloatArray, FloatArray, float]:
    """Design and outcomes with errors of variance 1, and log det M."""
    if of.M.ndim == 1:
        root = np.sqrt(of.M)
        return of.X / root[:, None], of.y / root, float(np.log(of.M).sum())
    L = np.linalg.cholesky(of.M)
    X, y = np.linalg.solve(L, of.X), np.linalg.solve(L, of.y)
    return X, y, 2 * _log_diagonal(L)


def _log_diagonal(triangle: NDArray[Any]) -> float:
    return float(np.log(np.abs(np.diag(triangle))).sum())
