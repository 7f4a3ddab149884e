"""Guard rails on results: sentences that travel with a fit as data."""

from __future__ import annotations

from mdmameta.models.fit import Caution
from mdmameta.models.inputs import FEW_DF


def knapp_hartung_narrower(half_width: float, wald: float) -> tuple[Caution, ...]:
    """Warn when the Knapp–Hartung interval is narrower than the Wald one.

    Parameters
    ----------
    half_width, wald
        Width of both intervals on the scale of the effects.
    """
    if half_width >= wald:
        return ()
    return (
        Caution(
            "knapp-hartung-narrower",
            f"The Knapp–Hartung interval (width {half_width:.3f}) is narrower than "
            f"the Wald interval (width {wald:.3f}); judge by the wider of the ad hoc "
            "and the Bayesian interval.",
        ),
    )


def few_degrees_of_freedom(df: float) -> tuple[Caution, ...]:
    """Warn when a t reference distribution has fewer than 4 degrees of freedom."""
    if not 0 < df < FEW_DF:
        return ()
    return (
        Caution(
            "few-df",
            f"Only {df:.3g} degrees of freedom (fewer than {FEW_DF}): "
            "read the interval, not the test.",
        ),
    )


def tau2_at_boundary(tau2: float, k: int) -> tuple[Caution, ...]:
    """Warn when the heterogeneity variance is estimated as zero."""
    if tau2 > 0 or k < 2:
        return ()
    return (
        Caution(
            "tau2-boundary",
            f"tau2 is estimated as 0, at its boundary, from {k} studies: this is "
            "not evidence of no heterogeneity; read the prediction interval beside "
            "a Bayesian one.",
        ),
    )


def single_study() -> tuple[Caution, ...]:
    """Warn that one study allows neither pooling nor heterogeneity."""
    return (
        Caution(
            "single-study",
            "Only one study: its own estimate and Wald interval; tau2, I2 and the "
            "prediction interval cannot be estimated.",
        ),
    )
