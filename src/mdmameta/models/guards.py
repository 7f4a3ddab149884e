"""Guard rails on results: sentences that travel with a fit as data."""

from __future__ import annotations

from scipy.special import stdtrit

from mdmameta.models.fit import Caution
from mdmameta.models.inputs import FEW_DF

#: Where 95 % of a two-sided t distribution ends; what a reader of the caution
#: compares with 1.96, whatever the level of the interval.
_UPPER = 0.975

#: What few degrees of freedom mean; then, what fewer than one do.
_MEANING = (
    "Its width says that there are few studies, not that they disagree; read the "
    "interval, not the test.",
    "Fewer than one says that the approximation they come from has broken down, and "
    "the interval with it: use another.",
)

#: An error below this share of Wald's is made of rounding.
NEGLIGIBLE = 1e-10


def knapp_hartung_narrower(width: float, wald: float) -> tuple[Caution, ...]:
    """Warn when the Knapp–Hartung interval is narrower than the Wald one.

    Parameters
    ----------
    width, wald
        Width of both intervals on the scale of the effects.
    """
    if width >= wald:
        return ()
    return (
        Caution(
            "knapp-hartung-narrower",
            f"The Knapp–Hartung interval (width {width:.3f}) is narrower than "
            f"the Wald interval (width {wald:.3f}); judge by the wider of the ad hoc "
            "and the Bayesian interval.",
        ),
    )


def no_spread(error: float, wald: float, how: str) -> tuple[Caution, ...]:
    """Warn when an error made of residuals is zero, as all of them are.

    Parameters
    ----------
    error, wald
        The error, and the one that the variances of the studies imply.
    how
        Whose error it is.
    """
    if not error <= NEGLIGIBLE * wald:
        return ()
    return (
        Caution(
            "no-spread",
            f"No effect differs from what the model fits, so the error by {how} is 0 "
            "but for rounding: its interval and test mean nothing. See whether effects "
            "are copies of each other; Wald's interval does not rest on their spread.",
        ),
    )


def few_degrees_of_freedom(df: float) -> tuple[Caution, ...]:
    """Warn when a t reference distribution has fewer than 4 degrees of freedom."""
    if not 0 < df < FEW_DF:
        return ()
    return (
        Caution(
            "few-df",
            f"Only {df:.3g} degree{'' if df == 1 else 's'} of freedom: a 95 % interval "
            f"reaches {stdtrit(df, _UPPER):,.1f} standard errors to either side, where "
            f"many studies need 2.0. {_MEANING[round(df, 9) < 1]}",
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


def interval_chosen(asked: str, chosen: str) -> tuple[Caution, ...]:
    """Say when a hybrid rule did not choose the Knapp–Hartung interval.

    Parameters
    ----------
    asked, chosen
        The option, and the interval that it led to.
    """
    if chosen == "knapp-hartung":
        return ()
    name = {"wald": "Wald's", "knapp-hartung-adhoc": "the ad hoc one"}[chosen]
    return (
        Caution(
            "interval-chosen",
            f"By the rule {asked!r} the interval shown is {name}, as that of Knapp and "
            "Hartung is too narrow here; a rule that looks at the data first has no "
            "exact probability.",
        ),
    )


def prediction_df_floor(residual: float) -> tuple[Caution, ...]:
    """Warn when the prediction interval has no degree of freedom to use.

    Parameters
    ----------
    residual
        Residual degrees of freedom k − p; HTS and HK-PR use one less, and at
        least 1.
    """
    if residual > 1:
        return ()
    return (
        Caution(
            "prediction-df",
            "This prediction interval needs k - p - 1 degrees of freedom, which is "
            "0 here; 1 is used, as metafor does: do not rely on it.",
        ),
    )


def no_prediction_df(df: float) -> tuple[Caution, ...]:
    """Say that no prediction interval is left by Kenward and Roger's reference.

    Parameters
    ----------
    df
        Their degrees of freedom; KR-PR uses one less.
    """
    if df > 1:
        return ()
    return (
        Caution(
            "no-prediction-df",
            f"Kenward and Roger's degrees of freedom are {df:.3g}, and this prediction "
            "interval needs more than 1, so there is none; use prediction='V'.",
        ),
    )


def no_residual_df(k: int, p: int) -> tuple[Caution, ...]:
    """Warn that a regression fits its studies exactly, or that there is one."""
    if k == 1:
        return single_study()
    return (
        Caution(
            "no-residual-df",
            f"{k} studies and {p} coefficients: nothing is left to estimate tau2 "
            "from; intervals are Wald's without heterogeneity.",
        ),
    )


def first_coefficient(term: str, terms: int) -> tuple[Caution, ...]:
    """Say what the estimate of a regression with moderators refers to."""
    if terms == 1 and term == "Intercept":
        return ()
    meaning = (
        "the effect where every moderator is 0 or at its reference level"
        if term == "Intercept"
        else f"the coefficient {term!r}, as there is no intercept"
    )
    return (
        Caution(
            "estimate-is-coefficient",
            f"The estimate is {meaning}, not an average effect; "
            "each term has a coefficient of its own.",
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
