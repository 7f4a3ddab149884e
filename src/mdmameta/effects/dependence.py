"""Covariance of contrasts that share a control group."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from mdmameta.arrays import FloatArray
from mdmameta.effects.checks import vector
from mdmameta.errors import EffectsError
from mdmameta.options import check_option

SharedMeasure = Literal["MD", "SMD", "RR"]


def shared_control_covariance(
    measure: SharedMeasure,
    v: ArrayLike,
    group: ArrayLike,
    *,
    shared: ArrayLike,
    y: ArrayLike | None = None,
    n_total: ArrayLike | None = None,
) -> FloatArray:
    """Return the covariance matrix of contrasts, some with one control in common.

    Parameters
    ----------
    measure
        "MD", "SMD" or "RR" (log risk ratio).
    v
        Sampling variances, shape (k,).
    group
        Label of the control group of each row, shape (k,).
    shared
        Variance that the control brings to each row, shape (k,): SD²/n for
        MD, 1/n for SMD, 1/events − 1/n for RR.
    y, n_total
        For SMD: the effects, and the people in all arms of the trial, each of
        shape (k,). They add y_i·y_j/(2N), the share of the common SD.

    Returns
    -------
    numpy.ndarray
        V, shape (k, k), with v on its diagonal.

    Raises
    ------
    EffectsError
        For SMD without y or n_total, or lengths that differ.

    References
    ----------
    Franchini et al. 2012, doi:10.1002/jrsm.1049; for the SMD Gleser and Olkin
    2009, chapter 19 of the Handbook of Research Synthesis and Meta-Analysis,
    second edition.

    Examples
    --------
    >>> shared_control_covariance("MD", [2.0, 3.0], ["a", "a"], shared=[1.0, 1.0])
    array([[2., 1.],
           [1., 3.]])
    """
    check_option("measure", measure, SharedMeasure)
    diagonal, common = vector("v", v), vector("shared", shared)
    labels = np.asarray(group)
    if not diagonal.size == common.size == labels.size:
        raise EffectsError(
            f"v, shared and group have {diagonal.size}, {common.size} and "
            f"{labels.size} values; give one a row."
        )
    cov = np.sqrt(np.outer(common, common))
    if measure == "SMD":
        cov = cov + _of_common_sd(y, n_total, diagonal.size)
    cov = np.where(labels[:, None] == labels[None, :], cov, 0.0)
    np.fill_diagonal(cov, diagonal)
    return np.asarray(cov, dtype=float)


def _of_common_sd(y: ArrayLike | None, n_total: ArrayLike | None, k: int) -> FloatArray:
    if y is None or n_total is None:
        raise EffectsError("the covariance of SMDs needs y and n_total too.")
    effects, people = vector("y", y), vector("n_total", n_total)
    if not effects.size == people.size == k:
        raise EffectsError(f"y and n_total need {k} values each, one a row.")
    product: FloatArray = np.outer(effects, effects) / (2 * people[:, None])
    return product
