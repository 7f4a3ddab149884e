"""The difference of two groups' changes over their SD before treatment: d_ppc2."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs, check_inputs
from mdmameta.effects.averages import pooled_sd
from mdmameta.effects.continuous import FEWEST
from mdmameta.effects.corrections import bias_correction
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe
from mdmameta.options import Correction

BEFORE_AND_AFTER = (
    "m1i_pre", "m1i_post", "sd1i_pre", "n1i",
    "m2i_pre", "m2i_post", "sd2i_pre", "n2i",
)  # fmt: skip


def pre_post_control(
    *,
    m1i_pre: FloatArray,
    m1i_post: FloatArray,
    sd1i_pre: FloatArray,
    n1i: FloatArray,
    m2i_pre: FloatArray,
    m2i_post: FloatArray,
    sd2i_pre: FloatArray,
    n2i: FloatArray,
    ri1: FloatArray,
    ri2: FloatArray,
    correction: Correction = "exact",
) -> YV:
    """Change in group 1 minus change in group 2, over the pooled SD before (PPC).

    y = J·((post1 − pre1) − (post2 − pre2))/SD_pre with the SD pooled from both
    groups before treatment only, because treatment may change the spread.
    With m = n1 + n2 − 2 and b = 2(1 − r1)/n1 + 2(1 − r2)/n2 the variance is

        v = J²·m/(m − 2)·(b + y²) − y²,

    equation 25 of Morris (2008), who takes one correlation r for both groups;
    y stands for the true contrast. It assumes that, in the population, each
    group's SD is the same before and after.

    Parameters
    ----------
    m1i_pre, m1i_post, m2i_pre, m2i_post
        Means before and after treatment, shape (k,).
    sd1i_pre, sd2i_pre
        Standard deviations before treatment, shape (k,).
    n1i, n2i
        People measured before and after, shape (k,).
    ri1, ri2
        Correlation between before and after in each group, shape (k,). Trials
        seldom print it: try several, say 0.3 to 0.8, and show all the results.
    correction
        See `bias_correction`; J has m degrees of freedom. Morris uses
        "approximate".

    References
    ----------
    Morris 2008, doi:10.1177/1094428106291059.

    Examples
    --------
    >>> import numpy as np
    >>> trial = {"m1i_pre": 20, "m1i_post": 10, "sd1i_pre": 10, "n1i": 20,
    ...          "m2i_pre": 20, "m2i_post": 16, "sd2i_pre": 10, "n2i": 20}
    >>> arrays = {name: np.array([float(x)]) for name, x in trial.items()}
    >>> for r in (0.3, 0.5, 0.8):
    ...     y, v = pre_post_control(**arrays, ri1=np.array([r]), ri2=np.array([r]))
    ...     print(r, y.round(4), v.round(4))
    0.3 [-0.5881] [0.1468]
    0.5 [-0.5881] [0.1062]
    0.8 [-0.5881] [0.0454]
    """
    m = n1i + n2i - 2
    j = bias_correction(m, correction)
    s = pooled_sd(sd1i_pre, n1i, sd2i_pre, n2i)
    y = j * ((m1i_post - m1i_pre) - (m2i_post - m2i_pre)) / s
    b = 2 * (1 - ri1) / n1i + 2 * (1 - ri2) / n2i
    return y, j**2 * m / (m - 2) * (b + y**2) - y**2


def _groups(inputs: Inputs, choices: Choices) -> Arrays:
    own = check_inputs(inputs.only((*BEFORE_AND_AFTER, "ri", "ri1", "ri2")), FEWEST)
    common = own.get("ri")
    r = {
        name: np.where(np.isnan(own.get(name)), common, own.get(name))
        for name in ("ri1", "ri2")
    }
    return {**own.pick(BEFORE_AND_AFTER), **r}


RECIPES = {
    "PPC": Recipe(
        meaning="difference of changes",
        source="10.1177/1094428106291059",
        kernel=pre_post_control,
        ways=((*BEFORE_AND_AFTER, "ri"), (*BEFORE_AND_AFTER, "ri1", "ri2")),
        prepare=_groups,
        takes=("correction",),
        undefined="The variance exists from 5 people in both groups together on.",
    ),
}
