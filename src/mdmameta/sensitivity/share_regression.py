"""Does earlier use show between trials? A meta-regression on the share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import BayesianMetaRegression, Normal
from mdmameta.models.bayesian.mean_priors import DEFAULT_MU
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.models.bayesian.tau_priors import DEFAULT_TAU
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import MetaRegression

ECOLOGICAL = (
    "A slope over trials compares trials, not people: whatever else differs between "
    "trials with many and with few experienced participants goes into it "
    "(ecological bias). It neither shows nor excludes a difference within trials."
)

#: Fewer trials than this leave a line no residual degree of freedom.
FEWEST = 3


def share_slope(
    effects: Effects,
    shares: pd.DataFrame,
    prior: Normal | None,
    *,
    mu: Normal = DEFAULT_MU,
    tau: TauPrior = DEFAULT_TAU,
) -> tuple[pd.DataFrame, str]:
    """Regress the contrasts on the share of experienced people in the treated arm.

    Parameters
    ----------
    effects, shares
        Contrasts and `shares_by_study`; trials without a share are left out.
    prior
        Prior of the slope Δ, which shrinks what so few trials say; None for no
        Bayesian line.
    mu, tau
        Priors of the line at a share of zero, and of the SD between trials.

    Returns
    -------
    tuple
        A frame of two rows (REML with the ad hoc Knapp–Hartung interval, and
        Bayesian with the priors): model, k, slope, ci_low, ci_high, df, prior_sd,
        ratio (posterior over prior SD); and why it is empty, else "".

    References
    ----------
    Thompson and Higgins 2002, doi:10.1002/sim.1187 (on ecological bias).
    """
    columns = ["model", "k", "slope", "ci_low", "ci_high", "df", "prior_sd", "ratio"]
    x = shares["share_active"].to_numpy(dtype=float)
    known = np.isfinite(x)
    if known.sum() < FEWEST or np.ptp(x[known]) == 0:
        why = (
            f"No slope on the share: {int(known.sum())} of {x.size} trials report one, "
            f"{len(set(x[known]))} different; at least {FEWEST} trials with different "
            "shares are needed."
        )
        return pd.DataFrame(columns=columns), why
    made = effects.take(known)
    made = replace(made, frame=made.frame.assign(share=x[known]))
    plain = MetaRegression("~ share", interval="knapp-hartung-adhoc")
    rows = [_row(plain.fit(made))]
    if prior is not None:
        priors = {"Intercept": mu, "share": prior}
        model = BayesianMetaRegression("~ share", priors=priors, tau=tau)
        rows.append(_row(model.fit(made), prior.sd))
    return pd.DataFrame(rows, columns=columns), ""


def _row(fit: Fit, prior_sd: float = np.nan) -> tuple[object, ...]:
    slope = fit.coefficients.set_index("term").loc["share"]
    learnt = (prior_sd, slope["se"] / prior_sd)
    ends = (slope["value"], slope["ci_low"], slope["ci_high"], slope["df"])
    return (repr(fit.model), fit.k, *ends, *learnt)
