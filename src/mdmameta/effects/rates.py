"""Measures of events over person-time, in two groups or in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs
from mdmameta.effects.recipe import YV, AddTo, Arrays, Choices, Recipe
from mdmameta.effects.zero_counts import warn_of_silent, with_added

TWO_RATES = ("x1i", "t1i", "x2i", "t2i")
ONE_RATE = ("xi", "ti")


def log_rate_ratio(
    *, x1i: FloatArray, t1i: FloatArray, x2i: FloatArray, t2i: FloatArray
) -> YV:
    """Log ratio of two incidence rates; its variance is 1/x1 + 1/x2 (IRR).

    Parameters
    ----------
    x1i, t1i, x2i, t2i
        Events and person-time of both groups, shape (k,).

    References
    ----------
    Bagos and Nikolopoulos 2009, doi:10.2202/1557-4679.1168.

    Examples
    --------
    >>> import numpy as np
    >>> rates = {"x1i": 4.0, "t1i": 10.0, "x2i": 8.0, "t2i": 10.0}
    >>> y, v = log_rate_ratio(**{name: np.array([x]) for name, x in rates.items()})
    >>> y.round(4), v
    (array([-0.6931]), array([0.375]))
    """
    return np.log(x1i / t1i) - np.log(x2i / t2i), 1 / x1i + 1 / x2i


def rate_difference(
    *, x1i: FloatArray, t1i: FloatArray, x2i: FloatArray, t2i: FloatArray
) -> YV:
    """Difference of two incidence rates; its variance is x1/t1² + x2/t2² (IRD).

    Parameters
    ----------
    x1i, t1i, x2i, t2i
        Events and person-time of both groups, shape (k,).

    References
    ----------
    Bagos and Nikolopoulos 2009, doi:10.2202/1557-4679.1168.
    """
    return x1i / t1i - x2i / t2i, x1i / t1i**2 + x2i / t2i**2


def root_rate_difference(
    *, x1i: FloatArray, t1i: FloatArray, x2i: FloatArray, t2i: FloatArray
) -> YV:
    """Difference of the square roots of two rates; v is 1/(4t1) + 1/(4t2) (IRSD).

    Parameters
    ----------
    x1i, t1i, x2i, t2i
        Events and person-time of both groups, shape (k,).

    References
    ----------
    Bagos and Nikolopoulos 2009, doi:10.2202/1557-4679.1168.
    """
    y: FloatArray = np.sqrt(x1i / t1i) - np.sqrt(x2i / t2i)
    return y, 1 / (4 * t1i) + 1 / (4 * t2i)


def rate(*, xi: FloatArray, ti: FloatArray) -> YV:
    """Incidence rate x/t; its variance is x/t² (IR).

    Parameters
    ----------
    xi, ti
        Events and person-time, shape (k,). For a standardised incidence ratio,
        observed and expected events.
    """
    return xi / ti, xi / ti**2


def log_rate(*, xi: FloatArray, ti: FloatArray) -> YV:
    """Log of an incidence rate; its variance is 1/x (IRLN).

    Parameters
    ----------
    xi, ti
        Events and person-time, shape (k,).
    """
    return np.log(xi / ti), 1 / xi


def root_rate(*, xi: FloatArray, ti: FloatArray) -> YV:
    """Square root of an incidence rate; its variance is 1/(4t) (IRS).

    Parameters
    ----------
    xi, ti
        Events and person-time, shape (k,).
    """
    return np.sqrt(xi / ti), 1 / (4 * ti)


def freeman_tukey_rate(*, xi: FloatArray, ti: FloatArray) -> YV:
    """Mean of √(x/t) and √((x + 1)/t); its variance is 1/(4t) (IRFT).

    Parameters
    ----------
    xi, ti
        Events and person-time, shape (k,).

    References
    ----------
    Freeman and Tukey 1950, doi:10.1214/aoms/1177729756.
    """
    return (np.sqrt(xi / ti) + np.sqrt((xi + 1) / ti)) / 2, 1 / (4 * ti)


def adjusted_events(
    x1i: FloatArray,
    x2i: FloatArray,
    *,
    add: float = 0.5,
    to: AddTo = "only0",
    drop00: bool = False,
) -> YV:
    """Events of two groups with a constant added to those that need it.

    Parameters
    ----------
    x1i, x2i
        Events of both groups, shape (k,).
    add, to
        What to add to which trials; see `adjusted_cells`.
    drop00
        Whether trials without events in both groups become missing.

    Returns
    -------
    tuple of numpy.ndarray
        x1i and x2i, each of shape (k,).

    Examples
    --------
    >>> import numpy as np
    >>> adjusted_events(np.array([0.0, 3.0]), np.array([2.0, 4.0]))
    (array([0.5, 3. ]), array([2.5, 4. ]))
    """
    counts = np.array([x1i, x2i], dtype=float)
    if drop00:
        counts[:, (counts == 0).all(axis=0)] = np.nan
    x1, x2 = with_added(counts, add=add, to=to)
    return x1, x2


def _check(inputs: Inputs, names: Sequence[str]) -> None:
    for name in names:
        x = inputs.get(name)
        if name.startswith("x"):
            inputs.refuse(name, x < 0, "a count of 0 or more")
        else:
            inputs.refuse(name, x <= 0, "a person-time above 0")


def _two_rates(inputs: Inputs, choices: Choices) -> Arrays:
    _check(inputs, TWO_RATES)
    x1i, x2i = inputs.get("x1i"), inputs.get("x2i")
    silent = (x1i == 0) & (x2i == 0)
    if choices.add > 0 and choices.to != "none" and not choices.drop00:
        warn_of_silent(inputs.index[silent], "events")
    x1i, x2i = adjusted_events(
        x1i, x2i, add=choices.add, to=choices.to, drop00=choices.drop00
    )
    return {"x1i": x1i, "x2i": x2i, **inputs.pick(("t1i", "t2i"))}


def _one_rate(inputs: Inputs, choices: Choices) -> Arrays:
    _check(inputs, ONE_RATE)
    counts = inputs.get("xi")[None, :]
    return {
        "xi": with_added(counts, add=choices.add, to=choices.to)[0],
        "ti": inputs.get("ti"),
    }


def _of_two(meaning: str, kernel: Callable[..., YV], **options: Any) -> Recipe:
    return Recipe(
        meaning=meaning,
        source="10.2202/1557-4679.1168",
        kernel=kernel,
        ways=(TWO_RATES,),
        prepare=_two_rates,
        **options,
    )


def _of_one(meaning: str, kernel: Callable[..., YV], **options: Any) -> Recipe:
    source = options.pop("source", "10.2202/1557-4679.1168")
    return Recipe(
        meaning=meaning,
        source=source,
        kernel=kernel,
        ways=(ONE_RATE,),
        prepare=_one_rate,
        null=None,
        **options,
    )


RECIPES = {
    "IRR": _of_two("log incidence rate ratio", log_rate_ratio, back_transform="exp"),
    "IRD": _of_two("incidence rate difference", rate_difference),
    "IRSD": _of_two("difference of root rates", root_rate_difference, add=0.0),
    "IR": _of_one("incidence rate", rate),
    "IRLN": _of_one("log incidence rate", log_rate, back_transform="exp"),
    "IRS": _of_one("root of the rate", root_rate, add=0.0, back_transform="square"),
    "IRFT": _of_one(
        "Freeman–Tukey rate",
        freeman_tukey_rate,
        source="10.1214/aoms/1177729756",
        add=0.0,
        back_transform="inverse Freeman-Tukey rate",
    ),
}
