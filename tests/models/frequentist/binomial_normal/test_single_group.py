"""Conditional models and single groups, in the limit without heterogeneity."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit

from mdmameta.effects.table import Effects
from mdmameta.models.frequentist.binomial_normal import BinomialNormal

A, C, N = np.array([1, 4, 3]), np.array([3, 2, 4]), 10


def test_one_common_odds_ratio_is_conditional_logistic_regression() -> None:
    y = np.concatenate([[1] * x + [0] * (N - x) for x in np.ravel([A, C], "F")])
    group, arm = np.repeat(np.arange(3), 2 * N), np.tile(np.repeat([1.0, 0.0], N), 3)
    logit = ConditionalLogit(y, arm[:, None], groups=group)
    cells = {"ai": A, "n1i": [N] * 3, "ci": C, "n2i": [N] * 3}
    table = Effects.from_arrays(np.zeros(3), np.ones(3), moderators=cells)
    fit = BinomialNormal("CM.EL", method="EE").fit(table)
    at = np.array([fit.estimate.value])
    assert logit.score(at) == pytest.approx(0, abs=1e-6)
    rise = logit.loglike(at) - logit.loglike(at + 0.01 * fit.estimate.se)
    assert rise == pytest.approx(0.5 * 0.01**2, rel=0.01)


@pytest.mark.parametrize(
    ("measure", "pooled"),
    [
        ("PLO", np.log(8 / 22)),
        ("PLN", np.log(8 / 30)),
        ("PR", 8 / 30),
        ("IRLN", np.log(8 / 60)),
    ],
)
def test_one_common_level_is_that_of_all_groups_together(
    measure: str, pooled: float
) -> None:
    columns = {"xi": A, "ni": [N] * 3, "ti": [20.0] * 3}
    table = Effects.from_arrays(np.zeros(3), np.ones(3), moderators=columns)
    fit = BinomialNormal(measure=measure, method="EE").fit(table)
    assert fit.estimate.value == pytest.approx(pooled, abs=1e-8)
