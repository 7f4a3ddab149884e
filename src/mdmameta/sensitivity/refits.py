"""Refits of one model to parts of its effects, in a row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, SensitivityError
from mdmameta.models.fit import Fit, Model

ESTIMATE = (
    "value",
    "se",
    "statistic",
    "df",
    "p_value",
    "ci_low",
    "ci_high",
    "pi_low",
    "pi_high",
)
HETEROGENEITY = ("tau2", "i2", "h2", "q", "q_df", "q_p")

#: Label of a part and the positions of its rows in the effects.
Part = tuple[str, NDArray[np.intp]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Refits:
    """Fits of one model to parts of the effects.

    Parameters
    ----------
    whole
        The fit to all rows.
    labels
        What was left out or added, one a refit.
    fits
        One a label; None where the model could not be fitted to the part.
    failures
        Why, one a label; empty where there is a fit.
    label_name
        Name of the column of labels.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> refits = mm.leave_one_out(effects, mm.CommonEffect())
    >>> refits.to_frame()["value"].round(2).tolist()
    [0.39, 0.23, 0.22, 0.22]
    """

    whole: Fit
    labels: tuple[str, ...]
    fits: tuple[Fit | None, ...]
    failures: tuple[str, ...]
    label_name: str

    def to_frame(self) -> pd.DataFrame:
        """One row a refit, on the scale of the analysis.

        Returns
        -------
        pandas.DataFrame
            The column of labels; k; value, se, statistic, df, p_value, ci_low,
            ci_high, pi_low, pi_high of the estimate; tau2, i2 (percent), h2,
            q, q_df, q_p; and warnings that the fit to all rows does not have.
            NaN, with the reason in warnings, where there is no fit.
        """
        known = set(self.whole.warnings)
        rows = []
        for label, fit, failure in zip(
            self.labels, self.fits, self.failures, strict=True
        ):
            new = [] if fit is None else [w for w in fit.warnings if w not in known]
            row: dict[str, Any] = {self.label_name: label} | numbers_of(fit)
            rows.append(row | {"warnings": failure or "; ".join(new)})
        return pd.DataFrame(rows)

    def coefficients(self) -> pd.DataFrame:
        """Every coefficient of every refit, one row each.

        Returns
        -------
        pandas.DataFrame
            The column of labels, then the columns of ``Fit.coefficients``;
            refits that failed are left out.
        """
        tables = [
            fit.coefficients.assign(**{self.label_name: label})
            for label, fit in zip(self.labels, self.fits, strict=True)
            if fit is not None
        ]
        if not tables:
            raise SensitivityError(
                f"no refit of {self.whole.model!r} succeeded; to_frame() says why."
            )
        table = pd.concat(tables, ignore_index=True)
        names = [self.label_name, *(c for c in table if c != self.label_name)]
        return table[names]


def numbers_of(fit: Fit | None) -> dict[str, Any]:
    """Give the numbers of a refit that a table shows; NaN when there is no fit.

    Examples
    --------
    >>> numbers_of(None)["k"], numbers_of(None)["value"]
    (0, nan)
    """
    if fit is None:
        return {"k": 0} | dict.fromkeys((*ESTIMATE, *HETEROGENEITY), np.nan)
    row: dict[str, Any] = {"k": fit.k}
    row |= {name: getattr(fit.estimate, name) for name in ESTIMATE}
    return row | {name: getattr(fit.heterogeneity, name) for name in HETEROGENEITY}


def refit(
    effects: Effects,
    model: Model,
    whole: Fit,
    parts: Iterable[Part],
    label_name: str,
) -> Refits:
    """Fit the model to each part of the effects.

    A part to which the model cannot be fitted, or in which its coefficients
    would mean something else (a level of a factor is gone), has no fit, and
    the reason stands in its place.

    Parameters
    ----------
    effects, model, whole
        The model and its fit to all effects.
    parts
        Label and rows of each part.
    label_name
        Name of the column of labels.
    """
    labels: list[str] = []
    fits: list[Fit | None] = []
    failures: list[str] = []
    for label, rows in parts:
        fit, failure = _one(effects, model, whole, rows)
        labels.append(label)
        fits.append(fit)
        failures.append(failure)
    return Refits(
        whole=whole,
        labels=tuple(labels),
        fits=tuple(fits),
        failures=tuple(failures),
        label_name=label_name,
    )


def _one(
    effects: Effects, model: Model, whole: Fit, rows: NDArray[np.intp]
) -> tuple[Fit | None, str]:
    try:
        fit = model.fit(effects.take(rows))
    except ModelError as error:
        return None, str(error)
    terms, before = _terms(fit), _terms(whole)
    if terms != before:
        lost = ", ".join(sorted(set(before) - set(terms))) or "their order"
        return None, f"Without these rows the coefficients differ: {lost}."
    return fit, ""


def _terms(fit: Fit) -> list[str]:
    """Names of the coefficients; of a mean alone none, as it has one name."""
    alone = len(fit.vcov) == 1 and fit.omnibus is None
    return [] if alone else list(fit.coefficients["term"])


def check_enough(units: Sequence[str], of: str) -> None:
    """Reject an analysis that would leave nothing to fit.

    Raises
    ------
    SensitivityError
        When there is only one unit.

    Examples
    --------
    >>> check_enough(["A", "B"], "study")
    """
    if len(units) < 2:
        raise SensitivityError(
            f"only one {of} is used ({units[0]}): leaving it out leaves nothing. "
            "At least two are needed."
        )
