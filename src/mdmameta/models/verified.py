"""How well the numbers behind a fit were read, by the weight that they have in it."""

from __future__ import annotations

from mdmameta.models.fit import Fit


def weight_by_verification(fit: Fit) -> dict[str, float]:
    """Percent of a fit's weight by verification level of the effects' rows.

    What a Bayesian fit lacks to a hundred is the weight of its prior.

    Parameters
    ----------
    fit
        Its effects have the provenance of every row.

    Returns
    -------
    dict
        Verification level -> percent, in the order of their names.
    """
    shares: dict[str, float] = {}
    for weight, origin in zip(fit.weights, fit.effects.provenance, strict=True):
        shares[origin.verification] = shares.get(origin.verification, 0.0) + weight
    return {level: float(share) for level, share in sorted(shares.items())}
