"""Regressions without each row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from mdmameta.effects.table import Effects
from mdmameta.errors import SensitivityError
from mdmameta.models.fit import Fit
from mdmameta.models.frequentist import CommonEffect, MetaRegression, RandomEffects
from mdmameta.sensitivity.deleted import regressed

EFFECTS = Effects.from_arrays(
    y=[0.1, 0.2, np.nan, 0.2, 3.0],
    v=[0.05, 0.04, 0.05, 0.06, 0.05],
    moderators={"control": ["x", "y", "z", "y", "x"]},
)


@dataclass(frozen=True)
class Wrapped:
    """A model whose formula cannot be seen."""

    inner: MetaRegression

    def fit(self, effects: Effects) -> Fit:
        return self.inner.fit(effects)


def test_refits_keep_the_coding_of_the_whole() -> None:
    data = regressed(EFFECTS, MetaRegression("~ control", tau2="DL"))
    assert data.X.tolist() == [[1, 0], [1, 1], [1, 1], [1, 0]]
    again = data.model.fit(data.columns)
    np.testing.assert_allclose(again.coefficients["value"], data.beta)


def test_the_factor_of_knapp_and_hartung_is_found_again() -> None:
    data = regressed(EFFECTS, RandomEffects(tau2="DL", interval="knapp-hartung"))
    wald = regressed(EFFECTS, RandomEffects(tau2="DL", interval="wald"))
    for row, (fit, classic) in enumerate(
        zip(data.without_each(), wald.without_each(), strict=True)
    ):
        ratio = (fit.estimate.se / classic.estimate.se) ** 2
        assert data.scale(row, fit) == pytest.approx(ratio)
        assert wald.scale(row, classic) == pytest.approx(1)


def test_two_rows_leave_single_studies_without_heterogeneity() -> None:
    data = regressed(EFFECTS.take([0, 1]), CommonEffect())
    assert [fit.k for fit in data.without_each()] == [1, 1]


def test_coefficients_without_a_formula_are_refused() -> None:
    with pytest.raises(SensitivityError, match="no formula"):
        regressed(EFFECTS, Wrapped(MetaRegression("~ control")))
