"""Priors of τ from the heterogeneity of thousands of published meta-analyses."""

from __future__ import annotations

from collections.abc import Sequence

from mdmameta.errors import OptionError
from mdmameta.models.bayesian.empirical_tables import (
    RHODES,
    RHODES_COMPARISONS,
    RHODES_GENERAL,
    TURNER,
    TURNER_COMPARISONS,
    TURNER_GENERAL,
    Cell,
)
from mdmameta.models.bayesian.skewed_priors import LogStudentT
from mdmameta.models.bayesian.tau_priors import LogNormal

#: Degrees of freedom of the t distributions of Rhodes et al.
RHODES_DF = 5


def turner_prior(
    outcome: str | None = None, comparison: str | None = None
) -> LogNormal:
    """Prior of τ for log odds ratios, from Cochrane reviews of binary outcomes.

    Parameters
    ----------
    outcome
        Such as ``"mental-health"``, ``"adverse-events"``, ``"withdrawal"`` or
        ``"mortality"``; an unknown one is answered by the list. Without it the
        prior is the general one.
    comparison
        ``"pharma-placebo"``, ``"pharma-pharma"``, ``"other-placebo"``,
        ``"other-pharma"`` or ``"other-other"``, where placebo includes no
        treatment and other is what is no drug.

    Returns
    -------
    LogNormal
        Of τ: half the location and scale that are printed for τ².

    Raises
    ------
    OptionError
        For an outcome or comparison that is not in the table.

    References
    ----------
    Turner et al. (2015), doi:10.1002/sim.6381, table IV.

    Examples
    --------
    >>> turner_prior("mental-health", "pharma-placebo")
    LogNormal(-1.06, 0.765)
    """
    if outcome is None and comparison is None:
        location, scale = TURNER_GENERAL
    else:
        location, scale = _cell(TURNER, outcome, TURNER_COMPARISONS, comparison)
    return LogNormal(location / 2, scale / 2)


def rhodes_prior(
    outcome: str | None = None, comparison: str | None = None, area: str = "other"
) -> LogStudentT:
    """Prior of τ for standardised mean differences, from Cochrane reviews.

    Parameters
    ----------
    outcome
        Such as ``"mental-health"``, ``"general-health"`` or ``"subjective"``; an
        unknown one is answered by the list. Without it the prior is the general
        one.
    comparison
        ``"pharma-placebo"``, ``"pharma-pharma"``, or ``"other"`` when an arm is no
        drug.
    area
        ``"other"``, ``"respiratory"`` or ``"cancer"``.

    Returns
    -------
    LogStudentT
        Of τ, with 5 degrees of freedom: half the location and scale that are
        printed for τ².

    Raises
    ------
    OptionError
        For an outcome, comparison or area that is not in the table, and for the
        three cells whose transcriptions are in doubt.

    References
    ----------
    Rhodes et al. (2015), doi:10.1016/j.jclinepi.2014.08.012, table 3 and appendix.

    Examples
    --------
    >>> rhodes_prior("mental-health", "pharma-placebo")
    LogStudentT(5, -1.495, 1.08)
    """
    if outcome is None and comparison is None:
        location, scale = RHODES_GENERAL
    else:
        table = RHODES[_known("area", area, tuple(RHODES))]
        location, scale = _cell(table, outcome, RHODES_COMPARISONS, comparison)
    return LogStudentT(RHODES_DF, location / 2, scale / 2)


def _cell(
    table: dict[str, tuple[Cell, ...]],
    outcome: str | None,
    comparisons: Sequence[str],
    comparison: str | None,
) -> tuple[float, float]:
    row = table[_known("outcome", outcome, tuple(table))]
    column = comparisons.index(_known("comparison", comparison, comparisons))
    if (cell := row[column]) is None:
        raise OptionError(
            f"outcome={outcome!r} with comparison={comparison!r} is left out of the "
            "table: its transcriptions differ, or it does not fit its row and column. "
            "Read it in the paper and give LogStudentT(5, location / 2, scale / 2)."
        )
    return cell


def _known(name: str, value: str | None, allowed: Sequence[str]) -> str:
    if value is None or value not in allowed:
        raise OptionError(
            f"{name}={value!r} is not in the table; it has "
            f"{', '.join(map(repr, allowed))}. Leave out outcome and comparison for "
            "the general prior."
        )
    return value
