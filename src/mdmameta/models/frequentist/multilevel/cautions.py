"""Guard rails of multilevel and multivariate fits."""

from __future__ import annotations

import numpy as np

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.models.caution import Caution
from mdmameta.models.frequentist.multilevel.components import components_of
from mdmameta.models.frequentist.multilevel.estimation import Estimation
from mdmameta.models.guards import (
    few_degrees_of_freedom,
    first_coefficient,
    no_residual_df,
)

#: A variance below this share of the residual variance is at its boundary.
ZERO = 1e-8

#: A correlation this near to ±1 is at its boundary.
NEAR_ONE = 1e-6

#: A curvature below this share of the largest, or of 1 per unit or per size of the
#: parameter, leaves its direction open.
FLAT = 1e-7


def fit_cautions(
    of: Estimation, effects: Effects, df: FloatArray
) -> tuple[Caution, ...]:
    """Collect what a reader must know before using the numbers.

    Parameters
    ----------
    of, effects, df
        What was estimated, from what, and the degrees of freedom of the
        coefficients.
    """
    found = tuple(c for c in of.usable.cautions if c.code != "repeated-study")
    found += first_coefficient(of.design.terms[0], len(of.design.terms))
    if of.residual_df < 1:
        return (*found, *no_residual_df(*of.design.X.shape))
    finite = df[np.isfinite(df)]
    if finite.size:
        found += few_degrees_of_freedom(float(finite.min()))
    found += _independent(of, effects)
    return (*found, *_boundary(of), *_search(of))


def _independent(of: Estimation, effects: Effects) -> tuple[Caution, ...]:
    study = effects.study[of.usable.rows]
    if of.usable.V is not None or np.unique(study).size == study.size:
        return ()
    return (
        Caution(
            "independent-errors",
            "Sampling errors are taken as independent also within studies. If rows of "
            "a study are of the same people, give V, for example with a constant "
            "correlation, and use robust='CR2'.",
        ),
    )


def _boundary(of: Estimation) -> tuple[Caution, ...]:
    said = []
    for each in components_of(of):
        if of.problem.terms[each.term].q == 0:
            continue
        if each.correlation and abs(each.value) > 1 - NEAR_ONE:
            said.append(
                Caution(
                    "correlation-boundary",
                    f"{each.name} is estimated as {each.value:.0f}, at its boundary: "
                    "the rows hardly determine it; see its profile interval.",
                )
            )
        if not each.correlation and each.value <= ZERO * of.problem.unit**2:
            said.append(
                Caution(
                    "tau2-boundary",
                    f"{each.name} is estimated as 0, at its boundary, from "
                    f"{each.groups} groups: this is not evidence of no variance; see "
                    "its profile interval.",
                )
            )
    return tuple(said)


def _search(of: Estimation) -> tuple[Caution, ...]:
    said = []
    if not of.maximum.converged:
        said.append(
            Caution(
                "not-converged",
                f"The likelihood was climbed from {len(of.problem.terms) + 2} starts; "
                f"the best end still rises after {of.maximum.steps} steps. Its values "
                "are given: simplify the random effects.",
            )
        )
    if _flat(of):
        said.append(
            Caution(
                "profile-flat",
                "The likelihood is flat in a direction of the variances: some cannot "
                "be told apart; see their profile intervals.",
            )
        )
    return tuple(said)


def _flat(of: Estimation) -> bool:
    theta = of.maximum.theta
    surface = of.problem.surface(of.problem.terms)
    if not theta.size or surface.Q.shape[1] != 1 + theta.size:
        return False
    scale = np.maximum(np.abs(theta), 1.0)
    bend = -surface.slopes(theta, of.solution)[1] * np.outer(scale, scale)
    values = np.linalg.eigvalsh(bend)
    return bool(values[0] < FLAT * max(values[-1], 1.0))
