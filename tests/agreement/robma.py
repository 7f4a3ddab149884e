"""Model averaging: RoBMA's 36 default models, integrated instead of sampled."""

from __future__ import annotations

from typing import Any

import numpy as np

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import HalfCauchy, Normal
from mdmameta.models.bayesian.averaging import (
    InverseGammaSD,
    ModelAverage,
    ModelSpace,
    Peese,
    Pet,
    model_average,
)
from metafor_models import effects
from reference_cases import Comparison

SUMMARIES = ("Mean", "Median", "0.025", "0.975")


def compare_robma(to: Comparison, name: str, check: dict[str, Any]) -> None:
    args, given = check["args"], effects(name, check["on"])
    on_z = args["input"].startswith("d,")
    space = ModelSpace.psma()
    if on_z:
        given, space = fisher_z(given), z_priors(space)
    found = model_average(given, models=space, favoured=args["effect_direction"])
    # On z, RoBMA takes significance from the t test of d: its selection models are
    # others, so that bias and its weights are not compared there.
    parts = 2 if on_z else 3
    of_parts = check["result"]["components"]
    for key, theirs in (
        ("posterior", "post_prob"),
        ("inclusion_bf", "inclusion_BF"),
    ):
        to.add(check, theirs, found.inclusion[key][:parts], of_parts[theirs][:parts])
    for row, ours in averages(found, on_z).items():
        table = check["result"]["averaged"]
        theirs_ = [table[key][table["rows"].index(row)] for key in SUMMARIES]
        to.add(check, row, ours, theirs_)
    if not on_z:
        weights = found.publication_weights["weight"]
        to.add(check, "omega", weights, check["result"]["averaged"]["Mean"][2:8])


def averages(found: ModelAverage, on_z: bool) -> dict[str, list[float]]:
    """Mean, median and 95 % interval; z is half of d on the scale of the priors."""
    unit = 2 if on_z else 1
    of = {"mu": found.mu, "tau": found.tau}
    if not on_z:
        of |= {"PET": found.coefficient(Pet), "PEESE": found.coefficient(Peese)}
    return {
        row: [unit * x for x in (q.mean, q.median, *q.interval())]
        for row, q in of.items()
    }


def fisher_z(given: Effects) -> Effects:
    """Turn d into Fisher's z, with the n that its standard error speaks of."""
    n = (given.y**2 + 8) / (2 * given.v)
    z = np.arctanh(given.y / np.sqrt(given.y**2 + 4))
    return Effects.from_arrays(y=z, v=1 / (n - 3))


def z_priors(space: ModelSpace) -> ModelSpace:
    """RoBMA's priors on the scale of z, which is half of that of d."""
    bias = tuple(
        (w, Peese(HalfCauchy(10)) if type(b) is Peese else b) for w, b in space.bias
    )
    return ModelSpace(Normal(0, 0.5), InverseGammaSD(1, 0.075), bias)


COMPARE = {"RoBMA": compare_robma}
