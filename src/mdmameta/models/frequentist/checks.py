"""Checks of options that only these models have."""

from __future__ import annotations

import math

from mdmameta.errors import OptionError
from mdmameta.models.frequentist import kenward_roger
from mdmameta.options import (
    Interval,
    Prediction,
    Tau2Estimator,
    Tau2Interval,
    check_option,
)

#: metafor's and meta's codes of a model without variance between studies.
EQUAL_EFFECTS = ("FE", "EE", "CE")


def check_tau2(tau2: str | float) -> None:
    """Reject what is neither an estimator's code nor a variance.

    Raises
    ------
    OptionError
        With the value and what is allowed.

    Examples
    --------
    >>> check_tau2("REML")
    >>> check_tau2(0.04)
    """
    if isinstance(tau2, str) and tau2.upper() in EQUAL_EFFECTS:
        raise OptionError(
            f"tau2={tau2!r} assumes equal effects, which is a model of its own here: "
            "use CommonEffect(), or MetaRegression(..., tau2=0.0) with moderators."
        )
    if isinstance(tau2, bool) or not isinstance(tau2, (int, float)):
        check_option("tau2", tau2, Tau2Estimator)
    elif not (math.isfinite(tau2) and tau2 >= 0):
        raise OptionError(
            f"tau2={tau2!r} cannot be a variance between studies; fix it at a finite "
            "number of at least 0, or name an estimator such as 'REML'."
        )


def check_tau2_interval(tau2_interval: str, tau2: str | float) -> None:
    """Reject an unknown interval of τ², and a profile of no likelihood.

    Raises
    ------
    OptionError
        With the value and what is allowed.

    Examples
    --------
    >>> check_tau2_interval("profile", "ML")
    """
    check_option("tau2_interval", tau2_interval, Tau2Interval)
    if tau2_interval == "profile" and tau2 not in ("ML", "REML"):
        raise OptionError(
            f"tau2_interval='profile' is of a likelihood, but tau2={tau2!r} does not "
            "maximise one; use tau2='REML' or 'ML', or tau2_interval='qprofile'."
        )


def check_interval(interval: str, model: str) -> None:
    """Reject an unknown interval, and one of random-effects means elsewhere.

    Parameters
    ----------
    interval
        As the caller gave it.
    model
        Name of a model other than `RandomEffects`.

    Raises
    ------
    OptionError
        With the value and what is allowed.

    Examples
    --------
    >>> check_interval("knapp-hartung-ci", "MetaRegression")
    """
    check_option("interval", interval, Interval)
    if interval in ("knapp-hartung-IQWiG6", kenward_roger.INTERVAL):
        raise OptionError(
            f"interval={interval!r} is for the mean of RandomEffects, not for {model}; "
            "use 'knapp-hartung-ci' or 'knapp-hartung-adhoc'."
        )


def check_prediction(prediction: str, tau2: str | float, *, own_weights: bool) -> None:
    """Reject an unknown prediction interval, and one that ignores the model.

    Raises
    ------
    OptionError
        With the value and what is allowed.

    Examples
    --------
    >>> check_prediction("NNF", "REML", own_weights=False)
    """
    check_option("prediction", prediction, Prediction)
    if prediction == "NNF" and (own_weights or not isinstance(tau2, str)):
        what = (
            "weights of one's own" if own_weights else f"tau2={tau2!r}, which is fixed"
        )
        raise OptionError(
            "prediction='NNF' has weights and a distribution of tau2 by itself, and "
            f"cannot go with {what}; use prediction='HK' or 'V'."
        )


def check_kenward_roger(
    interval: str, prediction: str, tau2: str | float, *, own_weights: bool
) -> None:
    """Reject Kenward and Roger's intervals of another mean than that of REML.

    Raises
    ------
    OptionError
        With the values and what is allowed.

    Examples
    --------
    >>> check_kenward_roger("kenward-roger", "KR", "REML", own_weights=False)
    """
    asked = {"interval": interval, "prediction": prediction}
    known = (kenward_roger.INTERVAL, *kenward_roger.PREDICTIONS)
    found = [f"{name}={value!r}" for name, value in asked.items() if value in known]
    if not found or (tau2 == "REML" and not own_weights):
        return
    what = "weights of one's own" if own_weights else f"tau2={tau2!r}"
    raise OptionError(
        f"{found[0]} allows for the error of tau2 by REML in weights of 1 / (v + tau2) "
        f"and cannot go with {what}; use tau2='REML', or interval='knapp-hartung' and "
        "prediction='HK'."
    )
