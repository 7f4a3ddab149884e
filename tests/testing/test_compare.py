"""How far two fits of one thing may differ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mdmameta import CommonEffect, Effects, RandomEffects
from mdmameta.testing.compare import tolerance

EFFECTS = Effects.from_arrays([0.1, 0.9, 0.4], [0.02, 0.03, 0.05])


def test_a_computed_fit_may_differ_by_rounding_alone() -> None:
    fit = CommonEffect().fit(EFFECTS)
    assert tolerance(fit) < 1e-3 * fit.estimate.se


def test_a_sampled_fit_may_differ_by_its_monte_carlo_error() -> None:
    fit = RandomEffects().fit(EFFECTS)
    sampled = [
        replace(fit, diagnostics=replace(fit.diagnostics, ess_bulk=size))
        for size in (400.0, 1600.0)
    ]
    few, many = map(tolerance, sampled)
    assert few == pytest.approx(2 * many)
    spread = max(fit.estimate.se, fit.heterogeneity.tau)
    assert few > 2 * spread / 400**0.5
