"""Kernels for events in two independent groups: 2 × 2 tables."""

from __future__ import annotations

from typing import Literal

import numpy as np

from mdmameta.effects.checks import FloatArray
from mdmameta.effects.continuous import YV

BinaryVType = Literal["LS"]
AddTo = Literal["all", "only0", "if0all", "none"]

#: Cells of k tables: events and non-events of group 1, then of group 2.
Cells = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def adjusted_cells(
    ai: FloatArray,
    bi: FloatArray,
    ci: FloatArray,
    di: FloatArray,
    *,
    add: float = 0.5,
    to: AddTo = "only0",
    drop00: bool = False,
) -> Cells:
    """Cells of 2 × 2 tables with a constant added to those that need it.

    Parameters
    ----------
    ai, bi, ci, di
        Events and non-events of group 1, then of group 2, shape (k,).
    add
        What to add to each of the four cells; one half by default, as metafor
        does (Sweeting 2004).
    to
        "only0": to tables that have a cell of zero (the default, for every
        measure, the risk difference included); "all": to every table;
        "if0all": to every table if any one has a cell of zero; "none".
    drop00
        Whether tables without events, or with events only, in both groups
        become missing (default: no, as in metafor).

    Returns
    -------
    tuple of numpy.ndarray
        The four cells, each of shape (k,).

    References
    ----------
    Sweeting, Sutton and Lambert 2004, doi:10.1002/sim.1761.

    Examples
    --------
    >>> import numpy as np
    >>> a, b, c, d = (np.array(x, float) for x in ([4, 8], [4, 4], [0, 2], [4, 5]))
    >>> adjusted_cells(a, b, c, d)[2]
    array([0.5, 2. ])
    """
    cells = np.array([ai, bi, ci, di], dtype=float)
    if drop00:
        empty = ((cells[0] == 0) & (cells[2] == 0)) | (
            (cells[1] == 0) & (cells[3] == 0)
        )
        cells[:, empty] = np.nan
    zero = (cells == 0).any(axis=0)
    where = {
        "only0": zero,
        "all": np.ones_like(zero),
        "if0all": np.full_like(zero, zero.any()),
        "none": np.zeros_like(zero),
    }[to]
    a, b, c, d = cells + add * where
    return a, b, c, d


def log_risk_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Logarithm of the ratio of risks, group 1 over group 2.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Katz et al. 1978, doi:10.2307/2530610.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = log_risk_ratio(*(np.array([x]) for x in (8.0, 4.0, 2.0, 5.0)))
    >>> y.round(4), v.round(4)
    (array([0.8473]), array([0.3988]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(ai / (ai + bi)) - np.log(ci / (ci + di))
        v = 1 / ai - 1 / (ai + bi) + 1 / ci - 1 / (ci + di)
    return y, v


def log_odds_ratio(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Logarithm of the ratio of odds, group 1 over group 2.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(ai * di) - np.log(bi * ci)
        v = 1 / ai + 1 / bi + 1 / ci + 1 / di
    return y, v


def risk_difference(
    ai: FloatArray, bi: FloatArray, ci: FloatArray, di: FloatArray
) -> YV:
    """Risk in group 1 minus risk in group 2.

    Parameters
    ----------
    ai, bi, ci, di
        Cells after `adjusted_cells`, shape (k,).

    References
    ----------
    Cochrane Handbook, chapter 6, doi:10.1002/9781119536604.
    """
    n1, n2 = ai + bi, ci + di
    with np.errstate(divide="ignore", invalid="ignore"):
        y = ai / n1 - ci / n2
        v = ai * bi / n1**3 + ci * di / n2**3
    return y, v
