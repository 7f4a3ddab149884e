"""Formulas of effects and estimates, with their numbers in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from mdmameta.effects.corrections import bias_correction
from mdmameta.models.fit import Fit

__all__ = ["effect_formulas", "estimate_formulas", "short"]

#: Agreement to which a formula must give the number that it is to explain;
#: anything else is not shown.
_SAME = 1e-9


def short(x: float) -> str:
    """Print a number for a formula, to five significant digits.

    Examples
    --------
    >>> short(26.67358244), short(12.0)
    ('26.674', '12')
    """
    return f"{x:.5g}"


def effect_formulas(
    measure: str, y: float, v: float, numbers: Mapping[str, Any]
) -> tuple[str, ...]:
    """Write how an effect and its variance follow from the numbers of two groups.

    Every line is computed again and left out if it does not give the number
    that it is to explain.

    Parameters
    ----------
    measure
        metafor's code: SMD, MD, RR, OR or RD have formulas here.
    y, v
        Effect and sampling variance.
    numbers
        n1, mean1, sd1, n2, mean2, sd2, or ai, n1, ci, n2 (1: active).

    Examples
    --------
    >>> groups = dict(n1=8, mean1=5, sd1=2, n2=8, mean2=7, sd2=4)
    >>> effect_formulas("MD", -2.0, 2.5, groups)
    ('y = 5 − 7 = -2', 'v = 2²/8 + 4²/8 = 2.5')
    """
    lines = {
        "SMD": _standardised,
        "MD": _difference,
        "RR": _ratio,
        "OR": _ratio,
        "RD": _risks,
    }
    if measure not in lines or any(_missing(x) for x in numbers.values()):
        return ()
    found = lines[measure](measure, y, v, {k: float(x) for k, x in numbers.items()})
    return tuple(found)


def _missing(x: Any) -> bool:
    return not isinstance(x, int | float | np.number) or math.isnan(float(x))


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_SAME, abs_tol=_SAME)


def _standardised(
    measure: str, y: float, v: float, x: Mapping[str, float]
) -> Iterator[str]:
    n1, n2, m1, m2, s1, s2 = (
        x[k] for k in ("n1", "n2", "mean1", "mean2", "sd1", "sd2")
    )
    df = n1 + n2 - 2
    s = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
    d = (m1 - m2) / s
    yield (
        f"s = √(({short(n1 - 1)} × {short(s1)}² + {short(n2 - 1)} × {short(s2)}²)"
        f" / {short(df)}) = {short(s)}"
    )
    yield f"d = ({short(m1)} − {short(m2)}) / {short(s)} = {short(d)}"
    for kind in ("exact", "approximate"):
        j = float(bias_correction(np.array([df]), kind)[0])
        if _same(j * d, y):
            yield f"y = J × d = {short(j)} × {short(d)} = {short(y)}, J {kind}"
    base = 1 / n1 + 1 / n2
    for letter, size in (("y", y), ("d", d)):
        if _same(base + size**2 / (2 * (n1 + n2)), v):
            last = f"{letter}² / (2 × {short(n1 + n2)})"
            yield f"v = 1/{short(n1)} + 1/{short(n2)} + {last} = {short(v)}"


def _difference(
    measure: str, y: float, v: float, x: Mapping[str, float]
) -> Iterator[str]:
    if _same(x["mean1"] - x["mean2"], y):
        yield f"y = {short(x['mean1'])} − {short(x['mean2'])} = {short(y)}"
    if _same(x["sd1"] ** 2 / x["n1"] + x["sd2"] ** 2 / x["n2"], v):
        yield (
            f"v = {short(x['sd1'])}²/{short(x['n1'])} + {short(x['sd2'])}²"
            f"/{short(x['n2'])} = {short(v)}"
        )


def _ratio(measure: str, y: float, v: float, x: Mapping[str, float]) -> Iterator[str]:
    a, n1, c, n2 = (x[k] for k in ("ai", "n1", "ci", "n2"))
    if 0 in (a, c, n1 - a, n2 - c):
        yield "0.5 is added to the four cells, one of which is 0"
        a, c, n1, n2 = a + 0.5, c + 0.5, n1 + 1, n2 + 1
    risks = measure == "RR"
    below1, below2 = (n1, n2) if risks else (n1 - a, n2 - c)
    if _same(math.log(a / below1) - math.log(c / below2), y):
        yield (
            f"y = ln(({short(a)}/{short(below1)}) / ({short(c)}/{short(below2)}))"
            f" = {short(y)}"
        )
    sign = -1 if risks else 1
    if _same(1 / a + sign / below1 + 1 / c + sign / below2, v):
        mark = "−" if risks else "+"
        yield (
            f"v = 1/{short(a)} {mark} 1/{short(below1)} + 1/{short(c)} {mark} "
            f"1/{short(below2)} = {short(v)}"
        )


def _risks(measure: str, y: float, v: float, x: Mapping[str, float]) -> Iterator[str]:
    a, n1, c, n2 = (x[k] for k in ("ai", "n1", "ci", "n2"))
    if _same(a / n1 - c / n2, y):
        yield f"y = {short(a)}/{short(n1)} − {short(c)}/{short(n2)} = {short(y)}"


def estimate_formulas(fit: Fit) -> tuple[str, ...]:
    """Write how a pooled estimate follows from its effects and their shares.

    Examples
    --------
    >>> import mdmameta as mm
    >>> fit = mm.CommonEffect().fit(mm.Effects.from_arrays(y=[1, 2], v=[1, 1]))
    >>> estimate_formulas(fit)[0]
    'estimate = Σ share × y = 50 % × 1 + 50 % × 2 = 1.5'
    """
    shares, y = fit.weights, fit.effects.y
    used = [i for i in fit.used if not np.isnan(y[i])]
    total = sum(shares[i] / 100 * y[i] for i in used)
    found = []
    if math.isclose(total, fit.estimate.value, rel_tol=1e-6, abs_tol=1e-9):
        terms = " + ".join(f"{short(shares[i])} % × {short(y[i])}" for i in used)
        found.append(f"estimate = Σ share × y = {terms} = {short(fit.estimate.value)}")
    tau2 = fit.heterogeneity.tau2
    inverse = 1 / (fit.effects.v[used] + tau2)
    if np.allclose(100 * inverse / inverse.sum(), shares[used], rtol=1e-6):
        found.append(f"share = 1/(v + τ²) / Σ 1/(v + τ²), τ² = {short(tau2)}")
    lacking = 100 - float(np.sum(shares[used]))
    if lacking > 1e-6:
        found.append(f"{short(lacking)} % of the weight is the prior's")
    return tuple(found)
