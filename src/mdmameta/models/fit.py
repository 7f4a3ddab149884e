"""What every model returns, and what counts as a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import freeze
from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.caution import Caution
from mdmameta.models.deferred import deferred
from mdmameta.models.diagnostics import ESS_LIMIT, R_HAT_LIMIT, Diagnostics
from mdmameta.models.estimate import Estimate, Heterogeneity, Omnibus
from mdmameta.models.summary import summary_text

__all__ = [
    "ESS_LIMIT",
    "R_HAT_LIMIT",
    "Caution",
    "Diagnostics",
    "Estimate",
    "Fit",
    "Heterogeneity",
    "Model",
    "Omnibus",
]


@runtime_checkable
class Model(Protocol):
    """A model is a value with one method; its ``repr`` labels its results."""

    def fit(self, effects: Effects) -> Fit:
        """Fit the model to effects."""
        ...


@deferred("coefficients")
@dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """One fitted model, the same for every engine.

    Parameters
    ----------
    model, effects
        What was fitted to what.
    used
        Positions of the rows that carry weight, shape (k,).
    estimate, heterogeneity
        See the classes of these names.
    coefficients
        One row a term: term, value, se, statistic, df, p_value, ci_low, ci_high;
        the table, or `mdmameta.models.deferred.later` with what makes it.
    vcov
        Covariance of the coefficients, shape (p, p).
    weights
        Percent of the weight of each row of the effects, shape (rows,); 0 for
        rows that are not used.
    warnings
        Guard rails: what a reader must know before using a number.
    diagnostics
        Whether the numbers may be believed as computed.
    omnibus
        Joint test of the moderators of a meta-regression, else None.
    posterior
        ArviZ object (InferenceData or DataTree) of a sampled fit, else None.
    exact
        Posterior by quadrature of an exact Bayesian fit, else None.
    seed
        Seed of a sampled fit, else None.
    shrink
        Function that returns the shrunken effects, or None.
    working
        Function that returns the weighted regression behind a frequentist fit
        (`mdmameta.models.frequentist.working.Working`), or None.
    joint
        Function that tests whether combinations of the coefficients, shape (q,
        p), have values, shape (q,), by another rule than the Wald test with
        ``vcov`` and ``estimate.df``, or None.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> fit = mm.RandomEffects("REML", interval="knapp-hartung").fit(effects)
    >>> round(fit.estimate.value, 3), round(fit.heterogeneity.i2, 1)
    (0.263, 8.9)
    >>> [caution.code for caution in fit.warnings]
    ['few-df']
    """

    model: Model
    effects: Effects
    used: NDArray[np.intp]
    estimate: Estimate
    heterogeneity: Heterogeneity
    coefficients: pd.DataFrame
    vcov: FloatArray
    weights: FloatArray
    warnings: tuple[Caution, ...] = ()
    diagnostics: Diagnostics = field(default_factory=Diagnostics)
    omnibus: Omnibus | None = None
    posterior: Any = None
    exact: Any = None
    seed: int | None = None
    shrink: Callable[[], pd.DataFrame] | None = field(default=None, repr=False)
    working: Callable[[], Any] | None = field(default=None, repr=False)
    joint: Callable[[FloatArray, FloatArray], Any] | None = field(
        default=None, repr=False
    )

    def __post_init__(self) -> None:
        for array in (self.used, self.vcov, self.weights):
            freeze(array)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()  # copies and pickles forget what is read-only

    def __repr__(self) -> str:
        e = self.estimate
        return f"<Fit {self.model!r}: {e.value:.4g} [{e.ci_low:.4g}, {e.ci_high:.4g}]>"

    @property
    def k(self) -> int:
        """Number of rows that carry weight."""
        return len(self.used)

    @property
    def params(self) -> pd.Series[float]:
        """Coefficients by term, under statsmodels' name."""
        return self.coefficients.set_index("term")["value"]

    @property
    def bse(self) -> pd.Series[float]:
        """Standard errors by term, under statsmodels' name."""
        return self.coefficients.set_index("term")["se"]

    def conf_int(self) -> pd.DataFrame:
        """Intervals of the coefficients by term, under statsmodels' name."""
        return self.coefficients.set_index("term")[["ci_low", "ci_high"]]

    def shrunken(self) -> pd.DataFrame:
        """Studies' effects drawn towards the mean by what the model believes.

        Returns
        -------
        pandas.DataFrame
            Columns study, value, se, ci_low, ci_high; one row a used effect.

        Raises
        ------
        ModelError
            When the model has no distribution of true effects.
        """
        if self.shrink is None:
            raise ModelError(f"{self.model!r} has no shrunken effects to give.")
        return self.shrink()

    def to_frame(self) -> pd.DataFrame:
        """One row with everything that a comparison of models needs."""
        row: dict[str, Any] = {"model": repr(self.model), "k": self.k}
        row |= {f.name: getattr(self.estimate, f.name) for f in fields(Estimate)}
        names = ("tau2", "i2", "h2", "q", "q_df", "q_p")
        row |= {name: getattr(self.heterogeneity, name) for name in names}
        row["warnings"] = "; ".join(self.warnings)
        return pd.DataFrame([row])

    def summary(self) -> str:
        """Return the result as a few lines of plain text for a terminal."""
        return summary_text(self)
