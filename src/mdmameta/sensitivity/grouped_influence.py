"""How much each row, or cluster, of a multilevel fit sways it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from mdmameta.arrays import FloatArray
from mdmameta.models.frequentist.multilevel.components import components_of
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.sensitivity.deleted_groups import Grouped, Without, together
from mdmameta.sensitivity.grouped_residuals import residual_of
from mdmameta.sensitivity.influence_set import Influence, distances, marked

#: Statistics of a row, and of a cluster, in the order of the frame.
OF_ROWS = ("rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "qe_del")
OF_CLUSTERS = ("x2", "p_value", "cook_d", "cov_r", "tau2_del", "qe_del")


def influence_of_groups(data: Grouped) -> Influence:
    """Compare a multilevel fit with the fits without each group of rows.

    Parameters
    ----------
    data
        The fit and its groups.

    Returns
    -------
    Influence
        As `influence` says.
    """
    names = OF_CLUSTERS if data.by_cluster else OF_ROWS
    statistics = _of_cluster if data.by_cluster else _of_row
    g, p = len(data.groups), len(data.of.design.terms)
    found, changes = np.full((g, len(names)), np.nan), np.full((g, p), np.nan)
    components, notes = [], []
    for place, without in enumerate(data.without_each()):
        notes.append(without.note)
        values: dict[str, float] = {}
        if isinstance(without, Without):
            found[place] = *statistics(data, without), *_moves(data, without.part)
            changes[place] = _dfbetas(data, without)
            values = {each.name: each.value for each in components_of(without.part)}
        components.append(values)
    frame = _frame(data, pd.DataFrame(found, columns=list(names)))
    frame["is_infl"] = marked(frame, changes)
    named = frame.iloc[:, :1]
    dfbetas = pd.DataFrame(changes, columns=list(data.of.design.terms))
    return Influence(
        fit=data.fit,
        frame=frame.assign(note=notes),
        dfbetas=pd.concat([named, dfbetas], axis=1),
        components=pd.concat([named, _components(data, components)], axis=1),
    )


def _frame(data: Grouped, found: pd.DataFrame) -> pd.DataFrame:
    """Put labels before the statistics, and leverages and weights behind."""
    hat, weight = data.of.hat(), data.fit.weights[data.fit.used]
    found["hat"] = [hat[rows].sum() for rows in data.groups]
    found["weight"] = [weight[rows].sum() for rows in data.groups]
    if data.by_cluster:
        found.insert(0, "k", [rows.size for rows in data.groups])
    found.insert(0, "cluster" if data.by_cluster else "study", data.labels)
    return found


def _components(data: Grouped, found: list[dict[str, float]]) -> pd.DataFrame:
    """One row a group, NaN for what is not there without it."""
    names = list(data.fit.components["component"])
    return pd.DataFrame(found, columns=names, dtype=float)


def _of_row(data: Grouped, without: Without) -> tuple[float, float]:
    resid, covariance, _ = residual_of(data, without)
    x = data.of.design.X[without.rows[0]]
    change = x @ (data.of.beta - without.part.beta)
    spread = x @ without.whole.vcov @ x
    with np.errstate(divide="ignore", invalid="ignore"):
        rstudent = resid[0] / np.sqrt(covariance[0, 0])
        return float(rstudent), float(change / np.sqrt(spread))


def _of_cluster(data: Grouped, without: Without) -> tuple[float, float]:
    x2 = together(*residual_of(data, without))
    return x2, float(chdtrc(without.rows.size, x2))


def _moves(data: Grouped, part: Estimation) -> tuple[float, ...]:
    """Cook's distance, ratio of generalised variances, τ² and Q."""
    change = data.of.beta - part.beta
    tau2 = float(part.row_variance.mean())
    return *distances(data.of.vcov, part.vcov, change), tau2, part.at_zero.q


def _dfbetas(data: Grouped, without: Without) -> FloatArray:
    change, vcov = data.of.beta - without.part.beta, without.whole.vcov
    with np.errstate(divide="ignore", invalid="ignore"):
        moved: FloatArray = change / np.sqrt(np.diag(vcov))
    return moved
