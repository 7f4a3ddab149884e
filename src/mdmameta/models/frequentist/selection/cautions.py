"""What a reader must know before using a selection model."""

from __future__ import annotations

import pandas as pd

from mdmameta.models.fit import Caution
from mdmameta.models.frequentist.selection.maximum import Maximum
from mdmameta.models.guards import tau2_at_boundary

#: Fewer results than this say little about how they were selected (Sterne et
#: al. 2011, doi:10.1136/bmj.d4002, on tests of funnel plots).
FEW_RESULTS = 10

#: A bin with fewer results than this has a weight of hardly any precision
#: (Vevea and Hedges 1995, doi:10.1007/BF02294384, merge such bins).
FEW_IN_BIN = 4


def selection_cautions(
    weights: pd.DataFrame, k: int, at: Maximum, p: int, *, singular: bool
) -> tuple[Caution, ...]:
    """Collect the guard rails of a fitted selection model.

    Parameters
    ----------
    weights
        Table of the weight function.
    k, p
        Numbers of results and of coefficients.
    at
        The maximum.
    singular
        Whether the likelihood is flat in some direction at the maximum.
    """
    found = (*_few(k), *_bins(weights), *tau2_at_boundary(at.theta[p], k))
    if not at.converged:
        found += (
            Caution(
                "not-converged",
                "No search of the likelihood from several starts ended at a flat "
                f"point; the highest (log-likelihood {at.log_likelihood:.6g}) is "
                "given. Use fewer cutpoints or fix the weights by delta.",
            ),
        )
    if singular:
        found += (
            Caution(
                "selection-flat",
                "The likelihood is flat at its maximum: standard errors do not "
                "exist, and the data do not tell selection from the effects. Fix "
                "the weights by delta and vary them.",
            ),
        )
    return found


def _few(k: int) -> tuple[Caution, ...]:
    if k >= FEW_RESULTS:
        return ()
    return (
        Caution(
            "few-results",
            f"A selection model of {k} results: fewer than {FEW_RESULTS} say next to "
            "nothing about how they were selected. Read it as a what-if, and an "
            "unremarkable test not as a sign that nothing is missing.",
        ),
    )


def _bins(weights: pd.DataFrame) -> tuple[Caution, ...]:
    if "k" not in weights:
        return ()
    said = []
    bins = zip(weights["p_low"], weights["p_high"], weights["k"], strict=True)
    for low, high, k in bins:
        where = f"{low:g} < p <= {high:g}"
        if k == 0:
            said.append(f"none with {where}, whose weight becomes 0 if estimated")
        elif k < FEW_IN_BIN:
            said.append(f"{k} with {where}")
    if not said:
        return ()
    return (
        Caution(
            "sparse-bins",
            f"Bins of the p-values hold few results: {'; '.join(said)}. "
            "Leave out a cutpoint.",
        ),
    )
