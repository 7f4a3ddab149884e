"""The contrast in a population in which a given share is experienced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.sensitivity.altered import moved
from mdmameta.sensitivity.bounds import Judge

#: Share with earlier use in a population, by its name, with its source.
Targets = Mapping[str, tuple[float, str]]


def standardised(
    effects: Effects, shares: pd.DataFrame, x: float, delta: float, gamma: float
) -> Effects:
    """Return θᵢ + (x − π_T,i) Δ − γ (π_T,i − π_C,i), a share x being experienced.

    Parameters
    ----------
    effects
        The contrasts θ, k rows.
    shares
        share_active (π_T) and share_control (π_C), one row an effect.
    x
        Share with earlier use in the population that is asked about; 0 gives
        the contrast in naive people.
    delta, gamma
        As in `naive_contrast`.

    Examples
    --------
    >>> effects = Effects.from_arrays(y=[-0.8], v=[0.1])
    >>> shares = pd.DataFrame({"share_active": [0.4], "share_control": [0.4]})
    >>> standardised(effects, shares, 0.1, delta=-0.5, gamma=0.0).y.round(2)
    array([-0.65])
    """
    treated = shares["share_active"].to_numpy(dtype=float)
    control = shares["share_control"].to_numpy(dtype=float)
    y = effects.y + (x - treated) * delta - gamma * (treated - control)
    return moved(effects, y, np.zeros(effects.k))


def check_targets(targets: Targets | None) -> Targets:
    """Reject a population without a share from 0 to 1 or without a source.

    Raises
    ------
    SensitivityError
        Naming the entry.
    """
    for name, entry in (targets or {}).items():
        pair = isinstance(entry, tuple | list) and len(entry) == 2
        if not pair or not np.isfinite(entry[0]) or not 0 <= entry[0] <= 1:
            raise SensitivityError(
                f"targets[{name!r}] is {entry!r}; give (share, source): the share "
                "with earlier use, 0 to 1, and the citation it comes from."
            )
        if not str(entry[1]).strip():
            raise SensitivityError(
                f"targets[{name!r}] has no source; a population needs a citation."
            )
    return targets or {}


def target_table(
    effects: Effects,
    filled: Mapping[str, pd.DataFrame],
    targets: Targets,
    regions: Mapping[str, tuple[float, float]],
    judge: Judge,
) -> pd.DataFrame:
    """Return the pooled contrast in each population over the declared regions.

    Returns
    -------
    pandas.DataFrame
        target, share, source, share_scenario, delta, gamma, value, ci_low, ci_high,
        model; a row for no departure and for each corner of the regions.
    """
    rows = []
    for (target, (x, source)), (name, shares) in product(
        targets.items(), filled.items()
    ):
        for d, g in _corners(regions["delta"], regions["gamma"]):
            fit = judge(standardised(effects, shares, x, d, g))
            e = fit.estimate
            found = (d, g, e.value, e.ci_low, e.ci_high, repr(fit.model))
            rows.append((target, x, source, name, *found))
    columns = ["target", "share", "source", "share_scenario", "delta", "gamma"]
    return pd.DataFrame(rows, columns=[*columns, "value", "ci_low", "ci_high", "model"])


def _corners(
    delta: Sequence[float], gamma: Sequence[float]
) -> list[tuple[float, float]]:
    return [(0.0, 0.0), *product(delta, gamma)]
