"""Differences of two groups from their printed t, F or p, with the sign as data."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.special import stdtrit

from mdmameta.effects.measures import effect_size
from mdmameta.effects.recovery import Recovered
from mdmameta.effects.wald import RecoveredEffect
from mdmameta.errors import EffectsError

#: Which group has the higher mean: 1 the first, −1 the second.
Sign = Literal[-1, 1]


def t_from_f(f: float, *, sign: Sign) -> Recovered:
    """Recover t from F of one numerator degree of freedom: t = ±√F.

    Parameters
    ----------
    f
        Statistic of two groups, or of one contrast of one degree of freedom.
    sign
        Of the difference, read from the means: F does not tell it.

    Examples
    --------
    >>> t_from_f(4.41, sign=-1).value
    -2.1
    """
    if not f >= 0 or np.isinf(f):
        raise EffectsError(f"F = {f:g}; allowed: a finite number, 0 or more.")
    t = _signed(sign) * float(np.sqrt(f))
    return Recovered(t, f"t = {t:.4g} from F = {f:g}, sign from the means")


def t_from_p(p: float, df: float, *, sign: Sign, one_sided: bool = False) -> Recovered:
    """Recover t from its exact p-value and degrees of freedom.

    Parameters
    ----------
    p
        As printed, exact. One-sided values are taken in the direction of ``sign``
        and may be above one half.
    df
        Degrees of freedom, n1 + n2 − 2 for two groups of one variance.
    sign
        Of the difference, or with ``one_sided`` of the alternative.
    one_sided
        Whether the test was one-sided.

    Examples
    --------
    >>> round(t_from_p(0.0502, 18, sign=-1).value, 2)
    -2.1
    """
    if not 0 < p < 1:
        raise EffectsError(
            f"p = {p:g}; allowed: above 0 and below 1, exact. A p-value printed as "
            "'below' a limit gives no statistic."
        )
    if not df > 0:
        raise EffectsError(f"df = {df:g}; allowed: above 0.")
    t = -_signed(sign) * float(stdtrit(df, p if one_sided else p / 2))
    sides = "one" if one_sided else "two"
    return Recovered(t, f"t = {t:.4g} from {sides}-sided p = {p:g}, {df:g} df")


def smd_from_test(
    n1: float,
    n2: float,
    *,
    t: float | None = None,
    f: float | None = None,
    p: float | None = None,
    sign: Sign | None = None,
    one_sided: bool = False,
) -> RecoveredEffect:
    """Recover Hedges' g of two groups from t, F or p of their comparison.

    Valid for a test of two independent groups without covariates: one adjusted
    for baseline has another SD in it.

    Parameters
    ----------
    n1, n2
        Sizes of the groups.
    t, f, p
        Exactly one: t with its sign, F of one numerator degree of freedom, or p.
    sign
        Needed with F and p.
    one_sided
        Whether p is.

    Returns
    -------
    RecoveredEffect
        g and its variance, with a note of the step.

    Raises
    ------
    EffectsError
        For none or several of t, f and p, and for F or p without a sign.

    References
    ----------
    Borenstein et al. 2009, doi:10.1002/9780470743386, chapter 4.

    Examples
    --------
    >>> found = smd_from_test(25, 27, f=4.41, sign=1)
    >>> round(found.y, 4), round(found.v, 4)
    (0.5741, 0.0802)
    """
    if sum(x is not None for x in (t, f, p)) != 1:
        raise EffectsError(
            f"t = {t}, f = {f}, p = {p}; allowed: exactly one. Leave out the rest."
        )
    note = f"t = {t}"
    if t is None:
        if sign is None:
            raise EffectsError("F and p have no sign: give sign=1 or sign=-1.")
        df = n1 + n2 - 2
        step = (
            t_from_f(f, sign=sign)
            if f is not None
            else t_from_p(float(p or 0), df, sign=sign, one_sided=one_sided)
        )
        t, note = step.value, step.note
    row = effect_size("SMD", ti=[t], n1i=[n1], n2i=[n2]).iloc[0]
    y, v = float(row["y"]), float(row["v"])
    return RecoveredEffect(y, v, f"g {y:.4g} of {n1:g} and {n2:g} from {note}")


def difference_from_test(
    difference: float, *, t: float | None = None, p: float | None = None, df: float
) -> RecoveredEffect:
    """Recover the variance of a printed difference of means from t or p.

    Parameters
    ----------
    difference
        In points of the scale.
    t, p
        One of them: the statistic, or its two-sided p-value.
    df
        Degrees of freedom of the test.

    Returns
    -------
    RecoveredEffect
        y in points of the scale and its variance, with a note of the step.

    Raises
    ------
    EffectsError
        For both of t and p or none, and where the difference or t is 0 or they
        differ in sign.

    Examples
    --------
    >>> difference_from_test(-5.0, t=-2.0, df=18).v
    6.25
    """
    if (t is None) == (p is None):
        raise EffectsError(f"t = {t}, p = {p}; allowed: one of them, not both or none.")
    note = f"t = {t}"
    if t is None:
        step = t_from_p(float(p or 0), df, sign=1 if difference > 0 else -1)
        t, note = step.value, step.note
    if t * difference <= 0:
        raise EffectsError(
            f"difference {difference:g} and t {t:g} say nothing of the error, or "
            "differ in sign. Correct the numbers."
        )
    v = float((difference / t) ** 2)
    return RecoveredEffect(difference, v, f"variance {v:.4g} from {note}")


def _signed(sign: int) -> int:
    if sign not in (-1, 1):
        raise EffectsError(f"sign = {sign}; allowed: 1 or −1, read from the means.")
    return sign
