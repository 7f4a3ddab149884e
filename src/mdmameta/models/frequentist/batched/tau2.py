"""Estimates of τ² in many data sets at once."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincinv

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.batched.data import (
    AtZero,
    Many,
    Mask,
    dot,
    least_squares,
)
from mdmameta.models.frequentist.batched.likelihood import maximise
from mdmameta.models.frequentist.qprofile import MAX_STEPS, STEP

#: Estimators that many data sets are fitted with at once.
BATCHED = (
    "DL", "HE", "HS", "HSk", "SJ", "PM", "EB", "DLIT", "SJIT", "PMM", "REML", "ML",
)  # fmt: skip

#: Of these, what needs no more of the data than Q and traces at τ² = 0.
CLOSED = ("DL", "HS", "HSk")


def estimate(data: Many, code: str, raw: Many, zero: AtZero) -> tuple[FloatArray, Mask]:
    """Estimate τ² in data sets of more rows than coefficients.

    Parameters
    ----------
    data
        n data sets, centred.
    code
        One of `BATCHED`.
    raw
        The same before they were centred: "SJ" begins with the variance about
        the mean, whatever the design.
    zero
        What they are like at τ² = 0.

    Returns
    -------
    tuple of numpy.ndarray
        τ², and whether the iteration converged, shape (n,) each.
    """
    if code in ("REML", "ML"):
        return maximise(data, restricted=code == "REML")
    if code in ("PM", "EB", "DLIT", "SJIT"):
        return where_q_is(data.df, data)
    if code == "PMM":
        return where_q_is(2 * gammaincinv(data.df / 2, 0.5), data)
    if code == "SJ":
        t = _sidik_jonkman(data, raw)
    else:
        t = np.maximum(_hedges(data) if code == "HE" else _by_q(data, code, zero), 0.0)
    return t, np.ones(t.size, dtype=bool)


def _by_q(data: Many, code: str, zero: AtZero) -> FloatArray:
    if code == "DL":
        return (zero.q - data.df) / zero.trace
    factor = data.k / data.df if code == "HSk" else 1.0
    t: FloatArray = (factor * zero.q - data.k) / zero.total
    return t


def _hedges(data: Many) -> FloatArray:
    w = data.equal_weights()
    wv = w * data.v
    expected = wv.sum(axis=0)
    for u in data.basis(w).u:
        expected -= dot(wv, u, u)
    t: FloatArray = ((data.y**2).sum(axis=0) - expected) / data.df
    return t


def _sidik_jonkman(data: Many, raw: Many) -> FloatArray:
    # About the mean, whether or not the design has an intercept.
    alone = Many(raw.y, raw.v, raw.inside, None, raw.n)
    rough = _q(alone, data.equal_weights()) / data.k
    ratio: FloatArray = _q(data, data.weights(rough)) / data.df
    return rough * ratio


def _q(data: Many, w: FloatArray) -> FloatArray:
    r = least_squares(data, w, data.basis(w))[1]
    total: FloatArray = (w * r**2).sum(axis=0)
    return total


def where_q_is(target: FloatArray, data: Many) -> tuple[FloatArray, Mask]:
    """Newton's steps on 1 / Q from zero, which approach the root from below."""
    t = np.zeros(data.n)
    scale = data.smallest
    active = np.arange(data.n)
    for _ in range(MAX_STEPS):
        part, goal = data.take(active), target[active]
        w = part.weights(t[active])
        r = least_squares(part, w, part.basis(w))[1]
        py = w * r
        q, slope = (py * r).sum(axis=0), (py * py).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(q > goal, (q**2 / goal - q) / slope, 0.0)
        t[active] += step
        active = active[step > STEP * (t[active] + scale[active])]
        if active.size == 0:
            break
    return t, ~np.isin(np.arange(t.size), active)
