"""Measures of the share of one group that has the event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.special import ndtri

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe
from mdmameta.effects.zero_counts import with_added

SHARES = (("xi", "ni"), ("xi", "mi"))


def proportion(*, xi: FloatArray, mi: FloatArray) -> YV:
    """Share p of a group; its variance is p(1 − p)/n (PR).

    Parameters
    ----------
    xi, mi
        People with and without the event, n = x + m, shape (k,).
    """
    n = xi + mi
    return xi / n, xi * mi / n**3


def log_proportion(*, xi: FloatArray, mi: FloatArray) -> YV:
    """Log of a share; its variance is 1/x − 1/n (PLN).

    Parameters
    ----------
    xi, mi
        People with and without the event, n = x + m, shape (k,).
    """
    return np.log(xi / (xi + mi)), 1 / xi - 1 / (xi + mi)


def logit_proportion(*, xi: FloatArray, mi: FloatArray) -> YV:
    """Logit of a share, the log odds; its variance is 1/x + 1/m (PLO).

    Parameters
    ----------
    xi, mi
        People with and without the event, shape (k,).

    Examples
    --------
    >>> import numpy as np
    >>> y, v = logit_proportion(xi=np.array([4.0]), mi=np.array([8.0]))
    >>> y.round(4), v
    (array([-0.6931]), array([0.375]))
    """
    return np.log(xi / mi), 1 / xi + 1 / mi


def probit_proportion(*, xi: FloatArray, mi: FloatArray) -> YV:
    """Probit z of a share p; its variance is 2π p(1 − p) exp(z²)/n (PRZ).

    Parameters
    ----------
    xi, mi
        People with and without the event, n = x + m, shape (k,).
    """
    n = xi + mi
    z: FloatArray = ndtri(xi / n)
    return z, 2 * np.pi * xi * mi / n**3 * np.exp(z**2)


def arcsine_proportion(*, xi: FloatArray, mi: FloatArray) -> YV:
    """Arcsine of the square root of a share; its variance is 1/(4n) (PAS).

    Parameters
    ----------
    xi, mi
        People with and without the event, n = x + m, shape (k,).
    """
    n = xi + mi
    return np.arcsin(np.sqrt(xi / n)), 1 / (4 * n)


def freeman_tukey_proportion(*, xi: FloatArray, mi: FloatArray) -> YV:
    """Mean of the arcsines of √(x/(n + 1)) and √((x + 1)/(n + 1)) (PFT).

    Its variance is 1/(4n + 2). The way back depends on n, which a pooled
    estimate has not: prefer PLO or PAS (Schwarzer et al. 2019).

    Parameters
    ----------
    xi, mi
        People with and without the event, n = x + m, shape (k,).

    References
    ----------
    Freeman and Tukey 1950, doi:10.1214/aoms/1177729756; Schwarzer et al. 2019,
    doi:10.1002/jrsm.1348.
    """
    n = xi + mi
    low, high = np.sqrt(xi / (n + 1)), np.sqrt((xi + 1) / (n + 1))
    return (np.arcsin(low) + np.arcsin(high)) / 2, 1 / (4 * n + 2)


def _counts(inputs: Inputs, choices: Choices) -> Arrays:
    for name in ("xi", "mi", "ni"):
        inputs.refuse(name, inputs.get(name) < 0, "a count of 0 or more")
    x, m, n = (inputs.get(name) for name in ("xi", "mi", "ni"))
    inputs.refuse("ni", n == 0, "1 or more")
    inputs.refuse("mi", x + m == 0, "1 or more, with xi = 0")
    inputs.refuse("xi", x > n, "at most ni: events cannot exceed people")
    inputs.refuse("ni", np.abs(n - (x + m)) > 0, "xi + mi")
    counts = np.array([x, np.where(np.isnan(m), n - x, m)])
    xi, mi = with_added(counts, add=choices.add, to=choices.to)
    return {"xi": xi, "mi": mi}


def _of_shares(
    meaning: str,
    kernel: Callable[..., YV],
    source: str = "10.1002/9781119536604",
    **options: Any,
) -> Recipe:
    return Recipe(
        meaning=meaning,
        source=source,
        kernel=kernel,
        ways=SHARES,
        prepare=_counts,
        null=None,
        **options,
    )


_FREEMAN = "10.1214/aoms/1177729756"

RECIPES = {
    "PR": _of_shares("proportion", proportion),
    "PLN": _of_shares("log proportion", log_proportion, back_transform="exp"),
    "PLO": _of_shares(
        "logit of a proportion", logit_proportion, back_transform="inverse logit"
    ),
    "PRZ": _of_shares(
        "probit of a proportion", probit_proportion, back_transform="inverse probit"
    ),
    "PAS": _of_shares(
        "arcsine of a proportion",
        arcsine_proportion,
        _FREEMAN,
        add=0.0,
        back_transform="inverse arcsine",
    ),
    "PFT": _of_shares(
        "Freeman–Tukey proportion",
        freeman_tukey_proportion,
        _FREEMAN,
        add=0.0,
        back_transform="inverse Freeman-Tukey proportion",
    ),
}
