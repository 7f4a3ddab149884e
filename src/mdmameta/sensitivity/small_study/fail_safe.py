"""Fail-safe N: how many null results would change the conclusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError
from mdmameta.models.fit import Caution
from mdmameta.models.frequentist import CommonEffect, RandomEffects
from mdmameta.models.inputs import Usable
from mdmameta.options import check_option
from mdmameta.sensitivity.small_study.null_studies import FileDrawer, file_drawer
from mdmameta.sensitivity.small_study.studies import check_pooling, independent_studies

__all__ = ["FailSafeKind", "FailSafeN", "fail_safe_n"]

FailSafeKind = Literal["rosenthal", "orwin", "rosenberg", "general"]

#: More than this many studies are not searched for.
MOST = 10_000_000


@dataclass(frozen=True, eq=False, kw_only=True)
class FailSafeN:
    """Number of unpublished studies, averaging the null, that would suffice.

    Parameters
    ----------
    kind
        Method.
    n
        Their number; 0 where the result is not significant to begin with.
    value, p_value
        Pooled effect and p-value before (NaN where the method has none).
    target
        Level of the p-value, or for Orwin the effect, that they would reach.
    after
        Result with them, for "general".
    warnings
        What to know before reading it.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = mm.sensitivity.fail_safe_n(effects, "rosenthal")
    >>> found
    <FailSafeN rosenthal: 11>
    """

    kind: str
    n: int
    value: float
    p_value: float
    target: float
    after: FileDrawer | None = None
    warnings: tuple[Caution, ...] = ()

    def __repr__(self) -> str:
        return f"<FailSafeN {self.kind}: {self.n}>"

    def to_frame(self) -> pd.DataFrame:
        """One row with every number."""
        names = ("kind", "n", "value", "p_value", "target")
        return pd.DataFrame([{name: getattr(self, name) for name in names}])


#: What every fail-safe N should come with.
CAUTION = Caution(
    "not-evidence",
    "A fail-safe N takes the unseen studies to average the null, says nothing about "
    "the size of the effect, and is no evidence that bias is absent.",
)


def fail_safe_n(
    effects: Effects,
    kind: FailSafeKind = "general",
    *,
    alpha: float = 0.05,
    target: float | None = None,
    model: CommonEffect | RandomEffects | None = None,
) -> FailSafeN:
    """Count the null studies that would make a result insignificant, or small.

    Parameters
    ----------
    effects
        Studies; rows without an effect or of infinite variance are left out.
    kind
        "general" by default: a random-effects mean with studies added that
        average 0, have the harmonic mean of the variances, and leave τ² within
        groups as it is, until it is insignificant, or at ``target``;
        "rosenthal", Stouffer's z at ``alpha`` one-sided; "rosenberg", the common
        effect at ``alpha`` two-sided; "orwin", the common effect brought to
        ``target``, each study counting alike.
    alpha
        Level of the p-value.
    target
        Effect that is to be reached, in the direction of the mean whatever its
        sign; for "orwin" half the mean when None.
    model
        For "general": source of τ²; REML when None. One that is fixed in advance,
        or 0 of a common effect, stays as it is.

    Returns
    -------
    FailSafeN

    Raises
    ------
    OptionError
        For an unknown kind, an alpha outside (0, 1), or a target of 0.

    References
    ----------
    Rosenthal 1979, doi:10.1037/0033-2909.86.3.638; Orwin 1983,
    doi:10.3102/10769986008002157; Rosenberg 2005,
    doi:10.1111/j.0014-3820.2005.tb01004.x.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[0.5, 0.4, 0.6], v=[0.02, 0.03, 0.02])
    >>> fail_safe_n(effects, "rosenthal")
    <FailSafeN rosenthal: 35>
    """
    check_option("kind", kind, FailSafeKind)
    if not 0 < alpha < 1:
        raise OptionError(f"alpha={alpha!r} is not a probability between 0 and 1.")
    usable = independent_studies(effects, "a fail-safe N", least=2)
    y, v = usable.y, usable.v
    if kind == "orwin":
        return _orwin(usable, target)
    if kind == "general":
        return _general(effects, y, v, (alpha, target), model)
    if kind == "rosenthal":
        z = abs(float((y / np.sqrt(v)).sum())) / np.sqrt(y.size)
        p, raw = float(ndtr(-z)), y.size * (z / ndtri(1 - alpha)) ** 2 - y.size
        value = np.nan
    else:
        w = 1 / v
        value = float(w @ y / w.sum())
        p = 2 * float(ndtr(-abs(value) * np.sqrt(w.sum())))
        raw = ((w @ y / ndtri(alpha / 2)) ** 2 - w.sum()) / w.mean()
    return FailSafeN(
        kind=kind,
        n=_whole(raw),
        value=value,
        p_value=p,
        target=alpha,
        warnings=(*usable.cautions, CAUTION),
    )


def _whole(raw: float) -> int:
    """Round up, but not for the rounding of arithmetic."""
    return max(0, int(np.ceil(raw - 1e-9 * abs(raw))))


def _orwin(usable: Usable, target: float | None) -> FailSafeN:
    y = usable.y
    mean = float(np.average(y, weights=1 / usable.v))
    goal = mean / 2 if target is None else _reachable(target)
    goal = float(np.copysign(goal, mean))
    raw = y.size * (mean - goal) / goal
    return FailSafeN(
        kind="orwin",
        n=_whole(raw),
        value=mean,
        p_value=np.nan,
        target=goal,
        warnings=(*usable.cautions, CAUTION),
    )


def _reachable(target: float) -> float:
    goal = float(target)
    if goal == 0 or not np.isfinite(goal):
        raise OptionError(
            f"target={goal!r}: give a number other than 0, to which null studies can "
            "bring a mean."
        )
    return goal


def _general(
    effects: Effects,
    y: FloatArray,
    v: FloatArray,
    asked: tuple[float, float | None],
    model: CommonEffect | RandomEffects | None,
) -> FailSafeN:
    check_pooling(model, "the fail-safe number")
    alpha, target = asked
    goal = None if target is None else abs(_reachable(target))
    model = RandomEffects(interval="wald") if model is None else model
    fit = model.fit(effects)
    value, tau2 = fit.estimate.value, fit.heterogeneity.tau2
    fixed = not (isinstance(model, RandomEffects) and isinstance(model.tau2, str))

    def with_more(n: int) -> FileDrawer:
        return file_drawer(y, v, n, value=value, tau2=tau2, fixed=fixed)

    def beyond(n: int) -> bool:
        after = with_more(n)
        return after.p_value < alpha if goal is None else abs(after.value) > goal

    n = _first_not(beyond)
    return FailSafeN(
        kind="general",
        n=n,
        value=value,
        p_value=with_more(0).p_value,
        target=alpha if target is None else float(np.copysign(target, value)),
        after=with_more(n),
        warnings=(*fit.warnings, CAUTION),
    )


def _first_not(beyond: Callable[[int], bool]) -> int:
    """Find the least n that is no longer beyond: by doubling, then by halving."""
    low, high = 0, int(beyond(0))
    while high and beyond(high) and high < MOST:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if beyond(middle):
            low = middle
        else:
            high = middle
    return high
