"""Dropout and lost blinding in one model: departures, bias and belief together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.bayesian import Normal
from mdmameta.models.bayesian.marginals import NormalMixture
from mdmameta.models.bayesian.prior_base import TauPrior
from mdmameta.sensitivity.joint_bias import joint_posterior
from mdmameta.sensitivity.joint_missing import Attrition, Departures, Missing
from mdmameta.sensitivity.units import require_priors
from mdmameta.sensitivity.verdicts import Sids


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class JointDropout:
    """Posterior of the contrast of everybody randomised, without bias.

    Parameters
    ----------
    delta
        Of the mean contrast.
    b_mean, b_sd
        Of the bias at u = 1.
    excess
        Posterior mean share of missing controls who left for want of blinding,
        over the trials that lost any; NaN where none did.
    """

    delta: NormalMixture
    b_mean: float
    b_sd: float
    excess: float


def joint_dropout(
    effects: Effects,
    fractions: pd.DataFrame,
    beliefs: pd.DataFrame,
    *,
    b: tuple[float, float],
    departures: Departures,
    attrition: Attrition,
    mu: Normal | None = None,
    tau: TauPrior | None = None,
) -> JointDropout:
    """Integrate bias, belief, departures and attrition at once.

    yᵢ + f_T λ_T − f_C ((1 − xᵢ) λ_C + xᵢ λ_D) = δᵢ + b uᵢ + eᵢ, where a share
    xᵢ = 1 − R^(−uᵢ) of the missing controls left because they knew their arm, R
    the attrition ratio at u = 1. Departures λ are the same in all trials. Given R
    everything is normal or integrated by `joint_posterior`; R by quadrature, with
    uᵢ at its mean in x.

    Parameters
    ----------
    effects
        Contrasts of available cases.
    fractions
        f_active, f_control, n_active, n_control; NaN counts as nobody missing.
    beliefs
        u, u_var, one row an effect.
    b
        Prior mean and SD of the bias at u = 1.
    departures, attrition
        Priors.
    mu, tau
        As in `joint_posterior`; both needed in units other than standardised
        differences and log ratios.

    Raises
    ------
    SensitivityError
        Without mu and tau, for effects in units that the defaults are not made for.

    References
    ----------
    Hróbjartsson et al. 2014, doi:10.1093/ije/dyu115 (attrition); Turner et al.
    2009, doi:10.1111/j.1467-985X.2008.00547.x (bias by priors).

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8, -0.6], v=[0.05, 0.04])
    >>> flow = pd.DataFrame({"f_active": [0.1] * 2, "f_control": [0.2] * 2,
    ...                      "n_active": [50] * 2, "n_control": [50] * 2})
    >>> u = pd.DataFrame({"u": [0.6, 0.7], "u_var": [0.01, 0.01]})
    >>> found = joint_dropout(effects, flow, u, b=(-0.2, 0.1),
    ...     departures=Departures(active=(0, 0.5), control=(0, 0.5),
    ...                           disappointed=(0.5, 0.5)),
    ...     attrition=Attrition(ratio=1.8, low=1.2, high=2.7, source="a review"))
    >>> round(found.delta.mean, 2), round(found.excess, 2)
    (-0.54, 0.31)
    """
    if mu is None or tau is None:
        require_priors(effects, "the joint model of dropout and bias", "mu= and tau=")
    people = Missing.of(fractions)
    u, u_var = (beliefs[name].to_numpy(dtype=float) for name in ("u", "u_var"))
    ratios, prior = attrition.nodes()
    found, excess = [], []
    for ratio in ratios:
        x = 1 - np.maximum(ratio, 1.0) ** -u
        y, cov = people.placed(effects, departures, x)
        found.append(joint_posterior(y, cov, u, u_var, b, mu=mu, tau=tau))
        excess.append(people.mean_share(x))
    evidence = np.array([one.log_evidence for one in found])
    weights = prior * np.exp(evidence - evidence.max())
    weights = weights / weights.sum()
    b_means = np.array([one.b_mean for one in found])
    b_mean = float(weights @ b_means)
    spread = weights @ (np.array([one.b_sd for one in found]) ** 2)
    return JointDropout(
        delta=_mixed([one.delta for one in found], weights),
        b_mean=b_mean,
        b_sd=float(np.sqrt(spread + weights @ (b_means - b_mean) ** 2)),
        excess=float(weights @ np.array(excess)),
    )


def joint_table(
    effects: Effects,
    fractions: pd.DataFrame,
    beliefs: pd.DataFrame,
    priors: Mapping[str, tuple[float, float]],
    *,
    attrition: Attrition,
    departure_sd: float,
    disappointed: Mapping[str, float],
    sids: Sids,
    side: float,
    mu: Normal | None = None,
    tau: TauPrior | None = None,
) -> pd.DataFrame:
    """Fit neither, each, and both, under every prior of the bias.

    Parameters
    ----------
    effects, fractions, beliefs, attrition, mu, tau
        As in `joint_dropout`.
    priors
        Name -> mean and SD of the bias at u = 1.
    departure_sd
        SD of the departures of the missing, about zero, in the unit of the effects.
    disappointed
        Name -> mean departure of the controls who left for want of blinding.
    sids
        Smallest important differences.
    side
        Sign of the contrast.

    Returns
    -------
    pandas.DataFrame
        bias, dropout, value, ci_low, ci_high, excludes_zero, probability (of a
        contrast beyond zero), b_mean, b_sd, excess; then probability_<size> for
        each important difference.
    """
    none = Departures(active=(0, 0), control=(0, 0), disappointed=(0, 0))
    laws = {"none": none}
    about = (0.0, departure_sd)
    for name, mean in disappointed.items():
        laws[name] = Departures(
            active=about, control=about, disappointed=(mean, departure_sd)
        )
    rows = []
    for bias, b in {"none": (0.0, 0.0), **priors}.items():
        for dropout, law in laws.items():
            found = joint_dropout(
                effects,
                fractions,
                beliefs,
                b=b,
                departures=law,
                attrition=attrition,
                mu=mu,
                tau=tau,
            )
            low, high = found.delta.interval(0.95)
            row = {"bias": bias, "dropout": dropout, "value": found.delta.mean}
            row |= {"ci_low": low, "ci_high": high, "excludes_zero": low * high > 0}
            row["probability"] = _beyond(found.delta, side, 0.0)
            row |= {"b_mean": found.b_mean, "b_sd": found.b_sd, "excess": found.excess}
            for size, _ in sids.values():
                named = f"probability_{abs(size):g}"
                row[named] = _beyond(found.delta, side, abs(size))
            rows.append(row)
    return pd.DataFrame(rows)


def _beyond(delta: NormalMixture, side: float, size: float) -> float:
    below = float(delta.cdf(side * size))
    return 1 - below if side > 0 else below


def _mixed(parts: list[NormalMixture], weights: FloatArray) -> NormalMixture:
    weight = np.concatenate([w * p.weight for w, p in zip(weights, parts, strict=True)])
    mean = np.concatenate([p.means for p in parts])
    sd = np.concatenate([p.sds for p in parts])
    return NormalMixture(weight, mean, sd).trimmed(1e-12)
