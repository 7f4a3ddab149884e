"""Cronbach's alpha of an instrument, raw and transformed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe

ALPHA = ("ai", "mi", "ni")

#: People of whom no more is left to estimate a variance from.
FEWEST = 2


def alpha(*, ai: FloatArray, mi: FloatArray, ni: FloatArray) -> YV:
    """Cronbach's alpha; its variance is 2m(1 − α)²/((m − 1)(n − 2)) (ARAW).

    Parameters
    ----------
    ai, mi, ni
        Alphas, numbers of items and of people, shape (k,).

    References
    ----------
    Bonett 2010, doi:10.1037/a0020142.

    Examples
    --------
    >>> import numpy as np
    >>> alpha(ai=np.array([0.8]), mi=np.array([5.0]), ni=np.array([52.0]))[1]
    array([0.002])
    """
    left = np.where(ni > FEWEST, ni - FEWEST, np.nan)
    return ai, 2 * mi * (1 - ai) ** 2 / ((mi - 1) * left)


def hakstian_whalen(*, ai: FloatArray, mi: FloatArray, ni: FloatArray) -> YV:
    """Alpha as 1 − (1 − α)^⅓, rising with alpha as in metafor (AHW).

    Its variance is 18m(n − 1)(1 − α)^⅔/((m − 1)(9n − 11)²).

    Parameters
    ----------
    ai, mi, ni
        Alphas, numbers of items and of people, shape (k,).

    References
    ----------
    Hakstian and Whalen 1976, doi:10.1007/BF02291840.
    """
    root = np.cbrt(1 - ai)
    v = 18 * mi * (ni - 1) * root**2 / ((mi - 1) * (9 * ni - 11) ** 2)
    return 1 - root, v


def bonett(*, ai: FloatArray, mi: FloatArray, ni: FloatArray) -> YV:
    """Alpha as −log(1 − α), rising with alpha as in metafor (ABT).

    Its variance is 2m/((m − 1)(n − 2)).

    Parameters
    ----------
    ai, mi, ni
        Alphas, numbers of items and of people, shape (k,).

    References
    ----------
    Bonett 2002, doi:10.3102/10769986027004335.
    """
    left = np.where(ni > FEWEST, ni - FEWEST, np.nan)
    return -np.log(1 - ai), 2 * mi / ((mi - 1) * left) + 0 * ai


def _alphas(inputs: Inputs, choices: Choices) -> Arrays:
    own = check_inputs(inputs.only(ALPHA), FEWEST)
    own.refuse("ai", own.get("ai") > 1, "an alpha of at most 1")
    own.refuse("mi", own.get("mi") < 2, "2 or more items")
    return own.pick(ALPHA)


def _of_alpha(
    meaning: str, kernel: Callable[..., YV], source: str, **options: Any
) -> Recipe:
    return Recipe(
        meaning=meaning,
        source=source,
        kernel=kernel,
        ways=(ALPHA,),
        prepare=_alphas,
        null=None,
        undefined="Alpha must be below 1, and 3 people are needed.",
        **options,
    )


RECIPES = {
    "ARAW": _of_alpha("Cronbach's alpha", alpha, "10.1037/a0020142"),
    "AHW": _of_alpha(
        "alpha, Hakstian–Whalen",
        hakstian_whalen,
        "10.1007/BF02291840",
        back_transform="inverse Hakstian-Whalen",
    ),
    "ABT": _of_alpha(
        "alpha, Bonett",
        bonett,
        "10.3102/10769986027004335",
        back_transform="inverse Bonett",
    ),
}
