"""Trim and fill: studies that would make a funnel plot symmetric."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Caution, Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.models.inputs import Usable
from mdmameta.options import check_option
from mdmameta.sensitivity.small_study.result import asymmetry_cautions
from mdmameta.sensitivity.small_study.studies import check_pooling, independent_studies

__all__ = ["FillEstimator", "Side", "TrimAndFill", "trim_and_fill"]

FillEstimator = Literal["L0", "R0", "Q0"]
Side = Literal["auto", "left", "right"]

#: Distances from the centre of at most this part of the effects are rounding.
ROUNDING = 1e-13

#: Rounds of trimming after which the number of studies is taken as it is.
MOST_ROUNDS = 100


@dataclass(frozen=True, eq=False, kw_only=True)
class TrimAndFill:
    """Studies filled in, and the model refitted with them.

    Parameters
    ----------
    k0, k0_se, k0_p
        Estimated number of missing studies, its standard error, and for R0 the
        p-value that none is missing (else NaN).
    side
        Of the funnel on which they are missing.
    estimator
        "L0", "R0" or "Q0".
    fit
        With the studies filled in: a what-if, no correction.
    unadjusted
        Without them.
    filled
        Which rows of ``fit.effects`` were filled in.
    warnings
        What to know before reading the fit.

    Examples
    --------
    >>> import mdmameta as mm
    >>> effects = mm.Effects.from_arrays(
    ...     y=[0.1, 0.3, 0.4, 0.9], v=[0.02, 0.03, 0.05, 0.2])
    >>> found = mm.trim_and_fill(effects, mm.CommonEffect())
    >>> found.k0, found.side
    (2, 'left')
    """

    k0: int
    k0_se: float
    k0_p: float
    side: str
    estimator: str
    fit: Fit
    unadjusted: Fit
    filled: NDArray[np.bool_]
    warnings: tuple[Caution, ...] = field(default=())

    def __repr__(self) -> str:
        e = self.fit.estimate
        return (
            f"<TrimAndFill {self.estimator}: {self.k0} filled on the {self.side}, "
            f"{e.value:.4g} [{e.ci_low:.4g}, {e.ci_high:.4g}]>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Studies as used, with those filled in: study, y, v, filled."""
        effects = self.fit.effects
        return pd.DataFrame(
            {
                "study": effects.study,
                "y": effects.y,
                "v": effects.v,
                "filled": self.filled,
            }
        )


def trim_and_fill(
    effects: Effects,
    model: RandomEffects | CommonEffect | None = None,
    *,
    side: Side = "auto",
    estimator: FillEstimator = "L0",
) -> TrimAndFill:
    """Fill a funnel plot with the mirror images of its extreme studies.

    Parameters
    ----------
    effects
        Studies; rows without an effect or of infinite variance are left out.
    model
        What is trimmed by and refitted; ``RandomEffects(interval="wald")``
        when None.
    side
        Where studies are missing; "auto" by default: opposite to the side to
        which effects rise with their standard errors.
    estimator
        "L0" by default; "R0", which tests whether any is missing; "Q0".

    Returns
    -------
    TrimAndFill

    Raises
    ------
    SensitivityError
        With fewer than three studies (two where τ² is not estimated), correlated
        effects, or where Q0 does not exist.

    Notes
    -----
    The method assumes that studies are missing for the size of their effect
    alone, and fills in where there is heterogeneity without any bias: read it as
    a what-if.

    The refit has the interval and level of ``model``; metafor's always has Wald's
    95 %, whatever the model that was given.

    References
    ----------
    Duval and Tweedie 2000, doi:10.1111/j.0006-341X.2000.00455.x.

    Examples
    --------
    >>> effects = Effects.from_arrays(
    ...     y=[0.1, 0.2, 0.5, 0.9, 1.2], v=[0.01, 0.02, 0.1, 0.2, 0.3])
    >>> trim_and_fill(effects, CommonEffect()).k0
    2
    """
    check_option("side", side, Side)
    check_option("estimator", estimator, FillEstimator)
    check_pooling(model, "trim and fill")
    model = RandomEffects(interval="wald") if model is None else model
    known = isinstance(model, CommonEffect) or not isinstance(model.tau2, str)
    what = "trim and fill" if known else "trim and fill by a τ² that is estimated"
    usable = independent_studies(effects, what, least=2 if known else 3)
    where = _side(usable.y, usable.v, model) if side == "auto" else side
    sign = -1.0 if where == "right" else 1.0
    order = np.argsort(sign * usable.y, kind="stable")
    y, v = sign * usable.y[order], usable.v[order]
    k0, se, centre, settled = _missing(y, v, model, estimator)
    filled = sign * (2 * centre - y[y.size - k0 :])
    return _refitted(
        effects,
        usable,
        (filled, v[y.size - k0 :]),
        model,
        k0=k0,
        k0_se=se,
        k0_p=0.5 ** (k0 + 1) if estimator == "R0" else np.nan,
        side=where,
        estimator=estimator,
        settled=settled,
    )


def _unsettled(settled: bool) -> tuple[Caution, ...]:
    if settled:
        return ()
    return (
        Caution(
            "not-settled",
            f"The number of studies to trim did not settle in {MOST_ROUNDS} rounds; "
            "the last is used.",
        ),
    )


def _side(y: FloatArray, v: FloatArray, model: RandomEffects | CommonEffect) -> str:
    """Opposite to where small studies lie."""
    tau2 = model.tau2 if isinstance(model, RandomEffects) else 0.0
    frame = pd.DataFrame({"se": np.sqrt(v)})
    if np.ptp(v) == 0:
        return "left"
    regression = MetaRegression("~ se", tau2=tau2, interval="wald")
    fit = regression.fit(Effects.from_arrays(y=y, v=v, moderators=frame))
    return "right" if fit.params["se"] < 0 else "left"


def _missing(
    y: FloatArray, v: FloatArray, model: RandomEffects | CommonEffect, estimator: str
) -> tuple[int, float, float, bool]:
    """Trim the largest effects until their number no longer changes."""
    k, k0 = y.size, 0
    for _ in range(MOST_ROUNDS):
        kept = slice(0, k - k0)
        centre = model.fit(Effects.from_arrays(y=y[kept], v=v[kept])).estimate.value
        before, (k0, se) = k0, _estimate(_centred(y, centre), estimator)
        k0 = min(k0, k - 1)
        if k0 == before:
            return k0, se, centre, True
    return k0, se, centre, False


def _centred(y: FloatArray, centre: float) -> FloatArray:
    """Distances from the centre, those of rounding alone set to zero."""
    distance = y - centre
    noise = np.abs(distance) <= ROUNDING * max(np.abs(y).max(), abs(centre))
    return np.where(noise, 0.0, distance)


def _estimate(centred: FloatArray, estimator: str) -> tuple[int, float]:
    """Count missing studies from signed ranks, with a standard error."""
    k = centred.size
    ranks = np.empty(k)
    ranks[np.argsort(np.abs(centred), kind="stable")] = np.arange(1, k + 1)
    signed = np.sign(centred) * ranks
    if estimator == "R0":
        below = -signed[signed < 0]
        raw = (k - below.max()) - 1 if below.size else 0.0
        return _rounded(raw), float(np.sqrt(2 * max(0.0, raw) + 2))
    above = signed[signed > 0].sum()
    if estimator == "L0":
        raw = (4 * above - k * (k + 1)) / (2 * k - 1)
        scale = 4 / (2 * k - 1)
    else:
        inside = 2 * k**2 - 4 * above + 0.25
        if inside < 0:
            raise SensitivityError(
                f"estimator='Q0' does not exist here: effects above the centre have a "
                f"sum of ranks of {above:g}, more than {k}² / 2. Use 'L0' or 'R0'."
            )
        raw = k - 0.5 - np.sqrt(inside)
        scale = 2 / np.sqrt(max((k - 0.5) ** 2 - raw * (2 * k - raw - 1), 1e-300))
    return _rounded(raw), float(scale * np.sqrt(max(_variance(k, raw), 0.0)))


def _variance(k: int, k0: float) -> float:
    """Variance of the sum of positive ranks (Duval and Tweedie 2000)."""
    return (
        k * (k + 1) * (2 * k + 1)
        + 10 * k0**3
        + 27 * k0**2
        + 17 * k0
        - 18 * k * k0**2
        - 18 * k * k0
        + 6 * k**2 * k0
    ) / 24


def _rounded(value: float) -> int:
    return max(0, int(np.rint(value)))


def _refitted(
    effects: Effects,
    usable: Usable,
    added: tuple[FloatArray, FloatArray],
    model: RandomEffects | CommonEffect,
    settled: bool,
    **found: object,
) -> TrimAndFill:
    k0, rows = added[0].size, usable.rows
    names = [*map(str, effects.study[rows]), *(f"Filled {i + 1}" for i in range(k0))]
    together = Effects.from_arrays(
        y=np.concatenate([effects.y[rows], added[0]]),
        v=np.concatenate([effects.v[rows], added[1]]),
        study=names,
        measure=effects.measure,
        direction=effects.direction,
        label=effects.label,
    )
    filled = np.arange(len(names)) >= rows.size
    caution = Caution(
        "what-if",
        "Filled studies are mirror images, not data: the interval takes them for data "
        "and is too narrow, and heterogeneity alone can call for them.",
    )
    return TrimAndFill(
        fit=model.fit(together),
        unadjusted=model.fit(effects),
        filled=filled,
        warnings=(
            *usable.cautions,
            caution,
            *_unsettled(settled),
            *asymmetry_cautions(rows.size, effects.measure, by_size=False),
        ),
        **found,  # type: ignore[arg-type]
    )
