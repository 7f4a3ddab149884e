"""Correlated and hierarchical effects: a multilevel model with a guessed V."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.effects.vcalc import with_covariance
from mdmameta.errors import OptionError
from mdmameta.models.frequentist.multilevel.model import Multilevel

#: Correlations of sampling errors that bracket what instruments of one domain,
#: given to the same people, usually have.
RHOS = (0.2, 0.4, 0.6, 0.8)


def che_sensitivity(
    effects: Effects, rhos: Sequence[float] = RHOS, model: Multilevel | None = None
) -> pd.DataFrame:
    """Fit the model of correlated and hierarchical effects at several correlations.

    V has a constant correlation of sampling errors within groups of the
    outermost level; true effects vary between and within these; errors are
    cluster-robust, so that a wrong correlation costs precision, not validity.

    Parameters
    ----------
    effects
        Complete rows; a V that they have is replaced.
    rhos
        Correlations, 0 to below 1; 0.2 to 0.8 by default, as none is known.
    model
        ``Multilevel(["study", "effect"], robust="CR2")`` by default.

    Returns
    -------
    pandas.DataFrame
        One row a correlation: rho, value, se, df, p_value, ci_low, ci_high,
        tau2, i2, a column for each variance, and warnings.

    Raises
    ------
    OptionError
        For a correlation outside that range.
    ModelError
        As `Multilevel.fit` does.

    Notes
    -----
    A single fit is ``Multilevel(["study", "effect"], robust="CR2").fit(
    with_covariance(effects, rho=0.6))``.

    References
    ----------
    Pustejovsky and Tipton 2022, doi:10.1007/s11121-021-01246-3.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.8, 0.6, 0.3, 0.5, -0.2, 0.4], v=[0.02] * 8,
    ...     study=list("AABBCCDE"))
    >>> che_sensitivity(effects, [0.4, 0.8])[["rho", "value", "se"]].round(2)
       rho  value    se
    0  0.4    0.3  0.15
    1  0.8    0.3  0.15
    """
    used = Multilevel(robust="CR2") if model is None else model
    return pd.DataFrame([_row(effects, float(rho), used) for rho in rhos])


def _row(effects: Effects, rho: float, model: Multilevel) -> dict[str, object]:
    if not 0 <= rho < 1:
        raise OptionError(f"rhos holds {rho!r}; correlations are 0 to below 1.")
    fit = model.fit(with_covariance(effects, model.levels[0], rho=rho))
    names = ("value", "se", "df", "p_value", "ci_low", "ci_high")
    row: dict[str, object] = {"rho": rho}
    row |= {name: getattr(fit.estimate, name) for name in names}
    row |= {"tau2": fit.heterogeneity.tau2, "i2": fit.heterogeneity.i2}
    table = fit.components
    row |= dict(zip(table["component"], table["value"], strict=True))
    return row | {"warnings": "; ".join(fit.warnings)}
