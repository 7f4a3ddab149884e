"""P-uniform* against densities, its own profile, and results that were selected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import chi2, norm

from mdmameta.arrays import FloatArray
from mdmameta.effects.table import Effects
from mdmameta.errors import OptionError, SensitivityError
from mdmameta.sensitivity import p_uniform_star

V = np.array([0.04, 0.05, 0.1, 0.03, 0.08, 0.05, 0.06, 0.04, 0.02, 0.05, 0.3, 0.01])
Y = np.array([0.9, 0.5, 0.8, 0.2, 0.7, 0.1, -0.3, 0.2, 0.45, 0.55, 1.2, 0.04])
EFFECTS = Effects.from_arrays(y=Y, v=V)
FOUND = p_uniform_star(EFFECTS, alternative="greater")


def height(mean: float, tau2: float) -> float:
    """Log-likelihood by SciPy's densities and tails."""
    law, c = norm(mean, np.sqrt(V + tau2)), norm.ppf(0.975) * np.sqrt(V)
    return float((law.logpdf(Y) - np.where(c < Y, law.logsf(c), law.logcdf(c))).sum())


def profile(name: str, value: float) -> float:
    """Height of the ridge at one value of the mean, or of τ²."""
    if name == "value":
        end = minimize_scalar(lambda t: -height(value, t), bounds=(0, 3))
        return max(-float(end.fun), height(value, 0.0))
    end = minimize_scalar(lambda m: -height(m, value), bounds=(-5, 5))
    return -float(end.fun)


def selected(seed: int, k: int, least: float) -> tuple[FloatArray, FloatArray]:
    """Results of a mean of 0.2 of which few that are not significant are seen."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(0.01, 0.15, 40 * k)
    y = rng.normal(0.2, np.sqrt(v + 0.02))
    seen = (y > norm.ppf(0.975) * np.sqrt(v)) | (rng.uniform(size=v.size) < least)
    return y[seen][:k], v[seen][:k]


def test_no_mean_and_variance_are_likelier() -> None:
    assert FOUND.log_likelihood == pytest.approx(height(FOUND.value, FOUND.tau2))
    means, variances = np.linspace(-1, 1.5, 51), np.linspace(0, 1, 41)
    grid = [height(m, t) for m in means for t in variances]
    assert FOUND.log_likelihood >= max(grid)
    assert FOUND.log_likelihood - max(grid) < 0.05
    assert (FOUND.k, FOUND.significant) == (12, 7)
    assert FOUND.value < FOUND.unadjusted.estimate.value - 0.05


@pytest.mark.parametrize("end", ["ci_low", "ci_high"])
def test_the_mean_is_bounded_where_the_ridge_has_fallen(end: str) -> None:
    fallen = FOUND.log_likelihood - profile("value", getattr(FOUND, end))
    assert 2 * fallen == pytest.approx(chi2.ppf(0.95, 1), rel=1e-5)


@pytest.mark.parametrize("end", ["tau2_low", "tau2_high"])
def test_tau2_is_bounded_where_the_ridge_has_fallen(end: str) -> None:
    fallen = FOUND.log_likelihood - profile("tau2", getattr(FOUND, end))
    assert 2 * fallen == pytest.approx(chi2.ppf(0.95, 1), rel=1e-4)
    assert FOUND.tau2_low > 0


def test_both_tests_are_likelihood_ratios() -> None:
    statistic = 2 * (FOUND.log_likelihood - profile("value", 0.0))
    assert FOUND.statistic == pytest.approx(statistic, rel=1e-5)
    assert FOUND.p_value == pytest.approx(chi2.sf(statistic, 1), rel=1e-4)
    between = 2 * (FOUND.log_likelihood - profile("tau2", 0.0))
    assert between > 0.1
    assert FOUND.tau2_statistic == pytest.approx(between, rel=1e-5)
    assert FOUND.tau2_p_value == pytest.approx(chi2.sf(between, 1) / 2, rel=1e-4)


def test_a_wider_level_moves_the_limits_and_not_the_estimate() -> None:
    other = p_uniform_star(EFFECTS, alternative="greater", level=0.8)
    assert other.value == FOUND.value
    fallen = 2 * (FOUND.log_likelihood - profile("value", other.ci_low))
    assert fallen == pytest.approx(chi2.ppf(0.8, 1), rel=1e-5)


def test_mirrored_results_have_a_mirrored_mean() -> None:
    less = p_uniform_star(EFFECTS.with_y(-Y), alternative="less")
    mirrored = (-less.value, -less.ci_high, -less.ci_low, less.tau2, less.significant)
    there = (FOUND.value, FOUND.ci_low, FOUND.ci_high, FOUND.tau2, FOUND.significant)
    np.testing.assert_allclose(mirrored, there, rtol=1e-6)
    assert less.alternative == "less"


@pytest.mark.parametrize(
    ("direction", "side"), [("higher", "greater"), ("lower", "less")]
)
def test_the_better_direction_is_the_favoured_one(direction: Any, side: str) -> None:
    known = Effects.from_arrays(y=Y, v=V, direction=direction)
    assert p_uniform_star(known).alternative == side


def test_alpha_moves_the_threshold() -> None:
    strict = p_uniform_star(EFFECTS, alternative="greater", alpha=0.001)
    assert strict.significant == int((norm.ppf(0.9995) * np.sqrt(V) < Y).sum()) == 1


def test_selection_that_biases_the_plain_mean_is_corrected() -> None:
    """However few results that are not significant are seen."""
    corrected, plain = [], []
    for seed in range(12):
        y, v = selected(seed, 120, least=0.1)
        effects = Effects.from_arrays(y=y, v=v)
        found = p_uniform_star(effects, alternative="greater")
        corrected.append(found.value)
        plain.append(found.unadjusted.estimate.value)
    assert np.mean(plain) > 0.33
    error = np.std(corrected, ddof=1) / np.sqrt(12)
    assert abs(np.mean(corrected) - 0.2) < 3 * error < 0.08


def test_homogeneous_results_have_no_variance_and_no_evidence_of_one() -> None:
    alike = Effects.from_arrays(y=np.full(12, 0.3) + 0.01 * np.arange(12), v=V)
    found = p_uniform_star(alike, alternative="greater")
    assert found.tau2 == found.tau2_low == found.tau2_statistic == 0
    assert found.tau2_p_value == 1
    assert "tau2-boundary" in {c.code for c in found.warnings}


def test_results_just_beyond_the_threshold_bound_nothing_and_that_is_said() -> None:
    v = np.array([0.01, 0.02, 0.05, 0.1, 0.2])
    effects = Effects.from_arrays(y=2 * np.sqrt(v), v=v)
    found = p_uniform_star(effects, alternative="greater")
    assert np.isneginf(found.ci_low)
    assert np.isfinite(found.ci_high)
    said = {c.code for c in found.warnings}
    assert {"few-results", "one-side", "unbounded"} <= said
    assert not {"few-results", "one-side", "unbounded"} & {
        c.code for c in FOUND.warnings
    }


def test_the_table_has_both_means() -> None:
    table = FOUND.to_frame()
    assert table["method"].tolist() == ["random effects, ML", "p-uniform*"]
    plain = FOUND.unadjusted
    values = [plain.estimate.value, FOUND.value]
    assert table["value"].tolist() == values
    assert table["tau2"].tolist() == [plain.heterogeneity.tau2, FOUND.tau2]
    assert "7 of 12 significant" in repr(FOUND)


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(OptionError, match="alternative='greater' or 'less'"):
        p_uniform_star(EFFECTS)
    with pytest.raises(OptionError, match="two"):
        p_uniform_star(EFFECTS, alternative="two.sided")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="not a probability"):
        p_uniform_star(EFFECTS, alternative="greater", alpha=1.0)
    with pytest.raises(SensitivityError, match="at least two"):
        p_uniform_star(EFFECTS.take([0]), alternative="greater")
    together = Effects.from_arrays(y=[0.1, 0.4], V=[[0.1, 0.02], [0.02, 0.1]])
    with pytest.raises(SensitivityError, match="independent"):
        p_uniform_star(together, alternative="greater")
