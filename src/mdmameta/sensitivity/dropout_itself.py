"""Dropout as an outcome of its own: pooled by arm and between arms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import expit

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.fit import Model
from mdmameta.models.frequentist import BinomialNormal, RandomEffects
from mdmameta.sensitivity.flow import LOSSES

#: What the numbers of a pooled loss are called.
COLUMNS = ["loss", "quantity", "k", "lost_active", "n_active", "lost_control",
           "n_control", "value", "ci_low", "ci_high", "model", "reason"]  # fmt: skip


def losses_by_trial(table: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Count each kind of loss in both arms of the trials that report it.

    Parameters
    ----------
    table
        From `checked_flow`, with the roles of the contrasts.
    labels
        Studies analysed.

    Returns
    -------
    pandas.DataFrame
        loss, study, ai, n1i, ci, n2i (lost of randomised, active then control).
    """
    rows = []
    for loss in LOSSES:
        for label in dict.fromkeys(labels):
            arms = table[(table["study"] == label) & table[loss].notna()]
            arms = arms[arms["randomised"] > 0]
            sums = arms.groupby("role")[[loss, "randomised"]].sum()
            if {"active", "control"} <= set(sums.index):
                cells = sums.loc[["active", "control"]].to_numpy(dtype=float).ravel()
                rows.append((loss, label, *cells))
    return pd.DataFrame(rows, columns=["loss", "study", "ai", "n1i", "ci", "n2i"])


def dropout_itself(table: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Pool each kind of loss: difference, odds ratio, and proportions by arm.

    Risk differences by random effects with the ad hoc Knapp–Hartung interval (a half
    added to the cells of a trial with an empty one, in its variance alone); odds
    ratios and proportions from the counts as they are, by binomial-normal
    likelihoods, so that arms without a loss need no correction.

    Parameters
    ----------
    table, labels
        See `losses_by_trial`.

    Returns
    -------
    pandas.DataFrame
        loss, quantity (risk difference, odds ratio, proportion active, proportion
        control), k, lost_active, n_active, lost_control, n_control, value, ci_low,
        ci_high, model, reason. NaN, with the reason, where too few trials report
        the loss by arm.

    Examples
    --------
    >>> flow = pd.DataFrame({"study": list("AABB"), "arm": list("tctc"),
    ...     "role": ["active", "control"] * 2, "randomised": [50.0, 50, 40, 40],
    ...     "missing": [5.0, 10, 4, 8], "stopped_treatment": [np.nan] * 4,
    ...     "left_study": [np.nan] * 4})
    >>> found = dropout_itself(flow, ["A", "B"]).set_index(["loss", "quantity"])
    >>> found["value"]["missing"].round(2).tolist()
    [-0.1, 0.45, 0.1, 0.2]
    >>> found["reason"]["left_study", "odds ratio"]
    'no trial reports it by arm'
    """
    counted = losses_by_trial(table, labels)
    rows = []
    for loss in LOSSES:
        cells = counted[counted["loss"] == loss]
        totals = tuple(cells[["ai", "n1i", "ci", "n2i"]].sum(min_count=1))
        for quantity, found in _pooled(cells).items():
            rows.append((loss, quantity, len(cells), *totals, *found))
    return pd.DataFrame(rows, columns=COLUMNS)


Pooled = tuple[float, float, float, str, str]


def _pooled(cells: pd.DataFrame) -> dict[str, Pooled]:
    names = ("risk difference", "odds ratio", "proportion active", "proportion control")
    if len(cells) < 2:
        few = f"only {cells['study'].iloc[0]} reports" if len(cells) else "no trial"
        reason = f"{few} it by arm" if len(cells) else f"{few} reports it by arm"
        return dict.fromkeys(names, (np.nan, np.nan, np.nan, "", reason))
    difference = RandomEffects(interval="knapp-hartung-adhoc")
    found = {names[0]: _one(_effects(cells, "RD"), difference, "")}
    if cells[["ai", "ci"]].to_numpy().sum() == 0:
        nobody = (np.nan, np.nan, np.nan, "", "nobody was lost")
        return {**found, **dict.fromkeys(names[1:], nobody)}
    found[names[1]] = _one(_effects(cells, "OR"), BinomialNormal(), "exp")
    for name, x, n in ((names[2], "ai", "n1i"), (names[3], "ci", "n2i")):
        found[name] = _proportion(cells[x], cells[n])
    return found


def _proportion(lost: pd.Series[float], people: pd.Series[float]) -> Pooled:
    if lost.sum() == 0:
        return (np.nan, np.nan, np.nan, "", "nobody was lost in these arms")
    x, n = lost.to_numpy(), people.to_numpy()
    effects = Effects.from_arrays(
        y=np.zeros(x.size), v=np.ones(x.size), measure="PLO",
        moderators=pd.DataFrame({"xi": x, "ni": n}),
    )  # fmt: skip
    return _one(effects, BinomialNormal(measure="PLO"), "expit")


def _effects(cells: pd.DataFrame, measure: str) -> Effects:
    counts = {name: cells[name].to_numpy() for name in ("ai", "n1i", "ci", "n2i")}
    a, n1, c, n2 = counts.values()
    half = ((a == 0) | (c == 0) | (a == n1) | (c == n2)) / 2
    p, q = (a + half) / (n1 + 2 * half), (c + half) / (n2 + 2 * half)
    return Effects.from_arrays(
        y=a / n1 - c / n2,
        v=p * (1 - p) / n1 + q * (1 - q) / n2,
        study=list(cells["study"]),
        measure=measure,
        moderators=pd.DataFrame(counts),
    )


def _one(effects: Effects, model: Model, back: str) -> Pooled:
    try:
        e = model.fit(effects).estimate
    except ModelError as error:
        return np.nan, np.nan, np.nan, repr(model), str(error)
    transform = {"exp": np.exp, "expit": expit}.get(back, float)
    value, low, high = (float(transform(x)) for x in (e.value, e.ci_low, e.ci_high))
    return value, low, high, repr(model), ""
