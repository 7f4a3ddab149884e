"""R_b: what it is a mean of, and where its intervals come from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from mdmameta.effects.table import Effects
from mdmameta.errors import ModelError
from mdmameta.models.frequentist import (
    CommonEffect,
    MetaRegression,
    RandomEffects,
    r_b,
)

V = np.array([0.3, 0.01, 0.08, 0.02, 0.15, 0.05])
EFFECTS = Effects.from_arrays(
    y=[0.1, 0.9, -0.3, 0.4, 1.2, 0.0], v=V, moderators={"x": range(6)}
)


def test_it_is_the_mean_of_each_studys_own_share() -> None:
    fit = RandomEffects("DL", "wald").fit(EFFECTS)
    found, tau2 = r_b(fit), fit.heterogeneity.tau2
    assert float(found) == pytest.approx(np.mean(100 * tau2 / (tau2 + V)))
    assert float(found) == pytest.approx(100 * tau2 / (6 * fit.estimate.se**2))
    assert found.percent < fit.heterogeneity.i2 - 5


def test_equal_variances_make_it_i2() -> None:
    effects = Effects.from_arrays(y=EFFECTS.y, v=np.full(6, 0.04))
    fit = RandomEffects().fit(effects)
    found, h = r_b(fit), fit.heterogeneity
    assert found.percent == pytest.approx(h.i2)
    np.testing.assert_allclose([found.ci_low, found.ci_high], h.i2_ci)


def test_the_interval_by_the_delta_method_follows_the_slope_in_q() -> None:
    """Where DerSimonian and Laird's τ² is a function of Q, by differences."""
    w = 1 / V
    c = w.sum() - (w**2).sum() / w.sum()

    def share(q: float) -> float:
        tau2 = (q - 5) / c
        return float(np.mean(100 * tau2 / (tau2 + V)))

    fit = RandomEffects("DL", level=0.8).fit(EFFECTS)
    found, h = r_b(fit), fit.heterogeneity
    assert found.percent == pytest.approx(share(h.q))
    slope = (share(h.q + 1e-4) - share(h.q - 1e-4)) / 2e-4
    W, total = np.diag(w) - np.outer(w, w) / w.sum(), np.diag(V + h.tau2)
    sd = np.sqrt(2 * np.trace(W @ total @ W @ total))  # of a quadratic form
    half = norm.ppf(0.9) * slope * sd
    assert found.delta_high - found.percent == pytest.approx(half, rel=1e-6)
    assert found.percent - found.delta_low == pytest.approx(half, rel=1e-6)


def test_limits_stay_between_nothing_and_everything() -> None:
    found = r_b(RandomEffects(level=0.999).fit(EFFECTS))
    assert found.delta_high == 100
    assert 0 <= found.ci_low < found.percent < found.ci_high <= 100
    assert found.level == 0.999
    alike = r_b(RandomEffects().fit(EFFECTS.with_y([0.3, 0.2, 0.4, 0.3, 0.3, 0.35])))
    assert alike.percent == alike.ci_low == alike.delta_low == 0


def test_the_interval_from_that_of_tau2_covers_as_it_claims() -> None:
    rng, tau2, n = np.random.default_rng(5), 0.05, 200
    y = rng.normal(size=(n, 6)) * np.sqrt(V + tau2)
    truth = np.mean(100 * tau2 / (tau2 + V))
    found = [r_b(RandomEffects().fit(EFFECTS.with_y(row))) for row in y]
    inside = np.mean([each.ci_low <= truth <= each.ci_high for each in found])
    assert 0.92 < inside < 0.98


def test_one_study_has_no_share() -> None:
    found = r_b(RandomEffects().fit(EFFECTS.take([0])))
    assert np.isnan([found.percent, found.delta_low, found.delta_high]).all()


@pytest.mark.parametrize("model", [CommonEffect(), MetaRegression("~ x")])
def test_models_without_one_mean_are_refused(model: Any) -> None:
    with pytest.raises(ModelError, match="R_b is of RandomEffects"):
        r_b(model.fit(EFFECTS))


def test_correlated_rows_are_refused() -> None:
    together = Effects.from_arrays(y=[0.1, 0.4], V=[[0.1, 0.02], [0.02, 0.1]])
    with pytest.raises(ModelError, match="independent"):
        r_b(RandomEffects().fit(together))


def test_every_number_is_in_the_table() -> None:
    found = r_b(RandomEffects().fit(EFFECTS))
    row = found.to_frame().iloc[0]
    assert row["percent"] == found.percent
    assert list(row.index) == [
        "percent", "ci_low", "ci_high", "delta_low", "delta_high", "level",
    ]  # fmt: skip
    assert repr(found).startswith(f"<RB {found.percent:.1f} % [")
