"""Henmi and Copas' interval by its own equation."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from scipy.stats import norm

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError, OptionError
from mdmameta.models.frequentist import CommonEffect
from mdmameta.models.frequentist.henmi_copas import henmi_copas

#: The module; the package has its function under the same name.
room = import_module("mdmameta.models.frequentist.henmi_copas")


@pytest.mark.parametrize("tau", [0.0, 0.05, 0.5, 5.0])
def test_finer_quadrature_does_not_move_the_limits(
    tau: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    v = 10 ** rng.uniform(-3, 0, 9)
    data = Effects.from_arrays(y=rng.normal(0, np.sqrt(v + tau**2)), v=v)
    coarse = henmi_copas(data)
    nodes, weights = np.polynomial.legendre.leggauss(500)
    monkeypatch.setattr(room, "NODES", nodes)
    monkeypatch.setattr(room, "WEIGHTS", weights)
    assert henmi_copas(data).ci_high == pytest.approx(coarse.ci_high, rel=1e-9)


def test_the_mean_is_that_of_a_common_effect_and_the_interval_is_wider() -> None:
    data = Effects.from_arrays(y=[0.0, 0.4, 0.8], v=[0.01, 0.02, 0.03])
    common, e = CommonEffect().fit(data).estimate, henmi_copas(data)
    assert e.value == pytest.approx(common.value)
    assert e.ci_low < common.ci_low < common.ci_high < e.ci_high
    assert henmi_copas(data, level=0.5).ci_high < e.ci_high


def test_its_coverage_is_close_to_its_level() -> None:
    rng = np.random.default_rng(5)
    v = 10 ** rng.uniform(-2, 0, 12)
    y = rng.normal(0, np.sqrt(v + 0.1), (400, 12))
    found = [henmi_copas(Effects.from_arrays(y=row, v=v)) for row in y]
    covered = np.mean([e.ci_low < 0 < e.ci_high for e in found])
    assert abs(covered - 0.95) < 4 * norm.std() * np.sqrt(0.95 * 0.05 / 400)


def test_one_study_or_correlated_rows_are_refused() -> None:
    with pytest.raises(ModelError, match="at least two"):
        henmi_copas(Effects.from_arrays(y=[0.3], v=[0.1]))
    with pytest.raises(ModelError, match="correlated"):
        henmi_copas(Effects.from_arrays(y=[0.3, 0.1], V=[[1, 0.5], [0.5, 1]]))
    with pytest.raises(OptionError, match=r"Did you mean 0\.95"):
        henmi_copas(Effects.from_arrays(y=[0.3, 0.1], v=[1, 1]), level=95)
