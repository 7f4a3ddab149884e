"""Checks of options that only these models have."""

from __future__ import annotations

import math

from mdmameta.errors import OptionError
from mdmameta.options import Tau2Estimator, Tau2Interval, check_option

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
