"""What a selection model found out about the selection."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mdmameta.models.fit import Fit


@dataclass(frozen=True, eq=False, kw_only=True)
class Selection:
    """The weight function as estimated, and tests about it.

    Parameters
    ----------
    weights
        One row a parameter: parameter, value, se, ci_low, ci_high; for steps
        also p_low, p_high and k, the number of results in the bin.
    alternative
        Direction of the p-values.
    log_likelihood
        Of the model, and so that its AIC is 2 (parameters − log-likelihood).
    statistic, df, p_value
        Likelihood ratio test that every result is as likely to be selected:
        χ² with df, the number of weights estimated; NaN when none is.
    tau2_statistic, tau2_p_value
        The same for τ² = 0 within the selection model, referred to χ² with one
        degree of freedom as metafor does, which is conservative.
    unadjusted
        The fit without selection, by maximum likelihood.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.6, 0.5, 0.8, 0.4, 0.7, 0.1, 0.3, 0.2, 0.45, 0.55],
    ...     v=[0.04, 0.05, 0.1, 0.03, 0.08, 0.05, 0.06, 0.04, 0.02, 0.05])
    >>> model = mm.SelectionModel(alternative="greater", steps=(0.025,))
    >>> selection = model.fit(effects).selection
    >>> selection.weights[["parameter", "k"]].values.tolist()
    [['delta1', 7], ['delta2', 3]]
    >>> round(selection.p_value, 2)
    0.08
    """

    weights: pd.DataFrame
    alternative: str
    log_likelihood: float
    statistic: float
    df: int
    p_value: float
    tau2_statistic: float
    tau2_p_value: float
    unadjusted: Fit


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SelectionFit(Fit):
    """A `Fit` that also tells how results were selected.

    Parameters
    ----------
    selection
        See `Selection`.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.6, 0.5, 0.8, 0.4, 0.7, 0.1, 0.3, 0.2, 0.45, 0.55],
    ...     v=[0.04, 0.05, 0.1, 0.03, 0.08, 0.05, 0.06, 0.04, 0.02, 0.05])
    >>> model = mm.SelectionModel(alternative="greater", steps=(0.025,))
    >>> fit = model.fit(effects)
    >>> round(fit.estimate.value, 2), round(fit.selection.unadjusted.estimate.value, 2)
    (0.3, 0.43)
    """

    selection: Selection

    def summary(self) -> str:
        """Return the result as lines of plain text for a terminal."""
        found, before = self.selection, self.selection.unadjusted.estimate
        lines = [
            super().summary().rstrip(),
            "",
            f"Selection by p-values, alternative {found.alternative!r}:",
            found.weights.to_string(index=False, float_format="{:.4g}".format),
            f"Without selection: {before.value:.4g} "
            f"[{before.ci_low:.4g}, {before.ci_high:.4g}]",
        ]
        if found.df:
            lines.append(
                f"Test of no selection: chi2({found.df}) = {found.statistic:.4g}, "
                f"p = {found.p_value:.3g}"
            )
        return "\n".join(lines) + "\n"
