"""Genotypes of one group, and how far they are from Hardy and Weinberg's shares."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.arguments import Inputs
from mdmameta.effects.recipe import YV, Arrays, Choices, Recipe
from mdmameta.effects.zero_counts import with_added

#: People with two dominant alleles, with one of each, and with two recessive ones.
GENOTYPES = ("ai", "bi", "ci")


def relative_excess_heterozygosity(
    *, ai: FloatArray, bi: FloatArray, ci: FloatArray
) -> YV:
    """Log of b/(2√(ac)), 0 in Hardy–Weinberg equilibrium (REH).

    Its variance is that of multinomial counts, 1/b + (1/a + 1/c)/4. Nothing is
    added to a count of zero unless asked for, as in metafor.

    Parameters
    ----------
    ai, bi, ci
        People with two dominant alleles, with one of each, and with two recessive
        ones, shape (k,).

    References
    ----------
    Ziegler, Van Steen and Wellek 2011, doi:10.1007/s10549-010-1295-z.

    Examples
    --------
    >>> import numpy as np
    >>> a, b, c = np.array([25.0]), np.array([50.0]), np.array([25.0])
    >>> relative_excess_heterozygosity(ai=a, bi=b, ci=c)
    (array([0.]), array([0.04]))
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.log(bi) - np.log(2) - (np.log(ai) + np.log(ci)) / 2
        return y, 1 / bi + (1 / ai + 1 / ci) / 4


def _genotypes(inputs: Inputs, choices: Choices) -> Arrays:
    for name in GENOTYPES:
        inputs.refuse(name, inputs.get(name) < 0, "a count of 0 or more")
    counts = np.array(list(inputs.pick(GENOTYPES).values()))
    a, b, c = with_added(counts, add=choices.add, to=choices.to)
    return {"ai": a, "bi": b, "ci": c}


RECIPES = {
    "REH": Recipe(
        meaning="log excess heterozygosity",
        source="10.1007/s10549-010-1295-z",
        kernel=relative_excess_heterozygosity,
        ways=(GENOTYPES,),
        prepare=_genotypes,
        back_transform="exp",
        add=0.0,
        undefined="A genotype that no one has needs add > 0.",
    ),
}
