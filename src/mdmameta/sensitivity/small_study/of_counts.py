"""Tests of small-study effects on 2 × 2 tables, for ratios of odds."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.frequentist.intervals import two_sided_p
from mdmameta.models.guards import no_spread
from mdmameta.sensitivity.small_study.rank import concordance
from mdmameta.sensitivity.small_study.regression import over, weighted_line
from mdmameta.sensitivity.small_study.result import AsymmetryTest
from mdmameta.sensitivity.small_study.tables import Tables, tables

__all__ = ["deeks", "harbord", "macaskill", "peters", "schwarzer"]


def _line(
    name: str,
    t: Tables,
    y: FloatArray,
    x: FloatArray,
    w: FloatArray,
    *,
    limit: bool = False,
) -> AsymmetryTest:
    beta, se, scale = weighted_line(y, x, w)
    statistic, df = float(over(beta, se)[1]), y.size - 2.0
    return AsymmetryTest(
        name=name,
        statistic=statistic,
        df=df,
        p_value=float(two_sided_p(np.array([statistic]), df)[0]),
        bias=float(beta[1]),
        bias_se=float(se[1]),
        limit=float(beta[0]) if limit else np.nan,
        k=y.size,
        warnings=(*t.cautions, *no_spread(scale, 1.0, "least squares")),
    )


def harbord(effects: Effects) -> AsymmetryTest:
    """Test by score statistics whether odds ratios depend on precision.

    The efficient score over its variance, Z / V, is regressed on 1 / √V with
    weights V, so that neither depends on the odds ratio.

    Parameters
    ----------
    effects
        With counts as moderators; see `counts`.

    Returns
    -------
    AsymmetryTest

    References
    ----------
    Harbord, Egger and Sterne 2006, doi:10.1002/sim.2380.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.3, 0.9], v=[0.1] * 4, moderators={
    ...         "ai": [30, 20, 9, 5], "n1i": [100, 60, 30, 12],
    ...         "ci": [28, 17, 7, 1], "n2i": [100, 60, 30, 12]})
    >>> harbord(effects).df
    2.0
    """
    t = tables(effects)
    z, v = t.score
    return _line("Harbord", t, z / v, 1 / np.sqrt(v), v)


def peters(effects: Effects) -> AsymmetryTest:
    """Test whether log odds ratios depend on 1 / n.

    Weights are those of the average event rate, 1 / (1/events + 1/others).

    Parameters
    ----------
    effects
        With counts as moderators.

    Returns
    -------
    AsymmetryTest
        Its limit is the log odds ratio of an infinitely large study.

    References
    ----------
    Peters et al. 2006, doi:10.1001/jama.295.6.676.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.3, 0.9], v=[0.1] * 4, moderators={
    ...         "ai": [30, 20, 9, 5], "n1i": [100, 60, 30, 12],
    ...         "ci": [28, 17, 7, 1], "n2i": [100, 60, 30, 12]})
    >>> bool(peters(effects).bias > 0)
    True
    """
    t = tables(effects)
    weights = 1 / (1 / t.events + 1 / (t.n - t.events))
    return _line("Peters", t, t.log_odds_ratio[0], 1 / t.n, weights, limit=True)


def macaskill(effects: Effects) -> AsymmetryTest:
    """Test whether log odds ratios depend on n, with weights 1 / v.

    Parameters
    ----------
    effects
        With counts as moderators.

    Returns
    -------
    AsymmetryTest

    References
    ----------
    Macaskill, Walter and Irwig 2001, doi:10.1002/sim.698.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.3, 0.9], v=[0.1] * 4, moderators={
    ...         "ai": [30, 20, 9, 5], "n1i": [100, 60, 30, 12],
    ...         "ci": [28, 17, 7, 1], "n2i": [100, 60, 30, 12]})
    >>> bool(macaskill(effects).bias < 0)
    True
    """
    t = tables(effects)
    y, v = t.log_odds_ratio
    return _line("Macaskill", t, y, t.n, 1 / v)


def deeks(effects: Effects) -> AsymmetryTest:
    """Test whether log diagnostic odds ratios depend on effective sample size.

    Parameters
    ----------
    effects
        With counts as moderators.

    Returns
    -------
    AsymmetryTest

    References
    ----------
    Deeks, Macaskill and Irwig 2005, doi:10.1016/j.jclinepi.2005.01.016.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.3, 0.9], v=[0.1] * 4, moderators={
    ...         "ai": [30, 20, 9, 5], "n1i": [100, 60, 30, 12],
    ...         "ci": [28, 17, 7, 1], "n2i": [100, 60, 30, 12]})
    >>> deeks(effects).name
    'Deeks'
    """
    t = tables(effects)
    n1, n2 = t.groups
    size = 4 * n1 * n2 / t.n
    return _line("Deeks", t, t.log_odds_ratio[0], 1 / np.sqrt(size), size)


def schwarzer(effects: Effects) -> AsymmetryTest:
    """Test by ranks whether events beyond those expected depend on precision.

    Events of the active group are standardised by their noncentral
    hypergeometric mean and variance at the Mantel–Haenszel odds ratio, and
    correlated with the inverse of that variance.

    Parameters
    ----------
    effects
        With counts as moderators.

    Returns
    -------
    AsymmetryTest
        With the score of concordance as bias; the p-value is normal.

    Raises
    ------
    SensitivityError
        When all studies are alike.

    References
    ----------
    Schwarzer, Antes and Schumacher 2007, doi:10.1002/sim.2588.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.3, 0.9], v=[0.1] * 4, moderators={
    ...         "ai": [30, 20, 9, 5], "n1i": [100, 60, 30, 12],
    ...         "ci": [28, 17, 7, 1], "n2i": [100, 60, 30, 12]})
    >>> schwarzer(effects).bias
    6.0
    """
    from scipy.stats import nchypergeom_fisher

    t = tables(effects)
    odds = t.mantel_haenszel
    law = nchypergeom_fisher(
        M=t.n.astype(int), n=t.events.astype(int), N=t.groups[0].astype(int), odds=odds
    )
    mean, variance = np.asarray(law.mean()), np.asarray(law.var())
    score, se, _ = concordance((t.a - mean) / np.sqrt(variance), 1 / variance)
    if se == 0:
        raise SensitivityError(
            "the events, or their precision, are the same for all studies: ranks tell "
            "nothing."
        )
    statistic = score / se
    return AsymmetryTest(
        name="Schwarzer",
        statistic=statistic,
        df=np.inf,
        p_value=float(two_sided_p(np.array([statistic]), np.inf)[0]),
        bias=score,
        bias_se=se,
        k=t.n.size,
        warnings=t.cautions,
    )
